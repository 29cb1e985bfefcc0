//! Requests for feedback: the owner of a plan or the rater makes them, and the person who was asked can decline. The
//! module `give` answers them.

use super::{give::require_about, standing};
use crate::{
    db::{Command, IdempotencyKey, Tx},
    env::{Env, fresh_id},
    error::{Error, Result},
    store,
};
use domain::{
    Refusal,
    action::{PlanAction, RequestAction},
    actor::{Actor, Identity},
    feedback::{FeedbackDirection, FeedbackRequest, RequestFacts, RequestInput},
    id::{FeedbackRequestId, PlanId, StaffId},
    plan::Plan,
    policy::{self, Allowed, Relations},
    staff::StaffStatus,
};
use serde::Serialize;
use std::collections::HashMap;

/// A request to make.
#[derive(Clone, Debug, Serialize)]
pub struct RequestFeedback {
    /// The plan of the person that the requested feedback is about.
    pub plan: PlanId,
    /// The request.
    #[serde(flatten)]
    pub request: RequestInput,
}

impl Command for RequestFeedback {
    const OPERATION: &'static str = "requestFeedback";
}

/// Requests feedback from a person. For the owner of the plan and its rater.
pub async fn request_feedback(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: RequestFeedback,
) -> Result<FeedbackRequestId> {
    env.write_once(actor, key, input, |tx, RequestFeedback { plan, request: input }| async move {
        let source = tx.source();
        store::lock_plans(&tx, [plan]).await?;
        let plan = store::plan::find(source, tx.actor(), plan).await?.ok_or(Error::NotFound)?;
        let relations = Relations::of(tx.actor(), plan.staff, plan.unit, &plan.rater);
        policy::plan::decide(PlanAction::RequestFeedback, &relations)?;
        let from = tx.actor().staff().ok_or(Error::Forbidden)?;
        let people = store::staff::by_ids(source, plan.agency, &[input.to]).await?;
        if people.get(&input.to).is_none_or(|person| person.status != StaffStatus::Active) {
            return Err(Refusal::not_found(["toId"]).into());
        }
        require_about(&tx, &plan, input.about).await?;
        let directions = directions_of(&tx, input.to, &plan).await?;
        let earlier = store::feedback_request::between(source, (from, input.to, plan.id)).await?;
        let facts = RequestFacts {
            plan: &plan,
            directions: &directions,
            earlier: &earlier,
            at: tx.now(),
            today: tx.today(),
        };
        let id = FeedbackRequestId(fresh_id());
        let request = FeedbackRequest::request(id, from, input, &facts)?;
        store::feedback_request::add(&tx, &request).await?;
        Ok(request.id)
    })
    .await
}

/// Finds the directions in which a person may give feedback to the owner of a plan through their own posts. Leaves out
/// powers from acting for others: a colleague who also acts as a superior answers as a colleague, in confidence. The
/// recorded rater of the plan counts as a superior.
async fn directions_of(tx: &Tx, to: StaffId, plan: &Plan) -> Result<Vec<FeedbackDirection>> {
    let asked = Actor { identity: Identity::Staff(to), ..Actor::system(plan.agency) };
    let found = standing::of_people(tx.source(), &asked, &[plan.staff], tx.today()).await?;
    let mut directions = found.into_values().next().unwrap_or_default();
    if directions.is_empty() && to == plan.rater.staff && to != plan.staff {
        directions.push(FeedbackDirection::Superior);
    }
    Ok(directions)
}

/// A request to decline.
#[derive(Clone, Debug, Serialize)]
pub struct DeclineFeedback {
    /// The request.
    pub request: FeedbackRequestId,
    /// Why, 1 to 2,000 characters.
    pub reason: Option<String>,
}

impl Command for DeclineFeedback {
    const OPERATION: &'static str = "declineFeedback";
}

/// Declines a request. For the person who was asked. If the feedback would be in confidence, no one else sees that it
/// was declined.
pub async fn decline_feedback(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: DeclineFeedback,
) -> Result<FeedbackRequestId> {
    env.write_once(actor, key, input, |tx, input| async move {
        let found = find(&tx, input.request).await?.ok_or(Error::NotFound)?;
        policy::feedback::decide_answer(RequestAction::DeclineFeedback, tx.actor(), &found)?;
        let standing = standing::of_people(tx.source(), tx.actor(), &[found.staff], tx.today()).await?;
        let hidden = standing.values().flatten().any(|direction| direction.is_confidential());
        let declined = found.decline(input.reason.as_deref(), hidden)?;
        store::feedback_request::answer(&tx, &declined).await?;
        Ok(declined.id)
    })
    .await
}

/// Finds the request that feedback to a person answers.
///
/// # Errors
/// `NOT_FOUND` at `feedbackRequestId` unless it asked the actor for feedback about this person; `INVALID_TRANSITION` if
/// it is answered.
pub(super) async fn to_answer(
    tx: &Tx,
    request: FeedbackRequestId,
    recipient: StaffId,
) -> Result<FeedbackRequest> {
    let found = find(tx, request).await?.filter(|one| tx.actor().is(one.to) && one.staff == recipient);
    let found = found.ok_or_else(|| Refusal::not_found(["feedbackRequestId"]))?;
    found.must_be_unanswered()?;
    Ok(found)
}

async fn find(tx: &Tx, id: FeedbackRequestId) -> Result<Option<FeedbackRequest>> {
    Ok(store::feedback_request::by_ids(tx.source(), tx.actor(), &[id]).await?.remove(&id))
}

/// Loads the requests with these ids that the actor made or received.
pub async fn requests_by_ids(
    env: &Env,
    actor: &Actor,
    ids: &[FeedbackRequestId],
) -> Result<HashMap<FeedbackRequestId, FeedbackRequest>> {
    store::feedback_request::by_ids(env.db.source(), actor, ids).await
}

/// Loads the requests that the actor made or received, the newest first.
pub async fn requests(env: &Env, actor: &Actor) -> Result<Vec<FeedbackRequest>> {
    store::feedback_request::of_actor(env.db.source(), actor).await
}

/// Lists what the actor can do to a request.
#[must_use]
pub fn request_actions(actor: &Actor, request: &FeedbackRequest) -> Vec<Allowed> {
    policy::feedback::request_actions(actor, request)
}
