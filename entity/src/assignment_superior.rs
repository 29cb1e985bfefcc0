//! Superiors of assignments by day, derived from `assignment.superiors`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `assignment_superior`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "assignment_superior")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub assignment_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub valid_from: Date,
    /// end date (exclusive); null while it lasts
    pub valid_to: Option<Date>,
    pub superior_id: Uuid,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
