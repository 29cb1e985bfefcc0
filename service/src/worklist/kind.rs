//! Kinds of tasks.

use domain::action::Action;

/// A kind of task, named after the mutation that completes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorklistKind {
    /// An open year for which one of the actor's assignments has no plan.
    CreatePlan,
    /// The actor's own plan or revision to complete and submit.
    SubmitPlan,
    /// A plan or revision to approve or return.
    ReviewPlan,
    /// Own activities of the actor that are drafts or were returned.
    SubmitActivities,
    /// Activities of a person to approve or return.
    ReviewActivities,
    /// The actor's own evaluation to report on, after the end of its period.
    ReportRealisation,
    /// An evaluation to rate: ratings can be drafted, and the realisation is reported or the report deadline has passed.
    RateEvaluation,
    /// Draft ratings to make final, from the last day of the period.
    FinaliseEvaluation,
    /// A final annual evaluation to deliver.
    DeliverEvaluation,
    /// The actor's own annual evaluation, delivered and to be acknowledged.
    AcknowledgeEvaluation,
    /// An annual evaluation to sign.
    SignEvaluation,
    /// A gap in the chain of command of the units that the actor manages.
    FixRoster,
}

impl WorklistKind {
    /// Every kind, in the order of a year.
    pub const ALL: [Self; 12] = [
        Self::CreatePlan,
        Self::SubmitPlan,
        Self::ReviewPlan,
        Self::SubmitActivities,
        Self::ReviewActivities,
        Self::ReportRealisation,
        Self::RateEvaluation,
        Self::FinaliseEvaluation,
        Self::DeliverEvaluation,
        Self::AcknowledgeEvaluation,
        Self::SignEvaluation,
        Self::FixRoster,
    ];

    /// The action that completes it, if it is about an object with actions.
    #[must_use]
    pub const fn action(self) -> Option<Action> {
        Some(match self {
            Self::CreatePlan | Self::FixRoster => return None,
            Self::SubmitPlan => Action::SubmitPlan,
            Self::ReviewPlan => Action::ReviewPlan,
            Self::SubmitActivities => Action::SubmitActivities,
            Self::ReviewActivities => Action::ReviewActivities,
            Self::ReportRealisation => Action::ReportRealisation,
            Self::RateEvaluation => Action::RateEvaluation,
            Self::FinaliseEvaluation => Action::FinaliseEvaluation,
            Self::DeliverEvaluation => Action::DeliverEvaluation,
            Self::AcknowledgeEvaluation => Action::AcknowledgeEvaluation,
            Self::SignEvaluation => Action::SignEvaluation,
        })
    }
}
