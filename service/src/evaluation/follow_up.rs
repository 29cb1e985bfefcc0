//! Steps after an evaluation is final: deliver, acknowledge, sign, close.

use super::context::{Transition, lock_all, transition};
use crate::{
    batch::{self, Change, Row, RowOutcome},
    db::{IdempotencyKey, Tx},
    env::Env,
    error::Result,
};
use domain::{
    Refusal,
    action::EvaluationAction,
    actor::Actor,
    evaluation::{Evaluation, EvaluationContext},
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

/// Delivers the annual result to the ratee. The objection period starts here.
pub async fn deliver_evaluation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: EvaluationVersion,
) -> Result<EvaluationId> {
    batch::one(env, actor, key, Verb::Deliver.of(input)).await
}

/// Acknowledges the annual result.
pub async fn acknowledge_evaluation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: EvaluationVersion,
) -> Result<EvaluationId> {
    batch::one(env, actor, key, Verb::Acknowledge.of(input)).await
}

/// Signs the annual document for the party that the actor belongs to.
pub async fn sign_evaluation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: EvaluationVersion,
) -> Result<EvaluationId> {
    batch::one(env, actor, key, Verb::Sign.of(input)).await
}

/// Closes the evaluation.
pub async fn close_evaluation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: EvaluationVersion,
) -> Result<EvaluationId> {
    batch::one(env, actor, key, Verb::Close.of(input)).await
}

/// Delivers several annual results; returns one outcome for each row, in the same order.
pub async fn deliver_evaluations(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    rows: Vec<Row<EvaluationVersion>>,
) -> Result<Vec<RowOutcome<EvaluationId>>> {
    each(env, actor, key, rows, Verb::Deliver).await
}

/// Signs several annual documents; returns one outcome for each row, in the same order.
pub async fn sign_evaluations(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    rows: Vec<Row<EvaluationVersion>>,
) -> Result<Vec<RowOutcome<EvaluationId>>> {
    each(env, actor, key, rows, Verb::Sign).await
}

/// Closes several evaluations; returns one outcome for each row, in the same order.
pub async fn close_evaluations(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    rows: Vec<Row<EvaluationVersion>>,
) -> Result<Vec<RowOutcome<EvaluationId>>> {
    each(env, actor, key, rows, Verb::Close).await
}

async fn each(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    rows: Vec<Row<EvaluationVersion>>,
    verb: Verb,
) -> Result<Vec<RowOutcome<EvaluationId>>> {
    batch::each(env, actor, key, rows.into_iter().map(|row| row.map(|of| verb.of(of))).collect()).await
}

/// A step that needs nothing but the evaluation.
#[derive(Clone, Copy)]
enum Verb {
    Deliver,
    Acknowledge,
    Sign,
    Close,
}

/// A step of one evaluation.
#[derive(Clone, Copy, Serialize)]
struct Step {
    #[serde(flatten)]
    of: EvaluationVersion,
    /// Left out of the input hash, which has the mutation's name.
    #[serde(skip)]
    verb: Verb,
}

impl Verb {
    const fn of(self, of: EvaluationVersion) -> Step {
        Step { of, verb: self }
    }

    const fn action(self) -> EvaluationAction {
        match self {
            Self::Deliver => EvaluationAction::DeliverEvaluation,
            Self::Acknowledge => EvaluationAction::AcknowledgeEvaluation,
            Self::Sign => EvaluationAction::SignEvaluation,
            Self::Close => EvaluationAction::CloseEvaluation,
        }
    }

    const fn event(self) -> EventKind {
        match self {
            Self::Deliver => EventKind::EvaluationDelivered,
            Self::Acknowledge => EventKind::EvaluationAcknowledged,
            Self::Sign => EventKind::EvaluationSigned,
            Self::Close => EventKind::EvaluationClosed,
        }
    }
}

impl Change for Step {
    type Id = EvaluationId;
    const OBJECT: &'static str = "evaluationId";

    fn object(&self) -> EvaluationId {
        self.of.evaluation
    }

    async fn lock(tx: &Tx, rows: &[&Self]) -> Result<()> {
        let Some(first) = rows.first() else { return Ok(()) };
        lock_all(tx, rows.iter().map(|row| row.of.evaluation), first.verb.action()).await
    }

    async fn run(self, tx: Tx) -> Result<EvaluationId> {
        let what = Transition {
            evaluation: self.of.evaluation,
            expected: self.of.expected_version,
            action: self.verb.action(),
            event: self.verb.event(),
            reason: None,
        };
        transition(&tx, what, |evaluation, context, tx| match self.verb {
            Verb::Deliver => Ok(evaluation.deliver(context)?),
            Verb::Acknowledge => Ok(evaluation.acknowledge(context)?),
            Verb::Sign => sign(evaluation, context, tx),
            Verb::Close => Ok(evaluation.close(context)?),
        })
        .await
    }
}

fn sign(
    evaluation: &Evaluation,
    context: &EvaluationContext<'_>,
    tx: &Tx,
) -> std::result::Result<Evaluation, Vec<Refusal>> {
    let by = tx.actor().staff().ok_or_else(Refusal::forbidden)?;
    let relations = Relations::of(tx.actor(), evaluation.staff, evaluation.unit, &evaluation.rater);
    let party = policy::evaluation::signing_party(evaluation, &relations)
        .or_else(|| policy::evaluation::parties_of(&relations).first().copied())
        .ok_or_else(Refusal::forbidden)?;
    Ok(evaluation.sign(party, by, context)?)
}
