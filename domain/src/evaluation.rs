//! Evaluations of a part of the year (periodic) and of the year (annual): states, ratings, the document.
//!
//! The approval of a plan creates its evaluations; users never create one. The two ratings are the rater's own
//! judgement and the only inputs of the predicate matrix. Ratings and notes by row and by value explain them and are
//! never averaged. Rights are in `policy::evaluation`; `scoring` computes the predicate from the ratings.

mod detail;
mod ending;
mod objected;
mod open;
mod opening;
mod scores;
mod state;
#[cfg(test)]
mod tests;
mod verbs;
mod year;

pub use detail::{
    EvaluationDetail, FigureCorrection, Gap, Party, Realisation, Reopening, RowClassification, RowRating,
    Scores, Signature, ValueRating, ValueScore,
};
pub use ending::AfterEnding;
pub use objected::StoredObjection;
pub use open::{open_for, periods_held};
pub use state::{EvaluationContext, PeriodicState};
pub use verbs::{Finalisation, Rating, Report};
pub use year::{OtherPart, YearContext, YearGap, YearPart, YearView};

pub use crate::rating::{Expectation, OrgUnitPredicate, Predicate};

use crate::{
    id::{AgencyId, AssignmentId, EvaluationId, PeriodId, PlanId, StaffId, UnitId},
    plan::{Form, RaterSnapshot},
    regulation::RegulationRef,
    time::{Date, Instant},
};
use serde::{Deserialize, Serialize};

/// Kind of evaluation, by the time it covers.
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
    /// Tahunan: the year. A separate judgement, not the mean of the parts.
    Annual,
}

/// Status of an evaluation.
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
    /// The employee has reported what they achieved.
    SelfReported,
    /// The rater has saved a draft, which only they can see.
    RatedDraft,
    /// The ratings are final and visible.
    Final,
    /// The annual result was delivered; the employee can object until the end of the objection period.
    Delivered,
    /// The employee has acknowledged the result.
    Acknowledged,
    /// The deadline passed without an objection.
    DeemedAccepted,
    /// The employee has objected.
    Objected,
    /// The objection was decided.
    Decided,
    /// Closed.
    Closed,
    /// Cancelled before its ratings were final: its plan was cancelled, or no month of the part belongs to the plan any
    /// more.
    Cancelled,
}

impl EvaluationStatus {
    /// Whether the ratings are final: FINAL and every later status.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !self.is_unfinished() && !matches!(self, Self::Cancelled)
    }

    /// Whether someone still has to report, rate or finalise.
    #[must_use]
    pub const fn is_unfinished(self) -> bool {
        matches!(self, Self::Open | Self::SelfReported | Self::RatedDraft)
    }
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
    /// The ratee.
    pub staff: StaffId,
    /// The unit of the plan.
    pub unit: UnitId,
    /// The year or the part of it.
    pub period: PeriodId,
    /// Periodic or annual.
    pub kind: EvaluationKind,
    /// Its status.
    pub status: EvaluationStatus,
    /// The rater; unchanged once the ratings are final.
    pub rater: RaterSnapshot,
    /// The people on its form, stored while the ratings are final. Images older than this field have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
    /// The regulation that applies.
    pub regulation: RegulationRef,
    /// The document: reports, ratings by row, reasons, signatures.
    pub detail: EvaluationDetail,
    /// The rater's rating of the results; a draft until FINAL.
    pub result_rating: Option<Expectation>,
    /// The rater's rating of the behaviour; a draft until FINAL.
    pub behaviour_rating: Option<Expectation>,
    /// The resulting predicate; set when the ratings become final.
    pub predicate: Option<Predicate>,
    /// The unit's predicate at the time the ratings became final.
    pub unit_predicate: Option<OrgUnitPredicate>,
    /// When the annual result was delivered.
    pub delivered_at: Option<Instant>,
    /// When the ratings became final.
    pub finalised_at: Option<Instant>,
    /// The last day of the objection period.
    pub objection_until: Option<Date>,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

impl Evaluation {
    /// Whether the ratee can see ratings and predicate: from FINAL on. Before that they see only the status.
    #[must_use]
    pub const fn results_visible_to_employee(&self) -> bool {
        self.status.is_final()
    }

    /// Redacts the evaluation for readers who may not see its ratings: removes ratings, their reasons and the
    /// result. Keeps the report, signatures and reopenings.
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

    /// Whether the evaluation locks the activities of its part. A periodic evaluation does from FINAL on.
    #[must_use]
    pub fn locks_activities(&self) -> bool {
        self.kind == EvaluationKind::Periodic && self.status.is_final()
    }

    /// Whether the evaluation locks its plan. An annual evaluation does from FINAL on.
    #[must_use]
    pub fn locks_plan(&self) -> bool {
        self.kind == EvaluationKind::Annual && self.status.is_final()
    }
}
