//! Years, their parts, and predicates of units.

use crate::{
    allowed::AllowedAction,
    connection,
    context::ContextExt,
    enums::{Cycle, OrgUnitPredicate, PeriodStatus},
    error::{self, OrFail, UserError},
    given::Given,
    id::{self, Kind},
    journal::{self, EventConnection},
    labels::{Locale, label},
    organisation::{OrgUnit, Staff, one_staff},
    page::{self, OrderDirection},
    reader::Reader,
    scalars::{Date, DateTime},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::id::{PeriodId, UnitId};
use service::period;
use uuid::Uuid;

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
    /// First day on which ratings can be drafted and predicates of units can be set. Ratings become final from `endsOn`
    /// on. A plan that ends earlier is rated from its own last day.
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

/// Predicate of a unit in a period (predikat kinerja organisasi).
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
        let found = period::predicate_actions(ctx.env()?, ctx.actor()?, &self.0).await.or_fail(ctx)?;
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
    /// Of this calendar year.
    year: Option<i32>,
    /// True: only years. False: only parts.
    years_only: Option<bool>,
    /// Open or closed.
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
        let found = period::list(ctx.env()?, ctx.actor()?, &filter, order, &request, total).await;
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
        let found = period::unit_predicate(ctx.env()?, ctx.actor()?, unit, period_id).await.or_fail(ctx)?;
        Ok(found.map(OrgUnitPerformance))
    }
}

/// Mutations of periods.
#[derive(Default)]
pub struct PeriodMutation;

/// Input of `openPeriod`: a year to open.
#[derive(InputObject)]
struct OpenPeriodInput {
    /// The calendar year, 2021 to 2100.
    year: i32,
    /// Evaluation cycle: how the year is divided.
    cycle: Cycle,
    /// Last day to submit a plan on time; default 31 January.
    plan_deadline: Option<Given<domain::time::Date>>,
    /// Days to report after the end of a part, 0 to 90; default 7.
    report_days: Option<i32>,
    /// Days to rate after the end of a part, `reportDays` to 90; default 14.
    rating_days: Option<i32>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `closePeriod`: a year or part to close.
#[derive(InputObject)]
struct ClosePeriodInput {
    /// The year or part. A year can be closed once its parts are closed.
    period_id: Given<PeriodId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `setOrgUnitPredicate`: the predicate of a unit in a period.
#[derive(InputObject)]
struct SetOrgUnitPredicateInput {
    /// The unit.
    org_unit_id: Given<UnitId>,
    /// The year or part.
    period_id: Given<PeriodId>,
    /// The predicate.
    predicate: OrgUnitPredicate,
    /// Note with the reason; null if none.
    note: Option<String>,
    /// The `version` that you last read; required if a predicate is already set.
    expected_version: Option<i32>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of `openPeriod` and `closePeriod`.
#[derive(SimpleObject)]
struct PeriodPayload {
    /// The period; null if `errors` is not empty.
    period: Option<Period>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

/// Outcome of `setOrgUnitPredicate`.
#[derive(SimpleObject)]
struct SetOrgUnitPredicatePayload {
    /// The unit's predicate; null if `errors` is not empty.
    org_unit_predicate: Option<OrgUnitPerformance>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl PeriodMutation {
    /// Opens a year with its parts. For admins of the agency.
    async fn open_period(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year, its cycle, its deadlines and an optional idempotency key.")]
        input: OpenPeriodInput,
    ) -> async_graphql::Result<PeriodPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key("openPeriod", input.idempotency_key);
        // Map negative days to a number that is also out of range.
        let days = |days: Option<i32>| days.map(|days| u32::try_from(days).unwrap_or(u32::MAX));
        let year = period::OpenPeriod {
            year: input.year,
            cycle: input.cycle.into(),
            plan_deadline: read.optional("planDeadline", input.plan_deadline),
            report_days: days(input.report_days),
            rating_days: days(input.rating_days),
        };
        period_payload(ctx, read.run(period::open_period(ctx.env()?, ctx.actor()?, key, year)).await).await
    }

    /// Closes a part, or a year once its parts are closed. For admins of the agency.
    async fn close_period(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The period, its version and an optional idempotency key.")] input: ClosePeriodInput,
    ) -> async_graphql::Result<PeriodPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key("closePeriod", input.idempotency_key);
        let which = period::ClosePeriod {
            period: read.get("periodId", input.period_id),
            expected_version: input.expected_version,
        };
        period_payload(ctx, read.run(period::close_period(ctx.env()?, ctx.actor()?, key, which)).await).await
    }

    /// Sets the predicate of a unit in a period. For heads of the units above and the performance team.
    async fn set_org_unit_predicate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit, the period, the predicate and an optional idempotency key.")]
        input: SetOrgUnitPredicateInput,
    ) -> async_graphql::Result<SetOrgUnitPredicatePayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key("setOrgUnitPredicate", input.idempotency_key);
        let set = period::SetOrgUnitPredicate {
            unit: read.get("orgUnitId", input.org_unit_id),
            period: read.get("periodId", input.period_id),
            predicate: input.predicate.into(),
            note: input.note,
            expected_version: input.expected_version,
        };
        let result = read.run(period::set_org_unit_predicate(ctx.env()?, ctx.actor()?, key, set)).await;
        let (set, errors) = error::outcome(ctx, result)?;
        let unit_predicate = match set {
            Some((unit, of)) => {
                period::unit_predicate(ctx.env()?, ctx.actor()?, unit, of).await.or_fail(ctx)?
            }
            None => None,
        };
        let org_unit_predicate = unit_predicate.map(OrgUnitPerformance);
        Ok(SetOrgUnitPredicatePayload { org_unit_predicate, errors })
    }
}

async fn period_payload(
    ctx: &Context<'_>,
    result: service::Result<PeriodId>,
) -> async_graphql::Result<PeriodPayload> {
    let (id, errors) = error::outcome(ctx, result)?;
    let period = match id {
        Some(id) => one(ctx, id).await?,
        None => None,
    };
    Ok(PeriodPayload { period, errors })
}
