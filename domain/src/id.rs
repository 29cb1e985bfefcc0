//! Typed ids: a `PlanId` can't be passed for a `StaffId`.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(id) }
        }
        impl From<$name> for Uuid {
            fn from(id: $name) -> Self { id.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
    )*};
}

ids! {
    /// An agency: the root of a unit tree, and the owner of rows.
    AgencyId,
    /// An organisational unit.
    UnitId,
    /// A position that assignments fill.
    PositionId,
    /// A person.
    StaffId,
    /// A dated assignment of a person to a unit and position.
    AssignmentId,
    /// A dated delegation of an assignment's powers to another person.
    DelegationId,
    /// A login account.
    AccountId,
    /// A login session.
    SessionId,
    /// An API key of a reporting tool.
    ApiKeyId,
    /// A granted role.
    RoleGrantId,
    /// A version of a regulation.
    RegulationId,
    /// A set of criteria.
    CriteriaSetId,
    /// One criterion of a set.
    CriterionId,
    /// A year or a part of one.
    PeriodId,
    /// The predicate of a unit in a period.
    UnitPredicateId,
    /// An annual work plan.
    PlanId,
    /// One version of a plan's contents.
    RevisionId,
    /// A result row of a plan; stays the same across revisions.
    ResultId,
    /// An indicator of a result row; stays the same across revisions.
    IndicatorId,
    /// A step of a result row in one part of the year.
    ActionPlanId,
    /// A reported activity.
    ActivityId,
    /// A piece of evidence.
    EvidenceId,
    /// A periodic or annual evaluation.
    EvaluationId,
    /// Feedback.
    FeedbackId,
    /// A recommendation.
    RecommendationId,
    /// A journal entry.
    EventId,
    /// An uploaded file.
    UploadId,
    /// One run of an import.
    ImportRunId,
    /// A change of the organisation with a later day.
    ScheduledChangeId,
}
