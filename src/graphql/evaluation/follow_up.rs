//! Mutations that follow a final evaluation, and remarks: feedback and recommendations.

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
            /// The version that you have seen.
            expected_version: i32,
            /// Makes it safe to send again.
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
    /// An annual result to hand over.
    DeliverEvaluationInput,
    /// An annual result to take note of.
    AcknowledgeEvaluationInput,
    /// An annual document to sign.
    SignEvaluationInput,
    /// An evaluation to close.
    CloseEvaluationInput,
}

#[Object]
impl FollowUpMutation {
    /// The rater hands the annual result over; from here the time for an objection runs.
    async fn deliver_evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: DeliverEvaluationInput,
    ) -> async_graphql::Result<EvaluationPayload> {
        let (key, which) = input.parse(ctx, "deliverEvaluation")?;
        payload(ctx, use_case::deliver_evaluation(ctx.env()?, ctx.actor()?, key, which).await).await
    }

    /// The employee takes note of the annual result.
    async fn acknowledge_evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: AcknowledgeEvaluationInput,
    ) -> async_graphql::Result<EvaluationPayload> {
        let (key, which) = input.parse(ctx, "acknowledgeEvaluation")?;
        payload(ctx, use_case::acknowledge_evaluation(ctx.env()?, ctx.actor()?, key, which).await).await
    }

    /// Signs the annual document as employee, rater or rater's superior, whichever you are.
    async fn sign_evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: SignEvaluationInput,
    ) -> async_graphql::Result<EvaluationPayload> {
        let (key, which) = input.parse(ctx, "signEvaluation")?;
        payload(ctx, use_case::sign_evaluation(ctx.env()?, ctx.actor()?, key, which).await).await
    }

    /// Closes a final periodic evaluation, or an annual one that all have signed.
    async fn close_evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: CloseEvaluationInput,
    ) -> async_graphql::Result<EvaluationPayload> {
        let (key, which) = input.parse(ctx, "closeEvaluation")?;
        payload(ctx, use_case::close_evaluation(ctx.env()?, ctx.actor()?, key, which).await).await
    }
}

/// A feedback: about exactly one of a row, an activity and a criterion.
#[derive(InputObject)]
struct GiveFeedbackInput {
    /// The plan of the person that it is for.
    plan_id: ID,
    /// About this result row of the plan.
    plan_result_id: Option<ID>,
    /// About this activity under the plan.
    activity_id: Option<ID>,
    /// About this behaviour value.
    criterion_id: Option<ID>,
    /// The evaluation in whose column it stands; it must not be final yet. Null: feedback of its own.
    evaluation_id: Option<ID>,
    /// What it says, 1 to 2,000 characters.
    text: String,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// The outcome of `giveFeedback`.
#[derive(SimpleObject)]
struct FeedbackPayload {
    /// The feedback; null when `errors` tells why.
    feedback: Option<Feedback>,
    /// What you can act on; nothing was written then.
    errors: Vec<UserError>,
}

/// A recommendation that ends a year.
#[derive(InputObject)]
struct RecommendInput {
    /// The annual evaluation that it follows from; final or later.
    evaluation_id: ID,
    /// What is recommended.
    kind: RecommendationKind,
    /// In words, 1 to 2,000 characters.
    text: String,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// The outcome of `recommend`.
#[derive(SimpleObject)]
struct RecommendPayload {
    /// The recommendation; null when `errors` tells why.
    recommendation: Option<Recommendation>,
    /// What you can act on; nothing was written then.
    errors: Vec<UserError>,
}

#[Object]
impl RemarkMutation {
    /// A superior gives feedback on a result row, an activity or a behaviour value.
    async fn give_feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: GiveFeedbackInput,
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

    /// The rater or the rater's superior recommends something for the person's career.
    async fn recommend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: RecommendInput,
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
