//! The authors of feedback in confidence. They have no journal entries, so that no reader of the journal finds a name.
//! The hash in the feedback proves each row.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `feedback_author`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "feedback_author")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub feedback_id: Uuid,
    pub author_id: Uuid,
    /// the salt of the hash in the feedback
    pub salt: String,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
