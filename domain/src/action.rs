//! What can be done to an object that exists: the names of the mutations, by topic and all together.
//!
//! An aggregate says which of them its state permits; `policy` says who may. What may not be put here:
//! the decisions themselves.

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
    /// What can be done to a plan.
    PlanAction {
        /// Change the contents of what is not submitted.
        UpdatePlan,
        /// Hand it to the rater.
        SubmitPlan,
        /// Take it back before the rater decides.
        WithdrawPlan,
        /// Approve it, or return it with a reason.
        ReviewPlan,
        /// Begin a revision of an approved plan.
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
    /// What can be done to an activity.
    ActivityAction {
        /// Correct it.
        RecordActivities,
        /// Hand it to the rater.
        SubmitActivities,
        /// Approve it, or return it with a reason.
        ReviewActivities,
    }
    /// What can be done to an evaluation.
    EvaluationAction {
        /// Report what was reached.
        ReportRealisation,
        /// Save a draft of the ratings.
        RateEvaluation,
        /// Make the ratings final.
        FinaliseEvaluation,
        /// Hand the annual result over.
        DeliverEvaluation,
        /// Take note of the annual result.
        AcknowledgeEvaluation,
        /// Sign the annual document.
        SignEvaluation,
        /// Close it.
        CloseEvaluation,
        /// Make a final evaluation a draft again.
        ReopenEvaluation,
        /// Recommend something for the person's career.
        Recommend,
    }
    /// What can be done to the organisation.
    OrganisationAction {
        /// Make a unit below another.
        CreateOrgUnit,
        /// Change a unit.
        UpdateOrgUnit,
        /// Take a person in.
        CreateStaff,
        /// Change a person's data.
        UpdateStaff,
        /// Move a person to another unit or position.
        TransferStaff,
        /// Let a person leave.
        EndStaff,
        /// Give an assignment another superior.
        AssignSuperior,
        /// Give an assignment's powers to another person for a time.
        Delegate,
        /// Make or replace a set of criteria.
        SetCriteria,
        /// Open a year with its parts.
        OpenPeriod,
        /// Close a year or a part of it.
        ClosePeriod,
        /// Set the predicate of a unit in a period.
        SetOrgUnitPredicate,
        /// Read a whole organisation in.
        ImportOrganisation,
        /// Add a version of a regulation.
        AddRegulation,
    }
}
