//! The inputs that people of a story send: contents of plans, and realisations.

use crate::{work::is_level, year::share};
use domain::{
    Decimal,
    activity::EvidenceLink,
    evaluation::Realisation,
    plan::{Plan, PlanContent},
};
use service::plan::{ActionPlanInput, ContentInput, IndicatorInput, ResultInput};

/// Returns contents as a client sends them. Copied rows are new.
pub(super) fn input(content: &PlanContent, keeps_ids: bool) -> ContentInput {
    let rows = content.results.iter().map(|row| ResultInput {
        id: keeps_ids.then_some(row.id),
        kind: row.kind,
        title: row.title.clone(),
        serves: row.serves,
        provisional: row.provisional,
        assigned_by: row.assigned_by.clone(),
        indicators: row
            .indicators
            .iter()
            .map(|indicator| IndicatorInput {
                id: keeps_ids.then_some(indicator.id),
                aspect: indicator.aspect,
                perspective: indicator.perspective,
                text: indicator.text.clone(),
                target: indicator.target,
                unit: indicator.unit.clone(),
                direction: indicator.direction,
                target_is_maximum: indicator.target_is_maximum,
            })
            .collect(),
        action_plans: row
            .action_plans
            .iter()
            .map(|step| ActionPlanInput {
                id: keeps_ids.then_some(step.id),
                period: step.period,
                text: step.text.clone(),
                target: step.target.clone(),
            })
            .collect(),
    });
    ContentInput { approach: content.approach, results: rows.collect(), behaviour_expectations: Vec::new() }
}

/// Realisations that reach the targets of the third quarter.
pub(super) fn realisations(plan: &Plan) -> Vec<Realisation<EvidenceLink>> {
    let rows = plan.effective().map(|revision| revision.content.results.as_slice()).unwrap_or_default();
    let of_row = |row: &domain::plan::PlanResult| {
        let indicator = row.indicators.first()?;
        let target = indicator.target.min.hundredths() / 100;
        let value = if is_level(&indicator.unit) { target } else { share(target, 3, 4) };
        Some(Realisation {
            result: row.id,
            indicator: Some(indicator.id),
            value: Some(Decimal::whole(value)),
            text: format!("{value} {} pada triwulan ini.", indicator.unit),
            evidence: Vec::new(),
        })
    };
    rows.iter().filter_map(of_row).collect()
}
