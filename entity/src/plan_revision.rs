//! Versions of a plan's contents.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `plan_revision`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "plan_revision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub plan_id: Uuid,
    pub number: i32,
    pub status: String,
    pub reason: Option<String>,
    pub content: String,
    pub created_at: i64,
    pub decided_at: Option<i64>,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
