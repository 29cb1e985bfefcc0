//! Queries on objections.

use super::types::{Objection, ObjectionConnection};
use crate::{
    context::ContextExt,
    enums::ObjectionStatus,
    error::OrFail,
    id::{self, Kind},
    page::{self, OrderDirection},
};
use async_graphql::{Context, ID, InputObject, Object};
use futures_util::FutureExt;
use service::{evaluation::Projection, objection as use_case};
use std::sync::Arc;

/// Queries on objections.
#[derive(Default)]
pub struct ObjectionQuery;

/// Filter of objections; all conditions must match.
#[derive(InputObject, Default)]
struct ObjectionFilter {
    /// Only objections of this person.
    staff_id: Option<ID>,
    /// Only objections to this evaluation.
    evaluation_id: Option<ID>,
    /// Only objections of this unit and its subunits.
    org_unit_id: Option<ID>,
    /// Only objections to results of this year or part of a year.
    period_id: Option<ID>,
    /// Only objections with one of these statuses.
    status: Option<Vec<ObjectionStatus>>,
    /// True: only objections on which you decide. False: only the others.
    decided_by_me: Option<bool>,
}

/// Sort order of objections.
#[derive(InputObject, Default)]
struct ObjectionOrder {
    /// By time of filing.
    filed_at: OrderDirection,
}

#[Object]
impl ObjectionQuery {
    /// The objections that you can see.
    async fn objections(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filter of objections; all conditions must match.")] filter: Option<ObjectionFilter>,
        #[graphql(desc = "Sort order.")] order_by: Option<ObjectionOrder>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Option<ObjectionConnection>> {
        let filter = filter.unwrap_or_default().parse(ctx)?;
        let order = order_by.unwrap_or_default().filed_at.into();
        let request = page::request(first, after, last, before);
        let total = page::wants_total(ctx);
        let found = use_case::list(ctx.env()?, ctx.actor()?, &filter, order, &request, total).boxed().await;
        let (found, total) = found.or_fail(ctx)?;
        let node = page::Items::of(&ctx.look_ahead());
        let (loaders, objections) = (ctx.loaders()?, || found.items.iter().map(|(_, objection)| objection));
        if node.field("staff").exists() {
            loaders.staff.prefetch(objections().map(|one| one.staff).collect()).await;
        }
        if node.field("decider").exists() {
            loaders.staff.prefetch(objections().filter_map(|one| one.decider).collect()).await;
        }
        if node.field("evaluation").exists() {
            let keys = objections().map(|one| (one.evaluation, Projection::FULL));
            loaders.evaluations.prefetch(keys.collect()).await;
        }
        if node.field("period").exists() {
            loaders.periods.prefetch(objections().map(|one| one.period).collect()).await;
        }
        Ok(Some(ObjectionConnection::new(found, total, |objection| Objection(Arc::new(objection)))))
    }
}

impl ObjectionFilter {
    fn parse(self, ctx: &Context<'_>) -> async_graphql::Result<use_case::ObjectionFilter> {
        Ok(use_case::ObjectionFilter {
            staff: self
                .staff_id
                .map(|id| id::argument(ctx, Kind::Staff, &id, "filter.staffId"))
                .transpose()?,
            evaluation: self
                .evaluation_id
                .map(|id| id::argument(ctx, Kind::Evaluation, &id, "filter.evaluationId"))
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
            decided_by_me: self.decided_by_me,
        })
    }
}
