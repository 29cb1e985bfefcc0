//! Actions on existing objects: the names of the mutations, one enum for each topic and one for all.
//!
//! The aggregates decide which actions their state permits; `policy` decides who may run them.

use serde::{Deserialize, Serialize};

macro_rules! actions {
    ($($(#[$doc:meta])* $topic:ident { $($(#[$of:meta])* $name:ident),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display, strum::EnumString, strum::EnumIter, strum::IntoStaticStr)]
            #[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
            #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
            pub enum $topic {$(
                $(#[$of])*
                $name,
            )*}

            impl From<$topic> for Action {
                fn from(action: $topic) -> Self {
                    match action {$(
                        $topic::$name => Self::$name,
                    )*}
                }
            }
        )*

        /// Every action of every topic.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display, strum::EnumString, strum::EnumIter, strum::IntoStaticStr)]
        #[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum Action {$($(
            $(#[$of])*
            $name,
        )*)*}
    };
}

actions! {
    /// Actions on a plan.
    PlanAction {
        /// Change the contents of a draft or returned plan.
        UpdatePlan,
        /// Submit it to the rater.
        SubmitPlan,
        /// Withdraw it before the rater decides.
        WithdrawPlan,
        /// Approve it, or return it with a reason.
        ReviewPlan,
        /// Start a revision of an approved plan.
        RevisePlan,
        /// Link a provisional row to the superior's row.
        LinkPlanResult,
        /// Cancel it.
        CancelPlan,
        /// Close it.
        ClosePlan,
        /// Give feedback on a row, an activity or a behaviour value.
        GiveFeedback,
    }
    /// Actions on an activity.
    ActivityAction {
        /// Correct it.
        RecordActivities,
        /// Submit it to the rater.
        SubmitActivities,
        /// Approve it, or return it with a reason.
        ReviewActivities,
        /// Discard a draft.
        DiscardActivities,
        /// Take it back before the rater decides.
        WithdrawActivities,
        /// Take an approval back.
        ReopenActivities,
    }
    /// Actions on an evaluation.
    EvaluationAction {
        /// Report what the employee achieved.
        ReportRealisation,
        /// Save a draft of the ratings.
        RateEvaluation,
        /// Make the ratings final.
        FinaliseEvaluation,
        /// Deliver the annual result to the employee.
        DeliverEvaluation,
        /// Acknowledge the annual result.
        AcknowledgeEvaluation,
        /// Sign the annual document.
        SignEvaluation,
        /// Close it.
        CloseEvaluation,
        /// Make a final evaluation a draft again.
        ReopenEvaluation,
        /// Make a career recommendation.
        MakeRecommendation,
    }
    /// Actions on the organisation.
    OrganisationAction {
        /// Create a unit below another.
        CreateOrgUnit,
        /// Change a unit.
        UpdateOrgUnit,
        /// Change a position.
        UpdatePosition,
        /// Add a person.
        CreateStaff,
        /// Change a person's data.
        UpdateStaff,
        /// Move a person to another unit or position.
        TransferStaff,
        /// Record that a person leaves the agency.
        EndStaff,
        /// Record that a person who has left works for the agency again.
        ReinstateStaff,
        /// Cancel a change that is scheduled for a later day.
        CancelScheduledChange,
        /// Assign another superior to an assignment.
        AssignSuperior,
        /// Delegate an assignment's powers to another person for a time.
        CreateDelegation,
        /// Change the days or the capacity of a delegation.
        UpdateDelegation,
        /// End a delegation.
        EndDelegation,
        /// Create or replace a set of criteria.
        SetCriteria,
        /// Open a year with its parts.
        OpenPeriod,
        /// Change the deadlines of a year or a part of it.
        UpdatePeriod,
        /// Close a year or a part of it.
        ClosePeriod,
        /// Reopen a closed year or part.
        ReopenPeriod,
        /// Set the predicate of a unit in a period.
        SetOrgUnitPredicate,
        /// Import a whole organisation.
        ImportOrganisation,
        /// Add a version of a regulation.
        AddRegulation,
    }
}
