//! Makes ratings final, and reopens them.

use super::context::{Transition, change, lock_all, transition};
use crate::{
    batch::{self, Change, Row, RowOutcome},
    db::{IdempotencyKey, Tx},
    env::Env,
    error::{Error, Result},
};
use domain::{
    action::EvaluationAction,
    actor::Actor,
    evaluation::{Finalisation, Gap, YearGap},
    event::EventKind,
    id::EvaluationId,
    scoring::YearDecision,
};
use serde::Serialize;

/// Input for making ratings final.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Finalisation")]
pub struct FinaliseEvaluation {
    pub evaluation: EvaluationId,
    /// The version that the client read.
    pub expected_version: i32,
    pub missing_unit_predicate_reason: Option<String>,
    pub gap_reasons: Vec<Gap>,
    /// Left out of the input hash when absent, so that inputs from before this field existed keep their hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year_decision: Option<YearDecision>,
    /// Left out of the input hash when empty, like `year_decision`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub year_gap_reasons: Vec<YearGap>,
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
    const OBJECT: &'static str = "evaluationId";

    fn object(&self) -> EvaluationId {
        self.evaluation
    }

    async fn lock(tx: &Tx, rows: &[&Self]) -> Result<()> {
        lock_all(tx, rows.iter().map(|row| row.evaluation), EvaluationAction::FinaliseEvaluation).await
    }

    async fn run(self, tx: Tx) -> Result<EvaluationId> {
        let what = Transition {
            evaluation: self.evaluation,
            expected: self.expected_version,
            action: EvaluationAction::FinaliseEvaluation,
            event: EventKind::EvaluationFinalised,
            reason: None,
        };
        let finalisation = Finalisation {
            missing_unit_predicate_reason: self.missing_unit_predicate_reason,
            gap_reasons: self.gap_reasons,
            year_decision: self.year_decision,
            year_gap_reasons: self.year_gap_reasons,
        };
        transition(&tx, what, |evaluation, context, _| evaluation.finalise(finalisation, context)).await
    }
}

/// Input for reopening final ratings.
#[derive(Clone, Debug, Serialize)]
pub struct ReopenEvaluation {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// The version that the client read.
    pub expected_version: i32,
    /// Why.
    pub reason: String,
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
    change(env, actor, key, &input.clone(), what, move |evaluation, context, _| {
        Ok(evaluation.reopen(&input.reason, by, context)?)
    })
    .await
}
