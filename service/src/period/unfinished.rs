//! Counts the work that the closing of a period would leave unfinished.

use crate::{
    db::Source,
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    action::OrganisationAction,
    activity::ActivityStatus,
    actor::Actor,
    evaluation::EvaluationStatus,
    id::PeriodId,
    period::{Period, Unfinished},
    plan::PlanStatus,
    policy::organisation::{Scope, decide},
};
use entity::{activity, evaluation, plan};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait,
};
use strum::IntoEnumIterator;

/// Counts a period's unfinished work; for those who may close it.
pub async fn unfinished(env: &Env, actor: &Actor, period: PeriodId) -> Result<Vec<(Unfinished, u64)>> {
    decide(OrganisationAction::ClosePeriod, actor, Scope::default())?;
    let source = env.db.source();
    let period = store::period::find(source, actor.agency, period).await?.ok_or(Error::NotFound)?;
    count(source, &period).await
}

/// Counts a period's unfinished work, without kinds that have none.
pub(super) async fn count<C: ConnectionTrait>(
    source: Source<'_, C>,
    period: &Period,
) -> Result<Vec<(Unfinished, u64)>> {
    let mut found = Vec::new();
    for kind in Unfinished::iter() {
        let count = of_kind(source, period, kind).await?;
        if count > 0 {
            found.push((kind, count));
        }
    }
    Ok(found)
}

async fn of_kind<C: ConnectionTrait>(
    source: Source<'_, C>,
    period: &Period,
    kind: Unfinished,
) -> Result<u64> {
    let status = match kind {
        Unfinished::PlanNotApproved => {
            let open = [PlanStatus::Draft, PlanStatus::Submitted, PlanStatus::Returned];
            let plans = plan::Entity::find()
                .filter(plan::Column::PeriodId.eq(period.id.0))
                .filter(plan::Column::Status.is_in(open.iter().map(ToString::to_string)));
            return Ok(plans.count(source.connection).await?);
        }
        Unfinished::ActivityNotReviewed => {
            let activities = activity::Entity::find()
                .filter(activity::Column::PeriodId.eq(period.id.0))
                .filter(activity::Column::Status.eq(ActivityStatus::Submitted.to_string()));
            return Ok(activities.count(source.connection).await?);
        }
        Unfinished::EvaluationNotReported => EvaluationStatus::Open,
        Unfinished::EvaluationNotRated => EvaluationStatus::SelfReported,
        Unfinished::EvaluationNotFinal => EvaluationStatus::RatedDraft,
    };
    let cancelled = plan::Entity::find()
        .select_only()
        .column(plan::Column::Id)
        .filter(plan::Column::PeriodId.eq(period.parent.unwrap_or(period.id).0))
        .filter(plan::Column::Status.eq(PlanStatus::Cancelled.to_string()))
        .into_query();
    let evaluations = evaluation::Entity::find()
        .filter(evaluation::Column::PeriodId.eq(period.id.0))
        .filter(evaluation::Column::Status.eq(status.to_string()))
        .filter(evaluation::Column::PlanId.not_in_subquery(cancelled));
    Ok(evaluations.count(source.connection).await?)
}
