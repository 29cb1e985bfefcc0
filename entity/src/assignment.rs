//! Dated assignments of people to units and positions.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `assignment`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "assignment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub staff_id: Uuid,
    pub unit_id: Uuid,
    pub position_id: Uuid,
    pub rank: Option<String>,
    /// today's superior, or the superior of the last day if it has ended
    pub superior_id: Option<Uuid>,
    /// the superiors by day, a JSON document
    pub superiors: String,
    pub capacity: String,
    /// whether the person heads the unit
    pub leads: bool,
    pub valid_from: Date,
    /// end date (exclusive); null while current
    pub valid_to: Option<Date>,
    /// whether nobody has held the post yet; `staff_id` is then the first person who acts for it
    pub never_held: bool,
    pub version: i32,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
