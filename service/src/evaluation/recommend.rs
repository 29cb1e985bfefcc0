//! Makes career recommendations at the end of a year, and follows them up.

use super::{
    Projection,
    context::EvaluationFacts,
    read::{see_and_record_ratings, sees_ratings},
};
use crate::{
    db::{Command, IdempotencyKey},
    env::{Env, fresh_id},
    error::{Error, Result},
    store::{self, waiting::Waiting},
};
use domain::{
    Refusal,
    action::{EvaluationAction, RecommendationAction},
    actor::Actor,
    evaluation::Evaluation,
    event::EventKind,
    id::{EvaluationId, RecommendationId},
    policy::{self, Allowed, Relations},
    recommendation::{Recommendation, RecommendationInput, RecommendationOutcome},
    task::Task,
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

/// What became of a recommendation.
#[derive(Clone, Debug, Serialize)]
pub struct FollowUpRecommendation {
    /// The recommendation.
    pub recommendation: RecommendationId,
    /// The version that the client read.
    pub expected_version: i32,
    /// Whether something was done.
    pub outcome: RecommendationOutcome,
    /// What was done, or why nothing is, 1 to 2,000 characters.
    pub note: String,
}

impl Command for FollowUpRecommendation {
    const OPERATION: &'static str = "followUpRecommendation";
}

/// Records what was done about a recommendation, or why nothing is.
pub async fn follow_up_recommendation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: FollowUpRecommendation,
) -> Result<RecommendationId> {
    env.write_once(actor, key, input, |tx, input| async move {
        let source = tx.source();
        let before =
            store::recommendation::find(source, input.recommendation).await?.ok_or(Error::NotFound)?;
        let evaluation = store::evaluation::find(source, tx.actor(), before.evaluation).await?;
        let evaluation = evaluation.filter(|evaluation| sees_ratings(tx.actor(), evaluation));
        let relations = relations(tx.actor(), &evaluation.ok_or(Error::NotFound)?);
        let action = RecommendationAction::FollowUpRecommendation;
        policy::recommendation::decide(action, &relations, &before)?;
        if before.version != input.expected_version {
            return Err(Refusal::conflict(before.version).into());
        }
        let by = tx.actor().staff().ok_or(Error::Forbidden)?;
        let after = before.follow_up((by, tx.now()), input.outcome, &input.note)?;
        let event = match input.outcome {
            RecommendationOutcome::FollowedUp => EventKind::RecommendationFollowedUp,
            RecommendationOutcome::Declined => EventKind::RecommendationDeclined,
        };
        let why = after.follow_up.as_ref().and_then(|follow_up| follow_up.note.clone());
        Ok(tx.change(&before, after, event, why.as_deref()).await?.id)
    })
    .await
}

fn relations(actor: &Actor, evaluation: &Evaluation) -> Relations {
    Relations::of(actor, evaluation.staff, evaluation.unit, &evaluation.rater)
}

/// Lists what the actor can do to a recommendation of an evaluation that they can see.
#[must_use]
pub fn recommendation_actions(
    actor: &Actor,
    recommendation: &Recommendation,
    evaluation: &Evaluation,
) -> Vec<Allowed> {
    policy::recommendation::allowed_actions(recommendation, evaluation, &relations(actor, evaluation))
}

/// Loads the recommendations that the actor is responsible for and that wait for a task.
pub(crate) async fn waiting_recommendations(
    env: &Env,
    waiting: Waiting<'_>,
    task: Task,
) -> Result<Vec<Recommendation>> {
    let (source, actor) = (env.db.source(), waiting.actor);
    let mut found = store::waiting::recommendations(source, waiting, task).await?;
    if found.is_empty() {
        return Ok(found);
    }
    let of: Vec<EvaluationId> = found.iter().map(|one| one.evaluation).collect();
    let evaluations = store::evaluation::by_ids(source, actor, &of, Projection::WITHOUT_DETAIL).await?;
    found.retain(|one| {
        let evaluation = evaluations.get(&one.evaluation).filter(|of| sees_ratings(actor, of));
        evaluation.is_some_and(|of| {
            policy::recommendation::is_responsible(&relations(actor, of), one.kind.responsible())
        })
    });
    Ok(found)
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
