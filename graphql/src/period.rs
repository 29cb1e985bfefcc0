//! Years, their parts, and predicates of units.

mod mutation;

pub use mutation::PeriodMutation;

use crate::{
    allowed::AllowedAction,
    connection,
    context::ContextExt,
    enums::{Cycle, OrgUnitPredicate, PeriodStatus},
    error::OrFail,
    id::{self, Kind},
    journal::{self, EventConnection},
    labels::{Locale, label},
    organisation::{OrgUnit, Staff, one_staff},
    page::{self, OrderDirection},
    scalars::{Date, DateTime},
};
use async_graphql::{Context, ID, InputObject, Object};
use domain::id::PeriodId;
use futures_util::FutureExt;
use service::period;

#[derive(Clone)]
pub struct Period(pub domain::period::Period);

connection!(PeriodConnection, PeriodEdge, Period, "periods");

/// A year of appraisal or a part of one (periode penilaian).
#[Object]
impl Period {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Period, self.0.id)
    }
    /// The calendar year.
    async fn year(&self) -> i32 {
        self.0.year
    }
    /// Evaluation cycle: how the year is divided.
    async fn cycle(&self) -> Cycle {
        self.0.cycle.into()
    }
    /// Label of `cycle` in the requested language.
    async fn cycle_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.cycle)
    }
    /// Number of the part, from 1; 0 for the year itself.
    async fn part(&self) -> i32 {
        self.0.part
    }
    /// The parts of a year, in order; empty for a part.
    async fn parts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Self>> {
        if !self.0.is_year() {
            return Ok(Vec::new());
        }
        let parts = ctx.loaders()?.parts_of_years.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(parts.into_iter().map(Self).collect())
    }
    /// First day.
    async fn starts_on(&self) -> Date {
        Date(self.0.starts_on)
    }
    /// Last day.
    async fn ends_on(&self) -> Date {
        Date(self.0.ends_on)
    }
    /// Last day to submit a plan on time. A later plan is marked as late, not refused.
    async fn plan_deadline(&self) -> Date {
        Date(self.0.plan_deadline)
    }
    /// First day on which ratings can be drafted and predicates of units can be set. Ratings can be made final from
    /// `endsOn` on. A plan that ends earlier is rated from its own last day.
    async fn rating_from(&self) -> Date {
        Date(self.0.rating_from)
    }
    /// Last day to report realisations on time. Afterwards the rater can rate without a report.
    async fn report_deadline(&self) -> Date {
        Date(self.0.report_deadline)
    }
    /// Last day to rate on time.
    async fn rating_deadline(&self) -> Date {
        Date(self.0.rating_deadline)
    }
    /// Whether it accepts changes.
    async fn status(&self) -> PeriodStatus {
        self.0.status.into()
    }
    /// Label of `status` in the requested language.
    async fn status_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.status)
    }
    /// Time at which it was closed; null while it is open.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.closed_at.map(DateTime)
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
        let found = ctx.loaders()?.period_actions.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(AllowedAction::list(&found))
    }
}

#[derive(Clone)]
pub struct OrgUnitPerformance(pub domain::unit_predicate::UnitPredicate);

/// Predicate of a unit in a period (capaian kinerja organisasi).
#[Object]
impl OrgUnitPerformance {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::UnitPredicate, self.0.id)
    }
    /// The predicate.
    async fn predicate(&self) -> OrgUnitPredicate {
        self.0.predicate.into()
    }
    /// Label of `predicate` in the requested language.
    async fn predicate_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.predicate)
    }
    /// Note with the reason; null if none.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
    /// Time at which it was last set.
    async fn set_at(&self) -> DateTime {
        DateTime(self.0.set_at)
    }
    /// The unit.
    async fn org_unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<OrgUnit>> {
        Ok(ctx.loaders()?.units.find(ctx, self.0.unit).await?.map(OrgUnit))
    }
    /// The period.
    async fn period(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Period>> {
        one(ctx, self.0.period).await
    }
    /// The person who last set it.
    async fn set_by(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.set_by).await
    }
    /// Version number, from 1; to pass as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// The actions on it: whether you can run each one now, and if not, why.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let found =
            period::predicate_actions(ctx.env()?, ctx.actor()?, &self.0).boxed().await.or_fail(ctx)?;
        Ok(AllowedAction::list(&found.into()))
    }
}

/// Loads a period by id.
pub(super) async fn one(ctx: &Context<'_>, id: PeriodId) -> async_graphql::Result<Option<Period>> {
    Ok(ctx.loaders()?.periods.find(ctx, id).await?.map(Period))
}

/// Queries on periods.
#[derive(Default)]
pub struct PeriodQuery;

/// Filter of periods; all conditions must match.
#[derive(InputObject, Default)]
struct PeriodFilter {
    /// Only periods of this calendar year.
    year: Option<i32>,
    /// True: only years. False: only parts.
    years_only: Option<bool>,
    /// Only open or only closed periods.
    status: Option<PeriodStatus>,
}

/// Sort order of periods.
#[derive(InputObject, Default)]
struct PeriodOrder {
    /// By year, then by part.
    year: OrderDirection,
}

#[Object]
impl PeriodQuery {
    /// Years and their parts.
    async fn periods(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filter of periods; all conditions must match.")] filter: Option<PeriodFilter>,
        #[graphql(desc = "Sort order.")] order_by: Option<PeriodOrder>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Option<PeriodConnection>> {
        let filter = filter.unwrap_or_default();
        let filter = period::PeriodFilter {
            year: filter.year,
            years_only: filter.years_only,
            status: filter.status.map(Into::into),
        };
        let order = order_by.unwrap_or_default().year.into();
        let request = page::request(first, after, last, before);
        let total = page::wants_total(ctx);
        let found = period::list(ctx.env()?, ctx.actor()?, &filter, order, &request, total).boxed().await;
        let (found, total) = found.or_fail(ctx)?;
        Ok(Some(PeriodConnection::new(found, total, Period)))
    }

    /// The predicate of a unit in a period; null until it is set.
    async fn org_unit_predicate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit.")] org_unit_id: ID,
        #[graphql(desc = "The year or part.")] period_id: ID,
    ) -> async_graphql::Result<Option<OrgUnitPerformance>> {
        let unit = id::argument(ctx, Kind::OrgUnit, &org_unit_id, "orgUnitId")?;
        let period_id = id::argument(ctx, Kind::Period, &period_id, "periodId")?;
        let found =
            period::unit_predicate(ctx.env()?, ctx.actor()?, unit, period_id).boxed().await.or_fail(ctx)?;
        Ok(found.map(OrgUnitPerformance))
    }
}
