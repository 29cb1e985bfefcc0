//! Mutations of periods and of predicates of units.

use super::{OrgUnitPerformance, Period, one};
use crate::{
    context::ContextExt,
    enums::{Cycle, OrgUnitPredicate, UnfinishedKind},
    error::{self, OrFail, UserError},
    given::Given,
    labels::{Locale, label},
    organisation::RosterReport,
    reader::Reader,
    weight::cost,
};
use async_graphql::{ComplexObject, Context, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::{
    id::{PeriodId, UnitId},
    period::{NewYear, PeriodDays},
    unit_predicate::UnitPredicateInput,
};
use futures_util::FutureExt;
use service::{Error, organisation, period};
use uuid::Uuid;

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
    /// Last day to submit a plan on time; default 31 January, not null.
    plan_deadline: MaybeUndefined<Given<domain::time::Date>>,
    /// Days to report after the end of a part, 0 to 90; default 7, not null.
    report_days: MaybeUndefined<i32>,
    /// Days to rate after the end of a part, `reportDays` to 90; default 14, not null.
    rating_days: MaybeUndefined<i32>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `updatePeriod`: new days of an open year or part. An omitted day stays unchanged; null is not allowed.
#[derive(InputObject)]
struct UpdatePeriodInput {
    /// The year or part.
    period_id: Given<PeriodId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// Last day to submit a plan on time, within the year; for years only.
    plan_deadline: MaybeUndefined<Given<domain::time::Date>>,
    /// First day for drafts of ratings and for predicates of units, within the period.
    rating_from: MaybeUndefined<Given<domain::time::Date>>,
    /// Last day to report on time, from the last day of the period to 90 days after it.
    report_deadline: MaybeUndefined<Given<domain::time::Date>>,
    /// Last day to rate on time, from the deadline for reports to 90 days after the period.
    rating_deadline: MaybeUndefined<Given<domain::time::Date>>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `reopenPeriod`: a closed year or part to reopen.
#[derive(InputObject)]
struct ReopenPeriodInput {
    /// The year or part. A part can be reopened while its year is open.
    period_id: Given<PeriodId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The reason.
    reason: String,
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
    /// True: close it although work is unfinished. That work can't be continued afterwards.
    #[graphql(default)]
    confirm: bool,
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

/// Outcome of `openPeriod`, `updatePeriod` and `reopenPeriod`.
#[derive(SimpleObject)]
#[graphql(complex)]
struct PeriodPayload {
    /// The period; null if `errors` is not empty.
    period: Option<Period>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[ComplexObject]
impl PeriodPayload {
    /// Gaps in the chain of command of the agency today. Until a gap is closed, nobody can rate the people concerned.
    /// Gaps don't stop the change. Null if `errors` is not empty.
    #[graphql(directive = cost::apply(1000))]
    async fn roster(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<RosterReport>> {
        if self.period.is_none() {
            return Ok(None);
        }
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let agency = UnitId(actor.agency.0);
        let found = organisation::roster_problems(env, actor, agency, None).boxed().await.or_fail(ctx)?;
        Ok(Some(RosterReport::new(agency, found, true)))
    }
}

/// Outcome of `closePeriod`.
#[derive(SimpleObject)]
struct ClosePeriodPayload {
    /// The period; null if `errors` is not empty.
    period: Option<Period>,
    /// The work that is still unfinished. If there is any and `confirm` is not true, nothing is closed, and `errors`
    /// has BAD_USER_INPUT at `confirm`.
    unfinished: Vec<UnfinishedWork>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

pub struct UnfinishedWork(domain::period::Unfinished, u64);

/// Unfinished work of one kind in a period.
#[Object]
impl UnfinishedWork {
    /// Kind of work.
    async fn kind(&self) -> UnfinishedKind {
        self.0.into()
    }
    /// Label of `kind` in the requested language.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0)
    }
    /// Number of unfinished items.
    async fn count(&self) -> i32 {
        i32::try_from(self.1).unwrap_or(i32::MAX)
    }
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
        let key = read.key(input.idempotency_key);
        let plan_deadline = read.not_null("planDeadline", input.plan_deadline);
        // Map negative days to a number that is also out of range.
        let days = |days: Option<i32>| days.map(|days| u32::try_from(days).unwrap_or(u32::MAX));
        let year = NewYear {
            year: input.year,
            cycle: input.cycle.into(),
            plan_deadline: read.optional("planDeadline", plan_deadline),
            report_days: days(read.not_null("reportDays", input.report_days)),
            rating_days: days(read.not_null("ratingDays", input.rating_days)),
        };
        period_payload(
            ctx,
            read.run(period::open_period(ctx.env()?, ctx.actor()?, key, period::OpenPeriod(year))).await,
        )
        .await
    }

    /// Changes the days of an open year or part: the deadlines, and the first day for drafts of ratings. Past
    /// submissions keep their mark of being late or on time. For admins of the agency.
    async fn update_period(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The period, its version, the new days and an optional idempotency key.")]
        input: UpdatePeriodInput,
    ) -> async_graphql::Result<PeriodPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let mut day = |field: &str, given| {
            let given = read.not_null(field, given);
            read.optional(field, given)
        };
        let days = PeriodDays {
            plan_deadline: day("planDeadline", input.plan_deadline),
            rating_from: day("ratingFrom", input.rating_from),
            report_deadline: day("reportDeadline", input.report_deadline),
            rating_deadline: day("ratingDeadline", input.rating_deadline),
        };
        let period = read.get("periodId", input.period_id);
        let update = period::UpdatePeriod { period, expected_version: input.expected_version, days };
        period_payload(ctx, read.run(period::update_period(ctx.env()?, ctx.actor()?, key, update)).await)
            .await
    }

    /// Closes a part, from its last day on, or a year, once its parts are closed. A closed period refuses reports and
    /// ratings, except ratings of evaluations that are reopened after the closing. If work is unfinished, `confirm` is
    /// required. For admins of the agency.
    async fn close_period(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The period, its version, the confirmation and an optional idempotency key.")]
        input: ClosePeriodInput,
    ) -> async_graphql::Result<ClosePeriodPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let which = period::ClosePeriod {
            period: read.get("periodId", input.period_id),
            expected_version: input.expected_version,
            confirm: input.confirm,
        };
        let id = which.period;
        let result = read.run(period::close_period(ctx.env()?, ctx.actor()?, key, which)).await;
        let is_counted = match &result {
            Ok(_) => true,
            Err(Error::Refused(refusals)) => refusals.iter().any(|refusal| refusal.path == ["confirm"]),
            Err(_) => false,
        };
        let PeriodPayload { period: closed, errors } = period_payload(ctx, result).await?;
        let unfinished = if is_counted {
            period::unfinished(ctx.env()?, ctx.actor()?, id).boxed().await.or_fail(ctx)?
        } else {
            Vec::new()
        };
        let unfinished = unfinished.into_iter().map(|(kind, count)| UnfinishedWork(kind, count)).collect();
        Ok(ClosePeriodPayload { period: closed, unfinished, errors })
    }

    /// Reopens a closed part, or a closed year. Its evaluations accept reports and ratings again. Plans that were
    /// closed with the year stay closed. For admins of the agency.
    async fn reopen_period(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The period, its version, the reason and an optional idempotency key.")]
        input: ReopenPeriodInput,
    ) -> async_graphql::Result<PeriodPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let which = period::ReopenPeriod {
            period: read.get("periodId", input.period_id),
            expected_version: input.expected_version,
            reason: input.reason,
        };
        period_payload(ctx, read.run(period::reopen_period(ctx.env()?, ctx.actor()?, key, which)).await).await
    }

    /// Sets the predicate of a unit in a period. For heads of the units above and the performance team.
    async fn set_org_unit_predicate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit, the period, the predicate and an optional idempotency key.")]
        input: SetOrgUnitPredicateInput,
    ) -> async_graphql::Result<SetOrgUnitPredicatePayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let set = period::SetOrgUnitPredicate {
            unit: read.get("orgUnitId", input.org_unit_id),
            period: read.get("periodId", input.period_id),
            wanted: UnitPredicateInput { predicate: input.predicate.into(), note: input.note },
            expected_version: input.expected_version,
        };
        let result = read.run(period::set_org_unit_predicate(ctx.env()?, ctx.actor()?, key, set)).await;
        let (set, errors) = error::outcome(ctx, result)?;
        let unit_predicate = match set {
            Some((unit, of)) => {
                period::unit_predicate(ctx.env()?, ctx.actor()?, unit, of).boxed().await.or_fail(ctx)?
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
