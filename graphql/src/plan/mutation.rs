//! Mutations of plans.

use super::{
    input::PlanContentInput,
    types::{Plan, one},
};
use crate::{
    context::ContextExt,
    enums::ReviewDecision,
    error::{self, OrFail, UserError},
    given::Given,
    reader::Reader,
    weight::{cost, list_size},
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use domain::id::{AssignmentId, PeriodId, PlanId, ResultId};
use service::{batch::RowOutcome, plan as use_case};
use uuid::Uuid;

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
    assignment_id: Given<AssignmentId>,
    /// The year.
    period_id: Given<PeriodId>,
    /// The first contents; null to start empty.
    content: Option<PlanContentInput>,
    /// An earlier plan of yours to copy the contents from; not together with `content`. Rows that contributed to a
    /// superior's row become provisional.
    copy_from: Option<Given<PlanId>>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `updatePlan`: new contents of a plan.
#[derive(InputObject)]
struct UpdatePlanInput {
    /// The plan.
    plan_id: Given<PlanId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The complete contents. Rows that are omitted are removed.
    content: PlanContentInput,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `submitPlan`: a plan to submit to the rater.
#[derive(InputObject)]
struct SubmitPlanInput {
    /// The plan.
    plan_id: Given<PlanId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `withdrawPlan`: a submitted plan to withdraw.
#[derive(InputObject)]
struct WithdrawPlanInput {
    /// The plan.
    plan_id: Given<PlanId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// The rater's decision on a submitted plan or revision.
#[derive(InputObject)]
struct PlanReviewInput {
    /// The plan.
    plan_id: Given<PlanId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// APPROVE or RETURN.
    decision: ReviewDecision,
    /// The reason; required with RETURN.
    reason: Option<String>,
}

/// Input of `reviewPlan`: the rater's decision on a submitted plan or revision.
#[derive(InputObject)]
struct ReviewPlanInput {
    #[graphql(flatten)]
    review: PlanReviewInput,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `reviewPlans`: the rater's decisions on submitted plans or revisions.
#[derive(InputObject)]
struct ReviewPlansInput {
    /// The plans, at most 100, each with its own decision. An error in one row does not affect the others.
    rows: Vec<PlanReviewInput>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `revisePlan`: an approved plan to revise.
#[derive(InputObject)]
struct RevisePlanInput {
    /// The plan.
    plan_id: Given<PlanId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The reason.
    reason: String,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `linkPlanResult`: a provisional row to link.
#[derive(InputObject)]
struct LinkPlanResultInput {
    /// The plan.
    plan_id: Given<PlanId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The provisional row of the plan.
    plan_result_id: Given<ResultId>,
    /// The row of the superior's plan that it contributes to.
    serves_id: Given<ResultId>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `cancelPlan`: a plan to cancel.
#[derive(InputObject)]
struct CancelPlanInput {
    /// The plan.
    plan_id: Given<PlanId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The reason.
    reason: String,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `closePlan`: a plan to close.
#[derive(InputObject)]
struct ClosePlanInput {
    /// The plan.
    plan_id: Given<PlanId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of a mutation of a plan.
#[derive(SimpleObject)]
struct PlanPayload {
    /// The plan; null if `errors` is not empty.
    plan: Option<Plan>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

/// The outcome of one row.
#[derive(SimpleObject)]
struct PlanRowPayload {
    /// Index of the row in the input, from 0.
    row: i32,
    /// The plan; null if `errors` is not empty.
    plan: Option<Plan>,
    /// Errors that the client can act on; if there are any, nothing of this row was written. Paths are relative to
    /// the row.
    #[graphql(directive = list_size::apply(1))]
    errors: Vec<UserError>,
}

/// Outcome of a batch of plans.
#[derive(SimpleObject)]
struct PlansPayload {
    /// One result for each row, in input order; empty if the whole batch was refused (see `errors`).
    results: Vec<PlanRowPayload>,
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
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let create = use_case::CreatePlan {
            assignment: read.get("assignmentId", input.assignment_id),
            period: read.get("periodId", input.period_id),
            content: input.content.map(|content| content.read(&mut read)),
            copy_from: read.optional("copyFrom", input.copy_from),
        };
        payload(ctx, read.run(use_case::create_plan(ctx.env()?, ctx.actor()?, key, create)).await).await
    }

    /// Replaces the contents of a draft plan or draft revision.
    async fn update_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan, its version, the complete contents and an optional idempotency key.")]
        input: UpdatePlanInput,
    ) -> async_graphql::Result<PlanPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let update = use_case::UpdatePlan {
            plan: read.get("planId", input.plan_id),
            expected_version: input.expected_version,
            content: input.content.read(&mut read),
        };
        payload(ctx, read.run(use_case::update_plan(ctx.env()?, ctx.actor()?, key, update)).await).await
    }

    /// Submits a plan, or its revision, to the rater.
    async fn submit_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan, its version and an optional idempotency key.")] input: SubmitPlanInput,
    ) -> async_graphql::Result<PlanPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let submit = use_case::SubmitPlan {
            plan: read.get("planId", input.plan_id),
            expected_version: input.expected_version,
        };
        payload(ctx, read.run(use_case::submit_plan(ctx.env()?, ctx.actor()?, key, submit)).await).await
    }

    /// Withdraws a submitted plan, or its revision, before the rater decides.
    async fn withdraw_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan, its version and an optional idempotency key.")] input: WithdrawPlanInput,
    ) -> async_graphql::Result<PlanPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let withdraw = use_case::WithdrawPlan {
            plan: read.get("planId", input.plan_id),
            expected_version: input.expected_version,
        };
        payload(ctx, read.run(use_case::withdraw_plan(ctx.env()?, ctx.actor()?, key, withdraw)).await).await
    }

    /// Links a provisional row to a row of the superior's plan, without a revision.
    async fn link_plan_result(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan, its version, the two rows and an optional idempotency key.")]
        input: LinkPlanResultInput,
    ) -> async_graphql::Result<PlanPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let link = use_case::LinkPlanResult {
            plan: read.get("planId", input.plan_id),
            expected_version: input.expected_version,
            result: read.get("planResultId", input.plan_result_id),
            serves: read.get("servesId", input.serves_id),
        };
        payload(ctx, read.run(use_case::link_plan_result(ctx.env()?, ctx.actor()?, key, link)).await).await
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
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let review = input.review.read(&mut read);
        payload(ctx, read.run(use_case::review_plan(ctx.env()?, ctx.actor()?, key, review)).await).await
    }

    /// Approves or returns submitted plans and revisions, each with its own decision, by the rules of `reviewPlan`. One
    /// transaction, one outcome for each row. For the rater.
    #[graphql(directive = cost::apply(8))]
    async fn review_plans(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plans with their decisions and an optional idempotency key.")]
        input: ReviewPlansInput,
    ) -> async_graphql::Result<PlansPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let rows = read.rows("rows", input.rows, |read, row| row.read(read));
        let result = read.run(use_case::review_plans(ctx.env()?, ctx.actor()?, key, rows)).await;
        let (outcomes, errors) = error::outcome(ctx, result)?;
        let outcomes: Vec<RowOutcome<PlanId>> = outcomes.unwrap_or_default();
        ctx.loaders()?.plans.prefetch(outcomes.iter().filter_map(|outcome| outcome.done).collect()).await;
        let mut results = Vec::with_capacity(outcomes.len());
        for (row, outcome) in (0..).zip(outcomes) {
            let plan = match outcome.done {
                Some(plan) => one(ctx, plan).await?,
                None => None,
            };
            results.push(PlanRowPayload { row, plan, errors: error::of_row(ctx, outcome.refusals) });
        }
        Ok(PlansPayload { results, errors })
    }

    /// Starts a revision of an approved plan, with the contents in force.
    async fn revise_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan, its version, the reason and an optional idempotency key.")]
        input: RevisePlanInput,
    ) -> async_graphql::Result<PlanPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let revise = use_case::RevisePlan {
            plan: read.get("planId", input.plan_id),
            expected_version: input.expected_version,
            reason: input.reason,
        };
        payload(ctx, read.run(use_case::revise_plan(ctx.env()?, ctx.actor()?, key, revise)).await).await
    }

    /// Cancels a plan that has no final evaluation. For admins of the unit.
    async fn cancel_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan, its version, the reason and an optional idempotency key.")]
        input: CancelPlanInput,
    ) -> async_graphql::Result<PlanPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let cancel = use_case::CancelPlan {
            plan: read.get("planId", input.plan_id),
            expected_version: input.expected_version,
            reason: input.reason,
        };
        payload(ctx, read.run(use_case::cancel_plan(ctx.env()?, ctx.actor()?, key, cancel)).await).await
    }

    /// Closes an approved plan once its periodic evaluations are finished. For admins of the unit; at the end of the
    /// year the server does it by itself.
    async fn close_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan, its version and an optional idempotency key.")] input: ClosePlanInput,
    ) -> async_graphql::Result<PlanPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let close = use_case::ClosePlan {
            plan: read.get("planId", input.plan_id),
            expected_version: input.expected_version,
        };
        payload(ctx, read.run(use_case::close_plan(ctx.env()?, ctx.actor()?, key, close)).await).await
    }
}

impl PlanReviewInput {
    fn read(self, read: &mut Reader) -> use_case::ReviewPlan {
        use_case::ReviewPlan {
            plan: read.get("planId", self.plan_id),
            expected_version: self.expected_version,
            decision: self.decision.with_reason(self.reason),
        }
    }
}

async fn payload(ctx: &Context<'_>, result: service::Result<PlanId>) -> async_graphql::Result<PlanPayload> {
    let (id, errors) = error::outcome(ctx, result)?;
    let plan = match id {
        Some(id) => Some(one(ctx, id).await?.ok_or(service::Error::NotFound).or_fail(ctx)?),
        None => None,
    };
    Ok(PlanPayload { plan, errors })
}
