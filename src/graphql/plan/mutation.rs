//! Mutations of plans.

use super::{
    input::PlanContentInput,
    types::{Plan, one},
};
use crate::graphql::{
    context::ContextExt,
    enums::ReviewDecision,
    error::{self, OrFail, UserError},
    id::{self, Kind},
    scalars::Uuid,
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::{Refusal, id::PlanId};
use service::{IdempotencyKey, plan as use_case};

/// Mutations of a plan's contents, by its owner.
#[derive(Default)]
pub struct PlanContentMutation;

/// Mutations that decide on a plan.
#[derive(Default)]
pub struct PlanDecisionMutation;

/// Input of `createPlan`: a plan to start.
#[derive(InputObject)]
struct CreatePlanInput {
    /// Your own assignment.
    assignment_id: ID,
    /// The year.
    period_id: ID,
    /// The first contents; null to start empty.
    content: Option<PlanContentInput>,
    /// An earlier plan of yours to copy the contents from; not together with `content`. Rows that contributed to a
    /// superior's row become provisional.
    copy_from: Option<ID>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Uuid>,
}

/// Input of `updatePlan`: new contents of a plan.
#[derive(InputObject)]
struct UpdatePlanInput {
    /// The plan.
    plan_id: ID,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The complete contents. Rows that are omitted are removed.
    content: PlanContentInput,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Uuid>,
}

/// Input of `submitPlan`: a plan to submit to the rater.
#[derive(InputObject)]
struct SubmitPlanInput {
    /// The plan.
    plan_id: ID,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Uuid>,
}

/// Input of `withdrawPlan`: a submitted plan to withdraw.
#[derive(InputObject)]
struct WithdrawPlanInput {
    /// The plan.
    plan_id: ID,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Uuid>,
}

/// Input of `reviewPlan`: the rater's decision on a submitted plan or revision.
#[derive(InputObject)]
struct ReviewPlanInput {
    /// The plan.
    plan_id: ID,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// APPROVE or RETURN.
    decision: ReviewDecision,
    /// The reason; required with RETURN.
    reason: Option<String>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Uuid>,
}

/// Input of `revisePlan`: an approved plan to revise.
#[derive(InputObject)]
struct RevisePlanInput {
    /// The plan.
    plan_id: ID,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The reason.
    reason: String,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Uuid>,
}

/// Input of `linkPlanResult`: a provisional row to link.
#[derive(InputObject)]
struct LinkPlanResultInput {
    /// The plan.
    plan_id: ID,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The provisional row of the plan.
    plan_result_id: ID,
    /// The row of the superior's plan that it contributes to.
    serves_id: ID,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Uuid>,
}

/// Input of `cancelPlan`: a plan to cancel.
#[derive(InputObject)]
struct CancelPlanInput {
    /// The plan.
    plan_id: ID,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The reason.
    reason: String,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Uuid>,
}

/// Input of `closePlan`: a plan to close.
#[derive(InputObject)]
struct ClosePlanInput {
    /// The plan.
    plan_id: ID,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Uuid>,
}

/// Outcome of a mutation of a plan.
#[derive(SimpleObject)]
struct PlanPayload {
    /// The plan; null if `errors` is not empty.
    plan: Option<Plan>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl PlanContentMutation {
    /// Starts a draft plan for your own assignment: empty, with contents, or as a copy of an earlier plan.
    async fn create_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The assignment, the year, the first contents and an optional idempotency key.")]
        input: CreatePlanInput,
    ) -> async_graphql::Result<PlanPayload> {
        let key = IdempotencyKey { operation: "createPlan", key: input.idempotency_key.map(|key| key.0) };
        let content = match input.content.map(PlanContentInput::parse).transpose() {
            Ok(content) => content,
            Err(refusal) => return refused(ctx, refusal),
        };
        let copy_from = input.copy_from.map(|plan| id::argument(ctx, Kind::Plan, &plan, "copyFrom"));
        let create = use_case::CreatePlan {
            assignment: id::argument(ctx, Kind::Assignment, &input.assignment_id, "assignmentId")?,
            period: id::argument(ctx, Kind::Period, &input.period_id, "periodId")?,
            content,
            copy_from: copy_from.transpose()?,
        };
        payload(ctx, use_case::create_plan(ctx.env()?, ctx.actor()?, key, create).await).await
    }

    /// Replaces the contents of a draft plan or draft revision.
    async fn update_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan, its version, the complete contents and an optional idempotency key.")]
        input: UpdatePlanInput,
    ) -> async_graphql::Result<PlanPayload> {
        let key = IdempotencyKey { operation: "updatePlan", key: input.idempotency_key.map(|key| key.0) };
        let content = match input.content.parse() {
            Ok(content) => content,
            Err(refusal) => return refused(ctx, refusal),
        };
        let update = use_case::UpdatePlan {
            plan: plan_id(ctx, &input.plan_id)?,
            expected_version: input.expected_version,
            content,
        };
        payload(ctx, use_case::update_plan(ctx.env()?, ctx.actor()?, key, update).await).await
    }

    /// Submits a plan, or its revision, to the rater.
    async fn submit_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan, its version and an optional idempotency key.")] input: SubmitPlanInput,
    ) -> async_graphql::Result<PlanPayload> {
        let key = IdempotencyKey { operation: "submitPlan", key: input.idempotency_key.map(|key| key.0) };
        let submit = use_case::SubmitPlan {
            plan: plan_id(ctx, &input.plan_id)?,
            expected_version: input.expected_version,
        };
        payload(ctx, use_case::submit_plan(ctx.env()?, ctx.actor()?, key, submit).await).await
    }

    /// Withdraws a submitted plan, or its revision, before the rater decides.
    async fn withdraw_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan, its version and an optional idempotency key.")] input: WithdrawPlanInput,
    ) -> async_graphql::Result<PlanPayload> {
        let key = IdempotencyKey { operation: "withdrawPlan", key: input.idempotency_key.map(|key| key.0) };
        let withdraw = use_case::WithdrawPlan {
            plan: plan_id(ctx, &input.plan_id)?,
            expected_version: input.expected_version,
        };
        payload(ctx, use_case::withdraw_plan(ctx.env()?, ctx.actor()?, key, withdraw).await).await
    }

    /// Links a provisional row to a row of the superior's plan, without a revision.
    async fn link_plan_result(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan, its version, the two rows and an optional idempotency key.")]
        input: LinkPlanResultInput,
    ) -> async_graphql::Result<PlanPayload> {
        let key = IdempotencyKey { operation: "linkPlanResult", key: input.idempotency_key.map(|key| key.0) };
        let link = use_case::LinkPlanResult {
            plan: plan_id(ctx, &input.plan_id)?,
            expected_version: input.expected_version,
            result: id::argument(ctx, Kind::PlanResult, &input.plan_result_id, "planResultId")?,
            serves: id::argument(ctx, Kind::PlanResult, &input.serves_id, "servesId")?,
        };
        payload(ctx, use_case::link_plan_result(ctx.env()?, ctx.actor()?, key, link).await).await
    }
}

