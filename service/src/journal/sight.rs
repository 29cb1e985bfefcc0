//! What of the journal an actor may see, by his rights of today and the state that an image shows.

use super::entry::Entry;
use crate::{
    activity,
    env::Env,
    error::{Error, Result},
    evaluation, organisation, plan, regulation,
};
use domain::{
    actor::Actor,
    evaluation::Evaluation,
    event::SubjectKind,
    id::{ActivityId, EvaluationId, PlanId},
    policy::Standing,
};
use entity::{event, event_payload};
use proof::leaf::Payload;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::de::DeserializeOwned;
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

/// Whether the actor may see that it happened.
pub async fn visible(env: &Env, actor: &Actor, entry: &Entry) -> Result<bool> {
    // What ships with the server is everybody's.
    let of_all = entry.subject == SubjectKind::Regulation && entry.agency == regulation::SHIPPED;
    if (actor.agency != entry.agency && !of_all) || actor.staff().is_none() {
        return Ok(false);
    }
    let covered = actor.performance_team.union(&actor.admin).union(&actor.headed);
    Ok(match entry.subject {
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
        SubjectKind::Plan | SubjectKind::Feedback => match entry.plan {
            Some(id) => !plan::by_ids(env, actor, &[id]).await?.is_empty(),
            None => false,
        },
        SubjectKind::Activity => {
            !activity::by_ids(env, actor, &[ActivityId(entry.subject_id)]).await?.is_empty()
        }
        SubjectKind::Evaluation => {
            !evaluation::by_ids(env, actor, &[EvaluationId(entry.subject_id)]).await?.is_empty()
        }
        SubjectKind::Recommendation => sees_person(env, actor, entry).await?,
    })
}

/// What a visible entry tells the actor.
pub async fn change(env: &Env, actor: &Actor, entry: &Entry) -> Result<Change> {
    if !sees_images(env, actor, entry).await? {
        return Ok(Change::default());
    }
    let Some(stored) = event_payload::Entity::find_by_id(entry.id).one(env.db.reader()).await? else {
        return Ok(Change::default());
    };
    let told = |image: Option<String>| image.map(|image| told(actor, entry.subject, image)).transpose();
    Ok(Change { reason: stored.reason, before: told(stored.before)?, after: told(stored.after)? })
}

/// Whether the actor may see images of the object at all; of an evaluation also its state decides.
pub(super) async fn sees_images(env: &Env, actor: &Actor, entry: &Entry) -> Result<bool> {
    match entry.subject {
        // Their images carry NIP and rank.
        SubjectKind::Staff | SubjectKind::Assignment | SubjectKind::Delegation => {
            sees_person(env, actor, entry).await
        }
        _ => visible(env, actor, entry).await,
    }
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

async fn sees_person(env: &Env, actor: &Actor, entry: &Entry) -> Result<bool> {
    match entry.staff {
        Some(staff) => Ok(organisation::personal(env, actor, &[staff]).await?.contains(&staff)),
        None => Ok(false),
    }
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
    id: domain::id::StaffId,
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
