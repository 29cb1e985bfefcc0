//! People and their units.

use crate::{
    db::{Source, Tx, any_of},
    error::{Error, Result},
};
use domain::{
    id::{AgencyId, StaffId, UnitId},
    staff::{Staff, StaffStatus},
    time::Date,
};
use entity::{assignment, staff};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Loads people of an agency by id, also former staff: names belong to the directory.
pub(crate) async fn by_ids<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    ids: &[StaffId],
) -> Result<HashMap<StaffId, Staff>> {
    let which = Condition::all().add(staff::Column::AgencyId.eq(agency.0)).add(any_of(
        source.backend,
        (staff::Entity, staff::Column::Id),
        ids.iter().map(|id| id.0),
    ));
    Ok(load(source, which).await?.into_iter().map(|person| (person.id, person)).collect())
}

/// Loads the people of a condition, ordered by name.
pub(crate) async fn load<C: ConnectionTrait>(source: Source<'_, C>, which: Condition) -> Result<Vec<Staff>> {
    let rows = staff::Entity::find()
        .filter(which)
        .order_by_asc(staff::Column::NameKey)
        .order_by_asc(staff::Column::Id)
        .all(source.connection)
        .await?;
    rows.into_iter().map(value).collect()
}

/// Converts a row to a value.
pub(crate) fn value(row: staff::Model) -> Result<Staff> {
    Ok(Staff {
        id: StaffId(row.id),
        agency: AgencyId(row.agency_id),
        nip: row.nip,
        name: row.name,
        employment_kind: row.employment_kind.parse().map_err(Error::internal)?,
        status: row.status.parse().map_err(Error::internal)?,
        ended_on: row.ended_on,
        end_reason: row.end_reason,
        external_id: row.external_id,
        source: row.source,
        version: row.version,
    })
}

/// Converts a value to a row.
pub(crate) fn row(person: &Staff) -> Result<staff::ActiveModel> {
    Ok(staff::ActiveModel {
        id: Set(person.id.0),
        agency_id: Set(person.agency.0),
        nip: Set(person.nip.clone()),
        name: Set(person.name.clone()),
        name_key: Set(domain::text::sort_key(&person.name)),
        employment_kind: Set(person.employment_kind.to_string()),
        status: Set(person.status.to_string()),
        ended_on: Set(person.ended_on),
        end_reason: Set(person.end_reason.clone()),
        external_id: Set(person.external_id.clone()),
        source: Set(person.source.clone()),
        version: Set(person.version),
    })
}

record!(Staff, Staff, entity::staff, {staff: id});

/// Loads an active person of the actor's agency.
pub(crate) async fn active(tx: &Tx, id: StaffId) -> Result<Option<staff::Model>> {
    Ok(staff::Entity::find_by_id(id.0)
        .filter(staff::Column::AgencyId.eq(tx.actor().agency.0))
        .filter(staff::Column::Status.eq(StaffStatus::Active.to_string()))
        .one(tx.connection())
        .await?)
}

/// Loads the active people assigned to units on a day, ordered by name.
pub(crate) async fn of_units(tx: &Tx, units: BTreeSet<UnitId>, on: Date) -> Result<Vec<staff::Model>> {
    let assigned = open_assignments(
        tx,
        any_of(
            tx.backend(),
            (assignment::Entity, assignment::Column::UnitId),
            units.iter().map(|unit| unit.0),
        ),
        on,
    )
    .await?;
    let ids: BTreeSet<_> = assigned.into_iter().map(|assignment| assignment.staff_id).collect();
    Ok(staff::Entity::find()
        .filter(any_of(tx.backend(), (staff::Entity, staff::Column::Id), ids))
        .filter(staff::Column::Status.eq(StaffStatus::Active.to_string()))
        .order_by_asc(staff::Column::NameKey)
        .order_by_asc(staff::Column::Id)
        .all(tx.connection())
        .await?)
}

/// Loads active people of the actor's agency with their units on a day; skips unknown ids.
pub(crate) async fn with_units(
    tx: &Tx,
    ids: &[StaffId],
    on: Date,
) -> Result<Vec<(staff::Model, Option<UnitId>)>> {
    let people = staff::Entity::find()
        .filter(any_of(tx.backend(), (staff::Entity, staff::Column::Id), ids.iter().map(|id| id.0)))
        .filter(staff::Column::AgencyId.eq(tx.actor().agency.0))
        .filter(staff::Column::Status.eq(StaffStatus::Active.to_string()))
        .all(tx.connection())
        .await?;
    let units = units_on(tx, ids.iter().map(|id| id.0), on).await?;
    Ok(people
        .into_iter()
        .map(|person| {
            let unit = units.get(&person.id).copied();
            (person, unit)
        })
        .collect())
}

/// Finds a unit of each of these people on a day; people without an assignment then have none.
pub(crate) async fn units_on(
    tx: &Tx,
    people: impl IntoIterator<Item = Uuid>,
    on: Date,
) -> Result<HashMap<Uuid, UnitId>> {
    let which = any_of(tx.backend(), (assignment::Entity, assignment::Column::StaffId), people);
    let assigned = open_assignments(tx, which, on).await?;
    Ok(assigned.into_iter().map(|assignment| (assignment.staff_id, UnitId(assignment.unit_id))).collect())
}

async fn open_assignments(
    tx: &Tx,
    which: sea_orm::sea_query::Expr,
    on: Date,
) -> Result<Vec<assignment::Model>> {
    Ok(assignment::Entity::find()
        .filter(which)
        .filter(assignment::Column::ValidFrom.lte(on))
        .filter(
            Condition::any()
                .add(assignment::Column::ValidTo.is_null())
                .add(assignment::Column::ValidTo.gt(on)),
        )
        .all(tx.connection())
        .await?)
}
