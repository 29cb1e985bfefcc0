//! Makes ratings final, and reopens them.

use super::context::{Transition, change, lock_all, transition};
use crate::{
    batch::{self, Change, InBatches, Row, RowOutcome},
    db::{Command, IdempotencyKey, Tx},
    env::Env,
    error::{Error, Result},
};
use domain::{
    action::EvaluationAction, actor::Actor, evaluation::Finalisation, event::EventKind, id::EvaluationId,
};
use serde::Serialize;

/// Input for making ratings final.
#[derive(Clone, Debug, Serialize)]
pub struct FinaliseEvaluation {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The reasons and decisions.
    #[serde(flatten)]
    pub finalisation: Finalisation,
}

impl Command for FinaliseEvaluation {
    const OPERATION: &'static str = "finaliseEvaluation";
}

/// Makes the ratings final: computes the predicate and stores it with its inputs.
pub async fn finalise_evaluation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: FinaliseEvaluation,
) -> Result<EvaluationId> {
    batch::one(env, actor, key, input).await
}

/// Makes the ratings of several evaluations final; returns one outcome for each row, in the same order.
pub async fn finalise_evaluations(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    rows: Vec<Row<FinaliseEvaluation>>,
) -> Result<Vec<RowOutcome<EvaluationId>>> {
    batch::each(env, actor, key, rows).await
}

impl Change for FinaliseEvaluation {
    type Id = EvaluationId;

    async fn run(self, tx: Tx) -> Result<EvaluationId> {
        let what = Transition {
            evaluation: self.evaluation,
            expected: self.expected_version,
            action: EvaluationAction::FinaliseEvaluation,
            event: EventKind::EvaluationFinalised,
            reason: None,
        };
        transition(&tx, what, |evaluation, context, _| evaluation.finalise(self.finalisation, context)).await
    }
}

impl InBatches for FinaliseEvaluation {
    const BATCH: &'static str = "finaliseEvaluations";
    const OBJECT: &'static str = "evaluationId";

    fn object(&self) -> EvaluationId {
        self.evaluation
    }

    async fn lock(tx: &Tx, rows: &[&Self]) -> Result<()> {
        lock_all(tx, rows.iter().map(|row| row.evaluation), EvaluationAction::FinaliseEvaluation).await
    }
}

/// Input for reopening final ratings.
#[derive(Clone, Debug, Serialize)]
pub struct ReopenEvaluation {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// The version that the client read.
    pub expected_version: i32,
    /// Why the ratings are reopened.
    pub reason: String,
}

impl Command for ReopenEvaluation {
    const OPERATION: &'static str = "reopenEvaluation";
}

/// Turns final ratings back into a draft.
pub async fn reopen_evaluation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: ReopenEvaluation,
) -> Result<EvaluationId> {
    let what = Transition {
        evaluation: input.evaluation,
        expected: input.expected_version,
        action: EvaluationAction::ReopenEvaluation,
        event: EventKind::EvaluationReopened,
        reason: Some(input.reason.clone()),
    };
    let by = actor.staff().ok_or(Error::Forbidden)?;
    change(env, actor, key, input, what, move |evaluation, input, context, _| {
        Ok(evaluation.reopen(&input.reason, by, context)?)
    })
    .await
}
