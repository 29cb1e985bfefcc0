//! Requests to correct personnel data.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `correction`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "correction")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub staff_id: Uuid,
    pub assignment_id: Uuid,
    pub unit_id: Uuid,
    pub subject: String,
    pub recorded: String,
    /// the superior whom the record names, who does not see the request
    pub superior_id: Option<Uuid>,
    pub proposed: String,
    pub reason: String,
    pub from_day: Option<Date>,
    pub evidence: String,
    pub client_key: Uuid,
    pub requested_at: i64,
    pub due_on: Date,
    pub status: String,
    pub resolution: Option<String>,
    pub version: i32,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
