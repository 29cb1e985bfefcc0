//! Tasks: the next step of plans, activities and evaluations, the person who must take it, and its deadline. Worklists
//! select by tasks, the dry run of the year's end shows who must act, and the closing of a period counts the unfinished
//! work.

use crate::{
    action::Action,
    activity::ActivityStatus,
    correction::CorrectionStatus,
    evaluation::{Evaluation, EvaluationStatus},
    objection::ObjectionStatus,
    period::Period,
    plan::{self, PlanStatus, RevisionStatus},
    recommendation::RecommendationStatus,
    time::Date,
    training::TrainingStatus,
};

/// A kind of task, named after the mutation that completes it. The kinds are in the order of an appraisal year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter)]
pub enum Task {
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
    /// A request for feedback to the actor.
    GiveFeedback,
    /// Agreements of a dialogue that the actor has to act on.
    CompleteAgreement,
    /// The actor's own evaluation to report on, after the end of its period.
    ReportRealisation,
    /// An evaluation to rate: ratings can be drafted, and the realisation is reported or the report deadline has
    /// passed.
    RateEvaluation,
    /// Draft ratings to make final, from the last day of the period.
    FinaliseEvaluation,
    /// A final annual evaluation to deliver.
    DeliverEvaluation,
    /// The actor's own annual evaluation, delivered and to be acknowledged.
    AcknowledgeEvaluation,
    /// An objection for which the actor explains their side.
    AnswerObjection,
    /// An objection that needs a decider, because nobody may decide.
    AssignObjectionDecider,
    /// An objection to decide on.
    DecideObjection,
    /// An annual evaluation to sign.
    SignEvaluation,
    /// A recommendation to follow up or decline.
    FollowUpRecommendation,
    /// A training to verify or refuse.
    VerifyTraining,
    /// A request to correct a record that waits for an answer.
    ResolveCorrection,
    /// A gap in the chain of command of the units that the actor manages.
    FixRoster,
}

/// Whose task it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Responsible {
    /// The ratee.
    Ratee,
    /// The rater.
    Rater,
    /// Each party who has not signed: the ratee, the rater or the rater's superior.
    Signatory,
    /// The ratee and the rater, each for their own side.
    Side,
    /// The person who decides on the objection.
    Decider,
    /// The person who is asked.
    Asked,
    /// The people who manage the unit.
    Manager,
    /// The rater or the people who manage the unit, by the kind of the recommendation.
    RaterOrManager,
}

impl Task {
    /// Every task, in the order of a year.
    pub const ALL: [Self; 20] = [
        Self::CreatePlan,
        Self::SubmitPlan,
        Self::ReviewPlan,
        Self::SubmitActivities,
        Self::ReviewActivities,
        Self::GiveFeedback,
        Self::CompleteAgreement,
        Self::ReportRealisation,
        Self::RateEvaluation,
        Self::FinaliseEvaluation,
        Self::DeliverEvaluation,
        Self::AcknowledgeEvaluation,
        Self::AnswerObjection,
        Self::AssignObjectionDecider,
        Self::DecideObjection,
        Self::SignEvaluation,
        Self::FollowUpRecommendation,
        Self::VerifyTraining,
        Self::ResolveCorrection,
        Self::FixRoster,
    ];

    /// The action that completes the task; `None` if it is an action on no existing object.
    #[must_use]
    pub const fn action(self) -> Option<Action> {
        Some(match self {
            Self::CreatePlan | Self::FixRoster => return None,
            Self::SubmitPlan => Action::SubmitPlan,
            Self::ReviewPlan => Action::ReviewPlan,
            Self::SubmitActivities => Action::SubmitActivities,
            Self::ReviewActivities => Action::ReviewActivities,
            Self::GiveFeedback => Action::GiveFeedback,
            Self::CompleteAgreement => Action::CompleteAgreement,
            Self::ReportRealisation => Action::ReportRealisation,
            Self::RateEvaluation => Action::RateEvaluation,
            Self::FinaliseEvaluation => Action::FinaliseEvaluation,
            Self::DeliverEvaluation => Action::DeliverEvaluation,
            Self::AcknowledgeEvaluation => Action::AcknowledgeEvaluation,
            Self::AnswerObjection => Action::AnswerObjection,
            Self::AssignObjectionDecider => Action::AssignObjectionDecider,
            Self::DecideObjection => Action::DecideObjection,
            Self::SignEvaluation => Action::SignEvaluation,
            Self::FollowUpRecommendation => Action::FollowUpRecommendation,
            Self::VerifyTraining => Action::VerifyTraining,
            Self::ResolveCorrection => Action::ResolveCorrection,
        })
    }

