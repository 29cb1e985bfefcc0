//! The annual work plan of an assignment (sasaran kinerja pegawai, SKP): its states and the revisions of
//! its contents.
//!
//! There are two state machines: one for the plan, and one for each revision. To change an approved plan, its owner
//! writes a new revision, which has its own status and the same verbs. Until the rater approves the revision, the plan
//! stays approved and its old contents stay in force. Rights are in `policy::plan`.

mod check;
mod content;
mod create;
mod form;
mod state;
#[cfg(test)]
mod tests;

pub use check::{
    ACTION_PLANS_MAX, EXPECTATIONS_MAX, INDICATORS_MAX, RESULTS_MAX, References, missing_for_submission,
    validate_content,
};
pub use content::{
    ActionPlan, Approach, Aspect, BehaviourExpectation, Direction, Indicator, Perspective, PlanContent,
    PlanResult, ResultKind, Target,
};
pub use create::NewPlan;
pub use form::{Form, FormPerson};
pub use state::{PlanContext, deadline_of_assignment};

use crate::{
    assignment::Capacity,
    id::{AgencyId, AssignmentId, CriterionId, PeriodId, PlanId, ResultId, RevisionId, StaffId, UnitId},
    time::{Date, Instant},
};
use serde::{Deserialize, Serialize};

/// Status of a plan.
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
pub enum PlanStatus {
    /// Being written.
    Draft,
    /// Diajukan: waits for the rater.
    Submitted,
    /// Dikembalikan: sent back with a reason.
    Returned,
    /// Disetujui: in force.
    Approved,
    /// Closed at the end of the year or by a transfer.
    Closed,
    /// Cancelled by an admin.
    Cancelled,
}

impl PlanStatus {
    /// Whether the plan can no longer change.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled)
    }
}

/// Status of a revision.
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
pub enum RevisionStatus {
    /// Being written.
    Draft,
    /// Waits for the rater.
    Submitted,
    /// Sent back with a reason.
    Returned,
    /// Withdrawn; another revision can be started.
    Withdrawn,
    /// In force.
    Approved,
    /// Replaced by a later approved revision.
    Replaced,
}

impl RevisionStatus {
    /// Whether the revision can still become the contents in force.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Submitted | Self::Returned)
    }

    /// Whether its contents can be changed.
    #[must_use]
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }
}

/// Snapshot of the rater for forms, from the creation of the plan or the last change of rater.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaterSnapshot {
    /// The superior's assignment, even if another person acts for its holder.
    pub assignment: AssignmentId,
    /// The person who rates.
    pub staff: StaffId,
    /// The name with titles.
    pub name: String,
    /// The NIP; a rater from outside has none.
    pub nip: Option<String>,
    /// The name of the position.
    pub position: String,
    /// The name of the unit.
    pub unit_name: String,
    /// The capacity.
    pub capacity: Capacity,
    /// The assignment of the rater's superior.
    pub superior_assignment: Option<AssignmentId>,
    /// The rater's superior (atasan pejabat penilai).
    pub superior_staff: Option<StaffId>,
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// The agency.
    pub agency: AgencyId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// The owner of the plan.
    pub staff: StaffId,
    /// The unit of the assignment.
    pub unit: UnitId,
    /// The year.
    pub period: PeriodId,
    /// Its status.
    pub status: PlanStatus,
    /// The first day of the year that the assignment covers.
    pub starts_on: Date,
    /// The last day of the year that the assignment covers.
    pub ends_on: Date,
    /// The rater.
    pub rater: RaterSnapshot,
    /// The people on its form, stored when it is closed or cancelled. Images older than this field have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
    /// The parts of the year, and the year, whose evaluation was delivered or closed when the plan was ended before
    /// their last day. This evaluation stays and covers its whole part, so no other plan opens one for it. Images from
    /// before this field existed have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<PeriodId>,
    /// Whether the plan was first submitted after the deadline.
    pub late: bool,
    /// The plan that its first contents were copied from.
    pub copied_from: Option<PlanId>,
    /// Its contents, oldest first; never empty.
    pub revisions: Vec<PlanRevision>,
    /// When it was created.
    pub created_at: Instant,
    /// When it or a revision was last submitted.
    pub submitted_at: Option<Instant>,
    /// When the rater last decided.
    pub decided_at: Option<Instant>,
    /// Why the rater last returned it; cleared by an approval.
    pub decision_note: Option<String>,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// A version of a plan's contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRevision {
    /// Its id.
    pub id: RevisionId,
    /// Its number in the plan, from 1.
    pub number: i32,
    /// Its status.
    pub status: RevisionStatus,
    /// Why the plan is revised; the first revision has none.
    pub reason: Option<String>,
    /// The contents.
    pub content: PlanContent,
    /// When it was created.
    pub created_at: Instant,
    /// When the rater last decided on it.
    pub decided_at: Option<Instant>,
}

impl Plan {
    /// The revision in force: the last approved one, while the plan is approved or closed.
    #[must_use]
    pub fn effective(&self) -> Option<&PlanRevision> {
        matches!(self.status, PlanStatus::Approved | PlanStatus::Closed)
            .then(|| self.revisions.iter().rev().find(|revision| revision.status == RevisionStatus::Approved))
            .flatten()
    }

    /// The revision that is being written or reviewed.
    #[must_use]
    pub fn open_revision(&self) -> Option<&PlanRevision> {
        self.revisions.iter().rev().find(|revision| revision.status.is_open())
    }

    /// The revision to show to people who work on the plan: the open one, else the one in force, else the last.
    #[must_use]
    pub fn current(&self) -> Option<&PlanRevision> {
        self.open_revision().or_else(|| self.effective()).or_else(|| self.revisions.last())
    }

    /// Whether any revision has this row.
    #[must_use]
    pub fn has_result(&self, result: ResultId) -> bool {
        self.revisions.iter().any(|revision| revision.content.result(result).is_some())
    }

    /// Whether any revision has a special expectation for this criterion.
    #[must_use]
    pub fn expects(&self, criterion: CriterionId) -> bool {
        let of_criterion = |expectation: &BehaviourExpectation| expectation.criterion == criterion;
        self.revisions.iter().any(|revision| revision.content.behaviour_expectations.iter().any(of_criterion))
    }

    /// Whether the plan covers a day.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        self.starts_on <= day && day <= self.ends_on
    }

    /// Whether its days overlap these, both ends inclusive.
    #[must_use]
    pub fn overlaps(&self, starts_on: Date, ends_on: Date) -> bool {
        self.starts_on <= ends_on && starts_on <= self.ends_on
    }
}
