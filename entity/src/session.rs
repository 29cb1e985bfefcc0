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
    /// common part of all refresh tokens of the session
    pub refresh_family: String,
    pub refresh_hash: String,
    /// accepted once more until `repeat_until`; any other use of an old token counts as theft and ends the session
    pub previous_refresh_hash: Option<String>,
    /// null once the client has received the last refresh
    pub repeat_until: Option<i64>,
    pub refresh_expires_at: i64,
    pub client: Option<String>,
    /// the known device that logged in; it can be forgotten before the session ends
    pub device_id: Option<Uuid>,
    pub created_at: i64,
    pub refreshed_at: i64,
    pub ended_at: Option<i64>,
    /// how the person logged in: PASSWORD or TOKEN
    pub method: String,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
