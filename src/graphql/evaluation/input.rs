//! Reports and ratings as clients send them.

use super::{
    scores::ScoresInput,
    year::{YearDecisionInput, YearGapInput},
};
use crate::graphql::{
    activity::EvidenceInput,
    enums::Expectation,
    id::{self, Kind},
    scalars::{Decimal, Uuid},
    scoring::RecognisedTrainingInput,
};
use async_graphql::{ID, InputObject};
use domain::{
    Refusal,
    evaluation::{Gap, RowRating, ValueRating},
};
use service::evaluation as use_case;

/// A report of what was reached.
#[derive(InputObject)]
pub struct ReportRealisationInput {
    /// The evaluation.
    pub evaluation_id: ID,
    /// The version that you have seen.
    pub expected_version: i32,
    /// What was reached; replaces an earlier report.
    pub realisations: Vec<RealisationInput>,
    /// What there is to add, at most 2,000 characters.
    pub self_note: Option<String>,
    /// Makes it safe to send again.
    pub idempotency_key: Option<Uuid>,
}

/// What was reached of a row or an indicator.
#[derive(InputObject)]
pub struct RealisationInput {
    /// The row of the plan in force.
    plan_result_id: ID,
    /// The indicator of the row; null for the row as a whole.
    indicator_id: Option<ID>,
    /// The figure, in the indicator's unit.
    value: Option<Decimal>,
    /// In words, at most 2,000 characters.
    text: String,
    /// What shows it, at most 20.
    #[graphql(default)]
    evidence: Vec<EvidenceInput>,
}

/// A draft of the ratings; it replaces the one before it.
#[derive(InputObject)]
pub struct RateEvaluationInput {
    /// The evaluation.
    pub evaluation_id: ID,
    /// The version that you have seen.
    pub expected_version: i32,
    /// The judgement of the results; may be left open in a draft. Not by a numeric scheme.
    pub result_rating: Option<Expectation>,
    /// The judgement of the behaviour; may be left open in a draft. Not by a numeric scheme.
    pub behaviour_rating: Option<Expectation>,
    /// Required where the results are not as expected.
    pub result_reason: Option<String>,
    /// Required where the behaviour is not as expected.
    pub behaviour_reason: Option<String>,
    /// Ratings of rows, to explain.
    #[graphql(default)]
    pub result_ratings: Vec<RowRatingInput>,
    /// Ratings of behaviour values, to explain.
    #[graphql(default)]
    pub behaviour_ratings: Vec<ValueRatingInput>,
    /// Required where nothing was reported.
    pub unrated_report_reason: Option<String>,
    /// By a numeric scheme, in place of the two ratings.
    pub scores: Option<ScoresInput>,
    /// Recognised trainings, at most 100: they stand in the explanation as evidence, within the hours and points that the
    /// regulation allows in all. One that counts in another final evaluation of the same kind and year is refused.
    #[graphql(default)]
    pub trainings: Vec<RecognisedTrainingInput>,
    /// Makes it safe to send again.
    pub idempotency_key: Option<Uuid>,
}

/// A rating of a row.
#[derive(InputObject)]
pub struct RowRatingInput {
    /// The row of the plan in force.
    plan_result_id: ID,
    /// The rating.
    rating: Expectation,
    /// A note, at most 2,000 characters.
    note: Option<String>,
}

/// A rating of a behaviour value.
#[derive(InputObject)]
pub struct ValueRatingInput {
    /// The criterion; see `criteria`.
    criterion_id: ID,
    /// The rating.
    rating: Expectation,
    /// A note, at most 2,000 characters.
    note: Option<String>,
}

/// Ratings to make final.
#[derive(InputObject)]
pub struct FinaliseEvaluationInput {
    /// The evaluation.
    pub evaluation_id: ID,
    /// The version that you have seen.
    pub expected_version: i32,
    /// Required where the unit's predicate of the period is not set.
    pub missing_unit_predicate_reason: Option<String>,
    /// Required for each part of the year that is not final; only of an annual evaluation.
    #[graphql(default)]
    pub gap_reasons: Vec<GapInput>,
    /// Required of an annual evaluation whose person had several plans in the year, where the regulation leaves the
    /// predicate of the year to the last rater; see `yearParts`.
    pub year_decision: Option<YearDecisionInput>,
    /// Required for each earlier plan of the year that has no final result; see `yearParts`.
    #[graphql(default)]
    pub year_gap_reasons: Vec<YearGapInput>,
    /// Makes it safe to send again.
    pub idempotency_key: Option<Uuid>,
}

/// A part of the year that is not final, with the reason.
#[derive(InputObject)]
pub struct GapInput {
    /// The part.
    period_id: ID,
    /// Why.
    reason: String,
}

/// Parses each item of a list, with its place in the path.
pub(super) fn each<I, T>(
    field: &str,
    items: Vec<I>,
    parse: impl Fn(I) -> Result<T, Refusal>,
) -> Result<Vec<T>, Refusal> {
    let under = |index: usize| [field.to_owned(), index.to_string()];
    items
        .into_iter()
        .enumerate()
        .map(|(index, item)| parse(item).map_err(|refusal| refusal.under(under(index))))
        .collect()
}

impl RealisationInput {
    pub(super) fn parse(self) -> Result<use_case::RealisationInput, Refusal> {
        let indicator = self.indicator_id.map(|id| id::parse(Kind::Indicator, &id, "indicatorId"));
        Ok(use_case::RealisationInput {
            result: id::parse(Kind::PlanResult, &self.plan_result_id, "planResultId")?,
            indicator: indicator.transpose()?,
            value: self.value.map(|value| value.0),
            text: self.text,
            evidence: self.evidence.into_iter().map(Into::into).collect(),
        })
    }
}

impl RowRatingInput {
    pub(super) fn parse(self) -> Result<RowRating, Refusal> {
        Ok(RowRating {
            result: id::parse(Kind::PlanResult, &self.plan_result_id, "planResultId")?,
            rating: self.rating.into(),
            note: self.note,
        })
    }
}

impl ValueRatingInput {
    pub(super) fn parse(self) -> Result<ValueRating, Refusal> {
        Ok(ValueRating {
            criterion: id::parse(Kind::Criterion, &self.criterion_id, "criterionId")?,
            rating: self.rating.into(),
            note: self.note,
        })
    }
}

impl GapInput {
    pub(super) fn parse(self) -> Result<Gap, Refusal> {
        Ok(Gap { period: id::parse(Kind::Period, &self.period_id, "periodId")?, reason: self.reason })
    }
}
