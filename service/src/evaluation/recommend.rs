//! Recommends something for a person's career: what ends a year.

use crate::{
    db::IdempotencyKey,
    env::{Env, fresh_id},
    error::{Error, Result},
    store,
};
use domain::{
    action::EvaluationAction,
    actor::Actor,
    event::EventKind,
    id::{EvaluationId, RecommendationId},
    policy::{self, Relations},
    recommendation::{NewRecommendation, Recommendation, RecommendationKind},
};
use serde::Serialize;
use std::collections::HashMap;

/// A recommendation.
#[derive(Clone, Debug, Serialize)]
pub struct Recommend {
    /// The annual evaluation that it follows from.
    pub evaluation: EvaluationId,
    /// What is recommended.
    pub kind: RecommendationKind,
    /// In words, 1 to 2,000 characters.
    pub text: String,
}

/// Recommends it.
pub async fn recommend(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: Recommend,
) -> Result<RecommendationId> {
    let author = actor.staff().ok_or(Error::Forbidden)?;
    env.write_once(actor, key, &input.clone(), move |tx| async move {
        let evaluation = store::evaluation::find(tx.source(), tx.actor(), input.evaluation)
            .await?
            .ok_or(Error::NotFound)?;
        let relations = Relations::of(tx.actor(), evaluation.staff, evaluation.unit, &evaluation.rater);
        policy::evaluation::decide(EvaluationAction::Recommend, &relations, true)?;
        let new = NewRecommendation {
            id: RecommendationId(fresh_id()),
            author,
            kind: input.kind,
            text: input.text,
        };
        let made = Recommendation::make(new, &evaluation, tx.now())?;
        Ok(tx.create(made, EventKind::RecommendationMade, None).await?.id)
    })
    .await
}

/// The recommendations of evaluations whose ratings the actor was found to see.
pub async fn recommendations(
    env: &Env,
    evaluations: &[EvaluationId],
) -> Result<HashMap<EvaluationId, Vec<Recommendation>>> {
    store::recommendation::of_evaluations(env.db.source(), evaluations).await
}
