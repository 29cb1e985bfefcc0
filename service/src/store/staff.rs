//! People and their units.

use crate::{
    db::{BATCH, Backend, Source, Tx, any_of},
    error::{Error, Result},
};
use domain::{
    id::{AgencyId, StaffId, UnitId},
    staff::{Staff, StaffStatus},
    time::Date,
};
use entity::{account, assignment, staff};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Set, sea_query::LockType,
};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Loads people of an agency by id, also former staff. No scope is needed, because everyone in the agency can see
/// names.
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

/// Loads the people that match a condition, ordered by name.
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

/// Finds a unit of each of these people on a day; people without an assignment on that day have none.
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

/// Loads another person who has the NIP of this one, in any agency.
pub(crate) async fn other_with_nip<C: ConnectionTrait>(
    source: Source<'_, C>,
    person: &Staff,
) -> Result<Option<Staff>> {
    let Some(nip) = &person.nip else { return Ok(None) };
    let which =
        Condition::all().add(staff::Column::Nip.eq(nip.clone())).add(staff::Column::Id.ne(person.id.0));
    Ok(load(source, which).await?.into_iter().next())
}

/// Loads another person of the agency who has the external id of this one.
pub(crate) async fn other_with_external_id<C: ConnectionTrait>(
    source: Source<'_, C>,
    person: &Staff,
) -> Result<Option<Staff>> {
    let Some(id) = &person.external_id else { return Ok(None) };
    let which = Condition::all()
        .add(staff::Column::ExternalId.eq(id.clone()))
        .add(staff::Column::Id.ne(person.id.0))
        .add(staff::Column::AgencyId.eq(person.agency.0));
    Ok(load(source, which).await?.into_iter().next())
}

/// Finds the active and former people of an agency with this NIP, external id or user name.
pub(crate) async fn named<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    name: &str,
    user_name: &str,
) -> Result<Vec<Staff>> {
    let with_user_name = account::Entity::find()
        .select_only()
        .column(account::Column::StaffId)
        .filter(account::Column::UserName.eq(user_name))
        .into_query();
    let which = Condition::any()
        .add(staff::Column::Nip.eq(name))
        .add(staff::Column::ExternalId.eq(name))
        .add(staff::Column::Id.in_subquery(with_user_name));
    load(source, Condition::all().add(staff::Column::AgencyId.eq(agency.0)).add(which)).await
}

/// Locks a person until the unit of work ends, so that units of work that count something of this person run one after
/// another. SQLite has only one writer and needs no lock.
///
/// # Errors
/// NOT_FOUND on PostgreSQL, if there is no such person.
pub(crate) async fn lock(tx: &Tx, person: StaffId) -> Result<()> {
    if tx.backend() == Backend::Postgres {
        let row = staff::Entity::find_by_id(person.0).select_only().column(staff::Column::Id);
        let row: Option<Uuid> = row.lock(LockType::NoKeyUpdate).into_tuple().one(tx.connection()).await?;
        row.ok_or(Error::NotFound)?;
    }
    Ok(())
}

/// Finds which of these NIPs belong to people of another agency.
pub(crate) async fn nips_elsewhere<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    nips: &[&str],
) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for batch in nips.chunks(BATCH) {
        let rows: Vec<Option<String>> = staff::Entity::find()
            .select_only()
            .column(staff::Column::Nip)
            .filter(staff::Column::AgencyId.ne(agency.0))
            .filter(staff::Column::Nip.is_in(batch.iter().copied()))
            .into_tuple()
            .all(source.connection)
            .await?;
        found.extend(rows.into_iter().flatten());
    }
    Ok(found)
}

/// Loads all people of an agency, also former staff.
pub(crate) async fn of_agency<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
) -> Result<Vec<Staff>> {
    load(source, Condition::all().add(staff::Column::AgencyId.eq(agency.0))).await
}

/// The row of a person.
pub(crate) use entity::staff::Model as Row;

/// Loads the row of a person, also of former staff.
pub(crate) async fn row_of<C: ConnectionTrait>(connection: &C, id: StaffId) -> Result<Option<Row>> {
    Ok(staff::Entity::find_by_id(id.0).one(connection).await?)
}

/// Locks a person until the unit of work ends, on both databases.
pub(crate) async fn lock_row_of(tx: &Tx, id: Uuid) -> Result<()> {
    staff::Entity::find_by_id(id).lock_exclusive().one(tx.connection()).await?;
    Ok(())
}

/// Loads at most three people of any agency with this NIP or external id, also former staff.
pub(crate) async fn with_nip_or_external_id(
    tx: &Tx,
    nip: Option<String>,
    external_id: Option<&String>,
) -> Result<Vec<Row>> {
    let which = Condition::any()
        .add_option(nip.map(|nip| staff::Column::Nip.eq(nip)))
        .add_option(external_id.map(|id| staff::Column::ExternalId.eq(id)));
    Ok(staff::Entity::find()
        .filter(which)
        .order_by_asc(staff::Column::Id)
        .limit(3)
        .all(tx.connection())
        .await?)
}
