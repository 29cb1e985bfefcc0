//! Changes of the organisation that are known in advance: a retirement, or a decree with a later first day. Each comes
//! into force on its day.

use crate::{
    Key, Message, Refusal,
    assignment::Capacity,
    error::reason,
    id::{AgencyId, AssignmentId, PositionId, ScheduledChangeId, StaffId, UnitId},
    time::{Date, Instant},
};
use serde::{Deserialize, Serialize};

/// Status of a scheduled change.
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
pub enum ScheduledStatus {
    /// Waits for its day.
    Scheduled,
    /// Came into force.
    Applied,
    /// Cancelled before it came into force, or after it failed.
    Cancelled,
    /// Was refused on its day; the refusals are stored.
    Failed,
}

/// Kind of scheduled change.
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
pub enum ScheduledKind {
    /// A transfer.
    Transfer,
    /// Another superior.
    Superior,
    /// A person leaves.
    Ending,
}

/// A change that can be scheduled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PlannedChange {
    /// The person moves.
    Transfer {
        /// The assignment that ends.
        assignment: AssignmentId,
        /// The new unit.
        unit: UnitId,
        /// The new position.
        position: PositionId,
        /// The rank in the new assignment.
        rank: Option<String>,
        /// The new superior's assignment.
        superior: Option<AssignmentId>,
        /// The capacity.
        capacity: Capacity,
        /// Whether the person heads the new unit.
        leads: bool,
        /// The new superior of the direct subordinates.
        successor: Option<AssignmentId>,
        /// The id of the assignment that begins on the day. It is chosen in advance, so that a foreseen state can name
        /// this assignment. Changes that were scheduled before this field existed have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opens: Option<AssignmentId>,
    },
    /// The person gets another superior.
    Superior {
        /// The assignment.
        assignment: AssignmentId,
        /// The superior's assignment.
        superior: AssignmentId,
    },
    /// The person leaves.
    Ending {
        /// The last day at work.
        last_day: Date,
        /// The new superior of the direct subordinates.
        successor: Option<AssignmentId>,
    },
}

impl PlannedChange {
    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> ScheduledKind {
        match self {
            Self::Transfer { .. } => ScheduledKind::Transfer,
            Self::Superior { .. } => ScheduledKind::Superior,
            Self::Ending { .. } => ScheduledKind::Ending,
        }
    }

    /// The assignment that ends or gets another superior; `None` if the person leaves.
    #[must_use]
    pub const fn assignment(&self) -> Option<AssignmentId> {
        match self {
            Self::Transfer { assignment, .. } | Self::Superior { assignment, .. } => Some(*assignment),
            Self::Ending { .. } => None,
        }
    }

    /// Whether both changes have the same content. The id of the assignment that a transfer opens is ignored.
    fn has_content_of(&self, other: &Self) -> bool {
        let content = |change: &Self| {
            let mut content = change.clone();
            if let Self::Transfer { opens, .. } = &mut content {
                *opens = None;
            }
            content
        };
        content(self) == content(other)
    }

    /// Refuses to schedule the change for a day if the person already has such a change among `waiting`: a person
    /// leaves only once, and any other change is scheduled only once for the same day.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` at the input field with the day.
    pub fn must_be_new(&self, on: Date, waiting: &[ScheduledChange]) -> Result<(), Refusal> {
        let is_same = |one: &&ScheduledChange| {
            let (leaves, other) = (ScheduledKind::Ending, one.change.kind());
            (self.kind() == leaves && other == leaves)
                || (one.effective_on == on && one.change.has_content_of(self))
        };
        let Some(found) = waiting.iter().find(is_same) else { return Ok(()) };
        let path: &[&str] = match self.kind() {
            ScheduledKind::Transfer => &["to", "from"],
            ScheduledKind::Superior => &["from"],
            ScheduledKind::Ending => &["lastDay"],
        };
        let message = Message::new(Key::ScheduledAlready).with_label("change", self.kind());
        Err(Refusal::input(path.iter().copied(), message.with("day", found.effective_on)))
    }
}

/// A change that comes into force on a later day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledChange {
    /// Its id.
    pub id: ScheduledChangeId,
    /// The agency.
    pub agency: AgencyId,
    /// The person concerned.
    pub staff: StaffId,
    /// The person's unit when the change was scheduled; its admins can cancel it.
    pub unit: UnitId,
    /// The change.
    pub change: PlannedChange,
    /// The day on which it comes into force; for an ending, the day after the last day.
    pub effective_on: Date,
    /// The reason.
    pub reason: String,
    /// The status.
    pub status: ScheduledStatus,
    /// Who scheduled it; the system brings it into force on their behalf.
    pub scheduled_by: Option<StaffId>,
    /// When it was scheduled.
    pub scheduled_at: Instant,
    /// When it came into force, failed or was cancelled.
    pub ended_at: Option<Instant>,
    /// Why it was refused on its day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<Refusal>,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

