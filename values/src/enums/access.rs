//! Enumerations of rights: actions, the access log and hidden figures.

use async_graphql::Enum;

mirrors! {
    /// Kind of entry of the access log.
    AccessKind = "domain::access::AccessKind" {
        /// Someone read the ratings of another person.
        RatingRead,
        /// Someone read feedback to another person.
        FeedbackRead,
        /// A right was refused, or there was no visible object with the given id.
        Refused,
    }
    /// Why figures are hidden from API keys.
    HiddenReason = "domain::disclosure::HiddenReason" {
        /// They count few people, or figures about few people could be computed from them.
        FewPeople,
        /// They are about ratings, and the period has not been closed yet.
        PeriodOpen,
    }
    /// An action on an object, named after its mutation.
    Action = "domain::action::Action" {
        /// Change the contents of a plan or revision that is not submitted.
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
        /// Correct an activity.
        RecordActivities,
        /// Submit it to the rater.
        SubmitActivities,
        /// Approve it, or return it with a reason.
        ReviewActivities,
        /// Discard a draft of an activity.
        DiscardActivities,
        /// Take it back before the rater decides.
        WithdrawActivities,
        /// Take an approval back.
        ReopenActivities,
        /// Report the realisations.
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
        /// Recommend something for the person's career.
        MakeRecommendation,
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
        /// Change the superior of an assignment.
        AssignSuperior,
        /// Delegate an assignment's powers to another person for a period.
        CreateDelegation,
        /// Change the days or the capacity of a delegation.
        UpdateDelegation,
        /// End a delegation.
        EndDelegation,
        /// Publish a criteria set, or replace the current one.
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
