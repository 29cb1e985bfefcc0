//! Which activities have which files as evidence, derived from the activities.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `evidence_use`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "evidence_use")]
pub struct Model {
    /// the id of the piece of evidence
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub activity_id: Uuid,
    pub file_id: Uuid,
    pub sha256: String,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
