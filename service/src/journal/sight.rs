//! What of the journal an actor may see, by his rights of today and the state that an image shows.

use super::{
    entry::Entry,
    subject::{self, Subject},
};
use crate::{
    db::any_of,
    env::Env,
    error::{Error, Result},
    evaluation, organisation, plan, regulation,
};
use domain::{
    actor::Actor,
    evaluation::Evaluation,
    event::SubjectKind,
    id::{EvaluationId, PlanId, StaffId},
    policy::Standing,
};
use entity::{event, event_payload};
use proof::leaf::Payload;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::de::DeserializeOwned;
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};
use uuid::Uuid;

/// What an entry tells beyond that it happened; absent where the actor may not see it, or where it was erased.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The reason given.
    pub reason: Option<String>,
    /// The object before, as JSON.
    pub before: Option<String>,
    /// The object after, as JSON.
    pub after: Option<String>,
}

/// Of each of these entries, what it tells of, where the actor may see that it happened.
pub async fn seen(env: &Env, actor: &Actor, entries: &[Arc<Entry>]) -> Result<Vec<Option<Arc<Subject>>>> {
    decide(env, actor, entries, subject::now(env, actor, entries).await?).await
}

/// The same for one of many who follow the journal: what was read for another a moment ago is good for him too. The
/// decision is made for him alone.
pub async fn seen_lately(
    env: &Env,
    actor: &Actor,
    entries: &[Arc<Entry>],
) -> Result<Vec<Option<Arc<Subject>>>> {
    decide(env, actor, entries, subject::lately(env, actor, entries).await?).await
}

async fn decide(
    env: &Env,
    actor: &Actor,
    entries: &[Arc<Entry>],
    subjects: Vec<Arc<Subject>>,
) -> Result<Vec<Option<Arc<Subject>>>> {
    let of_people = entries.iter().filter(|entry| entry.subject == SubjectKind::Recommendation);
    // In a box, as what waits before it would hold its place.
    let known = Box::pin(known_personally(env, actor, of_people)).await?;
    let covered = actor.performance_team.union(&actor.admin).union(&actor.headed);
    let seen = |(entry, subject): (&Arc<Entry>, Arc<Subject>)| {
        // What ships with the server is everybody's.
        let of_all = entry.subject == SubjectKind::Regulation && entry.agency == regulation::SHIPPED;
        if (actor.agency != entry.agency && !of_all) || actor.staff().is_none() {
            return None;
        }
        let seen = match entry.subject {
            SubjectKind::OrgUnit
            | SubjectKind::Position
            | SubjectKind::Staff
            | SubjectKind::Assignment
            | SubjectKind::Delegation
            | SubjectKind::Period
            | SubjectKind::CriteriaSet
            | SubjectKind::Regulation => true,
            SubjectKind::RoleGrant | SubjectKind::UnitPredicate | SubjectKind::Entry => {
                actor.auditor
                    || entry.staff.is_some_and(|staff| actor.is(staff))
                    || entry.unit.is_some_and(|unit| covered.covers(unit))
            }
            SubjectKind::Plan | SubjectKind::Feedback | SubjectKind::Activity | SubjectKind::Evaluation => {
                subject.is_seen_by(actor)
            }
            SubjectKind::Recommendation => entry.staff.is_some_and(|staff| known.contains(&staff)),
        };
        seen.then_some(subject)
    };
    Ok(entries.iter().zip(subjects).map(seen).collect())
}

/// Of the people whom entries concern, those whose personal data the actor sees.
async fn known_personally(
    env: &Env,
    actor: &Actor,
    entries: impl Iterator<Item = &Arc<Entry>>,
) -> Result<BTreeSet<StaffId>> {
    let people: BTreeSet<StaffId> = entries.filter_map(|entry| entry.staff).collect();
    if people.is_empty() {
        return Ok(people);
    }
    organisation::personal(env, actor, &people.into_iter().collect::<Vec<_>>()).await
}

/// What entries tell the actor, by their ids; nothing of those that he does not see.
pub async fn changes(env: &Env, actor: &Actor, entries: &[Arc<Entry>]) -> Result<HashMap<Uuid, Change>> {
    let seen = sees_images(env, actor, entries).await?;
    let seen: HashMap<Uuid, &Arc<Entry>> =
        entries.iter().filter(|entry| seen.contains(&entry.id)).map(|entry| (entry.id, entry)).collect();
    if seen.is_empty() {
        return Ok(HashMap::new());
    }
    let column = (event_payload::Entity, event_payload::Column::EventId);
    let which = any_of(env.db.backend(), column, seen.keys().copied());
    let mut found = HashMap::with_capacity(seen.len());
    for stored in event_payload::Entity::find().filter(which).all(env.db.reader()).await? {
        let Some(entry) = seen.get(&stored.event_id) else { continue };
        let told = |image: Option<String>| image.map(|image| told(actor, entry.subject, image)).transpose();
        let (before, after) = (told(stored.before)?, told(stored.after)?);
        found.insert(stored.event_id, Change { reason: stored.reason, before, after });
    }
    Ok(found)
}

