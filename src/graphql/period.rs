//! Years, their parts, and predicates of units.

use crate::{
    connection,
    graphql::{
        allowed::AllowedAction,
        context::ContextExt,
        enums::{Cycle, OrgUnitPredicate, PeriodStatus},
        error::{self, OrFail, UserError},
        id::{self, Kind},
        journal::{self, EventConnection},
        labels::Locale,
        organisation::{OrgUnit, Staff, one_staff},
        page::{self, OrderDirection},
        scalars::{Date, DateTime, Uuid},
    },
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::id::PeriodId;
use service::{IdempotencyKey, period};

#[derive(Clone)]
pub struct Period(pub domain::period::Period);

connection!(PeriodConnection, PeriodEdge, Period, "periods");

/// A year of appraisal or a part of one (periode penilaian).
#[Object]
impl Period {
    /// The global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Period, self.0.id)
    }
    /// The calendar year.
    async fn year(&self) -> i32 {
        self.0.year
    }
    /// Into what the year is parted.
    async fn cycle(&self) -> Cycle {
        self.0.cycle.into()
    }
    /// 0 is the year itself; its parts count from 1.
    async fn part(&self) -> i32 {
        self.0.part
    }
    /// The parts of a year in their order; empty for a part.
    async fn parts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Self>> {
        if !self.0.is_year() {
            return Ok(Vec::new());
        }
        let parts = ctx.loaders()?.parts_of_years.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(parts.into_iter().map(Self).collect())
    }
    /// The first day.
    async fn starts_on(&self) -> Date {
        Date(self.0.starts_on)
    }
    /// The last day.
    async fn ends_on(&self) -> Date {
        Date(self.0.ends_on)
    }
    /// The last day in time to submit a plan; a later plan is flagged, never blocked.
    async fn plan_deadline(&self) -> Date {
        Date(self.0.plan_deadline)
    }
    /// The last day in time to report what was reached; afterwards the rater may rate without a report.
    async fn report_deadline(&self) -> Date {
        Date(self.0.report_deadline)
    }
    /// The last day in time to rate.
    async fn rating_deadline(&self) -> Date {
        Date(self.0.rating_deadline)
    }
    /// Whether it takes changes.
    async fn status(&self) -> PeriodStatus {
        self.0.status.into()
    }
    /// What happened to it, oldest first, as far as you may see it.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A cursor of the journal; from the first entry by default.")] after: Option<String>,
        #[graphql(desc = "At most so many, 1 to 100; 20 by default.")] first: Option<i32>,
    ) -> async_graphql::Result<EventConnection> {
        journal::history(ctx, self.0.id, after, first).await
    }
    /// The version, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// What you can do to it now, and if not, why not.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let found = ctx.loaders()?.period_actions.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(AllowedAction::list(&found))
    }
}

#[derive(Clone)]
pub struct UnitPredicate(pub domain::unit_predicate::UnitPredicate);

/// The predicate of a unit in a period (predikat kinerja organisasi).
#[Object]
impl UnitPredicate {
    /// The predicate.
    async fn predicate(&self) -> OrgUnitPredicate {
        self.0.predicate.into()
    }
    /// The label of `predicate`.
    async fn predicate_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By default the request's.")] locale: Option<Locale>,
    ) -> &str {
        OrgUnitPredicate::from(self.0.predicate).label(locale.unwrap_or_else(|| ctx.locale().into()))
    }
    /// Why.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
    /// When it was set last.
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
    /// Who set it last.
    async fn set_by(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.set_by).await
    }
    /// The version, from 1; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// What you can do to it now, and if not, why not.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let found = period::predicate_actions(ctx.env()?, ctx.actor()?, &self.0).await.or_fail(ctx)?;
        Ok(AllowedAction::list(&found.into()))
    }
}

/// A period by id.
pub(super) async fn one(ctx: &Context<'_>, id: PeriodId) -> async_graphql::Result<Option<Period>> {
    Ok(ctx.loaders()?.periods.find(ctx, id).await?.map(Period))
}

/// Queries on periods.
#[derive(Default)]
pub struct PeriodQuery;

/// Which periods; all conditions must hold.
#[derive(InputObject, Default)]
struct PeriodFilter {
    /// Of this calendar year.
    year: Option<i32>,
    /// True: only years. False: only parts.
    years_only: Option<bool>,
    /// Open or closed.
    status: Option<PeriodStatus>,
}

/// How periods are sorted.
#[derive(InputObject, Default)]
struct PeriodOrder {
    /// By year and part in this direction.
    year: OrderDirection,
}

#[Object]
impl PeriodQuery {
    /// Years and their parts.
    async fn periods(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which periods; all conditions must hold.")] filter: Option<PeriodFilter>,
        #[graphql(desc = "How they are sorted.")] order_by: Option<PeriodOrder>,
        #[graphql(desc = "At most so many from the start; 20 by default, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to start.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> async_graphql::Result<PeriodConnection> {
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
        Ok(PeriodConnection::new(found, total, Period))
    }

