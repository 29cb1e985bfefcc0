//! Steps after an evaluation is final: deliver, acknowledge, sign, close.

use super::context::{Change, change};
use crate::{
    db::IdempotencyKey,
    env::Env,
    error::{Error, Result},
};
use domain::{
    action::EvaluationAction,
    actor::Actor,
    event::EventKind,
    id::EvaluationId,
    policy::{self, Relations},
};
use serde::Serialize;

/// An evaluation and the version that the client read.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct EvaluationVersion {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// The version.
    pub expected_version: i32,
}

impl EvaluationVersion {
    const fn change(self, action: EvaluationAction, event: EventKind) -> Change {
        Change { evaluation: self.evaluation, expected: self.expected_version, action, event, reason: None }
    }
}

/// Delivers the annual result to the ratee. The objection period starts here.
pub async fn deliver_evaluation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: EvaluationVersion,
) -> Result<EvaluationId> {
    let what = input.change(EvaluationAction::DeliverEvaluation, EventKind::EvaluationDelivered);
    change(env, actor, key, &input, what, |evaluation, context, _| Ok(evaluation.deliver(context)?)).await
}

/// Acknowledges the annual result.
pub async fn acknowledge_evaluation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: EvaluationVersion,
) -> Result<EvaluationId> {
    let what = input.change(EvaluationAction::AcknowledgeEvaluation, EventKind::EvaluationAcknowledged);
    change(env, actor, key, &input, what, |evaluation, context, _| Ok(evaluation.acknowledge(context)?)).await
}

/// Signs the annual document for the party that the actor belongs to.
pub async fn sign_evaluation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: EvaluationVersion,
) -> Result<EvaluationId> {
    let what = input.change(EvaluationAction::SignEvaluation, EventKind::EvaluationSigned);
    let by = actor.staff().ok_or(Error::Forbidden)?;
    change(env, actor, key, &input, what, move |evaluation, context, tx| {
        let relations = Relations::of(tx.actor(), evaluation.staff, evaluation.unit, &evaluation.rater);
        let party = policy::evaluation::signing_party(evaluation, &relations)
            .or_else(|| policy::evaluation::parties_of(&relations).first().copied())
            .ok_or_else(|| vec![domain::Refusal::forbidden()])?;
        Ok(evaluation.sign(party, by, context)?)
    })
    .await
}

/// Closes the evaluation.
pub async fn close_evaluation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: EvaluationVersion,
) -> Result<EvaluationId> {
    let what = input.change(EvaluationAction::CloseEvaluation, EventKind::EvaluationClosed);
    change(env, actor, key, &input, what, |evaluation, context, _| Ok(evaluation.close(context)?)).await
}
