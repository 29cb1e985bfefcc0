//! Replies to feedback.

use crate::{
    db::{Command, IdempotencyKey},
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{Refusal, action::FeedbackAction, actor::Actor, event::EventKind, id::FeedbackId, policy};
use serde::Serialize;

/// A reply to feedback.
#[derive(Clone, Debug, Serialize)]
pub struct ReplyFeedback {
    /// The feedback.
    pub feedback: FeedbackId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The text, 1 to 2,000 characters.
    pub text: String,
}

impl Command for ReplyFeedback {
    const OPERATION: &'static str = "replyFeedback";
}

/// Stores the reply of the person that feedback is about.
pub async fn reply_feedback(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: ReplyFeedback,
) -> Result<FeedbackId> {
    env.write_once(actor, key, input, |tx, input| async move {
        let source = tx.source();
        let found = store::feedback::find(source, input.feedback).await?.ok_or(Error::NotFound)?;
        store::lock_plans(&tx, [found.plan]).await?;
        store::plan::find(source, tx.actor(), found.plan).await?.ok_or(Error::NotFound)?;
        policy::feedback::decide(FeedbackAction::ReplyFeedback, tx.actor(), &found)?;
        if found.version != input.expected_version {
            return Err(Refusal::conflict(found.version).into());
        }
        let replied = found.reply(&input.text, tx.now())?;
        Ok(tx.change(&found, replied, EventKind::FeedbackReplied, None).await?.id)
    })
    .await
}
