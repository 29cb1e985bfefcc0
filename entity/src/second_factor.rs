//! Second factors of accounts.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `second_factor`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "second_factor")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    /// encrypted for this account
    pub secret: String,
    pub created_at: i64,
    /// null until the first valid code; from then on logins ask for a code
    pub confirmed_at: Option<i64>,
    /// time step of the last accepted code; codes of earlier steps are refused
    pub last_step: i64,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
