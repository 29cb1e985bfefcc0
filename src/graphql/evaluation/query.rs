//! Queries on evaluations and feedback.

use super::{
    detail::Feedback,
    types::{Evaluation, EvaluationConnection, extent, one},
};
use crate::graphql::{
    context::ContextExt,
    enums::{EvaluationKind, EvaluationStatus},
    error::OrFail,
    id::{self, Kind},
    page::{self, OrderDirection},
    plan,
    scalars::DateTime,
};
use async_graphql::{Context, ID, InputObject, Object};
use domain::id::StaffId;
use service::{
    db::{Order, PageRequest},
    evaluation as use_case, journal,
};
use std::sync::Arc;

/// Queries on evaluations.
#[derive(Default)]
pub struct EvaluationQuery;

/// Which evaluations; all conditions must hold.
#[derive(InputObject, Default)]
struct EvaluationFilter {
    /// Of this person.
    staff_id: Option<ID>,
    /// Of this plan.
    plan_id: Option<ID>,
    /// Of this unit and those below it.
    org_unit_id: Option<ID>,
    /// Of this year or part.
    period_id: Option<ID>,
    /// Periodic or annual.
    kind: Option<EvaluationKind>,
    /// In one of these states.
    status: Option<Vec<EvaluationStatus>>,
    /// True: only those that you rate. False: only others.
    rated_by_me: Option<bool>,
}

/// How evaluations are sorted.
#[derive(InputObject, Default)]
struct EvaluationOrder {
    /// By when they came into being in this direction.
    created_at: OrderDirection,
}

#[Object]
impl EvaluationQuery {
    /// An evaluation; null if there is none, or if you may not see it.
    async fn evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation's global id.")] id: ID,
        #[graphql(
            desc = "As it was recorded at this instant, up to the last entry of the journal at or before it; what hangs on it is read now. By default as it is."
        )]
        as_of: Option<DateTime>,
    ) -> async_graphql::Result<Option<Evaluation>> {
        let id = id::argument(ctx, Kind::Evaluation, &id, "id")?;
        let Some(at) = as_of else { return one(ctx, id).await };
        let found = journal::evaluation_as_of(ctx.env()?, ctx.actor()?, id, at.0).await.or_fail(ctx)?;
        Ok(found.map(|evaluation| Evaluation(Arc::new(evaluation))))
    }

    /// The evaluations that you may see.
    async fn evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which evaluations; all conditions must hold.")] filter: Option<EvaluationFilter>,
        #[graphql(desc = "How they are sorted.")] order_by: Option<EvaluationOrder>,
        #[graphql(desc = "At most so many from the start; 20 by default, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to start.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> async_graphql::Result<EvaluationConnection> {
        let filter = filter.unwrap_or_default().parse(ctx)?;
        let order = order_by.unwrap_or_default().created_at.into();
        list(ctx, &filter, order, page::request(first, after, last, before)).await
    }

    /// The feedback on a plan, oldest first; empty if you may not see the plan.
    async fn feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan.")] plan_id: ID,
    ) -> async_graphql::Result<Vec<Feedback>> {
        let plan = id::argument(ctx, Kind::Plan, &plan_id, "planId")?;
        if plan::one(ctx, plan).await?.is_none() {
            return Ok(Vec::new());
        }
        let found = ctx.loaders()?.feedback_of_plans.find(ctx, plan).await?.unwrap_or_default();
        Ok(found.iter().cloned().map(Feedback).collect())
    }
}

impl EvaluationFilter {
    fn parse(self, ctx: &Context<'_>) -> async_graphql::Result<use_case::EvaluationFilter> {
        Ok(use_case::EvaluationFilter {
            staff: self
                .staff_id
                .map(|id| id::argument(ctx, Kind::Staff, &id, "filter.staffId"))
                .transpose()?,
            plan: self.plan_id.map(|id| id::argument(ctx, Kind::Plan, &id, "filter.planId")).transpose()?,
            unit: self
                .org_unit_id
                .map(|id| id::argument(ctx, Kind::OrgUnit, &id, "filter.orgUnitId"))
                .transpose()?,
            period: self
                .period_id
                .map(|id| id::argument(ctx, Kind::Period, &id, "filter.periodId"))
                .transpose()?,
            kind: self.kind.map(Into::into),
            status: self.status.map(|status| status.into_iter().map(Into::into).collect()),
            rated_by_me: self.rated_by_me,
        })
    }
}

async fn list(
    ctx: &Context<'_>,
    filter: &use_case::EvaluationFilter,
    order: Order,
    request: PageRequest,
) -> async_graphql::Result<EvaluationConnection> {
    let total = page::wants_total(ctx);
    let node = ctx.look_ahead().field("edges").field("node");
    let found = use_case::list(ctx.env()?, ctx.actor()?, filter, order, &request, extent(&node), total).await;
    let (found, total) = found.or_fail(ctx)?;
    let loaders = ctx.loaders()?;
    let evaluations = found.items.iter().map(|(_, evaluation)| evaluation);
    if node.field("staff").exists() {
        loaders.staff.prefetch(evaluations.clone().map(|evaluation| evaluation.staff).collect()).await;
    }
    if node.field("plan").exists() {
        loaders.plans.prefetch(evaluations.clone().map(|evaluation| evaluation.plan).collect()).await;
    }
    if node.field("period").exists() {
        loaders.periods.prefetch(evaluations.clone().map(|evaluation| evaluation.period).collect()).await;
    }
    if node.field("orgUnit").exists() {
        loaders.units.prefetch(evaluations.clone().map(|evaluation| evaluation.unit).collect()).await;
    }
    if node.field("feedback").exists() {
        loaders
            .feedback_of_plans
            .prefetch(evaluations.clone().map(|evaluation| evaluation.plan).collect())
            .await;
    }
    if node.field("recommendations").exists() {
        loaders.recommendations.prefetch(evaluations.clone().map(|evaluation| evaluation.id).collect()).await;
    }
    if ["yearParts", "yearProposal", "yearDecision"].iter().any(|field| node.field(field).exists()) {
        loaders.years.prefetch(evaluations.clone().map(|evaluation| evaluation.id).collect()).await;
    }
    if node.field("allowedActions").exists() {
        loaders.evaluation_actions.prefetch(evaluations.map(|evaluation| evaluation.id).collect()).await;
    }
    Ok(EvaluationConnection::new(found, total, |evaluation| Evaluation(Arc::new(evaluation))))
}

/// A later page of a person's evaluations, the newest first.
pub(in crate::graphql) async fn of_person(
    ctx: &Context<'_>,
    staff: StaffId,
    request: PageRequest,
) -> async_graphql::Result<EvaluationConnection> {
    let filter = use_case::EvaluationFilter { staff: Some(staff), ..Default::default() };
    list(ctx, &filter, Order::Descending, request).await
}
