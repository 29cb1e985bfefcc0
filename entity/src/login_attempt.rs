//! Verified login attempts, for the limits that hold across servers.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `login_attempt`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "login_attempt")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// hash of the user name as typed
    pub user_key: String,
    pub address: String,
    pub at: i64,
    pub succeeded: bool,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
