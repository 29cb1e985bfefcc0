//! Dialogues of superiors with employees.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `dialogue`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "dialogue")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub plan_id: Uuid,
    pub staff_id: Uuid,
    pub unit_id: Uuid,
    pub superior_id: Uuid,
    pub kind: String,
    pub held_on: Date,
    pub text: String,
    pub agreements: String,
    /// the first day on which an open agreement of the employee is due
    pub employee_due_on: Option<Date>,
    /// the first day on which an open agreement of the superior is due
    pub superior_due_on: Option<Date>,
    pub recorded_at: i64,
    pub version: i32,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
