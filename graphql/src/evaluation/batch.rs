//! Mutations of several evaluations: one outcome for each row, with the rules of the mutations of one evaluation.

use super::{
    input::{EvaluationFinalisationInput, EvaluationRatingInput},
    types::{Evaluation, one},
};
use crate::{
    context::ContextExt,
    error::{self, UserError},
    given::Given,
    reader::Reader,
    weight::{cost, list_size},
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use domain::id::EvaluationId;
use service::{
    batch::RowOutcome,
    evaluation::{self as use_case, Projection},
};
use uuid::Uuid;

/// Mutations of several evaluations.
#[derive(Default)]
pub struct EvaluationsMutation;

/// An evaluation and the version of it that you last read.
#[derive(InputObject)]
struct EvaluationVersionInput {
    /// The evaluation.
    evaluation_id: Given<EvaluationId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
}

macro_rules! batch_input {
    ($($(#[$doc:meta])* $name:ident { $(#[$rows:meta])* $row:ident })*) => {$(
        $(#[$doc])*
        #[derive(InputObject)]
        struct $name {
            $(#[$rows])*
            rows: Vec<$row>,
            /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not
            /// repeat the change.
            idempotency_key: Option<Given<Uuid>>,
        }
    )*};
}

batch_input! {
    /// Input of `rateEvaluations`: drafts of ratings.
    RateEvaluationsInput {
        /// The evaluations, at most 100, each with its own ratings and reasons. An error in one row does not affect the
        /// others.
        EvaluationRatingInput
    }
    /// Input of `finaliseEvaluations`: evaluations to make final.
    FinaliseEvaluationsInput {
        /// The evaluations, at most 100, each with its own reasons. An error in one row does not affect the others.
        EvaluationFinalisationInput
    }
    /// Input of `deliverEvaluations`: annual results to deliver to the employees.
    DeliverEvaluationsInput {
        /// The evaluations, at most 100. An error in one row does not affect the others.
        EvaluationVersionInput
    }
    /// Input of `signEvaluations`: annual documents to sign.
    SignEvaluationsInput {
        /// The evaluations, at most 100. An error in one row does not affect the others.
        EvaluationVersionInput
    }
    /// Input of `closeEvaluations`: evaluations to close.
    CloseEvaluationsInput {
        /// The evaluations, at most 100. An error in one row does not affect the others.
        EvaluationVersionInput
    }
}

/// The outcome of one row.
#[derive(SimpleObject)]
struct EvaluationRowPayload {
    /// Index of the row in the input, from 0.
    row: i32,
    /// The evaluation; null if `errors` is not empty.
    evaluation: Option<Evaluation>,
    /// Errors that the client can act on; if there are any, nothing of this row was written. Paths are relative to
    /// the row.
    #[graphql(directive = list_size::apply(1))]
    errors: Vec<UserError>,
}

/// Outcome of a batch of evaluations.
#[derive(SimpleObject)]
struct EvaluationsPayload {
    /// One result for each row, in input order; empty if the whole batch was refused (see `errors`).
    results: Vec<EvaluationRowPayload>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl EvaluationsMutation {
    /// Saves drafts of ratings, each row with its own ratings and reasons: one transaction, one outcome for each row,
    /// with the rules of `rateEvaluation`. For the rater.
    #[graphql(directive = cost::apply(8))]
    async fn rate_evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluations with their ratings and an optional idempotency key.")]
        input: RateEvaluationsInput,
    ) -> async_graphql::Result<EvaluationsPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let rows = read.rows("rows", input.rows, |read, row| row.read(read));
        let run = use_case::rate_evaluations(ctx.env()?, ctx.actor()?, key, rows);
        payload(ctx, read.run(run).await).await
    }

    /// Makes ratings final, each row with its own reasons: one transaction, one outcome for each row, with the rules of
    /// `finaliseEvaluation`. For the rater.
    #[graphql(directive = cost::apply(12))]
    async fn finalise_evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluations with their reasons and an optional idempotency key.")]
        input: FinaliseEvaluationsInput,
    ) -> async_graphql::Result<EvaluationsPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let rows = read.rows("rows", input.rows, |read, row| row.read(read));
        let run = use_case::finalise_evaluations(ctx.env()?, ctx.actor()?, key, rows);
        payload(ctx, read.run(run).await).await
    }

    /// Delivers annual results to the employees: one transaction, one outcome for each row, with the rules of
    /// `deliverEvaluation`. Use `deliverEvaluation` for a result that you handed over on paper. For the rater.
    #[graphql(directive = cost::apply(8))]
    async fn deliver_evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluations and an optional idempotency key.")] input: DeliverEvaluationsInput,
    ) -> async_graphql::Result<EvaluationsPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let rows = read.rows("rows", input.rows, |read, row| {
            let version = EvaluationVersionInput::parse(read, row);
            use_case::DeliverEvaluation { version, handed_over: None }
        });
        let run = use_case::deliver_evaluations(ctx.env()?, ctx.actor()?, key, rows);
        payload(ctx, read.run(run).await).await
    }

    /// Signs annual documents in your role: one transaction, one outcome for each row, with the rules of
    /// `signEvaluation`.
    #[graphql(directive = cost::apply(8))]
    async fn sign_evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluations and an optional idempotency key.")] input: SignEvaluationsInput,
    ) -> async_graphql::Result<EvaluationsPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let rows = read.rows("rows", input.rows, |read, row| {
            use_case::SignEvaluation(EvaluationVersionInput::parse(read, row))
        });
        let run = use_case::sign_evaluations(ctx.env()?, ctx.actor()?, key, rows);
        payload(ctx, read.run(run).await).await
    }

    /// Closes evaluations: one transaction, one outcome for each row, with the rules of `closeEvaluation`. For the rater
    /// and admins.
    #[graphql(directive = cost::apply(8))]
    async fn close_evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluations and an optional idempotency key.")] input: CloseEvaluationsInput,
    ) -> async_graphql::Result<EvaluationsPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let rows = read.rows("rows", input.rows, |read, row| {
            use_case::CloseEvaluation(EvaluationVersionInput::parse(read, row))
        });
        let run = use_case::close_evaluations(ctx.env()?, ctx.actor()?, key, rows);
        payload(ctx, read.run(run).await).await
    }
}

impl EvaluationVersionInput {
    fn parse(read: &mut Reader, row: Self) -> use_case::EvaluationVersion {
        use_case::EvaluationVersion {
            evaluation: read.get("evaluationId", row.evaluation_id),
            expected_version: row.expected_version,
        }
    }
}

async fn payload(
    ctx: &Context<'_>,
    result: service::Result<Vec<RowOutcome<EvaluationId>>>,
) -> async_graphql::Result<EvaluationsPayload> {
    let (outcomes, errors) = error::outcome(ctx, result)?;
    let outcomes = outcomes.unwrap_or_default();
    let changed = outcomes.iter().filter_map(|outcome| outcome.done);
    let keys = changed.map(|id| (id, Projection::FULL));
    ctx.loaders()?.evaluations.prefetch(keys.collect()).await;
    let mut results = Vec::with_capacity(outcomes.len());
    for (row, outcome) in (0..).zip(outcomes) {
        let evaluation = match outcome.done {
            Some(evaluation) => one(ctx, evaluation).await?,
            None => None,
        };
        results.push(EvaluationRowPayload { row, evaluation, errors: error::of_row(ctx, outcome.refusals) });
    }
    Ok(EvaluationsPayload { results, errors })
}
