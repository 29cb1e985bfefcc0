//! Enumerations of periods.

use async_graphql::Enum;

mirrors! {
    /// Evaluation cycle of a year, chosen by the agency.
    Cycle = "domain::period::Cycle" {
        /// Bulanan: twelve parts a year.
        Monthly,
        /// Triwulanan: four parts a year.
        Quarterly,
    }
    /// Whether a period accepts changes.
    PeriodStatus = "domain::period::PeriodStatus" {
        /// Accepts changes.
        Open,
        /// No longer accepts changes.
        Closed,
    }
    /// Kind of work that is unfinished when its period closes. A closed period refuses such work.
    UnfinishedKind = "domain::period::Unfinished" {
        /// People who work on the last day of the year and have no plan for it.
        PlanMissing,
        /// Plans of the year that are not approved.
        PlanNotApproved,
        /// Activities that wait for the rater's review.
        ActivityNotReviewed,
        /// Evaluations without a report.
        EvaluationNotReported,
        /// Reported evaluations without ratings.
        EvaluationNotRated,
        /// Evaluations with a draft of ratings.
        EvaluationNotFinal,
    }
}
