//! The journal: one entry for each change of an object.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of `event`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// number in the journal, from 1; null until it is sequenced
    pub number: Option<i64>,
    pub agency_id: Uuid,
    pub kind: String,
    pub at: i64,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub subject_kind: String,
    pub subject_id: Uuid,
    pub subject_version: i32,
    pub request_id: Option<Uuid>,
    /// salted hash of the payload
    pub commitment: String,
    /// the person, unit and plan that the entry concerns, for searching; the proof does not cover them
    pub staff_id: Option<Uuid>,
    pub unit_id: Option<Uuid>,
    pub plan_id: Option<Uuid>,
}

/// No relations: queries join tables explicitly.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
