//! Activities (progres harian): what a person did, when, for which row of the plan, and with what evidence.
//!
//! `policy::activity` decides who may report or review them.

mod evidence;
mod file;
mod marks;
mod state;
#[cfg(test)]
mod tests;

pub use evidence::{
    EVIDENCE_MAX, Evidence, EvidenceFile, EvidenceKind, EvidenceLink, GivenEvidence, ReceivedFile,
};
pub use file::{FILE_NAME_MAX, MediaType, file_name, wrong_type};
pub use marks::{Alike, Found, MARKED_MAX, Mark, MarkAnswer, MarkKind, compared_text};
pub use state::{ActivityContext, NewActivity, PartState};

use crate::{
    Decimal,
    id::{ActionPlanId, ActivityId, AgencyId, AssignmentId, PeriodId, PlanId, ResultId, StaffId, UnitId},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A warning names at most this many overlapping activities.
pub const OVERLAPS_MAX: usize = 20;

/// Limits of activities. The regulations set none; these limits are our own choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivityRules {
    /// Maximum duration of an activity, in hours; it may cross midnight.
    pub hours_max: i64,
    /// An activity received more than this many days after its day is permanently flagged as late.
    pub late_after_days: i64,
    /// How many minutes a client's clock may be ahead of the server's.
    pub clock_ahead_minutes: i64,
}

/// The limits in force.
pub const RULES: ActivityRules = ActivityRules { hours_max: 24, late_after_days: 7, clock_ahead_minutes: 5 };

/// Status of an activity.
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
pub enum ActivityStatus {
    /// Being written.
    Draft,
    /// Waits for the rater's review.
    Submitted,
    /// Approved by the rater.
    Approved,
    /// Sent back with a reason.
    Returned,
    /// A draft that its owner discarded. It stays stored with its client key and is not counted.
    Discarded,
}

/// An activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Its id.
    pub id: ActivityId,
    /// The agency.
    pub agency: AgencyId,
    /// The plan it belongs to.
    pub plan: PlanId,
    /// The assignment of the plan.
    pub assignment: AssignmentId,
    /// The person who did it.
    pub staff: StaffId,
    /// The unit of the plan.
    pub unit: UnitId,
    /// The part of the year that contains its first day.
    pub period: PeriodId,
    /// The result row that it contributes to; `None` until it is linked.
    pub result: Option<ResultId>,
    /// The action plan step of that row.
    pub action_plan: Option<ActionPlanId>,
    /// The assignment of the rater who reviews it.
    pub rater_assignment: AssignmentId,
    /// The rater who reviews it.
    pub rater_staff: StaffId,
    /// When it began.
    pub started_at: Instant,
    /// When it ended.
    pub ended_at: Instant,
    /// What was done, 1 to 2,000 characters.
    pub description: String,
    /// How much was done (realisasi), in `measure`.
    pub realisation: Option<Decimal>,
    /// The unit of the realisation (satuan).
    pub measure: Option<String>,
    /// Its status.
    pub status: ActivityStatus,
    /// Evidence that it was done.
    pub evidence: Vec<Evidence>,
    /// When the person entered it, by the client's clock; earlier than `received_at` if the client was offline. No rule
    /// depends on it.
    pub claimed_at: Option<Instant>,
    /// When the server first received it.
    pub received_at: Instant,
    /// Whether its day was more than seven days in the past when the server received it, or when its owner moved it to
    /// an earlier day.
    pub late: bool,
    /// Why the rater last returned it; cleared by the next approval.
    pub return_reason: Option<String>,
    /// When the rater last decided.
    pub decided_at: Option<Instant>,
    /// The person's answer to the marks. Images older than this field have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark_answer: Option<MarkAnswer>,
    /// A key that the client chose; never reused by the same person.
    pub client_key: Uuid,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// Input for a new or corrected activity; the fields are those of [`Activity`]. Clients give links and
/// uploads as evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Activity")]
pub struct ActivityInput<E = Evidence> {
    pub result: Option<ResultId>,
    pub action_plan: Option<ActionPlanId>,
    pub started_at: Instant,
    pub ended_at: Instant,
    pub description: String,
    pub realisation: Option<Decimal>,
    pub measure: Option<String>,
    pub evidence: Vec<E>,
    pub claimed_at: Option<Instant>,
}

impl ActivityInput<GivenEvidence> {
    /// The same input with stored evidence instead of the links and uploads that the client gave.
    #[must_use]
    pub fn with_evidence(self, evidence: Vec<Evidence>) -> ActivityInput {
        let Self {
            result,
            action_plan,
            started_at,
            ended_at,
            description,
            realisation,
            measure,
            claimed_at,
            ..
        } = self;
        ActivityInput {
            result,
            action_plan,
            started_at,
            ended_at,
            description,
            realisation,
            measure,
            evidence,
            claimed_at,
        }
    }
}

/// The times of a person's activity. A discarded activity has no slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The activity.
    pub id: ActivityId,
    /// The person.
    pub staff: StaffId,
    /// When it starts.
    pub started_at: Instant,
    /// When it ends.
    pub ended_at: Instant,
}

impl Activity {
    /// When it takes place.
    #[must_use]
    pub const fn slot(&self) -> Slot {
        Slot { id: self.id, staff: self.staff, started_at: self.started_at, ended_at: self.ended_at }
    }

    /// Finds all other activities of the same person at the same time. Overlapping activities get a warning; none is
    /// refused.
    #[must_use]
    pub fn overlaps(&self, others: &[Slot]) -> Vec<ActivityId> {
        others
            .iter()
            .filter(|other| other.id != self.id && other.staff == self.staff)
            .filter(|other| self.started_at < other.ended_at && other.started_at < self.ended_at)
            .map(|other| other.id)
            .collect()
    }
}
