//! Periodic and annual evaluations.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `evaluation`.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "evaluation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub plan_id: Uuid,
    pub assignment_id: Uuid,
    pub staff_id: Uuid,
    pub unit_id: Uuid,
    pub period_id: Uuid,
    pub kind: String,
    pub status: String,
    pub rater_assignment_id: Uuid,
    pub rater_staff_id: Uuid,
    pub rater: String,
    /// people on the form, as JSON; null until the form is finished
    pub form: Option<String>,
    pub regulation_code: String,
    pub regulation_version: i32,
    pub detail: String,
    pub result_rating: Option<String>,
    pub behaviour_rating: Option<String>,
    pub predicate: Option<String>,
    pub unit_predicate: Option<String>,
    pub delivered_at: Option<i64>,
    pub finalised_at: Option<i64>,
    pub objection_until: Option<Date>,
    pub version: i32,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
