//! Lets the rater save a draft of the ratings.

use super::context::{Transition, lock_all, transition};
use crate::{
    batch::{self, Change, Row, RowOutcome},
    db::{IdempotencyKey, Tx},
    env::Env,
    error::Result,
};
use domain::{
    action::EvaluationAction,
    actor::Actor,
    evaluation::{Expectation, Rating, RowRating, Scores, ValueRating},
    event::EventKind,
    id::EvaluationId,
    scoring::RecognisedTraining,
};
use serde::Serialize;

/// A draft of ratings; it replaces the previous draft.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Rating")]
pub struct RateEvaluation {
    pub evaluation: EvaluationId,
    /// The version that the client read.
    pub expected_version: i32,
    pub result_rating: Option<Expectation>,
    pub behaviour_rating: Option<Expectation>,
    pub result_reason: Option<String>,
    pub behaviour_reason: Option<String>,
    pub result_ratings: Vec<RowRating>,
    pub behaviour_ratings: Vec<ValueRating>,
    pub unrated_report_reason: Option<String>,
    /// Left out of the input hash when absent, so that inputs from before this field existed keep their hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scores: Option<Scores>,
    /// Left out of the input hash when empty, like `scores`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trainings: Vec<RecognisedTraining>,
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
    const OBJECT: &'static str = "evaluationId";

    fn object(&self) -> EvaluationId {
        self.evaluation
    }

    async fn lock(tx: &Tx, rows: &[&Self]) -> Result<()> {
        lock_all(tx, rows.iter().map(|row| row.evaluation), EvaluationAction::RateEvaluation).await
    }

    async fn run(self, tx: Tx) -> Result<EvaluationId> {
        let what = Transition {
            evaluation: self.evaluation,
            expected: self.expected_version,
            action: EvaluationAction::RateEvaluation,
            event: EventKind::EvaluationRated,
            reason: None,
        };
        let rating = Rating {
            result_rating: self.result_rating,
            behaviour_rating: self.behaviour_rating,
            result_reason: self.result_reason,
            behaviour_reason: self.behaviour_reason,
            result_ratings: self.result_ratings,
            behaviour_ratings: self.behaviour_ratings,
            unrated_report_reason: self.unrated_report_reason,
            scores: self.scores,
            trainings: self.trainings,
        };
        transition(&tx, what, |evaluation, context, _| evaluation.rate(rating, context)).await
    }
}
