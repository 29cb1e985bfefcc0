//! Objections to results.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `objection`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "objection")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub evaluation_id: Uuid,
    pub plan_id: Uuid,
    pub assignment_id: Uuid,
    pub staff_id: Uuid,
    pub unit_id: Uuid,
    pub period_id: Uuid,
    pub status: String,
    pub rater_assignment_id: Uuid,
    pub rater_staff_id: Uuid,
    pub rater: String,
    pub decider_id: Option<Uuid>,
    pub decider_post_id: Option<Uuid>,
    pub received_at: i64,
    pub objection_until: Date,
    pub filed_at: i64,
    pub filed_on: Date,
    pub answer_until: Option<Date>,
    /// `answer_until` while an explanation is missing
    pub awaits_until: Option<Date>,
    pub decide_until: Option<Date>,
    pub decided_at: Option<i64>,
    pub detail: String,
    pub version: i32,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
