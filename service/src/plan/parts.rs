//! The parts of a year that belong to a plan: those in which its assignment holds a month.

use crate::{db::Tx, error::Result, store};
use domain::{
    assignment::Assignment,
    evaluation::periods_held,
    id::{AssignmentId, PeriodId},
    period::Period,
    plan::{Plan, PlanStatus},
    time::Date,
};
use entity::plan;
use sea_orm::{ColumnTrait, Condition};
use std::collections::BTreeSet;

/// Finds the parts of the plan's year, and the year itself, that belong to a plan with these days. `next` is an
/// assignment of the person that is not stored yet. `year` is the year with its parts.
pub(super) async fn held(
    tx: &Tx,
    plan: &Plan,
    days: (Date, Date),
    next: Option<&Assignment>,
    year: &[Period],
) -> Result<BTreeSet<PeriodId>> {
    let posts = store::assignment::of_staff(tx.source(), plan.agency, &[plan.staff]).await?;
    let posts = posts.get(&plan.staff).into_iter().flatten().chain(next);
    Ok(periods_held(days, &other_days(posts, plan.assignment, year), year))
}

/// Finds the parts for which a newly approved plan opens evaluations: those that belong to it and are open, without
/// those that an evaluation of an earlier plan covers completely.
pub(super) async fn to_open(tx: &Tx, plan: &Plan, year: &[Period]) -> Result<BTreeSet<PeriodId>> {
    let mut held = held(tx, plan, (plan.starts_on, plan.ends_on), None, year).await?;
    let others = Condition::all()
        .add(plan::Column::StaffId.eq(plan.staff.0))
        .add(plan::Column::PeriodId.eq(plan.period.0))
        .add(plan::Column::Status.eq(PlanStatus::Closed.to_string()));
    for other in store::plan::heads(tx.source(), others).await? {
        held.retain(|period| !other.kept.contains(period));
    }
    held.retain(|id| year.iter().any(|period| period.id == *id && period.is_open()));
    Ok(held)
}

/// The first and the last day in the year of each assignment but one.
pub(crate) fn other_days<'a>(
    posts: impl Iterator<Item = &'a Assignment>,
    but: AssignmentId,
    year: &[Period],
) -> Vec<(Date, Date)> {
    let ends_on = year.iter().map(|period| period.ends_on).max().unwrap_or_default();
    posts
        .filter(|post| post.id != but)
        .map(|post| (post.valid_from, post.last_day().map_or(ends_on, |last| last.min(ends_on))))
        .filter(|(first, last)| first <= last)
        .collect()
}
