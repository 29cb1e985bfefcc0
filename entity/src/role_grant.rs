//! Granted roles.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `role_grant`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "role_grant")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub staff_id: Uuid,
    pub role: String,
    pub unit_id: Uuid,
    pub granted_at: i64,
    pub revoked_at: Option<i64>,
    pub version: i32,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
