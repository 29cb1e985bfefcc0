//! Reads the evaluations that are visible to the actor. Resolvers decide which fields are visible.

pub use crate::store::lists::evaluations::EvaluationFilter;

use super::context::EvaluationFacts;
use crate::{
    access::Read,
    db::{Order, Page, PageRequest},
    directory::{self, FormSubject},
    env::Env,
    error::{Error, Result},
    power,
    store::{
        self,
        evaluation::{Frozen, Projection},
        lists::evaluations,
    },
};
use domain::{
    actor::Actor,
    evaluation::{Evaluation, EvaluationStatus},
    id::{EvaluationId, PlanId, StaffId},
    period::Period,
    plan::Form,
    policy::{self, Allowed, Relations},
};
use std::collections::HashMap;

/// Loads an evaluation that is visible to the actor.
pub async fn evaluation(env: &Env, actor: &Actor, id: EvaluationId) -> Result<Evaluation> {
    store::evaluation::find(env.db.source(), actor, id).await?.ok_or(Error::NotFound)
}

/// Loads the evaluations with these ids that are visible to the actor.
pub async fn by_ids(
    env: &Env,
    actor: &Actor,
    ids: &[EvaluationId],
    projection: Projection,
) -> Result<HashMap<EvaluationId, Evaluation>> {
    store::evaluation::by_ids(env.db.source(), actor, ids, projection).await
}

/// Loads a page of the evaluations that are visible to the actor, in order of creation.
pub async fn list(
    env: &Env,
    actor: &Actor,
    filter: &EvaluationFilter,
    order: Order,
    request: &PageRequest,
    projection: Projection,
    count: bool,
) -> Result<(Page<Evaluation>, Option<u64>)> {
    let today = env.today(actor);
    evaluations::list(env.db.source(), actor, today, filter, order, request, projection, count).await
}

/// Loads the visible evaluations of these plans, oldest first.
pub async fn of_plans(
    env: &Env,
    actor: &Actor,
    plans: &[PlanId],
    projection: Projection,
) -> Result<HashMap<PlanId, Vec<Evaluation>>> {
    evaluations::of_plans(env.db.source(), actor, plans, projection).await
}

/// Loads the first page of visible evaluations of each person, newest first. Each page equals that of [`list`]
/// filtered by the person.
pub async fn of_staff(
    env: &Env,
    actor: &Actor,
    people: &[StaffId],
    first: usize,
    projection: Projection,
) -> Result<HashMap<StaffId, Page<Evaluation>>> {
    evaluations::of_staff(env.db.source(), actor, people, first, projection).await
}

/// Lists what the actor can do to each visible evaluation.
pub async fn actions(
    env: &Env,
    actor: &Actor,
    ids: &[EvaluationId],
) -> Result<HashMap<EvaluationId, Vec<Allowed>>> {
    let found = with_actions(env, actor, ids).await?;
    Ok(found.into_iter().map(|(evaluation, _, allowed)| (evaluation.id, allowed)).collect())
}

/// Loads the evaluations with these ids that are visible to the actor, each with its period and the actions of
/// [`actions`].
pub(crate) async fn with_actions(
    env: &Env,
    actor: &Actor,
    ids: &[EvaluationId],
) -> Result<Vec<(Evaluation, Period, Vec<Allowed>)>> {
    let source = env.db.source();
    let found = store::evaluation::by_ids(source, actor, ids, Projection::FULL).await?;
    let found: Vec<Evaluation> = found.into_values().collect();
    let mut facts = EvaluationFacts::load_many(source, &env.regulations(), &found, env.now()).await?;
    let mut found: Vec<(Evaluation, Period, Vec<Allowed>)> = found
        .into_iter()
        .filter_map(|evaluation| {
            let facts = facts.remove(&evaluation.id)?;
            let relations = Relations::of(actor, evaluation.staff, evaluation.unit, &evaluation.rater);
            let allowed =
                policy::evaluation::allowed_actions(&evaluation, &relations, &facts.context(actor.calendar));
            Some((evaluation, facts.period, allowed))
        })
        .collect();
    let lists = found.iter_mut().map(|(one, _, allowed)| ((one.staff, one.unit), allowed));
    power::refuse_in_list(env, actor, lists).await?;
    Ok(found)
}

/// Finds the revisions that final evaluations of these plans rated. The caller has checked that the actor can see the
/// plans.
pub async fn frozen(env: &Env, plans: &[PlanId]) -> Result<HashMap<PlanId, Vec<Frozen>>> {
    store::evaluation::frozen(env.db.source(), plans).await
}

/// Loads the people on the forms of visible evaluations: for final ratings the people stored with them, otherwise those
/// that the directory has now.
pub async fn forms(env: &Env, actor: &Actor, ids: &[EvaluationId]) -> Result<HashMap<EvaluationId, Form>> {
    let source = env.db.source();
    let (mut found, mut open) = (HashMap::new(), Vec::new());
    for evaluation in evaluations::without_documents(source, actor, ids).await? {
        let Evaluation { id, staff, assignment, rater, form, status, .. } = evaluation;
        match form.filter(|_| status.is_final()) {
            Some(form) => {
                found.insert(id, form);
            }
            None => open.push((id, FormSubject { staff, assignment, rater })),
        }
    }
    let (ids, subjects): (Vec<_>, Vec<_>) = open.into_iter().unzip();
    let now = directory::forms(source, actor.agency, &subjects, env.today(actor)).await?;
    found.extend(ids.into_iter().zip(now));
    Ok(found)
}

/// Whether the actor can see the ratings of an evaluation that is visible to them: the rater always, everyone else
/// from FINAL on.
pub(super) fn sees_ratings(actor: &Actor, evaluation: &Evaluation) -> bool {
    let relations =
        Relations::of(actor, evaluation.staff, evaluation.unit, &evaluation.rater).with_chain(true);
    policy::sees_ratings(&relations, evaluation.status)
}

/// Whether the actor can see the ratings of an evaluation that is visible to them. If the evaluation has ratings,
/// records in the access log that the actor read them. So call this only if the ratings are returned to the actor.
#[must_use]
pub fn see_and_record_ratings(env: &Env, actor: &Actor, evaluation: &Evaluation) -> bool {
    let sees = sees_ratings(actor, evaluation);
    if sees {
        record_ratings_read(env, actor, evaluation);
    }
    sees
}

/// Records in the access log that the actor reads an evaluation with its ratings, if it has any.
pub(crate) fn record_ratings_read(env: &Env, actor: &Actor, evaluation: &Evaluation) {
    if evaluation.status.is_final() || evaluation.status == EvaluationStatus::RatedDraft {
        env.access().read(env, actor, Read::Ratings(evaluation.id), evaluation.staff);
    }
}
