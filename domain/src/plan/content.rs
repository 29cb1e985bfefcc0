//! What a plan contains: result rows with indicators and steps, and special expectations of behaviour.
//!
//! This is the stored document of a revision: names and order of fields are part of the data.

use crate::{
    Decimal,
    id::{ActionPlanId, CriterionId, IndicatorId, PeriodId, ResultId},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// How results are told (pendekatan).
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

/// What sort of result a row is.
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
    /// Tambahan: outside the main duties, by the superior's assignment.
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

/// From where an indicator of high leadership looks (perspektif).
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

/// Which way a figure is good.
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
    /// How results are told.
    pub approach: Approach,
}

/// A result row (rencana hasil kerja, RHK).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanResult {
    /// The same in each revision.
    pub id: ResultId,
    /// Main or additional.
    pub kind: ResultKind,
    /// The result.
    pub title: String,
    /// The row of the superior's plan that it serves (rencana hasil kerja yang diintervensi).
    pub serves: Option<ResultId>,
    /// The superior's plan was not approved yet; the row is to be linked later.
    pub provisional: bool,
    /// Who assigned it, where no row of a superior is served.
    pub assigned_by: Option<String>,
    /// How it is measured.
    pub indicators: Vec<Indicator>,
    /// The steps by part of the year.
    pub action_plans: Vec<ActionPlan>,
}

/// An indicator of a result row (indikator kinerja individu, IKI).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// The same in each revision.
    pub id: IndicatorId,
    /// What it measures; not beside a perspective.
    pub aspect: Option<Aspect>,
    /// From where it looks; not beside an aspect.
    pub perspective: Option<Perspective>,
    /// The indicator.
    pub text: String,
    /// What is to be reached.
    pub target: Target,
    /// The unit of the target (satuan), such as `dokumen`, `persen`, `hari`.
    pub unit: String,
    /// Which way the figure is good.
    pub direction: Direction,
    /// Nothing above the target can be reached.
    pub target_is_maximum: bool,
}

/// What is to be reached: a value (both ends the same) or a range.
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
    /// The same in each revision.
    pub id: ActionPlanId,
    /// The part of the year.
    pub period: PeriodId,
    /// The step.
    pub text: String,
    /// What is to be reached in this part, in words.
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
    /// A result row.
    #[must_use]
    pub fn result(&self, id: ResultId) -> Option<&PlanResult> {
        self.results.iter().find(|result| result.id == id)
    }

    /// The row that has a step.
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

    /// The same contents for another plan, with new ids.
    ///
    /// Rows that served a superior's row become provisional, since that row is not of the new plan's time;
    /// steps move to the part that `part_of` names for theirs and are left out where it names none.
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