/// The ids of the entries of whose objects the actor may see images at all; of an evaluation also its state decides.
pub(super) async fn sees_images(env: &Env, actor: &Actor, entries: &[Arc<Entry>]) -> Result<BTreeSet<Uuid>> {
    // Their images carry NIP and rank.
    let is_of_person = |entry: &Entry| {
        matches!(entry.subject, SubjectKind::Staff | SubjectKind::Assignment | SubjectKind::Delegation)
    };
    let of_people = entries.iter().filter(|entry| is_of_person(entry));
    let known = known_personally(env, actor, of_people).await?;
    let seen = entries.iter().zip(seen(env, actor, entries).await?).filter(|(entry, subject)| {
        if is_of_person(entry) {
            entry.staff.is_some_and(|staff| known.contains(&staff))
        } else {
            subject.is_some()
        }
    });
    Ok(seen.map(|(entry, _)| entry.id).collect())
}

/// Whether the actor, who may see images of the object, may see all of these.
pub(super) fn all_told(actor: &Actor, subject: SubjectKind, payload: &Payload) -> Result<bool> {
    for image in [&payload.before, &payload.after].into_iter().flatten() {
        if told(actor, subject, image.clone())? != *image {
            return Ok(false);
        }
    }
    Ok(true)
}

/// An image without what its state hides from the actor: a draft of ratings is the rater's alone.
fn told(actor: &Actor, subject: SubjectKind, image: String) -> Result<String> {
    if subject != SubjectKind::Evaluation {
        return Ok(image);
    }
    let evaluation: Evaluation = serde_json::from_str(&image)?;
    if sees_ratings(actor, &evaluation) {
        Ok(image)
    } else {
        Ok(serde_json::to_string(&evaluation.without_ratings())?)
    }
}

/// The same as of the object itself, of one that the actor sees.
fn sees_ratings(actor: &Actor, evaluation: &Evaluation) -> bool {
    let standing = Standing::of(actor, evaluation.staff, evaluation.unit, &evaluation.rater);
    standing.rater || evaluation.results_visible_to_employee()
}

/// A plan as it was recorded at an instant; none where it was not there yet, or is not for the actor.
pub async fn plan_as_of(
    env: &Env,
    actor: &Actor,
    id: PlanId,
    at: domain::time::Instant,
) -> Result<Option<domain::plan::Plan>> {
    if plan::by_ids(env, actor, &[id]).await?.is_empty() {
        return Ok(None);
    }
    as_of(env, id.0, at).await
}

/// An evaluation as it was recorded at an instant, without ratings that its state then hides from the actor.
pub async fn evaluation_as_of(
    env: &Env,
    actor: &Actor,
    id: EvaluationId,
    at: domain::time::Instant,
) -> Result<Option<Evaluation>> {
    if evaluation::by_ids(env, actor, &[id]).await?.is_empty() {
        return Ok(None);
    }
    let found: Option<Evaluation> = as_of(env, id.0, at).await?;
    Ok(found.map(|found| if sees_ratings(actor, &found) { found } else { found.without_ratings() }))
}

/// A person as recorded at an instant; for those who see his personal data.
pub async fn staff_as_of(
    env: &Env,
    actor: &Actor,
    id: StaffId,
    at: domain::time::Instant,
) -> Result<Option<domain::staff::Staff>> {
    if !organisation::personal(env, actor, &[id]).await?.contains(&id) {
        return Ok(None);
    }
    as_of(env, id.0, at).await
}

/// The last image of an object at an instant.
async fn as_of<T: DeserializeOwned>(
    env: &Env,
    subject: Uuid,
    at: domain::time::Instant,
) -> Result<Option<T>> {
    let entry = event::Entity::find()
        .filter(event::Column::SubjectId.eq(subject))
        .filter(event::Column::Number.is_not_null())
        .filter(event::Column::At.lte(domain::time::to_micros(at)))
        .order_by_desc(event::Column::Number)
        .one(env.db.reader())
        .await?;
    let Some(entry) = entry else { return Ok(None) };
    let payload = event_payload::Entity::find_by_id(entry.id).one(env.db.reader()).await?;
    let image = payload.and_then(|payload| payload.after);
    image.map(|image| serde_json::from_str(&image).map_err(Error::from)).transpose()
}