    /// Whose task it is.
    #[must_use]
    pub const fn responsible(self) -> Responsible {
        match self {
            Self::CreatePlan
            | Self::SubmitPlan
            | Self::SubmitActivities
            | Self::ReportRealisation
            | Self::AcknowledgeEvaluation => Responsible::Ratee,
            Self::ReviewPlan
            | Self::ReviewActivities
            | Self::RateEvaluation
            | Self::FinaliseEvaluation
            | Self::DeliverEvaluation => Responsible::Rater,
            Self::SignEvaluation => Responsible::Signatory,
            Self::AnswerObjection | Self::CompleteAgreement => Responsible::Side,
            Self::GiveFeedback => Responsible::Asked,
            Self::DecideObjection => Responsible::Decider,
            Self::AssignObjectionDecider
            | Self::VerifyTraining
            | Self::ResolveCorrection
            | Self::FixRoster => Responsible::Manager,
            Self::FollowUpRecommendation => Responsible::RaterOrManager,
        }
    }

    /// The statuses of plans that wait for the task.
    #[must_use]
    pub const fn plans(self) -> &'static [PlanStatus] {
        match self {
            Self::SubmitPlan => &[PlanStatus::Draft, PlanStatus::Returned],
            Self::ReviewPlan => &[PlanStatus::Submitted],
            _ => &[],
        }
    }

    /// The statuses of revisions that wait for the task, under an approved plan.
    #[must_use]
    pub const fn revisions(self) -> &'static [RevisionStatus] {
        match self {
            Self::SubmitPlan => &[RevisionStatus::Draft, RevisionStatus::Returned],
            Self::ReviewPlan => &[RevisionStatus::Submitted],
            _ => &[],
        }
    }

    /// The statuses of activities that wait for the task.
    #[must_use]
    pub const fn activities(self) -> &'static [ActivityStatus] {
        match self {
            Self::SubmitActivities => &[ActivityStatus::Draft, ActivityStatus::Returned],
            Self::ReviewActivities => &[ActivityStatus::Submitted],
            _ => &[],
        }
    }

    /// The statuses of evaluations that wait for the task. An unreported evaluation also waits for its rating once the
    /// reporting deadline has passed or the ratee has left.
    #[must_use]
    pub const fn evaluations(self) -> &'static [EvaluationStatus] {
        use EvaluationStatus as Status;
        match self {
            Self::ReportRealisation => &[Status::Open],
            Self::RateEvaluation => &[Status::SelfReported],
            Self::FinaliseEvaluation => &[Status::RatedDraft],
            Self::DeliverEvaluation => &[Status::Final],
            Self::AcknowledgeEvaluation => &[Status::Delivered],
            Self::SignEvaluation => &[
                Status::Final,
                Status::Delivered,
                Status::Acknowledged,
                Status::DeemedAccepted,
                Status::Decided,
            ],
            _ => &[],
        }
    }

    /// The status of objections that wait for the task.
    #[must_use]
    pub const fn objections(self) -> Option<ObjectionStatus> {
        match self {
            Self::AnswerObjection | Self::DecideObjection => Some(ObjectionStatus::Explanations),
            Self::AssignObjectionDecider => Some(ObjectionStatus::Filed),
            _ => None,
        }
    }

    /// The status of trainings that wait for the task.
    #[must_use]
    pub const fn trainings(self) -> Option<TrainingStatus> {
        match self {
            Self::VerifyTraining => Some(TrainingStatus::Recorded),
            _ => None,
        }
    }

    /// The status of recommendations that wait for the task.
    #[must_use]
    pub const fn recommendations(self) -> Option<RecommendationStatus> {
        match self {
            Self::FollowUpRecommendation => Some(RecommendationStatus::Open),
            _ => None,
        }
    }

    /// The status of corrections that wait for the task.
    #[must_use]
    pub const fn corrections(self) -> Option<CorrectionStatus> {
        match self {
            Self::ResolveCorrection => Some(CorrectionStatus::Requested),
            _ => None,
        }
    }

    /// Whether objects without a status wait for the task: requests for feedback, open agreements of dialogues.
    #[must_use]
    pub const fn is_without_status(self) -> bool {
        matches!(self, Self::GiveFeedback | Self::CompleteAgreement)
    }

    /// The next task on the way to a final evaluation, given the statuses of plan and evaluation. `None` if the plan
    /// does not cover the period. `late`: the reporting deadline has passed or the person has left, so nobody reports
    /// any more.
    #[must_use]
    pub fn next(plan: Option<PlanStatus>, evaluation: Option<EvaluationStatus>, late: bool) -> Option<Self> {
        let waits_for = |evaluation: EvaluationStatus| {
            let tasks = [Self::ReportRealisation, Self::RateEvaluation, Self::FinaliseEvaluation];
            tasks.into_iter().find(|task| task.evaluations().contains(&evaluation))
        };
        match (plan, evaluation) {
            // The rater no longer waits for a report.
            (_, Some(EvaluationStatus::Open)) if late => Some(Self::RateEvaluation),
            (_, Some(evaluation)) => waits_for(evaluation),
            (None | Some(PlanStatus::Cancelled), None) => Some(Self::CreatePlan),
            (Some(plan), None) => {
                [Self::SubmitPlan, Self::ReviewPlan].into_iter().find(|task| task.plans().contains(&plan))
            }
        }
    }

    /// The last day on which the next task of an assignment is on time. `begins` is the first day of the assignment.
    #[must_use]
    pub fn deadline_of_assignment(self, period: &Period, begins: Date) -> Date {
        match self {
            Self::CreatePlan | Self::SubmitPlan | Self::ReviewPlan => {
                plan::deadline_of_assignment(begins, period)
            }
            Self::SubmitActivities | Self::ReportRealisation => period.report_deadline,
            _ => period.rating_deadline,
        }
    }

    /// The last day on which a task about an evaluation is on time; `None` for a signature, which has no deadline.
    #[must_use]
    pub fn deadline(self, evaluation: &Evaluation, period: &Period) -> Option<Date> {
        match self {
            Self::AcknowledgeEvaluation => evaluation.objection_until,
            Self::SignEvaluation => None,
            task => Some(task.deadline_of_assignment(period, period.starts_on)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator;

    #[test]
    fn all_has_every_task_in_order() {
        assert!(Task::iter().eq(Task::ALL));
        assert!(Task::ALL.is_sorted());
    }

    #[test]
    fn each_unfinished_evaluation_has_one_next_task() {
        for status in EvaluationStatus::iter() {
            for late in [false, true] {
                let next = Task::next(Some(PlanStatus::Approved), Some(status), late);
                assert_eq!(next.is_some(), status.is_unfinished(), "{status} {late}");
            }
        }
        let next = |status, late| Task::next(None, Some(status), late);
        assert_eq!(next(EvaluationStatus::Open, false), Some(Task::ReportRealisation));
        assert_eq!(next(EvaluationStatus::Open, true), Some(Task::RateEvaluation));
        assert_eq!(next(EvaluationStatus::SelfReported, false), Some(Task::RateEvaluation));
        assert_eq!(next(EvaluationStatus::RatedDraft, true), Some(Task::FinaliseEvaluation));
    }

    #[test]
    fn without_an_evaluation_the_plan_comes_next() {
        for (plan, next) in [
            (None, Some(Task::CreatePlan)),
            (Some(PlanStatus::Cancelled), Some(Task::CreatePlan)),
            (Some(PlanStatus::Draft), Some(Task::SubmitPlan)),
            (Some(PlanStatus::Returned), Some(Task::SubmitPlan)),
            (Some(PlanStatus::Submitted), Some(Task::ReviewPlan)),
            // The plan does not cover the period.
            (Some(PlanStatus::Approved), None),
            (Some(PlanStatus::Closed), None),
        ] {
            assert_eq!(Task::next(plan, None, false), next, "{plan:?}");
        }
    }

    #[test]
    fn a_task_about_an_object_waits_in_some_status() {
        for task in Task::ALL {
            let waits = task.plans().len() + task.activities().len() + task.evaluations().len();
            let others = task.objections().is_some()
                || task.trainings().is_some()
                || task.corrections().is_some()
                || task.recommendations().is_some()
                || task.is_without_status();
            assert_eq!(waits > 0 || others, task.action().is_some(), "{task:?}");
            assert_eq!(task.plans().is_empty(), task.revisions().is_empty(), "{task:?}");
        }
    }
}
