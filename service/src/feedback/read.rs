//! Reads feedback.

use crate::{access::Read, env::Env, error::Result, store};
use domain::{
    actor::Actor,
    feedback::{Feedback, WaitingFeedback},
    id::{FeedbackId, PlanId, StaffId},
    policy::{self, Allowed, Relations},
};
use std::collections::{BTreeSet, HashMap};

/// Loads feedback by id, if its plan is visible to the actor.
pub async fn feedback_by_id(env: &Env, actor: &Actor, id: FeedbackId) -> Result<Option<Feedback>> {
    let source = env.db.source();
    let Some(found) = store::feedback::find(source, id).await? else { return Ok(None) };
    let plan = store::plan::find(source, actor, found.plan).await?;
    Ok(plan.map(|_| found))
}

/// Records in the access log that the actor reads this feedback, unless the actor is its author or its recipient.
pub fn record_feedback_read(env: &Env, actor: &Actor, feedback: &Feedback) {
    if !feedback.author.is_some_and(|author| actor.is(author)) {
        env.access().read(env, actor, Read::Feedback(feedback.id), feedback.recipient);
    }
}

/// Loads the feedback on these plans, oldest first. The caller has checked that the actor can see the plans.
pub async fn feedback_of_plans(env: &Env, plans: &[PlanId]) -> Result<HashMap<PlanId, Vec<Feedback>>> {
    store::feedback::of_plans(env.db.source(), plans).await
}

/// Finds who wrote feedback in confidence, for the rater of its plan. For everyone else, including the person that it
/// is about, the feedback has no author.
pub async fn authors(env: &Env, actor: &Actor, ids: &[FeedbackId]) -> Result<HashMap<FeedbackId, StaffId>> {
    let source = env.db.source();
    let found = store::feedback::by_ids_unscoped(source, ids).await?;
    let plans: BTreeSet<PlanId> = found.iter().map(|feedback| feedback.plan).collect();
    let plans = store::plan::by_ids(source, actor, &plans.into_iter().collect::<Vec<_>>()).await?;
    let may_know = |feedback: &&Feedback| {
        plans.get(&feedback.plan).is_some_and(|plan| {
            let relations = Relations::of(actor, plan.staff, plan.unit, &plan.rater);
            policy::feedback::sees_author(&relations)
        })
    };
    let known: Vec<FeedbackId> = found.iter().filter(may_know).map(|feedback| feedback.id).collect();
    if known.is_empty() {
        return Ok(HashMap::new());
    }
    store::feedback::authors(source, &known).await
}

/// Loads the waiting texts of the actor, the newest first. No one else can read them.
pub async fn waiting_feedback(env: &Env, actor: &Actor) -> Result<Vec<WaitingFeedback>> {
    match actor.staff() {
        Some(me) => store::waiting_feedback::by_author(env.db.source(), actor.agency, me).await,
        None => Ok(Vec::new()),
    }
}

/// Lists what the actor can do to feedback.
#[must_use]
pub fn feedback_actions(actor: &Actor, feedback: &Feedback) -> Vec<Allowed> {
    policy::feedback::allowed_actions(actor, feedback)
}
