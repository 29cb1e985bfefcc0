//! Inputs of reports and ratings.

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

/// Input of `reportRealisation`: the employee's report of the realisations.
#[derive(InputObject)]
pub struct ReportRealisationInput {
    /// The evaluation.
    pub evaluation_id: ID,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    pub expected_version: i32,
    /// The realisations; they replace an earlier report.
    pub realisations: Vec<RealisationInput>,
    /// The employee's own note, at most 2,000 characters.
    pub self_note: Option<String>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    pub idempotency_key: Option<Uuid>,
}

/// The realisation of a result row or indicator.
#[derive(InputObject)]
pub struct RealisationInput {
    /// A result row of the plan revision in force.
    plan_result_id: ID,
    /// An indicator of the row; null for the row as a whole.
    indicator_id: Option<ID>,
    /// Figure in the indicator's unit.
    value: Option<Decimal>,
    /// Description in words, at most 2,000 characters.
    text: String,
    /// The evidence for it, at most 20 links.
    #[graphql(default)]
    evidence: Vec<EvidenceInput>,
}

/// Input of `rateEvaluation`: a draft of the ratings, which replaces the previous draft.
#[derive(InputObject)]
pub struct RateEvaluationInput {
    /// The evaluation.
    pub evaluation_id: ID,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    pub expected_version: i32,
    /// Rating of the results; may be null in a draft. Not for a numeric scheme.
    pub result_rating: Option<Expectation>,
    /// Rating of the behaviour; may be null in a draft. Not for a numeric scheme.
    pub behaviour_rating: Option<Expectation>,
    /// Reason; required if `resultRating` is not AS_EXPECTED.
    pub result_reason: Option<String>,
    /// Reason; required if `behaviourRating` is not AS_EXPECTED.
    pub behaviour_reason: Option<String>,
    /// Ratings of result rows. They explain the rating and do not affect the predicate.
    #[graphql(default)]
    pub result_ratings: Vec<RowRatingInput>,
    /// Ratings of behaviour values. They explain the rating and do not affect the predicate.
    #[graphql(default)]
    pub behaviour_ratings: Vec<ValueRatingInput>,
    /// Reason for rating without a report; required if the employee reported nothing.
    pub unrated_report_reason: Option<String>,
    /// Scores for a numeric scheme, instead of the two ratings.
    pub scores: Option<ScoresInput>,
    /// Recognised trainings, at most 100. They appear in the explanation as evidence, up to the total hours and
    /// points that the regulation allows. A training that already counts in another final evaluation of the same kind
    /// and year is refused.
    #[graphql(default)]
    pub trainings: Vec<RecognisedTrainingInput>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    pub idempotency_key: Option<Uuid>,
}

/// A rating of a result row.
#[derive(InputObject)]
pub struct RowRatingInput {
    /// A result row of the plan revision in force.
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

/// Input of `finaliseEvaluation`: an evaluation to make final.
#[derive(InputObject)]
pub struct FinaliseEvaluationInput {
    /// The evaluation.
    pub evaluation_id: ID,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    pub expected_version: i32,
    /// Reason; required if the unit has no predicate in the period.
    pub missing_unit_predicate_reason: Option<String>,
    /// For an annual evaluation: a reason for each part of the year that has no final evaluation.
    #[graphql(default)]
    pub gap_reasons: Vec<GapInput>,
    /// The decision on the year. Required for an annual evaluation if the person had several plans in the year and
    /// the regulation leaves the predicate to the last rater; see `yearParts`.
    pub year_decision: Option<YearDecisionInput>,
    /// A reason for each earlier plan of the year that has no final result; see `yearParts`.
    #[graphql(default)]
    pub year_gap_reasons: Vec<YearGapInput>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    pub idempotency_key: Option<Uuid>,
}

/// The reason why a part of the year has no final evaluation.
#[derive(InputObject)]
pub struct GapInput {
    /// The part of the year.
    period_id: ID,
    /// The reason.
    reason: String,
}

/// Parses each item of a list, and adds its index to the path of a refusal.
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
