//! Verified login attempts, for rate limits shared by all servers.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `login_attempt`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "login_attempt")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// hash of the typed user name
    pub user_key: String,
    pub address: String,
    pub at: i64,
    pub succeeded: bool,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
