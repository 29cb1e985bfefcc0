//! Attempts to guess a password or an activation code. They count towards a limit that all servers share.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `login_attempt`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "login_attempt")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `PASSWORD` or `CODE`
    pub kind: String,
    /// hash of the typed user name; empty for a code
    pub user_key: String,
    /// the client's address block
    pub block: String,
    /// the known device that made the attempt; then it counts neither for the user nor for the block
    pub device_id: Option<Uuid>,
    /// not verified yet
    pub is_pending: bool,
    pub at: i64,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
