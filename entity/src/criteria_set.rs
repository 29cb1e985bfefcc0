//! Sets of criteria.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `criteria_set`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "criteria_set")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub code: String,
    pub name_id: String,
    pub name_en: String,
    pub regulation_code: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub version: i32,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
