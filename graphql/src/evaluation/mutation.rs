//! Mutations up to the final evaluation: report, rate, finalise, reopen.

use super::{
    input::{FinaliseEvaluationInput, RateEvaluationInput, RealisationInput, ReportRealisationInput},
    types::{Evaluation, one},
};
use crate::{
    context::ContextExt,
    error::{self, OrFail, UserError},
    given::Given,
    reader::Reader,
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use domain::id::EvaluationId;
use service::evaluation as use_case;
use uuid::Uuid;

/// Mutations of ratings.
#[derive(Default)]
pub struct RatingMutation;

/// Input of `reopenEvaluation`: a final evaluation to make a draft again.
#[derive(InputObject)]
struct ReopenEvaluationInput {
    /// The evaluation.
    evaluation_id: Given<EvaluationId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The reason.
    reason: String,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
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
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let evaluation = read.get("evaluationId", input.evaluation_id);
        let report = use_case::ReportRealisation {
            evaluation,
            expected_version: input.expected_version,
            realisations: read.each("realisations", input.realisations, RealisationInput::read),
            self_note: input.self_note,
        };
        payload(ctx, read.run(use_case::report_realisation(ctx.env()?, ctx.actor()?, key, report)).await)
            .await
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
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let rating = input.rating.read(&mut read);
        payload(ctx, read.run(use_case::rate_evaluation(ctx.env()?, ctx.actor()?, key, rating)).await).await
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
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let finalise = input.finalisation.read(&mut read);
        payload(ctx, read.run(use_case::finalise_evaluation(ctx.env()?, ctx.actor()?, key, finalise)).await)
            .await
    }

    /// Makes final ratings a draft again. For the rater while the period is open, for admins afterwards. A delivered or
    /// acknowledged annual result can be reopened only by the rater's superior, until `objectionUntil` and before the
    /// employee signs or objects. The employee is notified, and the next delivery starts the objection period again.
    async fn reopen_evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation, its version, the reason and an optional idempotency key.")]
        input: ReopenEvaluationInput,
    ) -> async_graphql::Result<EvaluationPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let reopen = use_case::ReopenEvaluation {
            evaluation: read.get("evaluationId", input.evaluation_id),
            expected_version: input.expected_version,
            reason: input.reason,
        };
        payload(ctx, read.run(use_case::reopen_evaluation(ctx.env()?, ctx.actor()?, key, reopen)).await).await
    }
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
