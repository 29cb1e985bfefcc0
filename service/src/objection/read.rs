//! Reads the objections that are visible to the actor.

use crate::{
    access::Read,
    db::{Order, Page, PageRequest},
    env::Env,
    error::Result,
    store::{self, objection::ObjectionFilter},
};
use domain::{
    actor::Actor,
    id::{EvaluationId, ObjectionId},
    objection::Objection,
    policy::{self, Allowed, Relations},
};
use std::collections::HashMap;

/// The relations of an actor to an objection.
pub(super) fn relations(actor: &Actor, objection: &Objection) -> Relations {
    Relations::of(actor, objection.staff, objection.unit, &objection.rater).with_decider(actor, objection)
}

/// Loads an objection that is visible to the actor.
pub async fn objection(env: &Env, actor: &Actor, id: ObjectionId) -> Result<Option<Objection>> {
    store::objection::find(env.db.source(), actor, id).await
}

/// Loads the objections with these ids that are visible to the actor.
pub async fn by_ids(
    env: &Env,
    actor: &Actor,
    ids: &[ObjectionId],
) -> Result<HashMap<ObjectionId, Objection>> {
    store::objection::by_ids(env.db.source(), actor, ids).await
}

/// Loads the visible objections to each of these evaluations, the last one first.
pub async fn of_evaluations(
    env: &Env,
    actor: &Actor,
    evaluations: &[EvaluationId],
) -> Result<HashMap<EvaluationId, Vec<Objection>>> {
    store::objection::of_evaluations(env.db.source(), actor, evaluations).await
}

/// Loads a page of the objections that are visible to the actor, in order of filing.
pub async fn list(
    env: &Env,
    actor: &Actor,
    filter: &ObjectionFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Objection>, Option<u64>)> {
    store::objection::list(env.db.source(), (actor, env.today(actor)), filter, order, request, count).await
}

/// Lists what the actor can do to an objection.
#[must_use]
pub fn actions(env: &Env, actor: &Actor, objection: &Objection) -> Vec<Allowed> {
    policy::objection::allowed_actions(objection, &relations(actor, objection), env.today(actor))
}

/// Records in the access log that the actor reads the objection of another person.
pub fn reads_objection(env: &Env, actor: &Actor, objection: &Objection) {
    env.access().read(env, actor, Read::Objection(objection.id), objection.staff);
}
