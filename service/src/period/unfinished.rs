//! Counts the work that the closing of a period would leave unfinished.

use crate::{
    db::{Connection, Source},
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    action::OrganisationAction,
    actor::Actor,
    id::{PeriodId, UnitId},
    period::{Period, Unfinished},
    policy::organisation::{Scope, decide},
    task::Task,
};
use std::collections::BTreeSet;
use strum::IntoEnumIterator;

/// Counts a period's unfinished work; for those who may close it.
pub async fn unfinished(env: &Env, actor: &Actor, period: PeriodId) -> Result<Vec<(Unfinished, u64)>> {
    decide(OrganisationAction::ClosePeriod, actor, Scope::default())?;
    let source = env.db.source();
    let period = store::period::find(source, actor.agency, period).await?.ok_or(Error::NotFound)?;
    count(source, &period).await
}

/// Counts a period's unfinished work by kind. Leaves out kinds with a count of 0.
pub(super) async fn count<C: Connection>(
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

async fn of_kind<C: Connection>(source: Source<'_, C>, period: &Period, kind: Unfinished) -> Result<u64> {
    match kind {
        // A missing plan can still begin in a later part of the year, so only a year counts missing plans.
        Unfinished::PlanMissing if !period.is_year() => Ok(0),
        Unfinished::PlanMissing => {
            let root = UnitId(period.agency.0);
            let lines = store::figures::missing(source, root, period).await?;
            Ok(lines
                .iter()
                .filter(|line| line.plan.is_none())
                .map(|line| line.staff)
                .collect::<BTreeSet<_>>()
                .len() as u64)
        }
        Unfinished::PlanNotApproved => {
            let open: Vec<_> =
                [Task::SubmitPlan, Task::ReviewPlan].iter().flat_map(|task| task.plans()).collect();
            store::plan::count_in(source, period.id, &open).await
        }
        Unfinished::ActivityNotReviewed => {
            store::activity::count_in(source, period.id, Task::ReviewActivities.activities()).await
        }
        Unfinished::EvaluationNotReported => of_task(source, period, Task::ReportRealisation).await,
        Unfinished::EvaluationNotRated => of_task(source, period, Task::RateEvaluation).await,
        Unfinished::EvaluationNotFinal => of_task(source, period, Task::FinaliseEvaluation).await,
    }
}

async fn of_task<C: Connection>(source: Source<'_, C>, period: &Period, task: Task) -> Result<u64> {
    store::evaluation::count_in(source, period, task.evaluations()).await
}
