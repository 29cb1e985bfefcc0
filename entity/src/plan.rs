//! Annual work plans.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `plan`.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "plan")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub assignment_id: Uuid,
    pub staff_id: Uuid,
    pub unit_id: Uuid,
    pub period_id: Uuid,
    pub status: String,
    pub starts_on: Date,
    pub ends_on: Date,
    pub rater_assignment_id: Uuid,
    pub rater_staff_id: Uuid,
    /// snapshot of the rater, as JSON
    pub rater: String,
    /// people on the form, as JSON; null until the form is finished
    pub form: Option<String>,
    /// ids of the periods with an evaluation that stayed, as JSON; null if there are none
    pub kept: Option<String>,
    pub late: bool,
    pub copied_from: Option<Uuid>,
    pub decision_note: Option<String>,
    pub created_at: i64,
    pub submitted_at: Option<i64>,
    pub decided_at: Option<i64>,
    pub version: i32,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
