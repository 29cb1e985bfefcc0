//! Makes career recommendations at the end of a year.

use super::{context::EvaluationFacts, read::see_and_record_ratings};
use crate::{
    db::{Command, IdempotencyKey},
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
    recommendation::{Recommendation, RecommendationInput},
};
use serde::Serialize;
use std::collections::HashMap;

/// A recommendation to make.
#[derive(Clone, Debug, Serialize)]
pub struct Recommend {
    /// The annual evaluation that the recommendation is based on.
    pub evaluation: EvaluationId,
    /// The recommendation.
    #[serde(flatten)]
    pub recommendation: RecommendationInput,
}

impl Command for Recommend {
    const OPERATION: &'static str = "makeRecommendation";
}

/// Stores a recommendation.
pub async fn recommend(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: Recommend,
) -> Result<RecommendationId> {
    let author = actor.staff().ok_or(Error::Forbidden)?;
    env.write_once(actor, key, input, move |tx, input| async move {
        let evaluation = store::evaluation::find(tx.source(), tx.actor(), input.evaluation)
            .await?
            .ok_or(Error::NotFound)?;
        let relations = Relations::of(tx.actor(), evaluation.staff, evaluation.unit, &evaluation.rater);
        let facts = EvaluationFacts::load(&tx, &evaluation).await?;
        let reopener = policy::evaluation::Reopener::of(&evaluation, &facts.period);
        policy::evaluation::decide(EvaluationAction::MakeRecommendation, &relations, reopener)?;
        let (id, context) = (RecommendationId(fresh_id()), facts.context(tx.actor().calendar));
        let made = Recommendation::make(id, author, input.recommendation, &evaluation, &context)?;
        Ok(tx.create(made, EventKind::RecommendationMade, None).await?.id)
    })
    .await
}

/// Loads a recommendation by id, if the ratings of its evaluation are visible to the actor.
pub async fn recommendation(
    env: &Env,
    actor: &Actor,
    id: RecommendationId,
) -> Result<Option<Recommendation>> {
    let source = env.db.source();
    let Some(found) = store::recommendation::find(source, id).await? else { return Ok(None) };
    let evaluation = store::evaluation::find(source, actor, found.evaluation).await?;
    Ok(evaluation.filter(|evaluation| see_and_record_ratings(env, actor, evaluation)).map(|_| found))
}

/// Loads the recommendations of these evaluations. The caller has checked that the actor can see the ratings.
pub async fn recommendations(
    env: &Env,
    evaluations: &[EvaluationId],
) -> Result<HashMap<EvaluationId, Vec<Recommendation>>> {
    store::recommendation::of_evaluations(env.db.source(), evaluations).await
}
