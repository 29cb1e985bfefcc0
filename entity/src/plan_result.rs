//! Identity of a result row across all revisions of a plan.

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
    /// whether the revision in force or the newest one contains it
    pub active: bool,
    pub title: String,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
