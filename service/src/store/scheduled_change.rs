//! Changes of the organisation that come into force on a later day.

use crate::{
    db::{Source, any_of},
    error::{Error, Result},
};
use domain::{
    id::{AgencyId, ScheduledChangeId, StaffId, UnitId},
    scheduled::{ScheduledChange, ScheduledStatus},
    time::{Date, from_micros, to_micros},
};
use entity::scheduled_change::{ActiveModel, Column, Entity, Model};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use std::collections::HashMap;

/// Loads a change of an agency.
pub(crate) async fn find<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    id: ScheduledChangeId,
) -> Result<Option<ScheduledChange>> {
    let which = Condition::all().add(Column::AgencyId.eq(agency.0)).add(Column::Id.eq(id.0));
    Ok(load(source, which).await?.pop())
}

/// Loads the changes of people, the earliest day first.
pub(crate) async fn of_staff<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    people: &[StaffId],
) -> Result<HashMap<StaffId, Vec<ScheduledChange>>> {
    let of_people = any_of(source.backend, (Entity, Column::StaffId), people.iter().map(|id| id.0));
    let which = Condition::all().add(Column::AgencyId.eq(agency.0)).add(of_people);
    let mut found: HashMap<StaffId, Vec<ScheduledChange>> = HashMap::new();
    for change in load(source, which).await? {
        found.entry(change.staff).or_default().push(change);
    }
    Ok(found)
}

/// Loads the changes of an agency that come into force on or before a day, the earliest first.
pub(crate) async fn due<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    by: Date,
) -> Result<Vec<ScheduledChange>> {
    load(source, in_status(agency, ScheduledStatus::Scheduled).add(Column::EffectiveOn.lte(by))).await
}

/// Selects the changes of an agency that have this status.
pub(crate) fn in_status(agency: AgencyId, status: ScheduledStatus) -> Condition {
    Condition::all().add(Column::AgencyId.eq(agency.0)).add(Column::Status.eq(status.to_string()))
}

/// Loads the changes that match a condition, the earliest day first.
pub(crate) async fn load<C: ConnectionTrait>(
    source: Source<'_, C>,
    which: Condition,
) -> Result<Vec<ScheduledChange>> {
    let rows = Entity::find()
        .filter(which)
        .order_by_asc(Column::EffectiveOn)
        .order_by_asc(Column::ScheduledAt)
        .order_by_asc(Column::Id)
        .all(source.connection)
        .await?;
    rows.into_iter().map(value).collect()
}

/// Converts a row to a value.
pub(crate) fn value(row: Model) -> Result<ScheduledChange> {
    Ok(ScheduledChange {
        id: ScheduledChangeId(row.id),
        agency: AgencyId(row.agency_id),
        staff: StaffId(row.staff_id),
        unit: UnitId(row.unit_id),
        change: serde_json::from_str(&row.change)?,
        effective_on: row.effective_on,
        reason: row.reason,
        status: row.status.parse().map_err(Error::internal)?,
        scheduled_by: row.scheduled_by.map(StaffId),
        scheduled_at: from_micros(row.scheduled_at),
        ended_at: row.ended_at.map(from_micros),
        refusals: serde_json::from_str(&row.refusals)?,
        version: row.version,
    })
}

/// Converts a value to a row.
pub(crate) fn row(change: &ScheduledChange) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Set(change.id.0),
        agency_id: Set(change.agency.0),
        staff_id: Set(change.staff.0),
        unit_id: Set(change.unit.0),
        change: Set(serde_json::to_string(&change.change)?),
        effective_on: Set(change.effective_on),
        reason: Set(change.reason.clone()),
        status: Set(change.status.to_string()),
        scheduled_by: Set(change.scheduled_by.map(|staff| staff.0)),
        scheduled_at: Set(to_micros(change.scheduled_at)),
        ended_at: Set(change.ended_at.map(to_micros)),
        refusals: Set(serde_json::to_string(&change.refusals)?),
        version: Set(change.version),
    })
}

record!(ScheduledChange, ScheduledChange, entity::scheduled_change, {staff: staff, unit: unit});

/// Loads the changes of a person that are not in force yet.
pub(crate) async fn waiting_for<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    staff: StaffId,
) -> Result<Vec<ScheduledChange>> {
    load(source, in_status(agency, ScheduledStatus::Scheduled).add(Column::StaffId.eq(staff.0))).await
}
