//! The figures of a period that API keys see, as they were when the period was closed.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `closed_figures`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "closed_figures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub period_id: Uuid,
    pub agency_id: Uuid,
    pub minimum_group: i32,
    pub kept_at: i64,
    pub content: String,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