    /// The predicate of a unit in a period; null where it is not set.
    async fn org_unit_predicate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit.")] org_unit_id: ID,
        #[graphql(desc = "The year or part.")] period_id: ID,
    ) -> async_graphql::Result<Option<UnitPredicate>> {
        let unit = id::argument(ctx, Kind::OrgUnit, &org_unit_id, "orgUnitId")?;
        let period_id = id::argument(ctx, Kind::Period, &period_id, "periodId")?;
        let found = period::unit_predicate(ctx.env()?, ctx.actor()?, unit, period_id).await.or_fail(ctx)?;
        Ok(found.map(UnitPredicate))
    }
}

/// Mutations of periods.
#[derive(Default)]
pub struct PeriodMutation;

/// A year to open.
#[derive(InputObject)]
struct OpenPeriodInput {
    /// The calendar year, 2021 to 2100.
    year: i32,
    /// Into what it is parted.
    cycle: Cycle,
    /// The last day in time to submit a plan; by default 31 January.
    plan_deadline: Option<Date>,
    /// Days after the end of a part to report, 0 to 90; by default 7.
    report_days: Option<i32>,
    /// Days after the end of a part to rate, from `reportDays` to 90; by default 14.
    rating_days: Option<i32>,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// A period to close.
#[derive(InputObject)]
struct ClosePeriodInput {
    /// The year or part; a year once its parts are closed.
    period_id: ID,
    /// The version that you have seen.
    expected_version: i32,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// A predicate of a unit to set.
#[derive(InputObject)]
struct SetOrgUnitPredicateInput {
    /// The unit.
    org_unit_id: ID,
    /// The year or part.
    period_id: ID,
    /// The predicate.
    predicate: OrgUnitPredicate,
    /// Why.
    note: Option<String>,
    /// The version that you have seen; required where a predicate was set before.
    expected_version: Option<i32>,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// The outcome of `openPeriod` and `closePeriod`.
#[derive(SimpleObject)]
struct PeriodPayload {
    /// The period; null when `errors` tells why.
    period: Option<Period>,
    /// What you can act on; nothing was written then.
    errors: Vec<UserError>,
}

/// The outcome of `setOrgUnitPredicate`.
#[derive(SimpleObject)]
struct UnitPredicatePayload {
    /// The predicate; null when `errors` tells why.
    unit_predicate: Option<UnitPredicate>,
    /// What you can act on; nothing was written then.
    errors: Vec<UserError>,
}

#[Object]
impl PeriodMutation {
    /// Opens a year with its parts. For admins of the agency.
    async fn open_period(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: OpenPeriodInput,
    ) -> async_graphql::Result<PeriodPayload> {
        let key = IdempotencyKey { operation: "openPeriod", key: input.idempotency_key.map(|key| key.0) };
        // A negative number of days is as much out of range as one that is too large.
        let days = |days: Option<i32>| days.map(|days| u32::try_from(days).unwrap_or(u32::MAX));
        let year = period::OpenPeriod {
            year: input.year,
            cycle: input.cycle.into(),
            plan_deadline: input.plan_deadline.map(|day| day.0),
            report_days: days(input.report_days),
            rating_days: days(input.rating_days),
        };
        period_payload(ctx, period::open_period(ctx.env()?, ctx.actor()?, key, year).await).await
    }

    /// Closes a part, or a year once its parts are closed. For admins of the agency.
    async fn close_period(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: ClosePeriodInput,
    ) -> async_graphql::Result<PeriodPayload> {
        let key = IdempotencyKey { operation: "closePeriod", key: input.idempotency_key.map(|key| key.0) };
        let which = period::ClosePeriod {
            period: id::argument(ctx, Kind::Period, &input.period_id, "periodId")?,
            expected_version: input.expected_version,
        };
        period_payload(ctx, period::close_period(ctx.env()?, ctx.actor()?, key, which).await).await
    }

    /// Sets the predicate of a unit in a period: by who heads a unit above, or the performance team.
    async fn set_org_unit_predicate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: SetOrgUnitPredicateInput,
    ) -> async_graphql::Result<UnitPredicatePayload> {
        let key =
            IdempotencyKey { operation: "setOrgUnitPredicate", key: input.idempotency_key.map(|key| key.0) };
        let set = period::SetOrgUnitPredicate {
            unit: id::argument(ctx, Kind::OrgUnit, &input.org_unit_id, "orgUnitId")?,
            period: id::argument(ctx, Kind::Period, &input.period_id, "periodId")?,
            predicate: input.predicate.into(),
            note: input.note,
            expected_version: input.expected_version,
        };
        let result = period::set_org_unit_predicate(ctx.env()?, ctx.actor()?, key, set).await;
        let (set, errors) = error::outcome(ctx, result)?;
        let unit_predicate = match set {
            Some((unit, of)) => {
                period::unit_predicate(ctx.env()?, ctx.actor()?, unit, of).await.or_fail(ctx)?
            }
            None => None,
        };
        Ok(UnitPredicatePayload { unit_predicate: unit_predicate.map(UnitPredicate), errors })
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
