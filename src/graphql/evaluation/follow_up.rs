//! Mutations after the ratings are final, and mutations of feedback and recommendations.

use super::{
    detail::{Feedback, Recommendation},
    mutation::{EvaluationPayload, evaluation_id, payload},
};
use crate::graphql::{
    context::ContextExt,
    enums::RecommendationKind,
    error::{self, UserError},
    id::{self, Kind},
    scalars::Uuid,
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::{Key, Refusal, feedback::FeedbackAbout, id::PlanId};
use service::{IdempotencyKey, evaluation as use_case};

/// Mutations after FINAL.
#[derive(Default)]
pub struct FollowUpMutation;

/// Feedback and recommendations.
#[derive(Default)]
pub struct RemarkMutation;

macro_rules! versioned_input {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(InputObject)]
        struct $name {
            /// The evaluation.
            evaluation_id: ID,
            /// The `version` that you last read; CONFLICT if the stored version is newer.
            expected_version: i32,
            /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not
            /// repeat the change.
            idempotency_key: Option<Uuid>,
        }

        impl $name {
            fn parse(
                self,
                ctx: &Context<'_>,
                operation: &'static str,
            ) -> async_graphql::Result<(IdempotencyKey, use_case::EvaluationVersion)> {
                let evaluation = evaluation_id(ctx, &self.evaluation_id)?;
                let version = use_case::EvaluationVersion { evaluation, expected_version: self.expected_version };
                Ok((IdempotencyKey { operation, key: self.idempotency_key.map(|key| key.0) }, version))
            }
        }
    )*};
}

versioned_input! {
    /// Input of `deliverEvaluation`: an annual result to deliver to the employee.
    DeliverEvaluationInput,
    /// Input of `acknowledgeEvaluation`: an annual result to acknowledge.
    AcknowledgeEvaluationInput,
    /// Input of `signEvaluation`: an annual document to sign.
    SignEvaluationInput,
    /// Input of `closeEvaluation`: an evaluation to close.
    CloseEvaluationInput,
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
        let (key, which) = input.parse(ctx, "deliverEvaluation")?;
        payload(ctx, use_case::deliver_evaluation(ctx.env()?, ctx.actor()?, key, which).await).await
    }

    /// Acknowledges the annual result. For the employee.
    async fn acknowledge_evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation, its version and an optional idempotency key.")]
        input: AcknowledgeEvaluationInput,
    ) -> async_graphql::Result<EvaluationPayload> {
        let (key, which) = input.parse(ctx, "acknowledgeEvaluation")?;
        payload(ctx, use_case::acknowledge_evaluation(ctx.env()?, ctx.actor()?, key, which).await).await
    }

    /// Signs the annual document in your role: employee, rater or rater's superior.
    async fn sign_evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation, its version and an optional idempotency key.")]
        input: SignEvaluationInput,
    ) -> async_graphql::Result<EvaluationPayload> {
        let (key, which) = input.parse(ctx, "signEvaluation")?;
        payload(ctx, use_case::sign_evaluation(ctx.env()?, ctx.actor()?, key, which).await).await
    }

    /// Closes a final periodic evaluation, or an annual one that all parties have signed.
    async fn close_evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation, its version and an optional idempotency key.")]
        input: CloseEvaluationInput,
    ) -> async_graphql::Result<EvaluationPayload> {
        let (key, which) = input.parse(ctx, "closeEvaluation")?;
        payload(ctx, use_case::close_evaluation(ctx.env()?, ctx.actor()?, key, which).await).await
    }
}

/// Input of `giveFeedback`: feedback about exactly one result row, activity or criterion.
#[derive(InputObject)]
struct GiveFeedbackInput {
    /// The plan of the person who receives the feedback.
    plan_id: ID,
    /// The result row of the plan that it is about.
    plan_result_id: Option<ID>,
    /// The activity under the plan that it is about.
    activity_id: Option<ID>,
    /// The behaviour value that it is about; see `criteria`.
    criterion_id: Option<ID>,
    /// The evaluation that lists the feedback; it must not be final yet. Null for feedback outside an evaluation.
    evaluation_id: Option<ID>,
    /// Text, 1 to 2,000 characters.
    text: String,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Uuid>,
}

