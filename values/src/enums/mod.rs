//! Enumerations of the schema. Most mirror the domain's.

use async_graphql::resolver_utils::EnumType;

/// Declares enumerations that mirror the domain's, whose labels are in `domain::label`.
macro_rules! mirrors {
    ($($(#[$doc:meta])* $name:ident = $remote:literal { $($(#[$of:meta])* $value:ident,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
        #[graphql(remote = $remote)]
        pub enum $name {$(
            $(#[$of])*
            $value,
        )*}
    )*};
}

mod access;
mod error_code;
mod evaluation;
mod journal;
mod organisation;
mod period;
mod plan;
mod score;
mod subject_status;

pub use access::{AccessKind, Action, HiddenReason};
pub use error_code::ErrorCode;
pub use evaluation::{
    DialogueKind, DialogueParty, EvaluationKind, EvaluationStatus, Expectation, FeedbackDirection,
    FeedbackKind, FeedbackRequestStatus, ObjectionStatus, OrgUnitPredicate, Party, Predicate,
    RecommendationKind, RecommendationOutcome, RecommendationResponsible, RecommendationStatus,
    TrainingStatus,
};
pub use journal::{EventKind, SubjectKind};
pub use organisation::{
    Capacity, ConsequenceKind, CorrectionOutcome, CorrectionStatus, CorrectionSubject, EmploymentKind,
    PositionKind, RosterProblemKind, ScheduledChangeKind, ScheduledChangeStatus, StaffStatus, UnitKind,
};
pub use period::{Cycle, PeriodStatus, UnfinishedKind};
pub use plan::{
    ActivityStatus, Approach, Aspect, Direction, EvidenceKind, MarkKind, Perspective, PlanStatus, ResultKind,
    ReviewDecision, RevisionStatus,
};
pub use score::{DeviationField, NodeEvidenceKind, RoundingMode, ScoreNodeKind, ScoreRounding, ScoreRule};
pub use subject_status::SubjectStatus;

/// Returns the value of an enumeration with this name; none for a name that this server does not know.
#[must_use]
pub fn named<T: EnumType>(name: &str) -> Option<T> {
    T::items().iter().find(|item| item.name == name).map(|item| item.value)
}
