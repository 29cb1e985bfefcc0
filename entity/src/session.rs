//! Login sessions.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `session`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub epoch: i32,
    pub access_hash: String,
    pub access_expires_at: i64,
    /// what all refresh tokens of the session share
    pub refresh_family: String,
    pub refresh_hash: String,
    /// good once more until `repeat_until`; any other use of an old one betrays theft and ends the session
    pub previous_refresh_hash: Option<String>,
    /// none once the answer to the last refresh has arrived
    pub repeat_until: Option<i64>,
    pub refresh_expires_at: i64,
    pub client: Option<String>,
    pub created_at: i64,
    pub refreshed_at: i64,
    pub ended_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
