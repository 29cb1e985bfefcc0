//! Mutations up to the final evaluation: report, rate, finalise, reopen.

use super::{
    input::{
        FinaliseEvaluationInput, GapInput, RateEvaluationInput, RealisationInput, ReportRealisationInput,
        RowRatingInput, ValueRatingInput, each,
    },
    scores::ScoresInput,
    types::{Evaluation, one},
    year::YearGapInput,
};
use crate::graphql::{
    context::ContextExt,
    error::{self, OrFail, UserError},
    id::{self, Kind},
    scalars::Uuid,
    scoring,
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::{Refusal, id::EvaluationId};
use service::{IdempotencyKey, evaluation as use_case};

/// Mutations of ratings.
#[derive(Default)]
pub struct RatingMutation;

/// Input of `reopenEvaluation`: a final evaluation to make a draft again.
#[derive(InputObject)]
struct ReopenEvaluationInput {
    /// The evaluation.
    evaluation_id: ID,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The reason.
    reason: String,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Uuid>,
}

/// Outcome of a mutation of an evaluation.
#[derive(SimpleObject)]
pub(super) struct EvaluationPayload {
    /// The evaluation; null if `errors` is not empty.
    evaluation: Option<Evaluation>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl RatingMutation {
    /// Reports the realisations. For the employee; a new report replaces the previous one until the rater saves a
    /// draft.
    async fn report_realisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation, its version, the realisations and an optional idempotency key.")]
        input: ReportRealisationInput,
    ) -> async_graphql::Result<EvaluationPayload> {
        let key =
            IdempotencyKey { operation: "reportRealisation", key: input.idempotency_key.map(|key| key.0) };
        let evaluation = evaluation_id(ctx, &input.evaluation_id)?;
        let realisations = match each("realisations", input.realisations, RealisationInput::parse) {
            Ok(realisations) => realisations,
            Err(refusal) => return refused(ctx, refusal),
        };
        let report = use_case::ReportRealisation {
            evaluation,
            expected_version: input.expected_version,
            realisations,
            self_note: input.self_note,
        };
        payload(ctx, use_case::report_realisation(ctx.env()?, ctx.actor()?, key, report).await).await
    }

    /// Saves a draft of the ratings, after the report or, without one, after the report deadline. For the rater.
    async fn rate_evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The evaluation, its version, the ratings or scores, and an optional idempotency key."
        )]
        input: RateEvaluationInput,
    ) -> async_graphql::Result<EvaluationPayload> {
        let key = IdempotencyKey { operation: "rateEvaluation", key: input.idempotency_key.map(|key| key.0) };
        let evaluation = evaluation_id(ctx, &input.evaluation_id)?;
        let rows = each("resultRatings", input.result_ratings, RowRatingInput::parse);
        let values = each("behaviourRatings", input.behaviour_ratings, ValueRatingInput::parse);
        let scores = input.scores.map(ScoresInput::parse).transpose();
        let (result_ratings, behaviour_ratings, scores) = match (rows, values, scores) {
            (Ok(rows), Ok(values), Ok(scores)) => (rows, values, scores),
            (Err(refusal), ..) | (_, Err(refusal), _) | (.., Err(refusal)) => return refused(ctx, refusal),
        };
        let trainings = match scoring::trainings(input.trainings) {
            Ok(trainings) => trainings,
            Err(refusals) => return payload(ctx, Err(refusals.into())).await,
        };
        let rating = use_case::RateEvaluation {
            evaluation,
            expected_version: input.expected_version,
            result_rating: input.result_rating.map(Into::into),
            behaviour_rating: input.behaviour_rating.map(Into::into),
            result_reason: input.result_reason,
            behaviour_reason: input.behaviour_reason,
            result_ratings,
            behaviour_ratings,
            unrated_report_reason: input.unrated_report_reason,
            scores,
            trainings,
        };
        payload(ctx, use_case::rate_evaluation(ctx.env()?, ctx.actor()?, key, rating).await).await
    }

    /// Makes the ratings final and stores the predicate that follows from them. A final periodic evaluation locks the
    /// activities of its part of the year; a final annual one locks the plan. For the rater.
    async fn finalise_evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The evaluation, its version, reasons where they are required, and an optional idempotency key."
        )]
        input: FinaliseEvaluationInput,
    ) -> async_graphql::Result<EvaluationPayload> {
        let key =
            IdempotencyKey { operation: "finaliseEvaluation", key: input.idempotency_key.map(|key| key.0) };
        let evaluation = evaluation_id(ctx, &input.evaluation_id)?;
        let gaps = each("gapReasons", input.gap_reasons, GapInput::parse);
        let year_gaps = each("yearGapReasons", input.year_gap_reasons, YearGapInput::parse);
        let (gap_reasons, year_gap_reasons) = match (gaps, year_gaps) {
            (Ok(gaps), Ok(year_gaps)) => (gaps, year_gaps),
            (Err(refusal), _) | (_, Err(refusal)) => return refused(ctx, refusal),
        };
        let finalise = use_case::FinaliseEvaluation {
            evaluation,
            expected_version: input.expected_version,
            missing_unit_predicate_reason: input.missing_unit_predicate_reason,
            gap_reasons,
            year_decision: input.year_decision.map(Into::into),
            year_gap_reasons,
        };
        payload(ctx, use_case::finalise_evaluation(ctx.env()?, ctx.actor()?, key, finalise).await).await
    }

    /// Makes final ratings a draft again. For the rater while the period is open, for admins afterwards.
    async fn reopen_evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation, its version, the reason and an optional idempotency key.")]
        input: ReopenEvaluationInput,
    ) -> async_graphql::Result<EvaluationPayload> {
        let key =
            IdempotencyKey { operation: "reopenEvaluation", key: input.idempotency_key.map(|key| key.0) };
        let reopen = use_case::ReopenEvaluation {
            evaluation: evaluation_id(ctx, &input.evaluation_id)?,
            expected_version: input.expected_version,
            reason: input.reason,
        };
        payload(ctx, use_case::reopen_evaluation(ctx.env()?, ctx.actor()?, key, reopen).await).await
    }
}

pub(super) fn evaluation_id(ctx: &Context<'_>, id: &ID) -> async_graphql::Result<EvaluationId> {
    id::argument(ctx, Kind::Evaluation, id, "evaluationId")
}

fn refused(ctx: &Context<'_>, refusal: Refusal) -> async_graphql::Result<EvaluationPayload> {
    let (_, errors) = error::outcome::<()>(ctx, Err(refusal.into()))?;
    Ok(EvaluationPayload { evaluation: None, errors })
}

pub(super) async fn payload(
    ctx: &Context<'_>,
    result: service::Result<EvaluationId>,
) -> async_graphql::Result<EvaluationPayload> {
    let (id, errors) = error::outcome(ctx, result)?;
    let evaluation = match id {
        Some(id) => Some(one(ctx, id).await?.ok_or(service::Error::NotFound).or_fail(ctx)?),
        None => None,
    };
    Ok(EvaluationPayload { evaluation, errors })
}
