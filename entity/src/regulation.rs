//! Versions of rule sets; immutable once used.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `regulation`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "regulation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// who added it; the nil UUID: it ships with the server and is everybody's
    pub agency_id: Uuid,
    pub code: String,
    pub version: i32,
    pub title: String,
    pub scheme: String,
    pub source: String,
    pub effective_from: Date,
    pub effective_to: Option<Date>,
    /// `TOML` or `JSON`
    pub format: String,
    /// the rule set, exactly as it was given
    pub document: String,
    /// of the document's bytes
    pub sha256: String,
    pub loaded_at: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
