//! Steps after an evaluation is final: deliver, acknowledge, sign, close.

use super::context::{Transition, lock_all, transition};
use crate::{
    batch::{self, Change, InBatches, Row, RowOutcome},
    db::{Command, IdempotencyKey, Tx},
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
    time::Date,
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

/// Declares steps whose only input is the evaluation, each with its command, mutation, event and domain method. The
/// variant of the action has the same name as the command.
macro_rules! steps {
    ($($(#[$doc:meta])* $Step:ident = $operation:literal, $event:ident, $method:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Serialize)]
        #[serde(transparent)]
        pub struct $Step(pub EvaluationVersion);

        impl Command for $Step {
            const OPERATION: &'static str = $operation;
        }

        impl Change for $Step {
            type Id = EvaluationId;

            async fn run(self, tx: Tx) -> Result<EvaluationId> {
                let what = Transition {
                    evaluation: self.0.evaluation,
                    expected: self.0.expected_version,
                    action: EvaluationAction::$Step,
                    event: EventKind::$event,
                    reason: None,
                };
                transition(&tx, what, $method).await
            }
        }
    )*};
}

steps! {
    /// An annual result to acknowledge.
    AcknowledgeEvaluation = "acknowledgeEvaluation", EvaluationAcknowledged,
        |one, context, _| Ok(one.acknowledge(context)?);
    /// An annual document to sign.
    SignEvaluation = "signEvaluation", EvaluationSigned, sign;
    /// An evaluation to close.
    CloseEvaluation = "closeEvaluation", EvaluationClosed, |one, context, _| Ok(one.close(context)?);
}

/// An annual result to deliver.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct DeliverEvaluation {
    /// The evaluation.
    #[serde(flatten)]
    pub version: EvaluationVersion,
    /// The day on which a person who can't log in got the result on paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handed_over: Option<Date>,
}

impl Command for DeliverEvaluation {
    const OPERATION: &'static str = "deliverEvaluation";
}

impl Change for DeliverEvaluation {
    type Id = EvaluationId;

    async fn run(self, tx: Tx) -> Result<EvaluationId> {
        let what = Transition {
            evaluation: self.version.evaluation,
            expected: self.version.expected_version,
            action: EvaluationAction::DeliverEvaluation,
            event: EventKind::EvaluationDelivered,
            reason: None,
        };
        transition(&tx, what, |one, context, _| {
            let context = EvaluationContext { handed_over: self.handed_over, ..context.clone() };
            Ok(one.deliver(&context)?)
        })
        .await
    }
}

impl InBatches for DeliverEvaluation {
    const BATCH: &'static str = "deliverEvaluations";
    const OBJECT: &'static str = "evaluationId";

    fn object(&self) -> EvaluationId {
        self.version.evaluation
    }

    async fn lock(tx: &Tx, rows: &[&Self]) -> Result<()> {
        let ids = rows.iter().map(|row| row.version.evaluation);
        lock_all(tx, ids, EvaluationAction::DeliverEvaluation).await
    }
}

macro_rules! in_batches {
    ($($Step:ident = $batch:literal;)*) => {$(
        impl InBatches for $Step {
            const BATCH: &'static str = $batch;
            const OBJECT: &'static str = "evaluationId";

            fn object(&self) -> EvaluationId {
                self.0.evaluation
            }

            async fn lock(tx: &Tx, rows: &[&Self]) -> Result<()> {
                lock_all(tx, rows.iter().map(|row| row.0.evaluation), EvaluationAction::$Step).await
            }
        }
    )*};
}

in_batches! {
    SignEvaluation = "signEvaluations";
    CloseEvaluation = "closeEvaluations";
}

/// Delivers the annual result to the ratee. The objection period starts here.
pub async fn deliver_evaluation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: DeliverEvaluation,
) -> Result<EvaluationId> {
    batch::one(env, actor, key, input).await
}

/// Acknowledges the annual result.
pub async fn acknowledge_evaluation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: AcknowledgeEvaluation,
) -> Result<EvaluationId> {
    batch::one(env, actor, key, input).await
}

/// Signs the annual document for the party that the actor belongs to.
pub async fn sign_evaluation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: SignEvaluation,
) -> Result<EvaluationId> {
    batch::one(env, actor, key, input).await
}

/// Closes the evaluation.
pub async fn close_evaluation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: CloseEvaluation,
) -> Result<EvaluationId> {
    batch::one(env, actor, key, input).await
}

/// Delivers several annual results; returns one outcome for each row, in the same order.
pub async fn deliver_evaluations(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    rows: Vec<Row<DeliverEvaluation>>,
) -> Result<Vec<RowOutcome<EvaluationId>>> {
    batch::each(env, actor, key, rows).await
}

/// Signs several annual documents; returns one outcome for each row, in the same order.
pub async fn sign_evaluations(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    rows: Vec<Row<SignEvaluation>>,
) -> Result<Vec<RowOutcome<EvaluationId>>> {
    batch::each(env, actor, key, rows).await
}

/// Closes several evaluations; returns one outcome for each row, in the same order.
pub async fn close_evaluations(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    rows: Vec<Row<CloseEvaluation>>,
) -> Result<Vec<RowOutcome<EvaluationId>>> {
    batch::each(env, actor, key, rows).await
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