/// Outcome of `giveFeedback`.
#[derive(SimpleObject)]
struct FeedbackPayload {
    /// The feedback; null if `errors` is not empty.
    feedback: Option<Feedback>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

/// Input of `recommend`: a career recommendation after an annual evaluation.
#[derive(InputObject)]
struct RecommendInput {
    /// The annual evaluation that it is based on; FINAL or later.
    evaluation_id: ID,
    /// Kind of recommendation.
    kind: RecommendationKind,
    /// Text, 1 to 2,000 characters.
    text: String,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Uuid>,
}

/// Outcome of `recommend`.
#[derive(SimpleObject)]
struct RecommendPayload {
    /// The recommendation; null if `errors` is not empty.
    recommendation: Option<Recommendation>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl RemarkMutation {
    /// Gives feedback on a result row, an activity or a behaviour value. For superiors.
    async fn give_feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan, the subject of the feedback, the text and an optional idempotency key.")]
        input: GiveFeedbackInput,
    ) -> async_graphql::Result<FeedbackPayload> {
        let key = IdempotencyKey { operation: "giveFeedback", key: input.idempotency_key.map(|key| key.0) };
        let plan: PlanId = id::argument(ctx, Kind::Plan, &input.plan_id, "planId")?;
        let evaluation = input.evaluation_id.as_ref().map(|id| evaluation_id(ctx, id)).transpose()?;
        let result = match input.about() {
            Ok(about) => {
                let give = use_case::GiveFeedback { plan, about, evaluation, text: input.text };
                use_case::give_feedback(ctx.env()?, ctx.actor()?, key, give).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        let (given, errors) = error::outcome(ctx, result)?;
        let of_plan = ctx.loaders()?.feedback_of_plans.find(ctx, plan).await?.unwrap_or_default();
        let feedback = of_plan.iter().find(|feedback| Some(feedback.id) == given).cloned();
        Ok(FeedbackPayload { feedback: feedback.map(Feedback), errors })
    }

    /// Recommends something for the person's career. For the rater and the rater's superior.
    async fn recommend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation, the recommendation and an optional idempotency key.")]
        input: RecommendInput,
    ) -> async_graphql::Result<RecommendPayload> {
        let key = IdempotencyKey { operation: "recommend", key: input.idempotency_key.map(|key| key.0) };
        let evaluation = evaluation_id(ctx, &input.evaluation_id)?;
        let recommend = use_case::Recommend { evaluation, kind: input.kind.into(), text: input.text };
        let result = use_case::recommend(ctx.env()?, ctx.actor()?, key, recommend).await;
        let (made, errors) = error::outcome(ctx, result)?;
        let all = match made {
            Some(_) => ctx.loaders()?.recommendations.find(ctx, evaluation).await?.unwrap_or_default(),
            None => Default::default(),
        };
        let recommendation = all.iter().find(|recommendation| Some(recommendation.id) == made).cloned();
        Ok(RecommendPayload { recommendation: recommendation.map(Recommendation), errors })
    }
}

impl GiveFeedbackInput {
    fn about(&self) -> Result<FeedbackAbout, Refusal> {
        match (&self.plan_result_id, &self.activity_id, &self.criterion_id) {
            (Some(row), None, None) => {
                id::parse(Kind::PlanResult, row, "planResultId").map(FeedbackAbout::Result)
            }
            (None, Some(activity), None) => {
                id::parse(Kind::Activity, activity, "activityId").map(FeedbackAbout::Activity)
            }
            (None, None, Some(criterion)) => {
                id::parse(Kind::Criterion, criterion, "criterionId").map(FeedbackAbout::Behaviour)
            }
            _ => Err(Refusal::input(["planResultId"], Key::FeedbackAboutOne)),
        }
    }
}
