//! Renews the rater of unfinished work after a transfer, a change of superior or a delegation. Finished work keeps its
//! rater.

use crate::{
    db::{Tx, any_of},
    directory::{Raters, reached},
    error::Result,
    store,
};
use domain::{
    activity::ActivityStatus, evaluation::EvaluationStatus, event::EventKind, id::AssignmentId,
    plan::PlanStatus,
};
use entity::{activity, evaluation, plan};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use std::collections::BTreeSet;

/// Renews the rater for these assignments and for those below them. Appends one journal entry for each changed object.
///
/// What became of an assignment does not matter: evaluations stay open after a transfer, and follow who acts for the
/// superior of its last day.
pub(crate) async fn renew(tx: &Tx, changed: BTreeSet<AssignmentId>, why: Option<&str>) -> Result<()> {
    let reached = reached(tx, changed).await?;
    let ids = || reached.keys().map(|id| id.0);
    let of = |column| any_of(tx.backend(), column, ids());
    let plans = Condition::all().add(of((plan::Entity, plan::Column::AssignmentId))).add(
        plan::Column::Status.is_not_in([PlanStatus::Closed, PlanStatus::Cancelled].map(|is| is.to_string())),
    );
    let plans = store::plan::load(tx.source(), plans).await?;
    store::lock_plans(tx, plans.iter().map(|plan| plan.id)).await?;
    let cancelled = plan::Entity::find()
        .select_only()
        .column(plan::Column::Id)
        .filter(of((plan::Entity, plan::Column::AssignmentId)))
        .filter(plan::Column::Status.eq(PlanStatus::Cancelled.to_string()));
    let evaluations = Condition::all()
        .add(any_of(tx.backend(), (evaluation::Entity, evaluation::Column::AssignmentId), ids()))
        .add(evaluation::Column::PlanId.not_in_subquery(cancelled.into_query()))
        .add(evaluation::Column::Status.is_in(unfinished()));
    let evaluations = store::evaluation::load(tx.source(), evaluations).await?;
    let activities = Condition::all()
        .add(any_of(tx.backend(), (activity::Entity, activity::Column::AssignmentId), ids()))
        .add(activity::Column::Status.is_not_in(
            [ActivityStatus::Approved, ActivityStatus::Discarded].map(|status| status.to_string()),
        ));
    let activities = store::activity::load(tx.source(), activities).await?;

    let mut raters = Raters::on(tx.actor().agency, tx.today());
    for before in plans {
        let Some(assignment) = reached.get(&before.assignment) else { continue };
        let Some(rater) = raters.snapshot(tx.source(), assignment).await? else { continue };
        if rater != before.rater {
            let after = before.renew_rater(rater)?;
            tx.change(&before, after, EventKind::RaterRenewed, why).await?;
        }
    }
    for before in evaluations {
        let Some(assignment) = reached.get(&before.assignment) else { continue };
        let Some(rater) = raters.snapshot(tx.source(), assignment).await? else { continue };
        if rater != before.rater {
            let after = before.renew_rater(rater)?;
            tx.change(&before, after, EventKind::RaterRenewed, why).await?;
        }
    }
    for before in activities {
        let Some(assignment) = reached.get(&before.assignment) else { continue };
        let Some(rater) = raters.snapshot(tx.source(), assignment).await? else { continue };
        let after = before.renew_rater(&rater);
        if after != before {
            tx.change(&before, after, EventKind::RaterRenewed, why).await?;
        }
    }
    Ok(())
}

fn unfinished() -> Vec<String> {
    use strum::IntoEnumIterator;
    EvaluationStatus::iter()
        .filter(|status| status.is_unfinished())
        .map(|status| status.to_string())
        .collect()
}
