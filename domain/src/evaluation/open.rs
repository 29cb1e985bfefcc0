//! Creates the evaluations of an approved plan.

use super::{Evaluation, EvaluationDetail, EvaluationKind, EvaluationStatus};
use crate::{id::EvaluationId, period::Period, plan::Plan, regulation::RegulationRef};

/// Creates the evaluations of a newly approved plan: one for each part of the year that it covers, then the
/// annual one. `periods` are the plan's year and its parts in any order; other periods are ignored. Calls
/// `ids` once for each evaluation.
pub fn open_for(
    plan: &Plan,
    periods: &[Period],
    regulation: &RegulationRef,
    mut ids: impl FnMut() -> EvaluationId,
) -> Vec<Evaluation> {
    let mut parts: Vec<&Period> = periods
        .iter()
        .filter(|period| {
            period.parent == Some(plan.period) && plan.overlaps(period.starts_on, period.ends_on)
        })
        .collect();
    parts.sort_by_key(|period| period.part);
    let year = periods.iter().filter(|period| period.id == plan.period);
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
