//! Rights on dialogues: who reads what was said, who completes an agreement. Who may hold one is in `policy::plan`.

use super::{Allowed, forbidden};
use crate::{
    Key, Refusal,
    action::DialogueAction,
    actor::Actor,
    dialogue::{Agreement, Dialogue, DialogueParty},
};
use strum::IntoEnumIterator;

/// Which of the two people of the dialogue the actor is, if any. Rights follow the person, not their post: who acts for the
/// superior later, or succeeds them, was not there.
#[must_use]
pub fn party(actor: &Actor, dialogue: &Dialogue) -> Option<DialogueParty> {
    actor.staff().and_then(|person| dialogue.party(person))
}

/// Whether the actor reads what was said and agreed in a dialogue that they can see: counselling is for the two people alone.
#[must_use]
pub fn reads_content(actor: &Actor, dialogue: &Dialogue) -> bool {
    !dialogue.kind.is_confidential() || party(actor, dialogue).is_some()
}

/// Checks whether the actor is one of the two people, who alone act on a dialogue.
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

/// Checks whether one of the two may complete an agreement: who has to act on it, and the superior.
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
