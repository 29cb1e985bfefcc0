//! The stable anchor of a result row over all revisions.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `plan_result`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "plan_result")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub plan_id: Uuid,
    pub serves_id: Option<Uuid>,
    /// stands in the effective or newest revision
    pub active: bool,
    pub title: String,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
