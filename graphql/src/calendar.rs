//! The calendar of working days of an agency.

use crate::{
    allowed::AllowedAction,
    context::ContextExt,
    error::{self, OrFail, UserError},
    given::Given,
    id::{self, Kind},
    journal::{self, EventConnection},
    reader::Reader,
    scalars::Date,
};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::{
    calendar::{WorkCalendar, YearOfDaysOff},
    id::CalendarId,
};
use futures_util::FutureExt;
use service::calendar as use_case;
use std::sync::Arc;
use uuid::Uuid;

#[derive(Clone)]
pub struct Calendar(pub WorkCalendar);

/// The holidays and the joint leave (cuti bersama) of an agency in a year. Working days are Monday to Friday, except
/// these days.
#[Object]
impl Calendar {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Calendar, self.0.id)
    }
    /// The year.
    async fn year(&self) -> i32 {
        self.0.year
    }
    /// The days off besides Saturdays and Sundays, by date.
    async fn days(&self) -> Vec<DayOff> {
        let of = |day: &domain::calendar::DayOff| DayOff {
            date: Date(day.date),
            name: day.name.clone(),
            joint_leave: day.joint_leave,
        };
        self.0.days.iter().map(of).collect()
    }
    /// The actions on it: whether you can run each one now, and if not, why.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        Ok(AllowedAction::list(&Arc::new(use_case::actions(ctx.actor()?))))
    }
    /// The journal entries about it, oldest first.
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
}

/// A day on which nobody works.
#[derive(SimpleObject)]
struct DayOff {
    /// The date.
    date: Date,
    /// Name, in Indonesian.
    name: String,
    /// Whether it is joint leave (cuti bersama), not a holiday.
    joint_leave: bool,
}

/// Loads a calendar by id; none if it does not exist.
pub async fn one(ctx: &Context<'_>, id: CalendarId) -> async_graphql::Result<Option<Calendar>> {
    let found = use_case::calendar(ctx.env()?, ctx.actor()?, id).boxed().await.or_fail(ctx)?;
    Ok(found.map(Calendar))
}

/// Queries on calendars.
#[derive(Default)]
pub struct CalendarQuery;

#[Object]
impl CalendarQuery {
    /// The holidays and the joint leave of your agency in a year; null if none are set.
    async fn calendar(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year.")] year: i32,
    ) -> async_graphql::Result<Option<Calendar>> {
        let found = use_case::of_year(ctx.env()?, ctx.actor()?, year).boxed().await.or_fail(ctx)?;
        Ok(found.map(Calendar))
    }
}

/// Mutations of calendars.
#[derive(Default)]
pub struct CalendarMutation;

/// Input of `setCalendar`: all days off of a year.
#[derive(InputObject)]
struct SetCalendarInput {
    /// The year.
    year: i32,
    /// The days off besides Saturdays and Sundays, at most 100. They replace those that are stored.
    days: Vec<DayOffInput>,
    /// The `version` that you last read; CONFLICT if the stored version is newer. Required if the year has a calendar;
    /// otherwise leave it out. Null is refused.
    expected_version: MaybeUndefined<i32>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// A day on which nobody works.
#[derive(InputObject)]
struct DayOffInput {
    /// The date, in the year.
    date: Given<domain::time::Date>,
    /// Name, in Indonesian, 1 to 200 characters.
    name: String,
    /// Whether it is joint leave (cuti bersama), not a holiday.
    #[graphql(default)]
    joint_leave: bool,
}

/// Outcome of `setCalendar`.
#[derive(SimpleObject)]
struct SetCalendarPayload {
    /// The calendar; null if `errors` is not empty.
    calendar: Option<Calendar>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl CalendarMutation {
    /// Sets the holidays and the joint leave of a year. If the new days off make the objection period of a delivered
    /// result end later, the server extends that period; it never shortens one. For admins and the performance team of
    /// the agency.
    async fn set_calendar(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The days off of the year and an optional idempotency key.")]
        input: SetCalendarInput,
    ) -> async_graphql::Result<SetCalendarPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let day = |read: &mut Reader, day: DayOffInput| domain::calendar::DayOff {
            date: read.get("date", day.date),
            name: day.name,
            joint_leave: day.joint_leave,
        };
        let days_off = YearOfDaysOff { year: input.year, days: read.each("days", input.days, day) };
        let expected_version = read.not_null("expectedVersion", input.expected_version);
        let set = use_case::SetCalendar { days_off, expected_version };
        let result = read.run(use_case::set_calendar(ctx.env()?, ctx.actor()?, key, set)).await;
        let (done, errors) = error::outcome(ctx, result)?;
        let calendar = match done {
            Some(id) => one(ctx, id).await?,
            None => None,
        };
        Ok(SetCalendarPayload { calendar, errors })
    }
}
