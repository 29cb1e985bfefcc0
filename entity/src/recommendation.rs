//! Career recommendations at the end of a year's appraisal.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `recommendation`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "recommendation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub evaluation_id: Uuid,
    pub staff_id: Uuid,
    pub author_id: Uuid,
    pub kind: String,
    pub text: String,
    pub made_at: i64,
    pub status: String,
    pub follow_up: Option<String>,
    pub version: i32,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
