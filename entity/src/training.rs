//! Trainings of people.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `training`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "training")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub staff_id: Uuid,
    pub assignment_id: Uuid,
    pub unit_id: Uuid,
    pub kind: String,
    pub kind_label: String,
    pub title: String,
    pub organiser: String,
    pub hours: i32,
    pub starts_on: Date,
    pub ends_on: Date,
    pub certificate_number: Option<String>,
    pub evidence: String,
    pub supports: Option<String>,
    pub recommendation_id: Option<Uuid>,
    pub client_key: Uuid,
    pub recorded_at: i64,
    pub status: String,
    pub decision: Option<String>,
    pub version: i32,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
