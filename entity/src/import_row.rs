//! Rows of an import, with the change and the findings of each.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `import_row`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "import_row")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub run_id: Uuid,
    /// row of the sheet, from 1
    pub number: i32,
    pub sheet: String,
    /// the position of the sheet in the order in which an import processes the sheets
    pub place: i32,
    pub action: String,
    pub label: String,
    pub problems: String,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
