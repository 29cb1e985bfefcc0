//! Queries on evaluations.

use super::types::{Evaluation, EvaluationConnection, one_in_part, projection};
use crate::{
    context::ContextExt,
    enums::{EvaluationKind, EvaluationStatus},
    error::OrFail,
    id::{self, Kind},
    page::{self, OrderDirection},
    refused,
};
use async_graphql::{Context, ID, InputObject, Object};
use domain::id::StaffId;
use futures_util::FutureExt;
use service::{
    db::{Order, PageRequest},
    evaluation as use_case,
};
use std::sync::Arc;

/// Queries on evaluations.
#[derive(Default)]
pub struct EvaluationQuery;

/// Filter of evaluations; all conditions must match.
#[derive(InputObject, Default)]
struct EvaluationFilter {
    /// Only evaluations of this person.
    staff_id: Option<ID>,
    /// Only evaluations of this plan.
    plan_id: Option<ID>,
    /// Only evaluations of this unit and its subunits.
    org_unit_id: Option<ID>,
    /// Only evaluations of this year or part of a year.
    period_id: Option<ID>,
    /// Only periodic or only annual evaluations.
    kind: Option<EvaluationKind>,
    /// Only evaluations with one of these statuses.
    status: Option<Vec<EvaluationStatus>>,
    /// True: only evaluations that you rate. False: only the others.
    rated_by_me: Option<bool>,
}

/// Sort order of evaluations.
#[derive(InputObject, Default)]
struct EvaluationOrder {
    /// By time of creation.
    created_at: OrderDirection,
}

#[Object]
impl EvaluationQuery {
    /// An evaluation; null if it does not exist or you can't see it.
    async fn evaluation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global id of the evaluation.")] id: ID,
    ) -> async_graphql::Result<Option<Evaluation>> {
        let id = id::argument(ctx, Kind::Evaluation, &id, "id")?;
        let found = one_in_part(ctx, id, projection(&[ctx.look_ahead()])).await?;
        Ok(refused::unless_found(ctx, found))
    }

    /// The evaluations that you can see, oldest first unless `orderBy` says otherwise.
    async fn evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filter of evaluations; all conditions must match.")] filter: Option<
            EvaluationFilter,
        >,
        #[graphql(desc = "Sort order.")] order_by: Option<EvaluationOrder>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Option<EvaluationConnection>> {
        let filter = filter.unwrap_or_default().parse(ctx)?;
        let order = order_by.unwrap_or_default().created_at.into();
        list(ctx, &filter, order, page::request(first, after, last, before)).await.map(Some)
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
    let node = page::Items::of(&ctx.look_ahead());
    let found = use_case::list(
        ctx.env()?,
        ctx.actor()?,
        filter,
        order,
        &request,
        projection(node.selections()),
        total,
    )
    .boxed()
    .await;
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
    if node.field("objection").exists() {
        let ids = evaluations.clone().map(|evaluation| evaluation.id);
        loaders.objections_of_evaluations.prefetch(ids.collect()).await;
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

/// Loads a later page of a person's evaluations, newest first.
pub(crate) async fn of_person(
    ctx: &Context<'_>,
    staff: StaffId,
    request: PageRequest,
) -> async_graphql::Result<EvaluationConnection> {
    let filter = use_case::EvaluationFilter { staff: Some(staff), ..Default::default() };
    list(ctx, &filter, Order::Descending, request).await
}
