//! Input of a plan's contents.

use crate::graphql::{
    enums::{Approach, Aspect, Direction, Perspective, ResultKind},
    id::{self, Kind},
    scalars::Decimal,
};
use async_graphql::{ID, InputObject};
use domain::{Refusal, plan::Target};
use service::plan as use_case;

/// The complete contents of a plan. Rows that are omitted are removed.
#[derive(InputObject)]
pub struct PlanContentInput {
    /// How results are described; default QUANTITATIVE.
    approach: Option<Approach>,
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
    /// Id of an existing row to keep; null for a new row.
    id: Option<ID>,
    /// Main or additional.
    kind: ResultKind,
    /// The result, at most 2,000 characters.
    title: String,
    /// The row of the superior's plan that it contributes to; see `servableResults`.
    serves_id: Option<ID>,
    /// True if the superior's plan is not approved yet and the row will be linked later; default false.
    #[graphql(default)]
    provisional: bool,
    /// Who assigned it, for a row that contributes to no row of a superior.
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
    /// Id of an existing indicator to keep; null for a new one.
    id: Option<ID>,
    /// Aspect that it measures; not together with `perspective`.
    aspect: Option<Aspect>,
    /// Perspective, in plans of high leadership (JPT); not together with `aspect`.
    perspective: Option<Perspective>,
    /// The indicator, at most 2,000 characters.
    text: String,
    /// Target value, or lower bound of a target range.
    target_min: Decimal,
    /// Upper bound of a target range; null for a single value.
    target_max: Option<Decimal>,
    /// Unit of the target, such as `dokumen`, `persen`, `hari`.
    unit: String,
    /// Whether a higher or a lower figure is better; default HIGHER_IS_BETTER.
    direction: Option<Direction>,
    /// Whether the target is the maximum, such as 100 percent; default false.
    #[graphql(default)]
    target_is_maximum: bool,
}

/// A step of a row in one part of the year.
#[derive(InputObject)]
struct ActionPlanInput {
    /// Id of an existing step to keep; null for a new one.
    id: Option<ID>,
    /// The part of the plan's year.
    period_id: ID,
    /// The step, at most 2,000 characters.
    text: String,
    /// Target for that part of the year, in words.
    target: Option<String>,
}

/// A special expectation for a behaviour value.
#[derive(InputObject)]
struct BehaviourExpectationInput {
    /// The criterion; see `criteria`.
    criterion_id: ID,
    /// The expectation, at most 2,000 characters.
    text: String,
}

fn optional<T: From<uuid::Uuid>>(kind: Kind, id: Option<&ID>, path: &str) -> Result<Option<T>, Refusal> {
    id.map(|id| id::parse(kind, id, path)).transpose()
}

impl PlanContentInput {
    /// Converts to the use case's input.
    pub(super) fn parse(self) -> Result<use_case::ContentInput, Refusal> {
        let results = self.results.into_iter().enumerate().map(|(index, row)| row.parse(index));
        let expectations = self.behaviour_expectations.into_iter().enumerate().map(|(index, expectation)| {
            let path = format!("content.behaviourExpectations.{index}.criterionId");
            Ok(use_case::BehaviourExpectationInput {
                criterion: id::parse(Kind::Criterion, &expectation.criterion_id, &path)?,
                text: expectation.text,
            })
        });
        Ok(use_case::ContentInput {
            approach: self.approach.map(Into::into).unwrap_or_default(),
            results: results.collect::<Result<_, _>>()?,
            behaviour_expectations: expectations.collect::<Result<_, Refusal>>()?,
        })
    }
}

impl PlanResultInput {
    fn parse(self, index: usize) -> Result<use_case::ResultInput, Refusal> {
        let path = |field: &str| format!("content.results.{index}.{field}");
        let indicators = self.indicators.into_iter().enumerate().map(|(at, indicator)| {
            Ok(use_case::IndicatorInput {
                id: optional(Kind::Indicator, indicator.id.as_ref(), &path(&format!("indicators.{at}.id")))?,
                aspect: indicator.aspect.map(Into::into),
                perspective: indicator.perspective.map(Into::into),
                text: indicator.text,
                target: Target {
                    min: indicator.target_min.0,
                    max: indicator.target_max.unwrap_or(indicator.target_min).0,
                },
                unit: indicator.unit,
                direction: indicator.direction.map(Into::into).unwrap_or_default(),
                target_is_maximum: indicator.target_is_maximum,
            })
        });
        let steps = self.action_plans.into_iter().enumerate().map(|(at, step)| {
            Ok(use_case::ActionPlanInput {
                id: optional(Kind::ActionPlan, step.id.as_ref(), &path(&format!("actionPlans.{at}.id")))?,
                period: id::parse(
                    Kind::Period,
                    &step.period_id,
                    &path(&format!("actionPlans.{at}.periodId")),
                )?,
                text: step.text,
                target: step.target,
            })
        });
        Ok(use_case::ResultInput {
            id: optional(Kind::PlanResult, self.id.as_ref(), &path("id"))?,
            kind: self.kind.into(),
            title: self.title,
            serves: optional(Kind::PlanResult, self.serves_id.as_ref(), &path("servesId"))?,
            provisional: self.provisional,
            assigned_by: self.assigned_by,
            indicators: indicators.collect::<Result<_, Refusal>>()?,
            action_plans: steps.collect::<Result<_, Refusal>>()?,
        })
    }
}
