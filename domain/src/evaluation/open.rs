//! Creates the evaluations of an approved plan.

use super::{Evaluation, EvaluationDetail, EvaluationKind, EvaluationStatus};
use crate::{
    id::{EvaluationId, PeriodId},
    period::Period,
    plan::Plan,
    regulation::RegulationRef,
    scoring::{holder_of_month, months_between},
    time::Date,
};
use std::collections::BTreeSet;

/// Finds the parts of a year, and the year itself, in which at least one month belongs to a plan. The plan gets
/// evaluations of these only. `own` are the first and the last day of the plan, `others` those of the person's other
/// assignments. A month belongs to the plan of the assignment that covers most of its days; on a tie, of the later
/// assignment. Assignments at the same time, such as an acting one beside a definitive one, are separate work and do
/// not take months from each other. `rated` are the first days of months that final ratings of another plan cover;
/// these months stay with that plan.
#[must_use]
pub fn periods_held(
    own: (Date, Date),
    others: &[(Date, Date)],
    rated: &BTreeSet<Date>,
    periods: &[Period],
) -> BTreeSet<PeriodId> {
    if own.1 < own.0 {
        return BTreeSet::new();
    }
    let apart = |other: &&(Date, Date)| other.1 < own.0 || own.1 < other.0;
    let posts: Vec<(Date, Date)> =
        std::iter::once(&own).chain(others.iter().filter(apart)).copied().collect();
    let holds = |month: Date| holder_of_month(&posts, month) == Some(0) && !rated.contains(&month);
    let held = |period: &&Period| months_between(period.starts_on, period.ends_on).any(holds);
    periods.iter().filter(held).map(|period| period.id).collect()
}

/// Creates the evaluations of a newly approved plan: one for each part of the year among `held`, then the annual one if
/// the year is among them; see [`periods_held`]. `periods` are the plan's year and its parts in any order; other
/// periods are ignored. Calls `ids` once for each evaluation.
pub fn open_for(
    plan: &Plan,
    periods: &[Period],
    held: &BTreeSet<PeriodId>,
    regulation: &RegulationRef,
    mut ids: impl FnMut() -> EvaluationId,
) -> Vec<Evaluation> {
    let of_plan =
        |period: &&Period| held.contains(&period.id) && plan.overlaps(period.starts_on, period.ends_on);
    let is_part = |period: &&Period| period.parent == Some(plan.period);
    let mut parts: Vec<&Period> = periods.iter().filter(is_part).filter(of_plan).collect();
    parts.sort_by_key(|period| period.part);
    let year = periods.iter().filter(|period| period.id == plan.period).filter(of_plan);
    parts
        .into_iter()
        .chain(year)
        .map(|period| Evaluation {
            id: ids(),
            agency: plan.agency,
            plan: plan.id,
            assignment: plan.assignment,
            staff: plan.staff,
            unit: plan.unit,
            period: period.id,
            kind: if period.is_year() { EvaluationKind::Annual } else { EvaluationKind::Periodic },
            status: EvaluationStatus::Open,
            rater: plan.rater.clone(),
            form: None,
            regulation: regulation.clone(),
            detail: EvaluationDetail::default(),
            result_rating: None,
            behaviour_rating: None,
            predicate: None,
            unit_predicate: None,
            delivered_at: None,
            finalised_at: None,
            objection_until: None,
            version: 1,
        })
        .collect()
}
