//! Enumerations of evaluations, feedback and recommendations.

use async_graphql::Enum;

mirrors! {
    /// Time span of an evaluation.
    EvaluationKind = "domain::evaluation::EvaluationKind" {
        /// Periodik: one part of the year, a month or a quarter.
        Periodic,
        /// Tahunan: the whole year. A separate judgement, not the mean of the parts.
        Annual,
    }
    /// Status of an evaluation.
    EvaluationStatus = "domain::evaluation::EvaluationStatus" {
        /// Nothing reported yet.
        Open,
        /// The employee has reported the realisations.
        SelfReported,
        /// The rater has saved a draft of the ratings, visible only to the rater.
        RatedDraft,
        /// The ratings are final and visible.
        Final,
        /// The annual result was delivered; the objection period has started.
        Delivered,
        /// The employee has acknowledged the result.
        Acknowledged,
        /// The objection period ended without an objection.
        DeemedAccepted,
        /// The employee has objected.
        Objected,
        /// The objection has been decided.
        Decided,
        /// Closed.
        Closed,
        /// Cancelled before the ratings were final: the plan was cancelled, or it ended and no month of the part
        /// belongs to it. Nobody can report on it or rate it, and no report counts it.
        Cancelled,
    }
    /// Status of an objection. The two decisions are final.
    ObjectionStatus = "domain::objection::ObjectionStatus" {
        /// Filed in time, but nobody may decide: the performance team must assign a decider.
        Filed,
        /// The employee and the rater are asked for their explanations; then somebody decides.
        Explanations,
        /// Decided: the ratings stay.
        DecidedUpheld,
        /// Decided: the ratings changed.
        DecidedChanged,
        /// Filed after the last day. Recorded with the last day and the day of filing; nothing else changed.
        Inadmissible,
        /// Withdrawn by the employee.
        Withdrawn,
    }
    /// Status of a training.
    TrainingStatus = "domain::training::TrainingStatus" {
        /// Recorded by the person; waits for the performance team or an admin of the unit.
        Recorded,
        /// Verified: it counts.
        Verified,
        /// Refused, with a reason. The person may record it again.
        Refused,
        /// Withdrawn by the person before it was verified.
        Withdrawn,
    }
    /// Rating of results or behaviour against the expectation.
    Expectation = "domain::evaluation::Expectation" {
        /// Di atas ekspektasi.
        Above,
        /// Sesuai ekspektasi.
        AsExpected,
        /// Di bawah ekspektasi.
        Below,
    }
    /// Predicate of a person (predikat kinerja pegawai). From best to worst: VERY_GOOD, GOOD, NEEDS_IMPROVEMENT, POOR,
    /// VERY_POOR.
    Predicate = "domain::evaluation::Predicate" {
        /// Sangat Baik.
        VeryGood,
        /// Baik.
        Good,
        /// Butuh Perbaikan; "Cukup" under PP 30/2019.
        NeedsImprovement,
        /// Kurang.
        Poor,
        /// Sangat Kurang.
        VeryPoor,
    }
    /// Predicate of a unit (capaian kinerja organisasi). From best to worst: OUTSTANDING, GOOD, NEEDS_IMPROVEMENT,
    /// POOR, VERY_POOR. A person's predicate has other values.
    OrgUnitPredicate = "domain::evaluation::OrgUnitPredicate" {
        /// Istimewa.
        Outstanding,
        /// Baik.
        Good,
        /// Butuh Perbaikan.
        NeedsImprovement,
        /// Kurang.
        Poor,
        /// Sangat Kurang.
        VeryPoor,
    }
    /// A signatory of the annual document.
    Party = "domain::evaluation::Party" {
        /// The ratee.
        Employee,
        /// The rater.
        Rater,
        /// The rater's superior.
        RatersSuperior,
    }
    /// Kind of object that feedback is about.
    FeedbackKind = "domain::feedback::FeedbackKind" {
        /// A result row of the plan.
        Result,
        /// An activity reported under the plan.
        Activity,
        /// A behaviour value.
        Behaviour,
        /// The work as a whole.
        General,
    }
    /// Who gives feedback, as seen from the person that it is about.
    FeedbackDirection = "domain::feedback::FeedbackDirection" {
        /// From the rater or a higher superior, with their name.
        Superior,
        /// In confidence, from a colleague under the same superior or in the same unit.
        Peer,
        /// In confidence, from a person who has been a direct subordinate on any day of this year.
        Subordinate,
        /// From the person themselves.
        #[graphql(name = "SELF")]
        Own,
    }
    /// Status of a request for feedback.
    FeedbackRequestStatus = "domain::feedback::RequestStatus" {
        /// Waits for an answer. For everyone but the person who was asked, a request to a colleague or subordinate
        /// keeps this status.
        Requested,
        /// Feedback was given.
        Given,
        /// The person who was asked declined.
        Declined,
    }
    /// Kind of dialogue of a superior with an employee.
    DialogueKind = "domain::dialogue::DialogueKind" {
        /// Dialog kinerja: on expectations and progress.
        PerformanceDialogue,
        /// Bimbingan kinerja: on how the work is done.
        Coaching,
        /// Konseling kinerja: on problems that keep the person from their work. Only the two people read what was said
        /// and agreed.
        Counselling,
    }
    /// One of the two people of a dialogue.
    DialogueParty = "domain::dialogue::DialogueParty" {
        /// The employee.
        Employee,
        /// The superior who held the dialogue.
        Superior,
    }
    /// Status of a recommendation.
    RecommendationStatus = "domain::recommendation::RecommendationStatus" {
        /// Waits for the people who are responsible.
        Open,
        /// Followed up.
        FollowedUp,
        /// Not followed up, with a reason.
        Declined,
    }
    /// What became of a recommendation.
    RecommendationOutcome = "domain::recommendation::RecommendationOutcome" {
        /// It was followed up.
        FollowedUp,
        /// It is not followed up.
        Declined,
    }
    /// Who follows up a recommendation.
    RecommendationResponsible = "domain::recommendation::RecommendationResponsible" {
        /// The rater: COACHING and IMPROVEMENT_PLAN.
        Rater,
        /// The performance team and the admins of the unit: all other kinds.
        PerformanceTeam,
    }
    /// Kind of recommendation.
    RecommendationKind = "domain::recommendation::RecommendationKind" {
        /// Promosi: a higher position or rank.
        Promotion,
        /// Kelompok rencana suksesi: inclusion in the talent pool.
        TalentPool,
        /// Pengembangan kompetensi: training.
        Training,
        /// Rotasi: another post.
        Rotation,
        /// Bimbingan kinerja: coaching.
        Coaching,
        /// Rencana perbaikan kinerja: a performance improvement plan with a deadline.
        ImprovementPlan,
        /// Penghargaan: a reward.
        Reward,
        /// Anything else, described in the text.
        Other,
    }
}
