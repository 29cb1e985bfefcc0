//! Inputs of reports and ratings.

use super::{
    scores::ScoresInput,
    year::{YearDecisionInput, YearGapInput},
};
use crate::{
    activity::EvidenceLinkInput, enums::Expectation, given::Given, reader::Reader,
    scoring::RecognisedTrainingInput,
};
use async_graphql::InputObject;
use domain::{
    Key, Refusal,
    activity::EvidenceLink,
    evaluation::{Finalisation, Gap, Rating, Realisation, RowRating, ValueRating},
    id::{CriterionId, EvaluationId, IndicatorId, PeriodId, ResultId},
};
use service::evaluation as use_case;
use uuid::Uuid;

/// Input of `reportRealisation`: the employee's report of the realisations.
#[derive(InputObject)]
pub struct ReportRealisationInput {
    /// The evaluation.
    pub evaluation_id: Given<EvaluationId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    pub expected_version: i32,
    /// The realisations; they replace an earlier report.
    pub realisations: Vec<RealisationInput>,
    /// The employee's own note, at most 2,000 characters.
    pub self_note: Option<String>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    pub idempotency_key: Option<Given<Uuid>>,
}

/// The realisation of a result row or indicator.
#[derive(InputObject)]
pub struct RealisationInput {
    /// A result row of the plan revision in force, by its `rowKey` or its `id` in any revision.
    plan_result_id: Given<ResultId>,
    /// An indicator of the row, by its `rowKey` or its `id` in any revision; null for the row as a whole.
    indicator_id: Option<Given<IndicatorId>>,
    /// Figure in the indicator's unit.
    value: Option<Given<domain::Decimal>>,
    /// Description in words, at most 2,000 characters.
    text: String,
    /// The evidence for it, at most 20 links.
    #[graphql(default)]
    evidence: Vec<EvidenceLinkInput>,
}

/// A draft of the ratings, which replaces the previous draft.
#[derive(InputObject)]
pub struct EvaluationRatingInput {
    /// The evaluation.
    pub evaluation_id: Given<EvaluationId>,
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
    /// No longer used: a list that is not empty is refused. People record their own trainings, and verified ones appear
    /// in `Evaluation.trainings`.
    #[graphql(
        default,
        deprecation = "leave it out: people record their trainings with `recordTraining`; removed after 2028-12-31"
    )]
    pub trainings: Vec<RecognisedTrainingInput>,
}

/// Input of `rateEvaluation`: a draft of the ratings, which replaces the previous draft.
#[derive(InputObject)]
pub struct RateEvaluationInput {
    #[graphql(flatten)]
    pub rating: EvaluationRatingInput,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    pub idempotency_key: Option<Given<Uuid>>,
}

/// A rating of a result row.
#[derive(InputObject)]
pub struct RowRatingInput {
    /// A result row of the plan revision in force, by its `rowKey` or its `id` in any revision.
    plan_result_id: Given<ResultId>,
    /// The rating.
    rating: Expectation,
    /// A note, at most 2,000 characters.
    note: Option<String>,
}

/// A rating of a behaviour value.
#[derive(InputObject)]
pub struct ValueRatingInput {
    /// The criterion; see `criteria`.
    criterion_id: Given<CriterionId>,
    /// The rating.
    rating: Expectation,
    /// A note, at most 2,000 characters.
    note: Option<String>,
}

/// An evaluation to make final.
#[derive(InputObject)]
pub struct EvaluationFinalisationInput {
    /// The evaluation.
    pub evaluation_id: Given<EvaluationId>,
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
}

/// Input of `finaliseEvaluation`: an evaluation to make final.
#[derive(InputObject)]
pub struct FinaliseEvaluationInput {
    #[graphql(flatten)]
    pub finalisation: EvaluationFinalisationInput,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    pub idempotency_key: Option<Given<Uuid>>,
}

/// The reason why a part of the year has no final evaluation.
#[derive(InputObject)]
pub struct GapInput {
    /// The part of the year.
    period_id: Given<PeriodId>,
    /// The reason.
    reason: String,
}

impl EvaluationRatingInput {
    pub(super) fn read(self, read: &mut Reader) -> use_case::RateEvaluation {
        let evaluation = read.get("evaluationId", self.evaluation_id);
        if !self.trainings.is_empty() {
            read.refuse(Refusal::input(["trainings"], Key::TrainingsAreRecorded));
        }
        use_case::RateEvaluation {
            evaluation,
            expected_version: self.expected_version,
            rating: Rating {
                result_rating: self.result_rating.map(Into::into),
                behaviour_rating: self.behaviour_rating.map(Into::into),
                result_reason: self.result_reason,
                behaviour_reason: self.behaviour_reason,
                result_ratings: read.each("resultRatings", self.result_ratings, RowRatingInput::read),
                behaviour_ratings: read.each(
                    "behaviourRatings",
                    self.behaviour_ratings,
                    ValueRatingInput::read,
                ),
                unrated_report_reason: self.unrated_report_reason,
                scores: self.scores.map(|scores| scores.read(read)),
            },
        }
    }
}

impl EvaluationFinalisationInput {
    pub(super) fn read(self, read: &mut Reader) -> use_case::FinaliseEvaluation {
        use_case::FinaliseEvaluation {
            evaluation: read.get("evaluationId", self.evaluation_id),
            expected_version: self.expected_version,
            finalisation: Finalisation {
                missing_unit_predicate_reason: self.missing_unit_predicate_reason,
                gap_reasons: read.each("gapReasons", self.gap_reasons, GapInput::read),
                year_decision: self.year_decision.map(Into::into),
                year_gap_reasons: read.each("yearGapReasons", self.year_gap_reasons, YearGapInput::read),
            },
        }
    }
}

impl RealisationInput {
    pub(super) fn read(read: &mut Reader, realisation: Self) -> Realisation<EvidenceLink> {
        Realisation {
            result: read.get("planResultId", realisation.plan_result_id),
            indicator: read.optional("indicatorId", realisation.indicator_id),
            value: read.optional("value", realisation.value),
            text: realisation.text,
            evidence: realisation.evidence.into_iter().map(Into::into).collect(),
        }
    }
}

impl RowRatingInput {
    pub(super) fn read(read: &mut Reader, rating: Self) -> RowRating {
        RowRating {
            result: read.get("planResultId", rating.plan_result_id),
            rating: rating.rating.into(),
            note: rating.note,
        }
    }
}

impl ValueRatingInput {
    pub(super) fn read(read: &mut Reader, rating: Self) -> ValueRating {
        ValueRating {
            criterion: read.get("criterionId", rating.criterion_id),
            rating: rating.rating.into(),
            note: rating.note,
        }
    }
}

impl GapInput {
    pub(super) fn read(read: &mut Reader, gap: Self) -> Gap {
        Gap { period: read.get("periodId", gap.period_id), reason: gap.reason }
    }
}
