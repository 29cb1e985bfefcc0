//! Consequences of a change of the organisation: what else changes with it. A dry run lists the same consequences as
//! the run.

use crate::{
    Message,
    event::{EventKind, SubjectKind},
    id::StaffId,
    period::{Cycle, Period},
    scoring::Label,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Kind of consequence.
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
pub enum ConsequenceKind {
    /// A person leaves the agency.
    StaffEnded,
    /// An assignment begins.
    AssignmentOpened,
    /// An assignment ends.
    AssignmentClosed,
    /// An assignment gets another superior.
    SuperiorAssigned,
    /// The powers of an assignment are delegated.
    Delegated,
    /// A delegation gets other days or another capacity.
    DelegationUpdated,
    /// A delegation ends.
    DelegationEnded,
    /// An approved plan closes.
    PlanClosed,
    /// A plan that is not approved, or does not begin before the change, is cancelled.
    PlanCancelled,
    /// An evaluation is cancelled, because no month of the part belongs to its plan any more.
    EvaluationCancelled,
    /// A delivered or closed evaluation stays as it is, although the change begins before the end of its part.
    EvaluationKept,
    /// Unfinished work gets another rater.
    RaterRenewed,
    /// A person who had left works for the agency again.
    StaffReinstated,
    /// An ended assignment continues.
    AssignmentReopened,
    /// A closed plan is in force again.
    PlanReopened,
    /// A cancelled evaluation has its earlier status again.
    EvaluationRestored,
    /// The account loses its password and its roles: a new activation code and new grants are needed.
    AccessReset,
    /// Afterwards nobody can rate a person, or a unit has several heads.
    RosterGap,
    /// A change is scheduled; the consequences that follow it in the list are expected on its day.
    ChangeScheduled,
    /// A scheduled change is cancelled.
    ScheduledChangeCancelled,
    /// Stored data of a person, assignment, unit or position changes; `columns` has the old and the new values.
    DataChanged,
}

impl ConsequenceKind {
    /// The kind of consequence that a journal entry of a change records; `None` for an entry that is no consequence of
    /// its own.
    #[must_use]
    pub const fn of(event: EventKind) -> Option<Self> {
        Some(match event {
            EventKind::StaffEnded => Self::StaffEnded,
            EventKind::StaffTransferred => Self::AssignmentOpened,
            EventKind::AssignmentClosed => Self::AssignmentClosed,
            EventKind::SuperiorAssigned => Self::SuperiorAssigned,
            EventKind::Delegated => Self::Delegated,
            EventKind::DelegationUpdated => Self::DelegationUpdated,
            EventKind::DelegationEnded => Self::DelegationEnded,
            EventKind::PlanClosed => Self::PlanClosed,
            EventKind::PlanCancelled => Self::PlanCancelled,
            EventKind::EvaluationCancelled => Self::EvaluationCancelled,
            EventKind::StaffReinstated => Self::StaffReinstated,
            EventKind::AssignmentReopened => Self::AssignmentReopened,
            EventKind::PlanReopened => Self::PlanReopened,
            EventKind::EvaluationRestored => Self::EvaluationRestored,
            EventKind::ChangeScheduled => Self::ChangeScheduled,
            EventKind::ScheduledChangeCancelled => Self::ScheduledChangeCancelled,
            EventKind::RaterRenewed => Self::RaterRenewed,
            EventKind::StaffUpdated
            | EventKind::AssignmentUpdated
            | EventKind::OrgUnitUpdated
            | EventKind::PositionUpdated => Self::DataChanged,
            _ => return None,
        })
    }
}

/// A consequence of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consequence {
    /// The kind.
    pub kind: ConsequenceKind,
    /// The object that changes; `None` if the sentence is about several objects. A new object of a dry run is never
    /// stored.
    pub subject: Option<(SubjectKind, Uuid)>,
    /// The person concerned.
    pub staff: Option<StaffId>,
    /// A sentence for people. It contains names, days and numbers only, which the directory shows to everyone.
    pub sentence: Message,
    /// The changed columns; empty for kinds other than DATA_CHANGED and SUPERIOR_ASSIGNED.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ChangedColumn>,
}

/// A column that a change gives another value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedColumn {
    /// The API's name of the input field that sets it.
    pub field: String,
    /// The value before; `None` if there was none. For a unit, position or superior it is the name.
    pub before: Option<String>,
    /// The value after, like `before`.
    pub after: Option<String>,
}

/// The name of a year or of a part of it, for sentences: "triwulan 2 tahun 2026".
#[must_use]
pub fn period_name(period: &Period) -> Label {
    let (year, part) = (period.year, period.part);
    if period.is_year() {
        return Label::new(&format!("tahun {year}"), &format!("the year {year}"));
    }
    match period.cycle {
        Cycle::Monthly => {
            Label::new(&format!("bulan {part} tahun {year}"), &format!("month {part} of {year}"))
        }
        Cycle::Quarterly => {
            Label::new(&format!("triwulan {part} tahun {year}"), &format!("quarter {part} of {year}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Locale, testing::year};

    #[test]
    fn a_period_has_a_name_in_both_languages() {
        let names: Vec<String> =
            year().iter().take(2).map(|period| period_name(period).text(Locale::Id).to_owned()).collect();
        assert_eq!(names, ["tahun 2026", "triwulan 1 tahun 2026"]);
        assert_eq!(period_name(&year()[4]).text(Locale::En), "quarter 4 of 2026");
    }
}
