//! The agencies' days off.

use crate::{db::Source, error::Result};
use chrono::Datelike;
use domain::{
    calendar::{DaysOff, WorkCalendar},
    id::{AgencyId, CalendarId},
    time::Date,
};
use entity::calendar::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set, sea_query::SimpleExpr,
};

/// Loads a calendar of an agency.
pub(crate) async fn find<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    id: CalendarId,
) -> Result<Option<WorkCalendar>> {
    Ok(load(source, agency, Column::Id.eq(id.0)).await?.pop())
}

/// Loads the calendar of a year.
pub(crate) async fn of_year<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    year: i32,
) -> Result<Option<WorkCalendar>> {
    Ok(load(source, agency, Column::Year.eq(year)).await?.pop())
}

/// Loads an agency's days off, from the year of this day on.
pub(crate) async fn days_off<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    from: Date,
) -> Result<DaysOff> {
    Ok(DaysOff::of(&load(source, agency, Column::Year.gte(from.year())).await?))
}

async fn load<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    which: SimpleExpr,
) -> Result<Vec<WorkCalendar>> {
    let rows = Entity::find()
        .filter(Condition::all().add(Column::AgencyId.eq(agency.0)).add(which))
        .order_by_asc(Column::Year)
        .all(source.connection)
        .await?;
    rows.into_iter().map(value).collect()
}

/// Converts a row to a value.
pub(crate) fn value(row: Model) -> Result<WorkCalendar> {
    Ok(WorkCalendar {
        id: CalendarId(row.id),
        agency: AgencyId(row.agency_id),
        year: row.year,
        days: serde_json::from_str(&row.days)?,
        version: row.version,
    })
}

/// Converts a value to a row.
pub(crate) fn row(calendar: &WorkCalendar) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Set(calendar.id.0),
        agency_id: Set(calendar.agency.0),
        year: Set(calendar.year),
        days: Set(serde_json::to_string(&calendar.days)?),
        version: Set(calendar.version),
    })
}

record!(WorkCalendar, Calendar, entity::calendar, {});