impl ScheduledChange {
    /// The id of the assignment that a transfer opens on its day.
    #[must_use]
    pub const fn opens(&self) -> AssignmentId {
        match self.change {
            PlannedChange::Transfer { opens: Some(id), .. } => id,
            _ => AssignmentId(self.id.0),
        }
    }

    /// Records that it came into force.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` unless it waits for its day.
    pub fn apply(&self, at: Instant) -> Result<Self, Refusal> {
        self.must_be_waiting()?;
        Ok(Self { status: ScheduledStatus::Applied, ended_at: Some(at), ..self.clone() })
    }

    /// Records that it was refused on its day.
    ///
    /// # Errors
    /// As [`Self::apply`].
    pub fn fail(&self, refusals: Vec<Refusal>, at: Instant) -> Result<Self, Refusal> {
        self.must_be_waiting()?;
        Ok(Self { status: ScheduledStatus::Failed, ended_at: Some(at), refusals, ..self.clone() })
    }

    /// Cancels the change. A failed change can be cancelled too; then it is no longer listed as a gap in the chain of
    /// command.
    ///
    /// # Errors
    /// As [`Self::must_be_cancellable`]; `BAD_USER_INPUT` without a reason. The caller writes the reason to the
    /// journal.
    pub fn cancel(&self, why: &str, at: Instant) -> Result<Self, Refusal> {
        self.must_be_cancellable()?;
        reason("reason", why)?;
        Ok(Self { status: ScheduledStatus::Cancelled, ended_at: Some(at), ..self.clone() })
    }

    /// Refuses to cancel a change that came into force or is cancelled.
    ///
    /// # Errors
    /// `INVALID_TRANSITION`.
    pub fn must_be_cancellable(&self) -> Result<(), Refusal> {
        match self.status {
            ScheduledStatus::Scheduled | ScheduledStatus::Failed => Ok(()),
            ScheduledStatus::Applied | ScheduledStatus::Cancelled => {
                Err(Refusal::transition(self.status, &[]))
            }
        }
    }

    fn must_be_waiting(&self) -> Result<(), Refusal> {
        match self.status {
            ScheduledStatus::Scheduled => Ok(()),
            _ => Err(Refusal::transition(self.status, &[])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use strum::IntoEnumIterator;
    use uuid::Uuid;

    fn ending(status: ScheduledStatus) -> ScheduledChange {
        ScheduledChange {
            id: ScheduledChangeId(Uuid::from_u128(1)),
            agency: AGENCY,
            staff: TEACHER,
            unit: SCHOOL,
            change: PlannedChange::Ending { last_day: day("2026-12-31"), successor: None },
            effective_on: day("2027-01-01"),
            reason: "Pensiun".to_owned(),
            status,
            scheduled_by: Some(STRANGER),
            scheduled_at: at("2026-11-27 09:00"),
            ended_at: None,
            refusals: Vec::new(),
            version: 1,
        }
    }

    #[test]
    fn an_ending_waits_once_and_any_other_change_once_for_a_day() {
        let waiting = ending(ScheduledStatus::Scheduled);
        let on = waiting.effective_on;
        let later = PlannedChange::Ending { last_day: day("2027-05-31"), successor: None };
        let refused =
            later.must_be_new(day("2027-06-01"), std::slice::from_ref(&waiting)).expect_err("refused");
        assert_eq!(
            (refused.message.key(), paths(&[refused])),
            (Key::ScheduledAlready, vec!["lastDay".to_owned()])
        );
        assert_eq!(later.must_be_new(on, &[]), Ok(()));
        let [assignment, superior] = [1, 2].map(|id| AssignmentId(Uuid::from_u128(id)));
        let superior = PlannedChange::Superior { assignment, superior };
        assert_eq!(superior.must_be_new(on, std::slice::from_ref(&waiting)), Ok(()));
        let same = [ScheduledChange { change: superior.clone(), ..waiting }];
        assert!(superior.must_be_new(on, &same).is_err());
        assert_eq!(superior.must_be_new(day("2027-01-02"), &same), Ok(()), "another day");
    }

    #[test]
    fn a_change_comes_into_force_or_fails_once_and_can_be_cancelled_before_and_after_a_failure() {
        use ScheduledStatus::{Failed, Scheduled};
        let now = at("2027-01-01 00:05");
        for status in ScheduledStatus::iter() {
            let change = ending(status);
            assert_eq!(change.apply(now).is_ok(), status == Scheduled, "{status}");
            assert_eq!(change.fail(vec![Refusal::ended()], now).is_ok(), status == Scheduled, "{status}");
            let may_cancel = matches!(status, Scheduled | Failed);
            assert_eq!(change.cancel("Dibatalkan", now).is_ok(), may_cancel, "{status}");
        }
        assert!(ending(Scheduled).cancel(" ", now).is_err(), "a reason is required");
        let failed = ending(Scheduled).fail(vec![Refusal::ended()], now).expect("failed");
        let json = serde_json::to_string(&failed).expect("JSON");
        assert_eq!(serde_json::from_str::<ScheduledChange>(&json).expect("the same"), failed);
    }
}
