//! Reads dialogues.

use crate::{access::Read, env::Env, error::Result, store};
use domain::{
    actor::Actor,
    dialogue::Dialogue,
    id::{DialogueId, PlanId},
    policy::{self, Allowed},
};
use std::collections::HashMap;

/// Loads the dialogues with these ids that are visible to the actor. [`reads_content`] decides whether the actor may
/// also read the text and the agreements.
pub async fn by_ids(env: &Env, actor: &Actor, ids: &[DialogueId]) -> Result<HashMap<DialogueId, Dialogue>> {
    store::dialogue::by_ids(env.db.source(), actor, ids).await
}

/// Loads the dialogues on these plans, in the order of their days. The caller has checked that the actor can see the
/// plans.
pub async fn of_plans(env: &Env, plans: &[PlanId]) -> Result<HashMap<PlanId, Vec<Dialogue>>> {
    store::dialogue::of_plans(env.db.source(), plans).await
}

/// Whether the actor may read the text and the agreements of a dialogue. If so, records this read in the access log,
/// unless the actor is one of the two participants.
#[must_use]
pub fn reads_content(env: &Env, actor: &Actor, dialogue: &Dialogue) -> bool {
    let reads = policy::dialogue::reads_content(actor, dialogue);
    if reads && policy::dialogue::party(actor, dialogue).is_none() {
        env.access().read(env, actor, Read::Dialogue(dialogue.id), dialogue.staff);
    }
    reads
}

/// An image of a dialogue, without the text and the agreements if the actor may not read them.
pub(crate) fn redacted(env: &Env, actor: &Actor, image: String) -> Result<String> {
    let dialogue: Dialogue = serde_json::from_str(&image)?;
    if reads_content(env, actor, &dialogue) {
        Ok(image)
    } else {
        Ok(serde_json::to_string(&dialogue.without_content())?)
    }
}

/// Lists what the actor can do to a dialogue.
#[must_use]
pub fn actions(actor: &Actor, dialogue: &Dialogue) -> Vec<Allowed> {
    policy::dialogue::allowed_actions(actor, dialogue)
}
