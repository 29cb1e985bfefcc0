//! Contents of a plan: result rows with indicators and steps, and special expectations of behaviour.
//!
//! Stored as JSON in each revision: names and order of fields are part of the data.

use crate::{
    Decimal,
    id::{ActionPlanId, CriterionId, IndicatorId, PeriodId, ResultId},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// How results are described (pendekatan).
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Approach {
    /// By figures.
    #[default]
    Quantitative,
    /// In words.
    Qualitative,
}

/// Kind of result.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ResultKind {
    /// Utama: needed for the goals of the unit.
    Main,
    /// Tambahan: outside the main duties, assigned by the superior.
    Additional,
}

/// What an indicator measures (aspek).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Aspect {
    /// Kuantitas.
    Quantity,
    /// Kualitas.
    Quality,
    /// Waktu.
    Time,
    /// Biaya.
    Cost,
}

/// Perspective of an indicator of a senior executive (perspektif).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Perspective {
    /// Penerima layanan.
    ServiceRecipient,
    /// Proses bisnis.
    BusinessProcess,
    /// Penguatan internal.
    InternalStrengthening,
    /// Anggaran.
    Budget,
}

/// Whether higher or lower figures are better.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Direction {
    /// More is better.
    #[default]
    HigherIsBetter,
    /// Less is better, such as days or complaints.
    LowerIsBetter,
}

/// The contents of a revision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanContent {
    /// The result rows in their order.
    pub results: Vec<PlanResult>,
    /// Special expectations of the leader (ekspektasi khusus pimpinan), at most one for each criterion.
    pub behaviour_expectations: Vec<BehaviourExpectation>,
    /// How results are described.
    pub approach: Approach,
}

/// A result row (rencana hasil kerja, RHK).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanResult {
    /// Stays the same across revisions.
    pub id: ResultId,
    /// Main or additional.
    pub kind: ResultKind,
    /// The result.
    pub title: String,
    /// The row of the superior's plan that it contributes to (rencana hasil kerja yang diintervensi).
    pub serves: Option<ResultId>,
    /// Whether the link to the superior's row is still missing because their plan was not approved yet.
    pub provisional: bool,
    /// Who assigned it, if it doesn't contribute to a superior's row.
    pub assigned_by: Option<String>,
    /// Its indicators.
    pub indicators: Vec<Indicator>,
    /// The steps by part of the year.
    pub action_plans: Vec<ActionPlan>,
}

/// An indicator of a result row (indikator kinerja individu, IKI).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// Stays the same across revisions.
    pub id: IndicatorId,
    /// What it measures; excludes a perspective.
    pub aspect: Option<Aspect>,
    /// Its perspective; excludes an aspect.
    pub perspective: Option<Perspective>,
    /// The indicator.
    pub text: String,
    /// Its target.
    pub target: Target,
    /// The unit of the target (satuan), such as `dokumen`, `persen`, `hari`.
    pub unit: String,
    /// Whether higher or lower figures are better.
    pub direction: Direction,
    /// Whether the target is also the maximum.
    pub target_is_maximum: bool,
}

impl Indicator {
    /// Whether its figures count things, so that none can be negative. Figures of other aspects can be, such as a
    /// difference in cost.
    #[must_use]
    pub fn is_count(&self) -> bool {
        self.aspect == Some(Aspect::Quantity)
    }
}

/// A target: a value (both ends equal) or a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The lower end, in the indicator's unit.
    pub min: Decimal,
    /// The upper end.
    pub max: Decimal,
}

impl Target {
    /// A single value.
    #[must_use]
    pub const fn value(value: Decimal) -> Self {
        Self { min: value, max: value }
    }
}

/// A step of a result row in one part of the year (rencana aksi).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionPlan {
    /// Stays the same across revisions.
    pub id: ActionPlanId,
    /// The part of the year.
    pub period: PeriodId,
    /// The step.
    pub text: String,
    /// The target for this part, in words.
    pub target: Option<String>,
}

/// A special expectation of the leader for one criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BehaviourExpectation {
    /// The criterion.
    pub criterion: CriterionId,
    /// The expectation.
    pub text: String,
}

impl PlanContent {
    /// Finds a result row.
    #[must_use]
    pub fn result(&self, id: ResultId) -> Option<&PlanResult> {
        self.results.iter().find(|result| result.id == id)
    }

    /// Finds the row of a step.
    #[must_use]
    pub fn result_of_action_plan(&self, id: ActionPlanId) -> Option<&PlanResult> {
        self.results.iter().find(|result| result.action_plans.iter().any(|step| step.id == id))
    }

    /// The ids of all rows, indicators and steps.
    #[must_use]
    pub fn ids(&self) -> BTreeSet<Uuid> {
        self.results
            .iter()
            .flat_map(|row| {
                let indicators = row.indicators.iter().map(|indicator| indicator.id.0);
                let steps = row.action_plans.iter().map(|step| step.id.0);
                std::iter::once(row.id.0).chain(indicators).chain(steps)
            })
            .collect()
    }

    /// Copies the contents for another plan, with new ids.
    ///
    /// Rows linked to a superior's row become provisional, because that row belongs to another year. `part_of` maps the
    /// part of each step to the new part; steps without a new part are dropped.
    #[must_use]
    pub fn copied(
        &self,
        mut ids: impl FnMut() -> Uuid,
        part_of: impl Fn(PeriodId) -> Option<PeriodId>,
    ) -> Self {
        let mut copy = self.clone();
        for row in &mut copy.results {
            row.id = ResultId(ids());
            row.provisional |= row.serves.take().is_some();
            for indicator in &mut row.indicators {
                indicator.id = IndicatorId(ids());
            }
            row.action_plans.retain_mut(|step| match part_of(step.period) {
                Some(period) => {
                    step.id = ActionPlanId(ids());
                    step.period = period;
                    true
                }
                None => false,
            });
        }
        copy
    }
}
