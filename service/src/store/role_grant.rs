//! Role grants.

use crate::{
    db::{self, Record, Tx},
    error::{Error, Result},
    identity::RoleGrant,
};
use domain::{
    event::SubjectKind,
    id::{AgencyId, RoleGrantId, StaffId, UnitId},
    time::{from_micros, to_micros},
};
use entity::role_grant::{ActiveModel, Column, Model};
use sea_orm::{ColumnTrait, Condition, Set};
use uuid::Uuid;

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

impl From<&RoleGrant> for ActiveModel {
    fn from(grant: &RoleGrant) -> Self {
        Self {
            id: Set(grant.id.0),
            agency_id: Set(grant.agency.0),
            staff_id: Set(grant.staff.0),
            role: Set(grant.role.to_string()),
            unit_id: Set(grant.unit.0),
            granted_at: Set(to_micros(grant.granted_at)),
            revoked_at: Set(grant.revoked_at.map(to_micros)),
            version: Set(grant.version),
        }
    }
}

impl Record for RoleGrant {
    const SUBJECT: SubjectKind = SubjectKind::RoleGrant;

    fn id(&self) -> Uuid {
        self.id.0
    }
    fn agency(&self) -> Uuid {
        self.agency.0
    }
    fn version(&self) -> i32 {
        self.version
    }
    fn set_version(&mut self, version: i32) {
        self.version = version;
    }

    async fn insert(&self, tx: &Tx) -> Result<()> {
        db::insert(tx, ActiveModel::from(self)).await
    }

    async fn update(&self, before: &Self, tx: &Tx) -> Result<u64> {
        let which = Condition::all().add(Column::Id.eq(before.id.0)).add(Column::Version.eq(before.version));
        db::update(tx, ActiveModel::from(self), which).await
    }
}
