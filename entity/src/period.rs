//! Years and their parts.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `period`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "period")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub year: i32,
    pub cycle: String,
    /// 0 is the year itself
    pub part: i32,
    pub parent_id: Option<Uuid>,
    pub starts_on: Date,
    pub ends_on: Date,
    pub plan_deadline: Date,
    pub rating_from: Date,
    pub report_deadline: Date,
    pub rating_deadline: Date,
    pub status: String,
    /// null while it is open
    pub closed_at: Option<i64>,
    pub version: i32,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
