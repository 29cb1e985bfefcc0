//! Gaps in the chain of command: people whom nobody can rate, and why.

use crate::{
    Message,
    id::{AssignmentId, StaffId, UnitId},
};
use serde::{Deserialize, Serialize};

/// Kind of gap in the chain of command.
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
pub enum ProblemKind {
    /// A person has no superior. People who are not appraised need none.
    NoSuperior,
    /// The superior has left or has not begun yet, and nobody acts for the post.
    SuperiorGone,
    /// The chain of superiors forms a loop.
    SuperiorLoop,
    /// A unit has several heads.
    TwoHeads,
    /// Nobody acts for a vacant post with people below it, or a person would have to rate themselves because they act
    /// for every superior above them.
    NobodyCanAct,
    /// A scheduled change was refused on its day, or will be refused, and nobody has cancelled it yet.
    ChangeFailed,
}

/// A gap in the chain of command on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The kind.
    pub kind: ProblemKind,
    /// The unit; its admins can fix it.
    pub unit: UnitId,
    /// The assignment of the person whom nobody can rate, the vacant post, or the assignment of one of the heads.
    /// `None` for a failed change.
    pub assignment: Option<AssignmentId>,
    /// The holder of the assignment, or the last holder of a vacant post; for a post that nobody has held yet, the
    /// first person who acted for it. For a failed change, the person concerned.
    pub staff: StaffId,
    /// The sentence for people: what is wrong, and how to fix it.
    pub message: Message,
    /// The people who can fix it: the admins of the unit.
    pub fixers: Vec<StaffId>,
}
