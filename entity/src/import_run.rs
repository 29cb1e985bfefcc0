//! Runs of imports.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `import_run`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "import_run")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub upload_id: Uuid,
    pub kind: String,
    pub status: String,
    pub dry_run: bool,
    pub done: i32,
    pub total: i32,
    /// number of changes by kind
    pub changes: String,
    pub failure: Option<String>,
    pub created_by: Uuid,
    pub created_at: i64,
    pub finished_at: Option<i64>,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
