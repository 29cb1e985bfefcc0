//! Organisational units.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `org_unit`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "org_unit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// the root of the tree; for the root, its own id
    pub agency_id: Uuid,
    pub code: String,
    pub name: String,
    /// derived from the name, for sorting and searching
    pub name_key: String,
    pub kind: String,
    /// only on the root
    pub time_zone: Option<String>,
    /// whether the tree is modelled from public sources and not confirmed
    pub approximate: bool,
    pub external_id: Option<String>,
    pub source: Option<String>,
    pub valid_from: Date,
    /// end date (exclusive); null while current
    pub valid_to: Option<Date>,
    pub version: i32,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
