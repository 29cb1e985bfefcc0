//! Activities (progres harian): what somebody did, when, for which row of the plan, with what evidence.
//!
//! What may not be put here: who may report or decide (`policy::activity`).

mod evidence;
mod state;
#[cfg(test)]
mod tests;

pub use evidence::{EVIDENCE_MAX, Evidence, EvidenceKind};
pub use state::{ActivityContext, NewActivity, PartState};

use crate::{
    Decimal,
    id::{ActionPlanId, ActivityId, AgencyId, AssignmentId, PeriodId, PlanId, ResultId, StaffId, UnitId},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// So many overlapping activities are named in a warning.
pub const OVERLAPS_AT_MOST: usize = 20;

/// The limits of activities: house rules, since the regulations name none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivityRules {
    /// The longest activity, in hours; it may cross midnight.
    pub hours_max: i64,
    /// One that is received more than this many days after its day is flagged as late, for ever.
    pub late_after_days: i64,
    /// How far the clock of a client may be ahead of ours, in minutes.
    pub clock_ahead_minutes: i64,
}

/// The limits in force.
pub const RULES: ActivityRules = ActivityRules { hours_max: 24, late_after_days: 7, clock_ahead_minutes: 5 };

/// Where an activity stands.
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
    /// With the rater.
    Submitted,
    /// Accepted by the rater.
    Approved,
    /// Sent back with a reason.
    Returned,
}

/// An activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Its id.
    pub id: ActivityId,
    /// The agency.
    pub agency: AgencyId,
    /// The plan that it was done under.
    pub plan: PlanId,
    /// The assignment of the plan.
    pub assignment: AssignmentId,
    /// Who did it.
    pub staff: StaffId,
    /// The unit of the plan.
    pub unit: UnitId,
    /// The part of the year that its first day lies in.
    pub period: PeriodId,
    /// The result row that it serves; none until it is linked.
    pub result: Option<ResultId>,
    /// The step of that row.
    pub action_plan: Option<ActionPlanId>,
    /// The assignment of who decides on it.
    pub rater_assignment: AssignmentId,
    /// Who decides on it.
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
    /// Where it stands.
    pub status: ActivityStatus,
    /// What shows it.
    pub evidence: Vec<Evidence>,
    /// When the client says that it was entered, such as offline; decides nothing.
    pub claimed_at: Option<Instant>,
    /// When the server received it first.
    pub received_at: Instant,
    /// Received, or moved to an earlier day, more than seven days after its day.
    pub late: bool,
    /// Why the rater last returned it; gone with the next decision.
    pub return_reason: Option<String>,
    /// When the rater last decided.
    pub decided_at: Option<Instant>,
    /// The client's own key, unique to the person for ever.
    pub client_key: Uuid,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// What is reported, new or corrected; the fields are those of [`Activity`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Activity")]
pub struct ActivityInput {
    pub result: Option<ResultId>,
    pub action_plan: Option<ActionPlanId>,
    pub started_at: Instant,
    pub ended_at: Instant,
    pub description: String,
    pub realisation: Option<Decimal>,
    pub measure: Option<String>,
    pub evidence: Vec<Evidence>,
    pub claimed_at: Option<Instant>,
}

impl Activity {
    /// The other activities of the same person whose time overlaps with this one's, at most
    /// [`OVERLAPS_AT_MOST`]: a warning, no fault.
    #[must_use]
    pub fn overlaps(&self, others: &[Self]) -> Vec<ActivityId> {
        others
            .iter()
            .filter(|other| other.id != self.id && other.staff == self.staff)
            .filter(|other| self.started_at < other.ended_at && other.started_at < self.ended_at)
            .map(|other| other.id)
            .take(OVERLAPS_AT_MOST)
            .collect()
    }
}
