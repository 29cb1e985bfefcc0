//! Makes ratings final, and opens them again.

use super::context::{Change, change};
use crate::{
    db::IdempotencyKey,
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

/// What makes the ratings final.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Finalisation")]
pub struct FinaliseEvaluation {
    pub evaluation: EvaluationId,
    /// The version that the client has seen.
    pub expected_version: i32,
    pub missing_unit_predicate_reason: Option<String>,
    pub gap_reasons: Vec<Gap>,
    /// Left out of the hash of an input that has none, as those of before it was known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year_decision: Option<YearDecision>,
    /// As the decision.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub year_gap_reasons: Vec<YearGap>,
}

/// Makes them final: the predicate follows from the matrix and is frozen with what it came from.
pub async fn finalise_evaluation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: FinaliseEvaluation,
) -> Result<EvaluationId> {
    let what = Change {
        evaluation: input.evaluation,
        expected: input.expected_version,
        action: EvaluationAction::FinaliseEvaluation,
        event: EventKind::EvaluationFinalised,
        reason: None,
    };
    change(env, actor, key, &input.clone(), what, move |evaluation, context, _| {
        let finalisation = Finalisation {
            missing_unit_predicate_reason: input.missing_unit_predicate_reason,
            gap_reasons: input.gap_reasons,
            year_decision: input.year_decision,
            year_gap_reasons: input.year_gap_reasons,
        };
        evaluation.finalise(finalisation, context)
    })
    .await
}

/// What opens final ratings again.
#[derive(Clone, Debug, Serialize)]
pub struct ReopenEvaluation {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// The version that the client has seen.
    pub expected_version: i32,
    /// Why.
    pub reason: String,
}

/// Makes final ratings a draft again.
pub async fn reopen_evaluation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: ReopenEvaluation,
) -> Result<EvaluationId> {
    let what = Change {
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
