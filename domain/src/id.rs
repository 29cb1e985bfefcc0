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

/// Declares the ids of the kinds of objects that the journal records.
macro_rules! ids_of_kinds {
    ($(
        $(#[$doc:meta])*
        $Kind:ident ($($Id:ident $number:literal $field:literal)?) $sight:ident $id:literal, $en:literal {$($events:tt)*}
    )*) => {
        ids! {$($(
            #[doc = concat!("Id of the kind `", stringify!($Kind), "`.")]
            $Id,
        )?)*}
    };
}

crate::kinds!(ids_of_kinds);

ids! {
    /// An agency: the root of a unit tree, and the owner of rows.
    AgencyId,
    /// A login session.
    SessionId,
    /// One criterion of a set.
    CriterionId,
    /// One version of a plan's contents.
    RevisionId,
    /// A result row of a plan; stays the same across revisions.
    ResultId,
    /// An indicator of a result row; stays the same across revisions.
    IndicatorId,
    /// A step of a result row in one part of the year.
    ActionPlanId,
    /// A request for feedback.
    FeedbackRequestId,
    /// A piece of evidence.
    EvidenceId,
    /// A journal entry.
    EventId,
    /// An uploaded file.
    UploadId,
    /// One run of an import.
    ImportRunId,
}
