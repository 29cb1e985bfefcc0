//! Role grants.

use crate::{
    db::{Source, any_of},
    error::{Error, Result},
};
use domain::{
    actor::{Role, RoleGrant},
    id::{AgencyId, RoleGrantId, StaffId, UnitId},
    time::{from_micros, to_micros},
};
use entity::role_grant::{ActiveModel, Column, Entity, Model};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set};
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

/// Finds who has a role over exactly one of these units.
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
