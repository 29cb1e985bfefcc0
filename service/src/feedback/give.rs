//! Gives feedback on a plan, or to a person.

use super::{request::to_answer, standing};
use crate::{
    db::{Command, IdempotencyKey, Tx},
    env::{Env, fresh_id},
    error::{Error, Result},
    store,
};
use domain::{
    Key, Refusal,
    action::PlanAction,
    actor::Actor,
    event::EventKind,
    feedback::{Feedback, FeedbackAbout, FeedbackDirection, FeedbackInput, WaitingFeedback, plan_from},
    id::{AgencyId, CriterionId, FeedbackId, FeedbackRequestId, PlanId, StaffId},
    plan::{Plan, PlanStatus},
    policy::{self, Relations},
    staff::StaffStatus,
    time::Date,
};
use serde::Serialize;

/// Feedback to give: either on a plan, by its owner or a superior, or to a person.
#[derive(Clone, Debug, Serialize)]
pub struct GiveFeedback {
    /// The plan that the feedback belongs to; `None` if `staff` is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanId>,
    /// The person that the feedback is about; `None` if `plan` is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    /// The direction; required of authors who may give feedback in several directions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<FeedbackDirection>,
    /// The request that the feedback answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<FeedbackRequestId>,
    /// The feedback.
    #[serde(flatten)]
    pub feedback: FeedbackInput,
}

impl Command for GiveFeedback {
    const OPERATION: &'static str = "giveFeedback";
}

/// Stores feedback from the actor. Returns its id; `None` for a text that waits, because feedback gets its id when it
/// is released.
pub async fn give_feedback(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: GiveFeedback,
) -> Result<Option<FeedbackId>> {
    let author = actor.staff().ok_or(Error::Forbidden)?;
    env.write_once(actor, key, input, move |tx, input| async move {
        match (input.plan, input.staff) {
            (Some(plan), None) => on_plan(&tx, author, plan, input).await,
            (None, Some(recipient)) => to_person(&tx, author, recipient, input).await,
            _ => Err(Refusal::input(["planId"], Key::PlanOrPerson).into()),
        }
    })
    .await
}

/// Gives open feedback on a plan that the actor can see. If the annual result of the plan is final, feedback on the
/// work as a whole or on behaviour is added to the person's next plan.
async fn on_plan(tx: &Tx, author: StaffId, plan: PlanId, input: GiveFeedback) -> Result<Option<FeedbackId>> {
    let source = tx.source();
    store::lock_plans(tx, [plan]).await?;
    let plan = store::plan::find(source, tx.actor(), plan).await?.ok_or(Error::NotFound)?;
    let below = store::assignment::below_actor(source, tx.actor(), [plan.assignment]).await?;
    let relations = Relations::of(tx.actor(), plan.staff, plan.unit, &plan.rater)
        .with_chain(below.contains(&plan.assignment));
    policy::plan::decide(PlanAction::GiveFeedback, &relations)?;
    let own = if relations.owner { FeedbackDirection::Own } else { FeedbackDirection::Superior };
    let direction = policy::feedback::choose(&[own], input.direction)?;
    answer(tx, input.request, plan.staff, false).await?;
    let moves_on = !input.feedback.about.is_of_plan()
        && input.feedback.evaluation.is_none()
        && plan.status != PlanStatus::Cancelled;
    if moves_on {
        let plans = store::feedback::candidates(source, plan.staff).await?;
        if plans.iter().any(|one| one.plan == plan.id && !one.is_open) {
            let next = plan_from(&plans, tx.today());
            return open(tx, (author, direction, plan.staff), next, input.feedback).await;
        }
    }
    give(tx, (author, direction), &plan, input.feedback).await.map(Some)
}

/// Gives feedback to a person. Feedback from colleagues and subordinates waits for its release.
async fn to_person(
    tx: &Tx,
    author: StaffId,
    recipient: StaffId,
    input: GiveFeedback,
) -> Result<Option<FeedbackId>> {
    let (source, agency) = (tx.source(), tx.actor().agency);
    let found = store::staff::by_ids(source, agency, &[recipient]).await?.remove(&recipient);
    let person = found.filter(|person| person.status == StaffStatus::Active).ok_or(Error::NotFound)?;
    if !person.employment_kind.is_appraised() {
        return Err(Refusal::input(["staffId"], Key::NotAppraised).into());
    }
    let mut known = standing::of_people(source, tx.actor(), &[recipient], tx.today()).await?;
    let directions = known.remove(&recipient).unwrap_or_default();
    let direction = policy::feedback::choose(&directions, input.direction)?;
    answer(tx, input.request, recipient, direction.is_confidential()).await?;
    let who = (author, direction, recipient);
    if direction.is_confidential() {
        if let FeedbackAbout::Behaviour(criterion) = input.feedback.about {
            require_criterion(tx, agency, criterion, tx.today()).await?;
        }
        return wait(tx, who, input.feedback).await;
    }
    let plans = store::feedback::candidates(source, recipient).await?;
    open(tx, who, plan_from(&plans, tx.today()), input.feedback).await
}

