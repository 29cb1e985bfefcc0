//! The status of an object of any type.

use super::{
    enums::{SubjectStatus, named},
    journal::UpdateSubject,
    worklist::WorklistSubject,
};

/// Returns the status of the object of an update; none for a type without statuses.
pub fn of_update(subject: &UpdateSubject) -> Option<SubjectStatus> {
    let name = match subject {
        UpdateSubject::Plan(plan) => plan.0.status.to_string(),
        UpdateSubject::Activity(activity) => activity.0.status.to_string(),
        UpdateSubject::Evaluation(evaluation) => evaluation.0.status.to_string(),
        UpdateSubject::Objection(objection) => objection.0.status.to_string(),
        UpdateSubject::Training(training) => training.0.status.to_string(),
        UpdateSubject::Correction(correction) => correction.0.status.to_string(),
        UpdateSubject::Staff(person) => person.0.status.to_string(),
        UpdateSubject::Period(period) => period.0.status.to_string(),
        UpdateSubject::Feedback(_)
        | UpdateSubject::Dialogue(_)
        | UpdateSubject::Assignment(_)
        | UpdateSubject::OrgUnit(_)
        | UpdateSubject::CriteriaSet(_) => return None,
    };
    named(&name)
}

/// Returns the status of the object of a pending task.
pub fn of_task(subject: &WorklistSubject) -> Option<SubjectStatus> {
    let name = match subject {
        WorklistSubject::Period(period) => period.0.status.to_string(),
        WorklistSubject::Plan(plan) => plan.0.status.to_string(),
        WorklistSubject::Evaluation(evaluation) => evaluation.0.status.to_string(),
        WorklistSubject::Objection(objection) => objection.0.status.to_string(),
        WorklistSubject::Recommendation(made) => made.0.status.to_string(),
        WorklistSubject::Training(training) => training.0.status.to_string(),
        WorklistSubject::Correction(correction) => correction.0.status.to_string(),
        WorklistSubject::ActivityGroup(_)
        | WorklistSubject::Dialogue(_)
        | WorklistSubject::FeedbackRequest(_)
        | WorklistSubject::RosterProblem(_) => return None,
    };
    named(&name)
}
