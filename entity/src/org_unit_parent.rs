//! Dated parents of units; a root has none.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `org_unit_parent`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "org_unit_parent")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub unit_id: Uuid,
    pub parent_id: Uuid,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
