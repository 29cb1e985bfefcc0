//! `OrgUnit`.

use super::{Assignment, Staff, StaffConnection};
use crate::{
    allowed::AllowedAction,
    connection,
    context::ContextExt,
    enums::UnitKind,
    error::OrFail,
    id::{self, Kind},
    journal::{self, EventConnection},
    labels::{Locale, label},
    page,
    scalars::Date,
};
use async_graphql::{Context, ID, Object};
use futures_util::FutureExt;
use service::organisation;
use std::sync::Arc;

#[derive(Clone)]
pub struct OrgUnit(pub domain::unit::OrgUnit);

connection!(OrgUnitConnection, OrgUnitEdge, OrgUnit, "organisational units", nested);

/// An organisational unit in the unit tree (unit kerja; an OPD is a department of the city).
#[Object]
impl OrgUnit {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::OrgUnit, self.0.id)
    }
    /// The code in the agency's lists, unique.
    async fn code(&self) -> &str {
        &self.0.code
    }
    /// The name.
    async fn name(&self) -> &str {
        &self.0.name
    }
    /// Kind of unit.
    async fn kind(&self) -> UnitKind {
        self.0.kind.into()
    }
    /// Label of `kind` in the requested language.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.kind)
    }
    /// The parent unit on a day; null for the root.
    async fn parent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day; today by default.")] on: Option<Date>,
    ) -> async_graphql::Result<Option<Self>> {
        if let Some(on) = on {
            return Ok(ctx.loaders()?.parents_on.find(ctx, (self.0.id, on.0)).await?.map(Self));
        }
        match self.0.parent {
            Some(parent) => Ok(ctx.loaders()?.units.find(ctx, parent).await?.map(Self)),
            None => Ok(None),
        }
    }
    /// The units directly below, by name.
    async fn children(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<OrgUnitConnection> {
        if after.is_none()
            && let Some(size) = page::first_size(first)
            && !page::wants_total(ctx)
        {
            let page =
                ctx.loaders()?.children_of_units.find(ctx, (self.0.id, size)).await?.unwrap_or_default();
            return Ok(OrgUnitConnection::shared(&page, |item| OrgUnit(item.clone())));
        }
        let filter = organisation::UnitFilter { parent: Some(self.0.id), ..Default::default() };
        let request = page::request(first, after, None, None);
        let total = page::wants_total(ctx);
        let found =
            organisation::units(ctx.env()?, ctx.actor()?, &filter, Default::default(), &request, total)
                .boxed()
                .await;
        let (found, total) = found.or_fail(ctx)?;
        Ok(OrgUnitConnection::new(found, total, OrgUnit))
    }
    /// The assignment that heads the unit today; a definitive head takes precedence over an acting one. Null while vacant.
    async fn head(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Assignment>> {
        Ok(ctx.loaders()?.heads.find(ctx, self.0.id).await?.map(Assignment))
    }
    /// The people assigned to this unit or its subunits today, by name.
    async fn staff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<StaffConnection> {
        if after.is_none()
            && let Some(size) = page::first_size(first)
            && !page::wants_total(ctx)
        {
            let page = ctx.loaders()?.staff_of_units.find(ctx, (self.0.id, size)).await?.unwrap_or_default();
            return Ok(StaffConnection::shared(&page, |item| Staff(item.clone())));
        }
        let filter = organisation::StaffFilter { unit: Some(self.0.id), ..Default::default() };
        super::query::staff_page(ctx, &filter, Default::default(), page::request(first, after, None, None))
            .await
    }
    /// IANA time zone for days and deadlines; null except on the root.
    async fn time_zone(&self) -> Option<&str> {
        self.0.time_zone.as_deref()
    }
    /// Whether the unit was derived from public sources and is not confirmed by the agency.
    async fn approximate(&self) -> bool {
        self.0.approximate
    }
    /// Start date (inclusive).
    async fn valid_from(&self) -> Date {
        Date(self.0.valid_from)
    }
    /// End date (exclusive); null while current.
    async fn valid_to(&self) -> Option<Date> {
        self.0.valid_to.map(Date)
    }
    /// The journal entries about it that you can see, oldest first.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Journal cursor to start after; by default from the first entry.")] after: Option<
            String,
        >,
        #[graphql(desc = "Page size, 1 to 100; default 20.")] first: Option<i32>,
    ) -> async_graphql::Result<EventConnection> {
        journal::history(ctx, self.0.id, after, first).await
    }
    /// Version number, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// The actions on it: whether you can run each one now, and if not, why.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let all = organisation::unit_actions(ctx.env()?, ctx.actor()?, &self.0);
        Ok(AllowedAction::list(&Arc::new(all)))
    }
}
