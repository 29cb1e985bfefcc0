//! Role grants.

use crate::{
    error::{Error, Result},
    identity::RoleGrant,
};
use domain::{
    id::{AgencyId, RoleGrantId, StaffId, UnitId},
    time::{from_micros, to_micros},
};
use entity::role_grant::{ActiveModel, Model};
use sea_orm::Set;

impl TryFrom<Model> for RoleGrant {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self> {
        Ok(Self {
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
