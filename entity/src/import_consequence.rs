//! Consequences of an import: what else changes with its rows.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `import_consequence`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "import_consequence")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub run_id: Uuid,
    /// order in the run, from 1
    pub number: i32,
    /// the consequence, as JSON
    pub content: String,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
