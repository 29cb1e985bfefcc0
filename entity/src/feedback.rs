//! Feedback on a result row, an activity or a behaviour value.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `feedback`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "feedback")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    /// the recipient
    pub staff_id: Uuid,
    pub unit_id: Uuid,
    pub plan_id: Uuid,
    pub evaluation_id: Option<Uuid>,
    pub about_kind: String,
    pub about_id: Uuid,
    pub author_id: Uuid,
    pub text: String,
    pub given_at: i64,
    pub version: i32,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
