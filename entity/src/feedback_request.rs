//! Requests for feedback, with their answers. They have no journal entries: entries about answers in confidence would
//! show who wrote.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `feedback_request`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "feedback_request")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub plan_id: Uuid,
    /// the person whom the feedback is about
    pub staff_id: Uuid,
    pub from_id: Uuid,
    pub to_id: Uuid,
    pub in_confidence: bool,
    pub about_kind: String,
    pub about_id: Option<Uuid>,
    pub message: Option<String>,
    pub due_on: Date,
    pub requested_at: i64,
    /// if the request or the answer is in confidence, only the person who was asked may read it
    pub answer: Option<String>,
    pub answer_hidden: bool,
    pub decline_reason: Option<String>,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
