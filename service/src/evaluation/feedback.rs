//! Feedback from superiors on a result row, an activity or a behaviour value.

use crate::{
    access::Read,
    db::{Command, IdempotencyKey},
    env::{Env, fresh_id},
    error::{Error, Result},
    store,
};
use domain::{
    Key, Refusal,
    action::PlanAction,
    actor::Actor,
    event::EventKind,
    feedback::{Feedback, FeedbackAbout, FeedbackInput},
    id::{FeedbackId, PlanId},
    policy::{self, Relations},
};
use serde::Serialize;
use std::collections::HashMap;

/// Feedback to give.
#[derive(Clone, Debug, Serialize)]
pub struct GiveFeedback {
    /// The ratee's plan.
    pub plan: PlanId,
    /// The feedback.
    #[serde(flatten)]
    pub feedback: FeedbackInput,
}

impl Command for GiveFeedback {
    const OPERATION: &'static str = "giveFeedback";
}

/// Stores feedback from the actor.
pub async fn give_feedback(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: GiveFeedback,
) -> Result<FeedbackId> {
    let author = actor.staff().ok_or(Error::Forbidden)?;
    env.write_once(actor, key, input, move |tx, input| async move {
        let source = tx.source();
        store::lock_plans(&tx, [input.plan]).await?;
        let plan = store::plan::find(source, tx.actor(), input.plan).await?.ok_or(Error::NotFound)?;
        let below = store::assignment::below_actor(source, tx.actor(), [plan.assignment]).await?;
        let relations = Relations::of(tx.actor(), plan.staff, plan.unit, &plan.rater)
            .with_chain(below.contains(&plan.assignment));
        policy::plan::decide(PlanAction::GiveFeedback, &relations)?;
        match input.feedback.about {
            FeedbackAbout::Activity(activity) => {
                store::activity::by_ids(source, tx.actor(), &[activity])
                    .await?
                    .remove(&activity)
                    .filter(|activity| activity.plan == plan.id)
                    .ok_or_else(|| Refusal::not_found(["about", "activityId"]))?;
            }
            FeedbackAbout::Behaviour(criterion) => {
                let sets = store::criteria_set::in_force(source, plan.agency, plan.ends_on).await?;
                if !sets.iter().flat_map(|set| &set.criteria).any(|known| known.id == criterion) {
                    return Err(Refusal::not_found(["about", "criterionId"]).into());
                }
            }
            FeedbackAbout::Result(_) => {}
        }
        if let Some(evaluation_id) = input.feedback.evaluation {
            let evaluation = store::evaluation::find(source, tx.actor(), evaluation_id)
                .await?
                .filter(|evaluation| evaluation.plan == plan.id)
                .ok_or_else(|| Refusal::not_found(["evaluationId"]))?;
            // A final evaluation must not change. Feedback that names no evaluation remains possible.
            if evaluation.status.is_final() {
                return Err(
                    Refusal::transition_because(evaluation.status, &[], Key::LockedByEvaluation).into()
                );
            }
        }
        let given = Feedback::give(FeedbackId(fresh_id()), author, input.feedback, &plan, tx.now())?;
        Ok(tx.create(given, EventKind::FeedbackGiven, None).await?.id)
    })
    .await
}

/// Loads feedback by id, if its plan is visible to the actor.
pub async fn feedback_by_id(env: &Env, actor: &Actor, id: FeedbackId) -> Result<Option<Feedback>> {
    let source = env.db.source();
    let Some(found) = store::feedback::find(source, id).await? else { return Ok(None) };
    let plan = store::plan::find(source, actor, found.plan).await?;
    Ok(plan.map(|_| found))
}

/// Records in the access log that the actor reads this feedback, unless it is theirs: to them, or by them.
pub fn record_feedback_read(env: &Env, actor: &Actor, feedback: &Feedback) {
    if !actor.is(feedback.author) {
        env.access().read(env, actor, Read::Feedback(feedback.id), feedback.recipient);
    }
}

/// Loads the feedback on these plans, oldest first. The caller has checked that the actor can see the plans.
pub async fn feedback_of_plans(env: &Env, plans: &[PlanId]) -> Result<HashMap<PlanId, Vec<Feedback>>> {
    store::feedback::of_plans(env.db.source(), plans).await
}
