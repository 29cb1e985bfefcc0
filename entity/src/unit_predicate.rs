//! The predicate of a unit in a period.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `unit_predicate`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "unit_predicate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub unit_id: Uuid,
    pub period_id: Uuid,
    pub predicate: String,
    pub note: Option<String>,
    pub set_by: Uuid,
    pub set_at: i64,
    pub version: i32,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
