//! Reported activities.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `activity`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "activity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub plan_id: Uuid,
    pub assignment_id: Uuid,
    pub staff_id: Uuid,
    pub unit_id: Uuid,
    pub period_id: Uuid,
    pub result_id: Option<Uuid>,
    pub action_plan_id: Option<Uuid>,
    pub rater_assignment_id: Uuid,
    pub rater_staff_id: Uuid,
    pub started_at: i64,
    pub ended_at: i64,
    pub description: String,
    /// in hundredths
    pub realisation: Option<i64>,
    pub measure: Option<String>,
    pub status: String,
    pub evidence: String,
    pub claimed_at: Option<i64>,
    pub received_at: i64,
    pub late: bool,
    pub return_reason: Option<String>,
    pub decided_at: Option<i64>,
    pub client_key: Uuid,
    pub version: i32,
    pub mark_answer: Option<String>,
    pub text_hash: Option<String>,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
