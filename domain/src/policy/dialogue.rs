//! Rights on dialogues: who reads their texts, and who completes an agreement. Who may hold one is in `policy::plan`.

use super::{Allowed, forbidden};
use crate::{
    Key, Refusal,
    action::DialogueAction,
    actor::Actor,
    dialogue::{Agreement, Dialogue, DialogueParty},
};
use strum::IntoEnumIterator;

/// The actor's side in the dialogue; `None` for everyone else. Rights belong to the two people, not to their posts: a
/// later superior, or someone who acts for the superior, was not there.
#[must_use]
pub fn party(actor: &Actor, dialogue: &Dialogue) -> Option<DialogueParty> {
    actor.staff().and_then(|person| dialogue.party(person))
}

/// Whether the actor reads the texts of a dialogue that they can see. Those of counselling are for the two people
/// alone.
#[must_use]
pub fn reads_content(actor: &Actor, dialogue: &Dialogue) -> bool {
    !dialogue.kind.is_confidential() || party(actor, dialogue).is_some()
}

/// Checks whether the actor is one of the two people: nobody else acts on a dialogue.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide(action: DialogueAction, actor: &Actor, dialogue: &Dialogue) -> Result<DialogueParty, Refusal> {
    match action {
        DialogueAction::CompleteAgreement => {
            party(actor, dialogue).ok_or_else(|| forbidden(Key::OnlyDoerOrSuperior))
        }
    }
}

/// Checks whether one of the two people may complete an agreement: the one who has to act on it may, and the superior.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide_completion(by: DialogueParty, agreement: &Agreement) -> Result<(), Refusal> {
    if may_complete(by, agreement) { Ok(()) } else { Err(forbidden(Key::OnlyDoerOrSuperior)) }
}

fn may_complete(by: DialogueParty, agreement: &Agreement) -> bool {
    by == DialogueParty::Superior || by == agreement.doer
}

/// Lists all actions on the dialogue and whether the actor can run them now, on any of its agreements.
#[must_use]
pub fn allowed_actions(actor: &Actor, dialogue: &Dialogue) -> Vec<Allowed> {
    let refusal = |action| {
        let by = decide(action, actor, dialogue)?;
        let mut open = dialogue.open_agreements().peekable();
        if open.peek().is_none() {
            return Err(Refusal::agreement_completed());
        }
        if open.any(|agreement| may_complete(by, agreement)) {
            Ok(())
        } else {
            Err(forbidden(Key::OnlyDoerOrSuperior))
        }
    };
    DialogueAction::iter()
        .map(|action| Allowed {
            action: action.into(),
            refusal: refusal(action).err(),
            who_can: vec![dialogue.staff, dialogue.superior],
        })
        .collect()
}
