//! Records a dialogue that the rater of a plan held with its owner.

use crate::{
    db::{Command, IdempotencyKey},
    env::{Env, fresh_id},
    error::{Error, Result},
    store,
};
use domain::{
    action::PlanAction,
    actor::Actor,
    dialogue::{Dialogue, DialogueInput},
    event::EventKind,
    id::{DialogueId, PlanId},
    policy::{self, Relations},
};
use serde::Serialize;

/// A dialogue to record.
#[derive(Clone, Debug, Serialize)]
pub struct HoldDialogue {
    /// The plan of the employee.
    pub plan: PlanId,
    /// The dialogue.
    #[serde(flatten)]
    pub dialogue: DialogueInput,
}

impl Command for HoldDialogue {
    const OPERATION: &'static str = "holdDialogue";
}

/// Records a dialogue. For the rater of the plan, and for people who act for the rater. The dialogue belongs to the
/// person who records it, even if the rater changes.
pub async fn hold_dialogue(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: HoldDialogue,
) -> Result<DialogueId> {
    env.write_once(actor, key, input, |tx, input| async move {
        store::lock_plans(&tx, [input.plan]).await?;
        let plan = store::plan::find(tx.source(), tx.actor(), input.plan).await?.ok_or(Error::NotFound)?;
        let relations = Relations::of(tx.actor(), plan.staff, plan.unit, &plan.rater);
        policy::plan::decide(PlanAction::HoldDialogue, &relations)?;
        let superior = tx.actor().staff().ok_or(Error::Forbidden)?;
        let at = (tx.now(), tx.today());
        let held = Dialogue::hold(DialogueId(fresh_id()), superior, input.dialogue, &plan, at)?;
        Ok(tx.create(held, EventKind::DialogueHeld, None).await?.id)
    })
    .await
}
