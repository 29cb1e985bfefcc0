//! The names of the journal: what happened (past tense), and to what kind of object.
//!
//! One name for each effect of a mutation on each kind of object. The names are stored and sent; a name
//! is never reused for something else. What may not be put here: what an entry carries (its image is the
//! JSON of the object, see the structs), and how it is written (`service/src/journal`).

use serde::{Deserialize, Serialize};

/// What happened.
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
pub enum EventKind {
    /// A role was granted to a person.
    RoleGranted,
    /// A granted role was taken back.
    RoleRevoked,
    /// A unit came into being.
    OrgUnitCreated,
    /// A unit's name, kind, parent or validity changed.
    OrgUnitUpdated,
    /// The predicate of a unit in a period was set, for the first time or anew.
    OrgUnitPredicateSet,
    /// A position came into being.
    PositionCreated,
    /// A position's data changed.
    PositionUpdated,
    /// A person was taken in.
    StaffCreated,
    /// A person's data changed.
    StaffUpdated,
    /// A person moved to another unit or position.
    StaffTransferred,
    /// A person left.
    StaffEnded,
    /// An assignment began.
    AssignmentOpened,
    /// An assignment's rank, or whether it leads its unit, changed.
    AssignmentUpdated,
    /// An assignment ended.
    AssignmentClosed,
    /// An assignment got another superior.
    SuperiorAssigned,
    /// The powers of an assignment were given to another person.
    Delegated,
    /// A delegation ended before its time.
    DelegationEnded,
    /// A set of criteria was made or replaced.
    CriteriaSet,
    /// A year or a part of it was opened.
    PeriodOpened,
    /// A year or a part of it was closed.
    PeriodClosed,
    /// A plan was begun.
    PlanCreated,
    /// A plan's contents changed.
    PlanUpdated,
    /// A plan, or a revision of it, was handed to the rater.
    PlanSubmitted,
    /// A submitted plan, or a revision of it, was taken back.
    PlanWithdrawn,
    /// The rater approved or returned a plan or a revision of it.
    PlanReviewed,
    /// A revision of an approved plan was begun.
    PlanRevised,
    /// A provisional row was linked to the superior's row.
    PlanResultLinked,
    /// A plan was cancelled.
    PlanCancelled,
    /// A plan was closed at the year's end or by a transfer.
    PlanClosed,
    /// An open plan, or what hangs on it, got another rater.
    RaterRenewed,
    /// An activity was reported.
    ActivityRecorded,
    /// An activity was corrected.
    ActivityUpdated,
    /// An activity was handed to the rater.
    ActivitySubmitted,
    /// The rater approved or returned an activity.
    ActivityReviewed,
    /// An evaluation was made with the approval of its plan.
    EvaluationOpened,
    /// The employee reported what was reached.
    RealisationReported,
    /// The rater saved a draft of the ratings.
    EvaluationRated,
    /// The rater made the ratings final.
    EvaluationFinalised,
    /// The annual result was handed over; the time for an objection runs.
    EvaluationDelivered,
    /// The employee took note of the annual result.
    EvaluationAcknowledged,
    /// The time for an objection passed in silence.
    EvaluationDeemedAccepted,
    /// A party signed the annual document.
    EvaluationSigned,
    /// An evaluation was closed.
    EvaluationClosed,
    /// A final evaluation became a draft again.
    EvaluationReopened,
    /// Feedback was given.
    FeedbackGiven,
    /// A recommendation for the career was made.
    RecommendationMade,
    /// A version of a regulation was added; it never changes.
    RegulationAdded,
    /// What an earlier entry said of people was erased, as the law may ask.
    EntryErased,
}

/// What kind of object it happened to.
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
pub enum SubjectKind {
    /// A granted role.
    RoleGrant,
    /// A unit.
    OrgUnit,
    /// The predicate of a unit in a period.
    UnitPredicate,
    /// A position.
    Position,
    /// A person.
    Staff,
    /// An assignment.
    Assignment,
    /// A delegation.
    Delegation,
    /// A set of criteria with its criteria.
    CriteriaSet,
    /// A year or a part of one.
    Period,
    /// A plan with its revisions.
    Plan,
    /// An activity with its evidence.
    Activity,
    /// An evaluation.
    Evaluation,
    /// A feedback.
    Feedback,
    /// A recommendation.
    Recommendation,
    /// A version of a regulation.
    Regulation,
    /// An entry of the journal itself.
    Entry,
}
