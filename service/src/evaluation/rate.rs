//! Lets the rater save a draft of the ratings.

use super::context::{Transition, lock_all, transition};
use crate::{
    batch::{self, Change, InBatches, Row, RowOutcome},
    db::{Command, IdempotencyKey, Tx},
    env::Env,
    error::Result,
};
use domain::{
    action::EvaluationAction, actor::Actor, evaluation::Rating, event::EventKind, id::EvaluationId,
};
use serde::Serialize;

/// A draft of ratings; it replaces the previous draft.
#[derive(Clone, Debug, Serialize)]
pub struct RateEvaluation {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The draft.
    #[serde(flatten)]
    pub rating: Rating,
}

impl Command for RateEvaluation {
    const OPERATION: &'static str = "rateEvaluation";
}

/// Saves the draft.
pub async fn rate_evaluation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: RateEvaluation,
) -> Result<EvaluationId> {
    batch::one(env, actor, key, input).await
}

/// Saves several drafts; returns one outcome for each row, in the same order.
pub async fn rate_evaluations(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    rows: Vec<Row<RateEvaluation>>,
) -> Result<Vec<RowOutcome<EvaluationId>>> {
    batch::each(env, actor, key, rows).await
}

impl Change for RateEvaluation {
    type Id = EvaluationId;

    async fn run(self, tx: Tx) -> Result<EvaluationId> {
        let what = Transition {
            evaluation: self.evaluation,
            expected: self.expected_version,
            action: EvaluationAction::RateEvaluation,
            event: EventKind::EvaluationRated,
            reason: None,
        };
        transition(&tx, what, |evaluation, context, _| evaluation.rate(self.rating, context)).await
    }
}

impl InBatches for RateEvaluation {
    const BATCH: &'static str = "rateEvaluations";
    const OBJECT: &'static str = "evaluationId";

    fn object(&self) -> EvaluationId {
        self.evaluation
    }

    async fn lock(tx: &Tx, rows: &[&Self]) -> Result<()> {
        lock_all(tx, rows.iter().map(|row| row.evaluation), EvaluationAction::RateEvaluation).await
    }
}
