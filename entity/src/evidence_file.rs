//! Files that are evidence, or can become it. Their bytes are in the folder or bucket of evidence, named by id.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `evidence_file`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "evidence_file")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub staff_id: Uuid,
    pub name: String,
    pub size: i64,
    pub expires_at: i64,
    pub created_at: i64,
    pub received_at: Option<i64>,
    pub sha256: Option<String>,
    pub media_type: Option<String>,
    /// when an activity first used it; from then on it is kept
    pub used_at: Option<i64>,
    /// when the server decided to remove it, because nothing used it; its bytes are removed later
    pub removed_at: Option<i64>,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
