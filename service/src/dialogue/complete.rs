//! Completes an agreement of a dialogue.

use crate::{
    db::{Command, IdempotencyKey},
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{Refusal, action::DialogueAction, actor::Actor, event::EventKind, id::DialogueId, policy};
use serde::Serialize;

/// An agreement to complete.
#[derive(Clone, Debug, Serialize)]
pub struct CompleteAgreement {
    /// The dialogue.
    pub dialogue: DialogueId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The number of the agreement, from 1.
    pub number: i32,
    /// What was done, 1 to 2,000 characters.
    pub note: Option<String>,
}

impl Command for CompleteAgreement {
    const OPERATION: &'static str = "completeAgreement";
}

/// Completes an agreement. For the person who has to act on it, and for the superior who held the dialogue. The journal
/// entry has the note only in its image, which is redacted for others, and not as its reason.
pub async fn complete_agreement(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: CompleteAgreement,
) -> Result<DialogueId> {
    env.write_once(actor, key, input, |tx, input| async move {
        let found = store::dialogue::by_ids(tx.source(), tx.actor(), &[input.dialogue]).await?;
        let before = found.into_values().next().ok_or(Error::NotFound)?;
        let by = policy::dialogue::decide(DialogueAction::CompleteAgreement, tx.actor(), &before)?;
        policy::dialogue::decide_completion(by, before.agreement(input.number)?)?;
        if before.version != input.expected_version {
            return Err(Refusal::conflict(before.version).into());
        }
        let person = tx.actor().staff().ok_or(Error::Forbidden)?;
        let after = before.complete_agreement(input.number, person, input.note.as_deref(), tx.now())?;
        Ok(tx.change(&before, after, EventKind::AgreementCompleted, None).await?.id)
    })
    .await
}
