//! Feedback on a result row, an activity, a behaviour value or the work as a whole.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `feedback`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "feedback")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    /// the recipient
    pub staff_id: Uuid,
    pub unit_id: Uuid,
    pub plan_id: Uuid,
    pub evaluation_id: Option<Uuid>,
    pub about_kind: String,
    /// the id of the object that it is about; for the work as a whole, the id of the plan
    pub about_id: Uuid,
    pub direction: String,
    /// null for feedback in confidence
    pub author_id: Option<Uuid>,
    /// salted hash of the author of feedback in confidence
    pub seal: Option<String>,
    pub text: String,
    /// time of the release for feedback in confidence
    pub given_at: i64,
    pub reply: Option<String>,
    pub replied_at: Option<i64>,
    pub version: i32,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
