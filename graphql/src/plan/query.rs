//! Queries on plans.

use super::types::{Plan, PlanConnection, one, projection};
use crate::{
    context::ContextExt,
    enums::PlanStatus,
    error::OrFail,
    evaluation,
    id::{self, Kind},
    page::{self, OrderDirection},
    refused,
};
use async_graphql::{Context, ID, InputObject, Object};
use domain::id::StaffId;
use futures_util::FutureExt;
use service::{
    db::{Order, PageRequest},
    plan as use_case,
};
use std::sync::Arc;

/// Queries on plans.
#[derive(Default)]
pub struct PlanQuery;

/// Filter of plans; all conditions must match.
#[derive(InputObject, Default)]
struct PlanFilter {
    /// Only plans of this person.
    staff_id: Option<ID>,
    /// Only plans of this unit and its subunits.
    org_unit_id: Option<ID>,
    /// Only plans of this year.
    period_id: Option<ID>,
    /// Only plans with one of these statuses.
    status: Option<Vec<PlanStatus>>,
    /// True: only plans that you rate. False: only the others.
    rated_by_me: Option<bool>,
}

/// Sort order of plans.
#[derive(InputObject, Default)]
struct PlanOrder {
    /// By time of creation.
    created_at: OrderDirection,
}

#[Object]
impl PlanQuery {
    /// A plan; null if it does not exist or you can't see it.
    async fn plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global id of the plan.")] id: ID,
    ) -> async_graphql::Result<Option<Plan>> {
        let found = one(ctx, id::argument(ctx, Kind::Plan, &id, "id")?).await?;
        Ok(refused::unless_found(ctx, found))
    }

    /// The plans that you can see, oldest first unless `orderBy` says otherwise.
    async fn plans(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filter of plans; all conditions must match.")] filter: Option<PlanFilter>,
        #[graphql(desc = "Sort order.")] order_by: Option<PlanOrder>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Option<PlanConnection>> {
        let filter = filter.unwrap_or_default().parse(ctx)?;
        let order = order_by.unwrap_or_default().created_at.into();
        list(ctx, &filter, order, page::request(first, after, last, before)).await.map(Some)
    }
}

impl PlanFilter {
    fn parse(self, ctx: &Context<'_>) -> async_graphql::Result<use_case::PlanFilter> {
        Ok(use_case::PlanFilter {
            staff: self
                .staff_id
                .map(|id| id::argument(ctx, Kind::Staff, &id, "filter.staffId"))
                .transpose()?,
            unit: self
                .org_unit_id
                .map(|id| id::argument(ctx, Kind::OrgUnit, &id, "filter.orgUnitId"))
                .transpose()?,
            period: self
                .period_id
                .map(|id| id::argument(ctx, Kind::Period, &id, "filter.periodId"))
                .transpose()?,
            status: self.status.map(|status| status.into_iter().map(Into::into).collect()),
            rated_by_me: self.rated_by_me,
        })
    }
}

async fn list(
    ctx: &Context<'_>,
    filter: &use_case::PlanFilter,
    order: Order,
    request: PageRequest,
) -> async_graphql::Result<PlanConnection> {
    let total = page::wants_total(ctx);
    let node = page::Items::of(&ctx.look_ahead());
    let columns = projection(node.selections());
    let found =
        use_case::list(ctx.env()?, ctx.actor()?, filter, order, &request, columns, total).boxed().await;
    let (found, total) = found.or_fail(ctx)?;
    let loaders = ctx.loaders()?;
    let plans = found.items.iter().map(|(_, plan)| plan);
    if node.field("staff").exists() {
        loaders.staff.prefetch(plans.clone().map(|plan| plan.staff).collect()).await;
    }
    let evaluations = node.field("evaluations");
    if evaluations.exists() {
        let columns = evaluation::projection(evaluations.selections());
        let keys = plans.clone().map(|plan| (plan.id, columns));
        loaders.evaluations_of_plans.prefetch(keys.collect()).await;
    }
    if node.field("allowedActions").exists() {
        loaders.plan_actions.prefetch(plans.map(|plan| plan.id).collect()).await;
    }
    Ok(PlanConnection::new(found, total, |plan| Plan(Arc::new(plan))))
}

/// Loads a later page of a person's plans, newest first.
pub(crate) async fn of_person(
    ctx: &Context<'_>,
    staff: StaffId,
    request: PageRequest,
) -> async_graphql::Result<PlanConnection> {
    let filter = use_case::PlanFilter { staff: Some(staff), ..Default::default() };
    list(ctx, &filter, Order::Descending, request).await
}
