//! Powers of an assignment given to another person for a time.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `delegation`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "delegation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub assignment_id: Uuid,
    pub delegate_id: Uuid,
    pub capacity: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub reason: String,
    pub version: i32,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
