//! The access log: refused rights, and reads of ratings, feedback and objections. It is not part of the journal.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `access_log`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "access_log")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub day: Date,
    /// a person, or an API key
    pub actor_id: Uuid,
    pub by_key: bool,
    pub kind: String,
    /// the refused operation; empty for a read
    pub operation: String,
    /// the type of the object; empty if there is no object
    pub object_kind: String,
    /// the nil UUID if there is no object
    pub object_id: Uuid,
    /// the person concerned
    pub staff_id: Option<Uuid>,
    pub count: i64,
    pub first_at: i64,
    pub last_at: i64,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
