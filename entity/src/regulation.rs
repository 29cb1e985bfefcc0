//! Versions of regulations; immutable once used.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `regulation`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "regulation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// the agency that added it; the nil UUID if it ships with the server for all agencies
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
    /// the document, exactly as uploaded
    pub document: String,
    /// SHA-256 of the document's bytes
    pub sha256: String,
    pub loaded_at: i64,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
