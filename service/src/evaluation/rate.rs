//! Lets the rater save a draft of the ratings.

use super::context::{Change, change};
use crate::{db::IdempotencyKey, env::Env, error::Result};
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
    let what = Change {
        evaluation: input.evaluation,
        expected: input.expected_version,
        action: EvaluationAction::RateEvaluation,
        event: EventKind::EvaluationRated,
        reason: None,
    };
    change(env, actor, key, &input.clone(), what, move |evaluation, context, _| {
        let rating = Rating {
            result_rating: input.result_rating,
            behaviour_rating: input.behaviour_rating,
            result_reason: input.result_reason,
            behaviour_reason: input.behaviour_reason,
            result_ratings: input.result_ratings,
            behaviour_ratings: input.behaviour_ratings,
            unrated_report_reason: input.unrated_report_reason,
            scores: input.scores,
            trainings: input.trainings,
        };
        evaluation.rate(rating, context)
    })
    .await
}
