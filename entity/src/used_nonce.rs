//! Nonces of logins by token that were already used.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `used_nonce`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "used_nonce")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub nonce_hash: String,
    /// the row is kept until then; afterwards the nonce has expired and is refused
    pub expires_at: i64,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
