//! Event and subject kinds of the journal, which mirror the domain's.

use async_graphql::Enum;

mirrors! {
    /// Kind of event.
    EventKind = "domain::event::EventKind" {
        /// A role was granted to a person.
        RoleGranted,
        /// A granted role was revoked.
        RoleRevoked,
        /// A one-time activation code was issued to a person; earlier ones stopped working.
        ActivationCodeIssued,
        /// A person set their first password with a code.
        AccountActivated,
        /// A person changed their password, or replaced it with a code.
        PasswordChanged,
        /// The password of a person who returned was taken; a new code is needed.
        AccountReset,
        /// A person gained power over the results of others by a change that another person made. Recorded while
        /// the server separates the two (`KINERJA_FOUR_EYES`).
        RatingPowerGiven,
        /// A person added a second factor to their account.
        SecondFactorAdded,
        /// A second factor was removed, by the person or by an admin.
        SecondFactorRemoved,
        /// A recovery code replaced the second factor once.
        RecoveryCodeUsed,
        /// A person logged in for the first time with a token of an issuer, whose subject now belongs to their account.
        LoginLinked,
        /// An admin removed the link between a person and an issuer.
        LoginUnlinked,
        /// An API key was created.
        ApiKeyCreated,
        /// An admin took over an API key: it works with the rights of this admin.
        ApiKeyTakenOver,
        /// An API key was revoked.
        ApiKeyRevoked,
        /// A unit was created.
        OrgUnitCreated,
        /// A unit's name, kind, parent or validity changed.
        OrgUnitUpdated,
        /// The predicate of a unit in a period was set or changed.
        OrgUnitPredicateSet,
        /// A position was created.
        PositionCreated,
        /// A position's data changed.
        PositionUpdated,
        /// A person was added.
        StaffCreated,
        /// A person's data changed.
        StaffUpdated,
        /// A person moved to another unit or position.
        StaffTransferred,
        /// A person left the agency.
        StaffEnded,
        /// A person who had left works for the agency again.
        StaffReinstated,
        /// An assignment started.
        AssignmentOpened,
        /// An assignment's rank, or whether it leads its unit, changed.
        AssignmentUpdated,
        /// An assignment ended.
        AssignmentClosed,
        /// An ended assignment continues, because its end was recorded by mistake.
        AssignmentReopened,
        /// The superior of an assignment changed.
        SuperiorAssigned,
        /// The powers of an assignment were delegated to another person.
        Delegated,
        /// The days or the capacity of a delegation changed.
        DelegationUpdated,
        /// A delegation ended before its end date.
        DelegationEnded,
        /// A change of the organisation was scheduled for a later day.
        ChangeScheduled,
        /// A scheduled change came into force.
        ScheduledChangeApplied,
        /// A scheduled change was cancelled.
        ScheduledChangeCancelled,
        /// A scheduled change was refused on its day.
        ScheduledChangeFailed,
        /// A criteria set was published or replaced.
        CriteriaSet,
        /// A year or a part of it was opened.
        PeriodOpened,
        /// The deadlines of a year or a part of it changed.
        PeriodUpdated,
        /// A year or a part of it was closed.
        PeriodClosed,
        /// A closed year or part was reopened.
        PeriodReopened,
        /// A plan was created.
        PlanCreated,
        /// A plan's contents changed.
        PlanUpdated,
        /// A plan, or a revision of it, was submitted to the rater.
        PlanSubmitted,
        /// A submitted plan, or a revision of it, was withdrawn.
        PlanWithdrawn,
        /// The rater approved or returned a plan or a revision of it.
        PlanReviewed,
        /// A revision of an approved plan was started.
        PlanRevised,
        /// A provisional row was linked to the superior's row.
        PlanResultLinked,
        /// A plan was cancelled.
        PlanCancelled,
        /// A plan was closed at the year's end or by a transfer.
        PlanClosed,
        /// A plan closed with its assignment is in force again.
        PlanReopened,
        /// The rater of an open plan, or of its open evaluations or activities, changed.
        RaterRenewed,
        /// An activity was reported.
        ActivityRecorded,
        /// An activity was corrected.
        ActivityUpdated,
        /// An activity was submitted to the rater.
        ActivitySubmitted,
        /// The rater approved or returned an activity.
        ActivityReviewed,
        /// A draft of an activity was discarded.
        ActivityDiscarded,
        /// A submitted activity was taken back.
        ActivityWithdrawn,
        /// The rater took the approval of an activity back.
        ActivityReopened,
        /// An evaluation was created when its plan was approved.
        EvaluationOpened,
        /// The employee reported the realisations.
        RealisationReported,
        /// The rater saved a draft of the ratings.
        EvaluationRated,
        /// The rater made the ratings final.
        EvaluationFinalised,
        /// The annual result was delivered; the objection period started.
        EvaluationDelivered,
        /// The employee acknowledged the annual result.
        EvaluationAcknowledged,
        /// The objection period ended without an objection.
        EvaluationDeemedAccepted,
        /// A party signed the annual document.
        EvaluationSigned,
        /// An evaluation was closed.
        EvaluationClosed,
        /// A final or delivered result became a draft again.
        EvaluationReopened,
        /// An unfinished evaluation was cancelled: its plan was cancelled, or ended and holds no month of the part.
        EvaluationCancelled,
        /// A cancelled evaluation has its earlier status again.
        EvaluationRestored,
        /// Feedback was given.
        FeedbackGiven,
        /// A career recommendation was made.
        RecommendationMade,
        /// A version of a regulation was added.
        RegulationAdded,
        /// Personal data in an earlier journal entry was erased, as the law may require.
        EntryErased,
    }
    /// Kind of object that a journal entry is about.
    SubjectKind = "domain::event::SubjectKind" {
        /// A granted role.
        RoleGrant,
        /// The access of a person. Its entries have no images.
        Account,
        /// An API key. Its entries have no images.
        ApiKey,
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
        /// A change of the organisation with a later day.
        ScheduledChange,
        /// A criteria set with its criteria.
        CriteriaSet,
        /// A year or a part of a year.
        Period,
        /// A plan with its revisions.
        Plan,
        /// An activity with its evidence.
        Activity,
        /// An evaluation.
        Evaluation,
        /// Feedback.
        Feedback,
        /// A recommendation.
        Recommendation,
        /// A version of a regulation.
        Regulation,
        /// A journal entry.
        Entry,
    }
}
