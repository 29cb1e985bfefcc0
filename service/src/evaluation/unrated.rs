//! Finds the parts of a year that no evaluation covers although the person had an assignment. Their plan was never
//! approved, or approved only after the part was closed. The rater of the year must give a reason for each.

use super::year::has_later_month;
use crate::{db::Tx, error::Result, plan::other_days, store};
use domain::{
    assignment::Assignment,
    evaluation::{Evaluation, EvaluationKind, periods_held},
    id::{AssignmentId, PeriodId},
    plan::Plan,
    time::Date,
};
use std::collections::BTreeSet;

/// Finds the parts that no evaluation covers, for an annual evaluation that becomes final. These are the parts of its
/// plan. For the evaluation of the year, they include the parts of the person's earlier assignments.
pub(super) async fn unrated(tx: &Tx, annual: &Evaluation, plan: &Plan) -> Result<BTreeSet<PeriodId>> {
    if annual.kind != EvaluationKind::Annual {
        return Ok(BTreeSet::new());
    }
    let source = tx.source();
    let year = store::period::year(source, annual.period).await?;
    let parts: Vec<PeriodId> =
        year.iter().filter(|period| !period.is_year()).map(|period| period.id).collect();
    let (Some(starts_on), Some(ends_on)) =
        (year.iter().map(|period| period.starts_on).min(), year.iter().map(|period| period.ends_on).max())
    else {
        return Ok(BTreeSet::new());
    };
    let posts = store::assignment::of_staff(source, annual.agency, &[annual.staff]).await?;
    let mut posts = posts.get(&annual.staff).cloned().unwrap_or_default();
    posts.retain(Assignment::has_days);
    let is_last = !has_later_month(&posts, annual.assignment, (plan.starts_on, plan.ends_on), ends_on);
    let rated: BTreeSet<(AssignmentId, PeriodId)> =
        store::evaluation::of_person_in(source, annual.staff, &parts)
            .await?
            .into_iter()
            .map(|found| (found.assignment, found.period))
            .collect();
    let plans = store::plan::of_person_in(source, annual.staff, annual.period).await?;
    let kept: BTreeSet<PeriodId> = plans.into_iter().flat_map(|plan| plan.kept).collect();
    let counts = |post: &&Assignment| {
        post.id == annual.assignment || is_last && post.last_day().is_some_and(|last| last < plan.starts_on)
    };
    let days = |post: &Assignment| -> (Date, Date) {
        (post.valid_from.max(starts_on), post.last_day().map_or(ends_on, |last| last.min(ends_on)))
    };
    let mut unrated = BTreeSet::new();
    for post in posts.iter().filter(counts) {
        let held =
            periods_held(days(post), &other_days(posts.iter(), post.id, &year), &BTreeSet::new(), &year);
        unrated.extend(held.into_iter().filter(|period| {
            parts.contains(period) && !rated.contains(&(post.id, *period)) && !kept.contains(period)
        }));
    }
    Ok(unrated)
}