#[Object]
impl PlanDecisionMutation {
    /// Approves a submitted plan or revision, or returns it with a reason. The first approval creates its
    /// evaluations. For the rater.
    async fn review_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan, its version, the decision and an optional idempotency key.")]
        input: ReviewPlanInput,
    ) -> async_graphql::Result<PlanPayload> {
        let key = IdempotencyKey { operation: "reviewPlan", key: input.idempotency_key.map(|key| key.0) };
        let review = use_case::ReviewPlan {
            plan: plan_id(ctx, &input.plan_id)?,
            expected_version: input.expected_version,
            decision: input.decision.with_reason(input.reason),
        };
        payload(ctx, use_case::review_plan(ctx.env()?, ctx.actor()?, key, review).await).await
    }

    /// Starts a revision of an approved plan, with the contents in force.
    async fn revise_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan, its version, the reason and an optional idempotency key.")]
        input: RevisePlanInput,
    ) -> async_graphql::Result<PlanPayload> {
        let key = IdempotencyKey { operation: "revisePlan", key: input.idempotency_key.map(|key| key.0) };
        let revise = use_case::RevisePlan {
            plan: plan_id(ctx, &input.plan_id)?,
            expected_version: input.expected_version,
            reason: input.reason,
        };
        payload(ctx, use_case::revise_plan(ctx.env()?, ctx.actor()?, key, revise).await).await
    }

    /// Cancels a plan that has no final evaluation. For admins of the unit.
    async fn cancel_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan, its version, the reason and an optional idempotency key.")]
        input: CancelPlanInput,
    ) -> async_graphql::Result<PlanPayload> {
        let key = IdempotencyKey { operation: "cancelPlan", key: input.idempotency_key.map(|key| key.0) };
        let cancel = use_case::CancelPlan {
            plan: plan_id(ctx, &input.plan_id)?,
            expected_version: input.expected_version,
            reason: input.reason,
        };
        payload(ctx, use_case::cancel_plan(ctx.env()?, ctx.actor()?, key, cancel).await).await
    }

    /// Closes an approved plan once its periodic evaluations are finished. For admins of the unit; the server does it
    /// at the end of the year.
    async fn close_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan, its version and an optional idempotency key.")] input: ClosePlanInput,
    ) -> async_graphql::Result<PlanPayload> {
        let key = IdempotencyKey { operation: "closePlan", key: input.idempotency_key.map(|key| key.0) };
        let close = use_case::ClosePlan {
            plan: plan_id(ctx, &input.plan_id)?,
            expected_version: input.expected_version,
        };
        payload(ctx, use_case::close_plan(ctx.env()?, ctx.actor()?, key, close).await).await
    }
}

fn plan_id(ctx: &Context<'_>, id: &ID) -> async_graphql::Result<PlanId> {
    id::argument(ctx, Kind::Plan, id, "planId")
}

fn refused(ctx: &Context<'_>, refusal: Refusal) -> async_graphql::Result<PlanPayload> {
    let (_, errors) = error::outcome::<()>(ctx, Err(refusal.into()))?;
    Ok(PlanPayload { plan: None, errors })
}

async fn payload(ctx: &Context<'_>, result: service::Result<PlanId>) -> async_graphql::Result<PlanPayload> {
    let (id, errors) = error::outcome(ctx, result)?;
    let plan = match id {
        Some(id) => Some(one(ctx, id).await?.ok_or(service::Error::NotFound).or_fail(ctx)?),
        None => None,
    };
    Ok(PlanPayload { plan, errors })
}
