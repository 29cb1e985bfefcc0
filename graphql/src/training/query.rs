//! Queries on trainings.

use super::types::{Training, TrainingConnection};
use crate::{
    context::ContextExt,
    enums::TrainingStatus,
    error::OrFail,
    id::{self, Kind},
    labels::{Locale, label},
    page::{self, OrderDirection},
    scalars::Date,
    scoring::TrainingCountsFor,
    weight::list_size,
};
use async_graphql::{Context, ID, InputObject, Object};
use futures_util::FutureExt;
use service::training as use_case;
use std::sync::Arc;

/// Queries on trainings.
#[derive(Default)]
pub struct TrainingQuery;

/// Filter of trainings; all conditions must match.
#[derive(InputObject, Default)]
struct TrainingFilter {
    /// Only trainings of this person.
    staff_id: Option<ID>,
    /// Only trainings of this unit and its subunits.
    org_unit_id: Option<ID>,
    /// Only trainings whose last day is in this year.
    year: Option<i32>,
    /// Only trainings of this kind; see `trainingKinds`.
    kind: Option<String>,
    /// Only trainings with one of these statuses. By default all except withdrawn ones.
    status: Option<Vec<TrainingStatus>>,
}

/// Sort order of trainings.
#[derive(InputObject, Default)]
struct TrainingOrder {
    /// By time of recording.
    recorded_at: OrderDirection,
}

pub struct TrainingKind(domain::regulation::TrainingKind);

/// A kind of training, by the agency's regulation.
#[Object]
impl TrainingKind {
    /// Its code.
    async fn code(&self) -> &str {
        &self.0.code
    }
    /// Its name in the requested language.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        self.0.label.text(ctx.language(locale))
    }
    /// Whether it has lesson hours (JP). A kind without hours, such as an award, is evidence only.
    async fn has_hours(&self) -> bool {
        self.0.has_hours
    }
    /// The parts of an evaluation that it can support.
    async fn supports(&self) -> Vec<TrainingCountsFor> {
        self.0.supports.iter().map(|part| (*part).into()).collect()
    }
    /// Labels of `supports` in the requested language, in the same order.
    async fn support_labels(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Vec<&str> {
        self.0.supports.iter().map(|part| label(ctx, locale, *part)).collect()
    }
}

#[Object]
impl TrainingQuery {
    /// The trainings that you can see.
    async fn trainings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filter of trainings; all conditions must match.")] filter: Option<TrainingFilter>,
        #[graphql(desc = "Sort order.")] order_by: Option<TrainingOrder>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Option<TrainingConnection>> {
        let filter = filter.unwrap_or_default().parse(ctx)?;
        let order = order_by.unwrap_or_default().recorded_at.into();
        let request = page::request(first, after, last, before);
        let total = page::wants_total(ctx);
        let found = use_case::list(ctx.env()?, ctx.actor()?, &filter, order, &request, total).boxed().await;
        let (found, total) = found.or_fail(ctx)?;
        let node = page::Items::of(&ctx.look_ahead());
        let (loaders, trainings) = (ctx.loaders()?, || found.items.iter().map(|(_, training)| training));
        if node.field("staff").exists() {
            loaders.staff.prefetch(trainings().map(|one| one.staff).collect()).await;
        }
        if node.field("decidedBy").exists() {
            let deciders = trainings().filter_map(|one| Some(one.decision.as_ref()?.by));
            loaders.staff.prefetch(deciders.collect()).await;
        }
        if node.field("orgUnit").exists() {
            loaders.units.prefetch(trainings().map(|one| one.unit).collect()).await;
        }
        if node.field("supports").field("plan").exists() {
            let plans = trainings().filter_map(|one| Some(one.supports.as_ref()?.plan));
            loaders.plans.prefetch(plans.collect()).await;
        }
        Ok(Some(TrainingConnection::new(found, total, |training| Training(Arc::new(training)))))
    }

    /// The kinds of training of the regulation that the agency follows on a day.
    #[graphql(directive = list_size::apply(5))]
    async fn training_kinds(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The last day of the training; today by default.")] on: Option<Date>,
    ) -> async_graphql::Result<Vec<TrainingKind>> {
        let found = use_case::kinds(ctx.env()?, ctx.actor()?, on.map(|on| on.0)).boxed().await;
        Ok(found.or_fail(ctx)?.into_iter().map(TrainingKind).collect())
    }
}

impl TrainingFilter {
    fn parse(self, ctx: &Context<'_>) -> async_graphql::Result<use_case::TrainingFilter> {
        Ok(use_case::TrainingFilter {
            staff: self
                .staff_id
                .map(|id| id::argument(ctx, Kind::Staff, &id, "filter.staffId"))
                .transpose()?,
            unit: self
                .org_unit_id
                .map(|id| id::argument(ctx, Kind::OrgUnit, &id, "filter.orgUnitId"))
                .transpose()?,
            year: self.year,
            kind: self.kind,
            status: self.status.map(|status| status.into_iter().map(Into::into).collect()),
        })
    }
}
