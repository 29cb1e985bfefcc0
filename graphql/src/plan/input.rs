//! Input of a plan's contents.

use crate::{
    enums::{Approach, Aspect, Direction, Perspective, ResultKind},
    given::Given,
    reader::Reader,
};
use async_graphql::InputObject;
use domain::{
    id::{ActionPlanId, CriterionId, IndicatorId, PeriodId, ResultId},
    plan::Target,
};
use service::plan as use_case;

/// The complete contents of a plan. Rows that are omitted are removed.
#[derive(InputObject)]
pub struct PlanContentInput {
    /// How results are described; default QUANTITATIVE.
    #[graphql(default_with = "Approach::Quantitative")]
    approach: Approach,
    /// The result rows, at most 50.
    #[graphql(default)]
    results: Vec<PlanResultInput>,
    /// The leader's special expectations of behaviour.
    #[graphql(default)]
    behaviour_expectations: Vec<BehaviourExpectationInput>,
}

/// A result row.
#[derive(InputObject)]
struct PlanResultInput {
    /// An existing row to keep, by its `rowKey` or its `id` in any revision; null for a new row.
    id: Option<Given<ResultId>>,
    /// Main or additional.
    kind: ResultKind,
    /// The result, at most 2,000 characters.
    title: String,
    /// The row of the superior's plan that it contributes to; see `servableResults`.
    serves_id: Option<Given<ResultId>>,
    /// True if the superior's plan is not approved yet and the row will be linked later; default false.
    #[graphql(default)]
    provisional: bool,
    /// Who assigned the result, as text; only for a row that contributes to no row of a superior.
    assigned_by: Option<String>,
    /// Its indicators, at most 20.
    #[graphql(default)]
    indicators: Vec<IndicatorInput>,
    /// The steps, by part of the year.
    #[graphql(default)]
    action_plans: Vec<ActionPlanInput>,
}

/// An indicator.
#[derive(InputObject)]
struct IndicatorInput {
    /// An existing indicator to keep, by its `rowKey` or its `id` in any revision; null for a new one.
    id: Option<Given<IndicatorId>>,
    /// Aspect that it measures; not together with `perspective`.
    aspect: Option<Aspect>,
    /// Perspective, in plans of senior executives (JPT); not together with `aspect`.
    perspective: Option<Perspective>,
    /// The indicator, at most 2,000 characters.
    text: String,
    /// Target value, or lower bound of a target range.
    target_min: Given<domain::Decimal>,
    /// Upper bound of a target range; null for a single value.
    target_max: Option<Given<domain::Decimal>>,
    /// Unit of measure of the target (satuan), such as `dokumen`, `persen`, `hari`.
    measure: String,
    /// Whether a higher or a lower figure is better; default HIGHER_IS_BETTER.
    #[graphql(default_with = "Direction::HigherIsBetter")]
    direction: Direction,
    /// Whether the target is the maximum, such as 100 percent; default false.
    #[graphql(default)]
    target_is_maximum: bool,
}

/// A step of a row in one part of the year.
#[derive(InputObject)]
struct ActionPlanInput {
    /// An existing step to keep, by its `rowKey` or its `id` in any revision; null for a new one.
    id: Option<Given<ActionPlanId>>,
    /// The part of the plan's year.
    period_id: Given<PeriodId>,
    /// The step, at most 2,000 characters.
    text: String,
    /// Target for that part of the year, in words.
    target: Option<String>,
}

/// A special expectation for a behaviour value.
#[derive(InputObject)]
struct BehaviourExpectationInput {
    /// The criterion; see `criteria`.
    criterion_id: Given<CriterionId>,
    /// The expectation, at most 2,000 characters.
    text: String,
}

impl PlanContentInput {
    /// Converts to the use case's input.
    pub(super) fn read(self, read: &mut Reader) -> use_case::ContentInput {
        read.at("content", |read| use_case::ContentInput {
            approach: self.approach.into(),
            results: read.each("results", self.results, PlanResultInput::read),
            behaviour_expectations: read.each(
                "behaviourExpectations",
                self.behaviour_expectations,
                BehaviourExpectationInput::read,
            ),
        })
    }
}

impl PlanResultInput {
    fn read(read: &mut Reader, row: Self) -> use_case::ResultInput {
        use_case::ResultInput {
            id: read.optional("id", row.id),
            kind: row.kind.into(),
            title: row.title,
            serves: read.optional("servesId", row.serves_id),
            provisional: row.provisional,
            assigned_by: row.assigned_by,
            indicators: read.each("indicators", row.indicators, IndicatorInput::read),
            action_plans: read.each("actionPlans", row.action_plans, ActionPlanInput::read),
        }
    }
}

impl IndicatorInput {
    fn read(read: &mut Reader, indicator: Self) -> use_case::IndicatorInput {
        let min = read.get("targetMin", indicator.target_min);
        use_case::IndicatorInput {
            id: read.optional("id", indicator.id),
            aspect: indicator.aspect.map(Into::into),
            perspective: indicator.perspective.map(Into::into),
            text: indicator.text,
            target: Target { min, max: read.optional("targetMax", indicator.target_max).unwrap_or(min) },
            unit: indicator.measure,
            direction: indicator.direction.into(),
            target_is_maximum: indicator.target_is_maximum,
        }
    }
}

impl ActionPlanInput {
    fn read(read: &mut Reader, step: Self) -> use_case::ActionPlanInput {
        use_case::ActionPlanInput {
            id: read.optional("id", step.id),
            period: read.get("periodId", step.period_id),
            text: step.text,
            target: step.target,
        }
    }
}

impl BehaviourExpectationInput {
    fn read(read: &mut Reader, expectation: Self) -> use_case::BehaviourExpectationInput {
        use_case::BehaviourExpectationInput {
            criterion: read.get("criterionId", expectation.criterion_id),
            text: expectation.text,
        }
    }
}
