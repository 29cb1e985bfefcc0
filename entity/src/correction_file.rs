//! Which corrections have which files as their proof, derived from the corrections.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `correction_file`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "correction_file")]
pub struct Model {
    /// the id of the piece of evidence
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub correction_id: Uuid,
    pub file_id: Uuid,
    pub sha256: String,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