/// Records that feedback to a person answers a request. If the feedback is in confidence, only its author sees this:
/// for others the request keeps its status, and the text does not name the request.
async fn answer(tx: &Tx, request: Option<FeedbackRequestId>, to: StaffId, hidden: bool) -> Result<()> {
    let Some(request) = request else { return Ok(()) };
    let given = to_answer(tx, request, to).await?.give(hidden)?;
    store::feedback_request::answer(tx, &given).await
}

/// Gives open feedback on a plan of the person. Without a plan, the feedback waits for their next one.
async fn open(
    tx: &Tx,
    (author, direction, recipient): (StaffId, FeedbackDirection, StaffId),
    plan: Option<PlanId>,
    input: FeedbackInput,
) -> Result<Option<FeedbackId>> {
    if let Some(id) = plan {
        store::lock_plans(tx, [id]).await?;
        let plan = store::plan::by_ids_unscoped(tx.source(), [id].into_iter()).await?.remove(&id);
        return give(tx, (author, direction), &plan.ok_or(Error::NotFound)?, input).await.map(Some);
    }
    match input.about {
        FeedbackAbout::Result(_) => Err(Refusal::not_found(["about", "planResultId"]).into()),
        FeedbackAbout::Activity(_) => Err(Refusal::not_found(["about", "activityId"]).into()),
        FeedbackAbout::Behaviour(criterion) => {
            require_criterion(tx, tx.actor().agency, criterion, tx.today()).await?;
            wait(tx, (author, direction, recipient), input).await
        }
        FeedbackAbout::General => wait(tx, (author, direction, recipient), input).await,
    }
}

async fn wait(
    tx: &Tx,
    who: (StaffId, FeedbackDirection, StaffId),
    input: FeedbackInput,
) -> Result<Option<FeedbackId>> {
    let at = (tx.now(), tx.today());
    let waiting = WaitingFeedback::give(fresh_id(), tx.actor().agency, who, input, at)?;
    store::waiting_feedback::add(tx, &waiting).await?;
    Ok(None)
}

async fn give(
    tx: &Tx,
    who: (StaffId, FeedbackDirection),
    plan: &Plan,
    input: FeedbackInput,
) -> Result<FeedbackId> {
    let source = tx.source();
    require_about(tx, plan, input.about).await?;
    if let Some(evaluation_id) = input.evaluation {
        let evaluation = store::evaluation::find(source, tx.actor(), evaluation_id)
            .await?
            .filter(|evaluation| evaluation.plan == plan.id)
            .ok_or_else(|| Refusal::not_found(["evaluationId"]))?;
        // A final evaluation must not change, so feedback can't name it. Feedback that names no evaluation remains
        // possible.
        if evaluation.status.is_final() {
            return Err(Refusal::transition_because(evaluation.status, &[], Key::LockedByEvaluation).into());
        }
    }
    let given = Feedback::give(FeedbackId(fresh_id()), who, input, plan, tx.now())?;
    Ok(tx.create(given, EventKind::FeedbackGiven, None).await?.id)
}

/// Refuses an activity of another plan and an unknown criterion. The domain checks rows of the plan.
pub(super) async fn require_about(tx: &Tx, plan: &Plan, about: FeedbackAbout) -> Result<()> {
    match about {
        FeedbackAbout::Activity(activity) => {
            store::activity::by_ids(tx.source(), tx.actor(), &[activity])
                .await?
                .remove(&activity)
                .filter(|activity| activity.plan == plan.id)
                .ok_or_else(|| Refusal::not_found(["about", "activityId"]))?;
            Ok(())
        }
        FeedbackAbout::Behaviour(criterion) => {
            require_criterion(tx, plan.agency, criterion, plan.ends_on).await
        }
        FeedbackAbout::Result(_) | FeedbackAbout::General => Ok(()),
    }
}

async fn require_criterion(tx: &Tx, agency: AgencyId, criterion: CriterionId, on: Date) -> Result<()> {
    let sets = store::criteria_set::in_force(tx.source(), agency, on).await?;
    if sets.iter().flat_map(|set| &set.criteria).any(|known| known.id == criterion) {
        Ok(())
    } else {
        Err(Refusal::not_found(["about", "criterionId"]).into())
    }
}
