//! Changes of the organisation that come into force on a later day.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `scheduled_change`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "scheduled_change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub staff_id: Uuid,
    pub unit_id: Uuid,
    /// what changes, as JSON
    pub change: String,
    pub effective_on: Date,
    pub reason: String,
    pub status: String,
    pub scheduled_by: Option<Uuid>,
    pub scheduled_at: i64,
    pub ended_at: Option<i64>,
    /// the refusals if it failed on its day, as JSON
    pub refusals: String,
    pub version: i32,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
