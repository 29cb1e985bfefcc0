//! The criteria of a set.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `criterion`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "criterion")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub set_id: Uuid,
    pub code: String,
    pub position: i32,
    pub name_id: String,
    pub name_en: String,
    /// guiding behaviours, a JSON list of texts
    pub behaviours: String,
    /// the same in English; an empty list without a translation
    pub behaviours_en: String,
    /// in hundredths of a percent
    pub weight: Option<i64>,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
