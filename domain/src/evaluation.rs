//! Evaluations of a part of the year (periodic) and of the year (annual): states, ratings, the document.
//!
//! Nobody creates one by hand: all are made when their plan is approved. The two ratings are the rater's own
//! judgement and the only inputs of the matrix; ratings and notes by row and by value explain and are never
//! averaged. What may not be put here: who may do what (`policy::evaluation`), how ratings become a
//! predicate (`scoring`).

mod detail;
mod open;
mod scores;
mod state;
#[cfg(test)]
mod tests;
mod trainings;
mod verbs;
mod year;

pub use detail::{
    EvaluationDetail, FigureFound, Gap, Party, Realisation, Reopening, RowPlace, RowRating, Scores,
    Signature, ValueRating, ValueScore,
};
pub use open::open_for;
pub use state::{EvaluationContext, PeriodicState};
pub use verbs::{Finalisation, Rating, Report};
pub use year::{OtherPart, YearContext, YearGap, YearPart, YearView};

use crate::{
    id::{AgencyId, AssignmentId, EvaluationId, PeriodId, PlanId, StaffId, UnitId},
    plan::RaterSnapshot,
    regulation::RegulationRef,
    time::{Date, Instant},
};
use serde::{Deserialize, Serialize};

/// What span an evaluation is about.
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
pub enum EvaluationKind {
    /// Periodik: a month or a quarter.
    Periodic,
    /// Tahunan: the year. Its own judgement, not the mean of the parts.
    Annual,
}

/// Where an evaluation stands.
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
pub enum EvaluationStatus {
    /// Nothing reported yet.
    Open,
    /// The employee has reported what was reached.
    SelfReported,
    /// The rater has saved a draft, which only the rater sees.
    RatedDraft,
    /// The ratings stand and are visible.
    Final,
    /// The annual result was handed over; the time for an objection runs.
    Delivered,
    /// The employee has taken note.
    Acknowledged,
    /// The time for an objection has passed in silence.
    DeemedAccepted,
    /// The employee has objected.
    Objected,
    /// The objection was decided.
    Decided,
    /// Done.
    Closed,
}

impl EvaluationStatus {
    /// Whether the ratings stand: FINAL and everything after it.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Open | Self::SelfReported | Self::RatedDraft)
    }
}

/// A rating of results or behaviour against what was expected.
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
pub enum Expectation {
    /// Di atas ekspektasi.
    Above,
    /// Sesuai ekspektasi.
    AsExpected,
    /// Di bawah ekspektasi.
    Below,
}

/// The predicate of a person (predikat kinerja pegawai), best first.
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
pub enum Predicate {
    /// Sangat Baik.
    VeryGood,
    /// Baik.
    Good,
    /// Butuh Perbaikan; "Cukup" under PP 30/2019.
    NeedsImprovement,
    /// Kurang.
    Poor,
    /// Sangat Kurang.
    VeryPoor,
}

/// The predicate of a unit (capaian kinerja organisasi), best first. Not the same as that of a person.
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
pub enum OrgUnitPredicate {
    /// Istimewa.
    Outstanding,
    /// Baik.
    Good,
    /// Butuh Perbaikan.
    NeedsImprovement,
    /// Kurang.
    Poor,
    /// Sangat Kurang.
    VeryPoor,
}

/// An evaluation (evaluasi kinerja).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Its id.
    pub id: EvaluationId,
    /// The agency.
    pub agency: AgencyId,
    /// The plan that is evaluated.
    pub plan: PlanId,
    /// The assignment of the plan.
    pub assignment: AssignmentId,
    /// Who is evaluated.
    pub staff: StaffId,
    /// The unit of the plan.
    pub unit: UnitId,
    /// The year or the part of it.
    pub period: PeriodId,
    /// Periodic or annual.
    pub kind: EvaluationKind,
    /// Where it stands.
    pub status: EvaluationStatus,
    /// Who rates; stays as it was once the ratings stand.
    pub rater: RaterSnapshot,
    /// The rules that it is made with.
    pub regulation: RegulationRef,
    /// The document: reports, ratings by row, reasons, signatures.
    pub detail: EvaluationDetail,
    /// The rater's rating of the results; a draft until FINAL.
    pub result_rating: Option<Expectation>,
    /// The rater's rating of the behaviour; a draft until FINAL.
    pub behaviour_rating: Option<Expectation>,
    /// What came out; set when the ratings become final.
    pub predicate: Option<Predicate>,
    /// The unit's predicate as it was when the ratings became final.
    pub unit_predicate: Option<OrgUnitPredicate>,
    /// When the annual result was handed over.
    pub delivered_at: Option<Instant>,
    /// When the ratings became final.
    pub finalised_at: Option<Instant>,
    /// The last day for an objection.
    pub objection_until: Option<Date>,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

impl Evaluation {
    /// Whether the person evaluated sees ratings and predicate: from FINAL on. Before that only the status.
    #[must_use]
    pub const fn results_visible_to_employee(&self) -> bool {
        self.status.is_final()
    }

    /// The evaluation as those see it who may not see its ratings: without them, their reasons and what came
    /// out. What was reported stays, and so do signatures and reopenings.
    #[must_use]
    pub fn without_ratings(&self) -> Self {
        let EvaluationDetail {
            realisations,
            self_note,
            reported_at,
            signatures,
            closed_without,
            reopenings,
            ..
        } = self.detail.clone();
        Self {
            detail: EvaluationDetail {
                realisations,
                self_note,
                reported_at,
                signatures,
                closed_without,
                reopenings,
                ..EvaluationDetail::default()
            },
            result_rating: None,
            behaviour_rating: None,
            predicate: None,
            unit_predicate: None,
            ..self.clone()
        }
    }

    /// Whether it locks the activities of its part: a periodic one from FINAL on.
    #[must_use]
    pub fn locks_activities(&self) -> bool {
        self.kind == EvaluationKind::Periodic && self.status.is_final()
    }

    /// Whether it locks its plan: an annual one from FINAL on.
    #[must_use]
    pub fn locks_plan(&self) -> bool {
        self.kind == EvaluationKind::Annual && self.status.is_final()
    }
}
