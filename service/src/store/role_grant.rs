//! Role grants.

use crate::{
    db::{Source, Tx, any_of},
    error::{Error, Result},
};
use domain::{
    actor::{Role, RoleGrant},
    id::{AgencyId, RoleGrantId, StaffId, UnitId},
    time::{from_micros, to_micros},
};
use entity::role_grant::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use uuid::Uuid;

/// Converts a row to a value.
pub(crate) fn value(row: Model) -> Result<RoleGrant> {
    Ok(RoleGrant {
        id: RoleGrantId(row.id),
        agency: AgencyId(row.agency_id),
        staff: StaffId(row.staff_id),
        role: row.role.parse().map_err(Error::internal)?,
        unit: UnitId(row.unit_id),
        granted_at: from_micros(row.granted_at),
        revoked_at: row.revoked_at.map(from_micros),
        version: row.version,
    })
}

/// Finds who has a role that was granted over one of these units, not over a unit above.
pub(crate) async fn holders<C: ConnectionTrait>(
    source: Source<'_, C>,
    role: Role,
    units: &[UnitId],
) -> Result<Vec<StaffId>> {
    let found: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::StaffId)
        .filter(any_of(source.backend, (Entity, Column::UnitId), units.iter().map(|unit| unit.0)))
        .filter(Column::Role.eq(role.to_string()))
        .filter(Column::RevokedAt.is_null())
        .into_tuple()
        .all(source.connection)
        .await?;
    Ok(found.into_iter().map(StaffId).collect())
}

/// Converts a value to a row.
pub(crate) fn row(grant: &RoleGrant) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Set(grant.id.0),
        agency_id: Set(grant.agency.0),
        staff_id: Set(grant.staff.0),
        role: Set(grant.role.to_string()),
        unit_id: Set(grant.unit.0),
        granted_at: Set(to_micros(grant.granted_at)),
        revoked_at: Set(grant.revoked_at.map(to_micros)),
        version: Set(grant.version),
    })
}

record!(RoleGrant, RoleGrant, entity::role_grant, {staff: staff, unit: unit});

async fn load<C: ConnectionTrait>(connection: &C, which: Condition) -> Result<Vec<RoleGrant>> {
    let rows = Entity::find()
        .filter(which)
        .order_by_asc(Column::GrantedAt)
        .order_by_asc(Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(value).collect()
}

/// Loads a grant of an agency, also a revoked one.
pub(crate) async fn find<C: ConnectionTrait>(
    connection: &C,
    agency: AgencyId,
    id: RoleGrantId,
) -> Result<Option<RoleGrant>> {
    let which = Condition::all().add(Column::AgencyId.eq(agency.0)).add(Column::Id.eq(id.0));
    Ok(load(connection, which).await?.pop())
}

/// Loads the current grants of a person, the earliest first.
pub(crate) async fn current_of<C: ConnectionTrait>(connection: &C, staff: StaffId) -> Result<Vec<RoleGrant>> {
    let which = Condition::all().add(Column::StaffId.eq(staff.0)).add(Column::RevokedAt.is_null());
    load(connection, which).await
}

/// Loads the current grants of people.
pub(crate) async fn current_of_people(tx: &Tx, people: impl Iterator<Item = Uuid>) -> Result<Vec<RoleGrant>> {
    let of_people = any_of(tx.backend(), (Entity, Column::StaffId), people);
    load(tx.connection(), Condition::all().add(of_people).add(Column::RevokedAt.is_null())).await
}

/// Loads the current grants of a role over exactly this unit.
pub(crate) async fn current_over<C: ConnectionTrait>(
    connection: &C,
    role: Role,
    unit: UnitId,
) -> Result<Vec<RoleGrant>> {
    let which = Condition::all()
        .add(Column::Role.eq(role.to_string()))
        .add(Column::UnitId.eq(unit.0))
        .add(Column::RevokedAt.is_null());
    load(connection, which).await
}
