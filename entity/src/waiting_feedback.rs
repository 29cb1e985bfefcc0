//! Feedback that nobody but its author can read yet. It has no journal entries, because their time would show who wrote
//! it.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `waiting_feedback`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "waiting_feedback")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    /// the recipient
    pub staff_id: Uuid,
    pub direction: String,
    pub about_kind: String,
    pub about_id: Option<Uuid>,
    pub author_id: Uuid,
    pub text: String,
    pub given_at: i64,
    pub given_on: Date,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
