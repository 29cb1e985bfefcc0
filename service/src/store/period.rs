//! Periods: years and their parts.

use crate::{
    db::{Source, any_of},
    error::{Error, Result},
};
use domain::{
    id::{AgencyId, PeriodId},
    period::Period,
    time::{from_micros, to_micros},
};
use entity::period::{ActiveModel, Column, Entity, Model};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use std::collections::HashMap;

/// Loads a period of an agency.
pub(crate) async fn find<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    id: PeriodId,
) -> Result<Option<Period>> {
    Ok(load(source, Condition::all().add(Column::AgencyId.eq(agency.0)).add(Column::Id.eq(id.0)))
        .await?
        .pop())
}

/// Loads the periods with these ids.
pub(crate) async fn by_ids<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    ids: &[PeriodId],
) -> Result<HashMap<PeriodId, Period>> {
    let which = Condition::all().add(Column::AgencyId.eq(agency.0)).add(any_of(
        source.backend,
        (Entity, Column::Id),
        ids.iter().map(|id| id.0),
    ));
    Ok(load(source, which).await?.into_iter().map(|period| (period.id, period)).collect())
}

/// Loads a year with its parts: the year first, then the parts in order.
pub(crate) async fn year<C: ConnectionTrait>(source: Source<'_, C>, year: PeriodId) -> Result<Vec<Period>> {
    let which = Condition::any().add(Column::Id.eq(year.0)).add(Column::ParentId.eq(year.0));
    load(source, which).await
}

/// Loads the periods that match a condition, ordered by year and part.
pub(crate) async fn load<C: ConnectionTrait>(source: Source<'_, C>, which: Condition) -> Result<Vec<Period>> {
    let rows = Entity::find()
        .filter(which)
        .order_by_asc(Column::Year)
        .order_by_asc(Column::Part)
        .all(source.connection)
        .await?;
    rows.into_iter().map(value).collect()
}

/// Converts a row to a value.
pub(crate) fn value(row: Model) -> Result<Period> {
    Ok(Period {
        id: PeriodId(row.id),
        agency: AgencyId(row.agency_id),
        year: row.year,
        cycle: row.cycle.parse().map_err(Error::internal)?,
        part: row.part,
        parent: row.parent_id.map(PeriodId),
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        plan_deadline: row.plan_deadline,
        rating_from: row.rating_from,
        report_deadline: row.report_deadline,
        rating_deadline: row.rating_deadline,
        status: row.status.parse().map_err(Error::internal)?,
        closed_at: row.closed_at.map(from_micros),
        version: row.version,
    })
}

/// Converts a value to a row.
pub(crate) fn row(period: &Period) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Set(period.id.0),
        agency_id: Set(period.agency.0),
        year: Set(period.year),
        cycle: Set(period.cycle.to_string()),
        part: Set(period.part),
        parent_id: Set(period.parent.map(|parent| parent.0)),
        starts_on: Set(period.starts_on),
        ends_on: Set(period.ends_on),
        plan_deadline: Set(period.plan_deadline),
        rating_from: Set(period.rating_from),
        report_deadline: Set(period.report_deadline),
        rating_deadline: Set(period.rating_deadline),
        status: Set(period.status.to_string()),
        closed_at: Set(period.closed_at.map(to_micros)),
        version: Set(period.version),
    })
}

record!(Period, Period, entity::period, {});

/// Finds the year (part 0) or a part of it.
pub(crate) async fn of_year<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    year: i32,
    part: i32,
) -> Result<Option<Period>> {
    let found = Entity::find()
        .filter(Column::AgencyId.eq(agency.0))
        .filter(Column::Year.eq(year))
        .filter(Column::Part.eq(part))
        .one(source.connection)
        .await?;
    found.map(value).transpose()
}

/// Loads the parts of years.
pub(crate) async fn parts_of<C: ConnectionTrait>(
    source: Source<'_, C>,
    years: impl IntoIterator<Item = PeriodId>,
) -> Result<Vec<Period>> {
    let years = years.into_iter().map(|year| year.0);
    let of_years = any_of(source.backend, (Entity, Column::ParentId), years);
    load(source, Condition::all().add(of_years)).await
}

/// Loads the parts of years of an agency, in order.
pub(crate) async fn parts_of_agency<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    years: &[PeriodId],
) -> Result<Vec<Period>> {
    let of_years = any_of(source.backend, (Entity, Column::ParentId), years.iter().map(|year| year.0));
    load(source, Condition::all().add(Column::AgencyId.eq(agency.0)).add(of_years)).await
}

/// Loads calendar years of an agency, with their parts.
pub(crate) async fn of_years<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    years: impl IntoIterator<Item = i32>,
) -> Result<Vec<Period>> {
    load(source, Condition::all().add(Column::AgencyId.eq(agency.0)).add(Column::Year.is_in(years))).await
}
