//! Address blocks from which an account has logged in.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `login_block`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "login_block")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub block: String,
    /// the last login
    pub at: i64,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
