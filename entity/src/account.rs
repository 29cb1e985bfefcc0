//! Login accounts.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `account`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub staff_id: Uuid,
    pub user_name: String,
    /// argon2id; none until activated
    pub password_hash: Option<String>,
    /// raised to end all sessions at once
    pub epoch: i32,
    /// failed logins since the last good one
    pub failures: i32,
    pub locked_until: Option<i64>,
    pub activated_at: Option<i64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
