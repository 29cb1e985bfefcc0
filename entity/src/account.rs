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
    /// argon2id hash; null until activated
    pub password_hash: Option<String>,
    /// increased to end all sessions
    pub epoch: i32,
    pub activated_at: Option<i64>,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
