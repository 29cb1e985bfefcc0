//! Mutations after the ratings are final.

use super::mutation::{EvaluationPayload, payload};
use crate::{context::ContextExt, given::Given, reader::Reader};
use async_graphql::{Context, InputObject, Object};
use domain::id::EvaluationId;
use service::{IdempotencyKey, evaluation as use_case};
use uuid::Uuid;

/// Mutations of evaluations that are FINAL or later.
#[derive(Default)]
pub struct FollowUpMutation;

macro_rules! versioned_input {
    ($($(#[$doc:meta])* $name:ident: $Step:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(InputObject)]
        struct $name {
            /// The evaluation.
            evaluation_id: Given<EvaluationId>,
            /// The `version` that you last read; CONFLICT if the stored version is newer.
            expected_version: i32,
            /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not
            /// repeat the change.
            idempotency_key: Option<Given<Uuid>>,
        }

        impl $name {
            fn read(self, read: &mut Reader) -> (IdempotencyKey, use_case::$Step) {
                let evaluation = read.get("evaluationId", self.evaluation_id);
                let version = use_case::EvaluationVersion { evaluation, expected_version: self.expected_version };
                (read.key(self.idempotency_key), use_case::$Step(version))
            }
        }
    )*};
}

versioned_input! {
    /// Input of `acknowledgeEvaluation`: an annual result to acknowledge.
    AcknowledgeEvaluationInput: AcknowledgeEvaluation,
    /// Input of `signEvaluation`: an annual document to sign.
    SignEvaluationInput: SignEvaluation,
    /// Input of `closeEvaluation`: an evaluation to close.
    CloseEvaluationInput: CloseEvaluation,
}

/// Input of `deliverEvaluation`: an annual result to deliver to the employee.
#[derive(InputObject)]
struct DeliverEvaluationInput {
    /// The evaluation.
    evaluation_id: Given<EvaluationId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// Day on which you handed over the result on paper. Required for a person whose account is not activated, because
    /// they can't read the result in an app; refused for everyone else. The objection period starts on this day.
    handed_over_on: Option<Given<domain::time::Date>>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

#[Object]
impl FollowUpMutation {
    /// Delivers the annual result to the employee, which starts the objection period. For the rater.
    async fn deliver_evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation, its version and an optional idempotency key.")]
        input: DeliverEvaluationInput,
    ) -> async_graphql::Result<EvaluationPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let evaluation = read.get("evaluationId", input.evaluation_id);
        let version = use_case::EvaluationVersion { evaluation, expected_version: input.expected_version };
        let handed_over = read.optional("handedOverOn", input.handed_over_on);
        let which = use_case::DeliverEvaluation { version, handed_over };
        payload(ctx, read.run(use_case::deliver_evaluation(ctx.env()?, ctx.actor()?, key, which)).await).await
    }

    /// Acknowledges the annual result. For the employee.
    async fn acknowledge_evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation, its version and an optional idempotency key.")]
        input: AcknowledgeEvaluationInput,
    ) -> async_graphql::Result<EvaluationPayload> {
        let mut read = Reader::new(ctx)?;
        let (key, which) = input.read(&mut read);
        payload(ctx, read.run(use_case::acknowledge_evaluation(ctx.env()?, ctx.actor()?, key, which)).await)
            .await
    }

    /// Signs the annual document in your role: employee, rater or rater's superior.
    async fn sign_evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation, its version and an optional idempotency key.")]
        input: SignEvaluationInput,
    ) -> async_graphql::Result<EvaluationPayload> {
        let mut read = Reader::new(ctx)?;
        let (key, which) = input.read(&mut read);
        payload(ctx, read.run(use_case::sign_evaluation(ctx.env()?, ctx.actor()?, key, which)).await).await
    }

    /// Closes a final periodic evaluation, or an annual one that the rater and the rater's superior have signed. An
    /// annual one can be closed only after `objectionUntil`; until then it is TOO_EARLY, even if everyone has signed.
    /// After that day the server also closes it by itself, within a minute. For the rater and admins.
    async fn close_evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation, its version and an optional idempotency key.")]
        input: CloseEvaluationInput,
    ) -> async_graphql::Result<EvaluationPayload> {
        let mut read = Reader::new(ctx)?;
        let (key, which) = input.read(&mut read);
        payload(ctx, read.run(use_case::close_evaluation(ctx.env()?, ctx.actor()?, key, which)).await).await
    }
}
