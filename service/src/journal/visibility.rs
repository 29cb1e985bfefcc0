//! Decides which parts of the journal an actor can see, by their current rights and the state in each image.

use super::{
    entry::Entry,
    subject::{self, Subject},
};
use crate::{
    db::any_of, dialogue, directory, env::Env, error::Result, evaluation, feedback, objection, plan,
    regulation, store,
};
use domain::{
    actor::Actor,
    assignment::Assignment,
    evaluation::Evaluation,
    event::{Sight, SubjectKind},
    id::{EvaluationId, PlanId, StaffId},
    policy::Relations,
    scheduled::ScheduledChange,
};
use entity::{event, event_payload};
use proof::leaf::Payload;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::de::DeserializeOwned;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};
use uuid::Uuid;

/// The part of an entry's payload that an actor can see. A field is absent if it is hidden from the actor or was
/// erased.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The reason given.
    pub reason: Option<String>,
    /// The object before the change, as JSON.
    pub before: Option<String>,
    /// The object after the change, as JSON.
    pub after: Option<String>,
}

/// Loads the subject of each entry, in order; `None` for entries that the actor can't see.
pub async fn visible(env: &Env, actor: &Actor, entries: &[Arc<Entry>]) -> Result<Vec<Option<Arc<Subject>>>> {
    decide(env, actor, entries, subject::load(env, actor, entries).await?).await
}

/// Like [`visible`], for subscribers: may use the shared one-second cache of subjects. The decision is still made for
/// each actor.
pub async fn visible_cached(
    env: &Env,
    actor: &Actor,
    entries: &[Arc<Entry>],
) -> Result<Vec<Option<Arc<Subject>>>> {
    decide(env, actor, entries, subject::load_cached(env, actor, entries).await?).await
}

async fn decide(
    env: &Env,
    actor: &Actor,
    entries: &[Arc<Entry>],
    subjects: Vec<Arc<Subject>>,
) -> Result<Vec<Option<Arc<Subject>>>> {
    let of_people = entries.iter().filter(|entry| entry.subject.sight() == Sight::Personal);
    // Boxed so waiting streams don't store this future inline.
    let people = Box::pin(with_visible_personal_data(env, actor, of_people)).await?;
    let covered = actor.performance_team.union(&actor.admin).union(&actor.headed);
    let visible = |(entry, subject): (&Arc<Entry>, Arc<Subject>)| {
        // Regulations that ship with the server are visible to everyone.
        let shipped = entry.subject == SubjectKind::Regulation && entry.agency == regulation::SHIPPED;
        if (actor.agency != entry.agency && !shipped) || actor.staff().is_none() {
            return None;
        }
        let own = || entry.staff.is_some_and(|staff| actor.is(staff));
        let visible = match entry.subject.sight() {
            Sight::Agency | Sight::People => true,
            Sight::Personal => entry.staff.is_some_and(|staff| people.contains(&staff)),
            Sight::Object => subject.is_visible_to(actor),
            Sight::Covered => actor.auditor || own() || entry.unit.is_some_and(|unit| covered.covers(unit)),
            Sight::Access => {
                actor.auditor || own() || entry.unit.is_some_and(|unit| actor.admin.covers(unit))
            }
        };
        visible.then_some(subject)
    };
    Ok(entries.iter().zip(subjects).map(visible).collect())
}

/// Returns those of the people concerned whose personal data is visible to the actor.
async fn with_visible_personal_data(
    env: &Env,
    actor: &Actor,
    entries: impl Iterator<Item = &Arc<Entry>>,
) -> Result<BTreeSet<StaffId>> {
    let people: BTreeSet<StaffId> = entries.filter_map(|entry| entry.staff).collect();
    if people.is_empty() {
        return Ok(people);
    }
    directory::personal(env, actor, &people.into_iter().collect::<Vec<_>>()).await
}

/// Loads the visible payloads of entries, by entry id. Entries without visible images are left out.
pub async fn changes(env: &Env, actor: &Actor, entries: &[Arc<Entry>]) -> Result<HashMap<Uuid, Change>> {
    let ids = images_visible(env, actor, entries).await?;
    let visible: HashMap<Uuid, &Arc<Entry>> =
        entries.iter().filter(|entry| ids.contains(&entry.id)).map(|entry| (entry.id, entry)).collect();
    if visible.is_empty() {
        return Ok(HashMap::new());
    }
    let column = (event_payload::Entity, event_payload::Column::EventId);
    let which = any_of(env.db.backend(), column, visible.keys().copied());
    let mut found = HashMap::with_capacity(visible.len());
    for stored in event_payload::Entity::find().filter(which).all(env.db.reader()).await? {
        let Some(entry) = visible.get(&stored.event_id) else { continue };
        let redact =
            |image: Option<String>| image.map(|image| redacted(env, actor, entry.subject, image)).transpose();
        let (before, after) = (redact(stored.before)?, redact(stored.after)?);
        found.insert(stored.event_id, Change { reason: stored.reason, before, after });
    }
    Ok(found)
}

/// The ids of the entries with images that the actor can see, at least redacted. See [`redacted`] for evaluations and
/// dialogues.
pub(super) async fn images_visible(
    env: &Env,
    actor: &Actor,
    entries: &[Arc<Entry>],
) -> Result<BTreeSet<Uuid>> {
    let is_of_person = |entry: &Entry| entry.subject.sight() == Sight::People;
    let of_people = entries.iter().filter(|entry| is_of_person(entry));
    let people = with_visible_personal_data(env, actor, of_people).await?;
    let visible = entries.iter().zip(visible(env, actor, entries).await?).filter(|(entry, subject)| {
        if is_of_person(entry) {
            entry.staff.is_some_and(|staff| people.contains(&staff))
        } else {
            subject.is_some()
        }
    });
    Ok(visible.map(|(entry, _)| entry.id).collect())
}

/// Whether the images are visible to the actor without redaction. The actor must be able to see images of the object.
pub(super) fn fully_visible(
    env: &Env,
    actor: &Actor,
    subject: SubjectKind,
    payload: &Payload,
) -> Result<bool> {
    for image in [&payload.before, &payload.after].into_iter().flatten() {
        if redacted(env, actor, subject, image.clone())? != *image {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Removes the parts of an image that the actor can't see in this state: only the rater sees draft ratings, and only
/// the two participants see the text of a counselling. Records in the access log that the actor read the other parts.
fn redacted(env: &Env, actor: &Actor, subject: SubjectKind, image: String) -> Result<String> {
    match subject {
        SubjectKind::Evaluation => {}
        SubjectKind::Feedback => {
            feedback::record_feedback_read(env, actor, &serde_json::from_str(&image)?);
            return Ok(image);
        }
        SubjectKind::Objection => {
            objection::reads_objection(env, actor, &serde_json::from_str(&image)?);
            return Ok(image);
        }
        SubjectKind::Dialogue => return dialogue::redacted(env, actor, image),
        _ => return Ok(image),
    }
    let evaluation: Evaluation = serde_json::from_str(&image)?;
    if image_ratings_visible(env, actor, &evaluation) {
        Ok(image)
    } else {
        Ok(serde_json::to_string(&evaluation.without_ratings())?)
    }
}

/// Whether the ratings of a visible evaluation are visible too, by the rule that also applies to the object itself. If
/// so, records in the access log that the actor read them.
fn image_ratings_visible(env: &Env, actor: &Actor, evaluation: &Evaluation) -> bool {
    let relations = Relations::of(actor, evaluation.staff, evaluation.unit, &evaluation.rater);
    let sees = relations.rater || evaluation.results_visible_to_employee();
    if sees {
        evaluation::record_ratings_read(env, actor, evaluation);
    }
    sees
}

/// An object as one journal entry recorded it.
#[derive(Clone, Debug)]
pub struct Recorded<T> {
    /// The id of the entry.
    pub entry: Uuid,
    /// The time of the entry.
    pub at: domain::time::Instant,
    /// The object after the change.
    pub value: T,
}

/// Which entry of an object to read.
#[derive(Clone, Copy, Debug)]
pub enum Moment {
    /// The last one at or before an instant.
    At(domain::time::Instant),
    /// The one with this id.
    Entry(Uuid),
}

/// Loads a plan as recorded at a moment; `None` if it did not exist yet or is not visible to the actor.
pub async fn plan_as_of(
    env: &Env,
    actor: &Actor,
    id: PlanId,
    moment: Moment,
) -> Result<Option<Recorded<domain::plan::Plan>>> {
    if plan::by_ids(env, actor, &[id]).await?.is_empty() {
        return Ok(None);
    }
    recorded(env, id.0, moment).await
}

/// Loads an evaluation as recorded at a moment, without ratings that its state at that time hides from the actor.
pub async fn evaluation_as_of(
    env: &Env,
    actor: &Actor,
    id: EvaluationId,
    moment: Moment,
) -> Result<Option<Recorded<Evaluation>>> {
    if evaluation::by_ids(env, actor, &[id], evaluation::Projection::LINE).await?.is_empty() {
        return Ok(None);
    }
    let found: Option<Recorded<Evaluation>> = recorded(env, id.0, moment).await?;
    Ok(found.map(|found| {
        let sees = image_ratings_visible(env, actor, &found.value);
        let value = if sees { found.value } else { found.value.without_ratings() };
        Recorded { value, ..found }
    }))
}

/// A person with their assignments as recorded at a moment.
#[derive(Clone, Debug)]
pub struct RecordedStaff {
    /// The person.
    pub person: domain::staff::Staff,
    /// The assignments, newest first, each with its superiors by day as recorded then.
    pub assignments: Vec<Assignment>,
    /// For an instant in the future: the changes that are scheduled until then. The state does not include them,
    /// because they have no entry yet.
    pub waiting: Vec<ScheduledChange>,
}

/// Loads a person with their assignments as recorded at a moment; `None` if the personal data is not visible to the
/// actor. The state has the id of the last entry about the person or an assignment of theirs.
pub async fn staff_as_of(
    env: &Env,
    actor: &Actor,
    id: StaffId,
    moment: Moment,
) -> Result<Option<Recorded<RecordedStaff>>> {
    if !directory::personal(env, actor, &[id]).await?.contains(&id) {
        return Ok(None);
    }
    let kinds = [SubjectKind::Staff, SubjectKind::Assignment].map(|kind| kind.to_string());
    let of_person = || {
        event::Entity::find()
            .filter(event::Column::StaffId.eq(id.0))
            .filter(event::Column::SubjectKind.is_in(kinds.clone()))
            .filter(event::Column::Number.is_not_null())
            .order_by_desc(event::Column::Number)
    };
    let Some(last) = of_person().filter(of_moment(moment)).one(env.db.reader()).await? else {
        return Ok(None);
    };
    let entries = of_person().filter(event::Column::Number.lte(last.number)).all(env.db.reader()).await?;
    let mut newest: BTreeMap<Uuid, Uuid> = BTreeMap::new();
    for entry in &entries {
        newest.entry(entry.subject_id).or_insert(entry.id);
    }
    let column = (event_payload::Entity, event_payload::Column::EventId);
    let which = any_of(env.db.backend(), column, newest.values().copied());
    let payloads = event_payload::Entity::find().filter(which).all(env.db.reader()).await?;
    let images: HashMap<Uuid, String> =
        payloads.into_iter().filter_map(|payload| Some((payload.event_id, payload.after?))).collect();
    let mut person = None;
    let mut assignments: Vec<Assignment> = Vec::new();
    for (subject, entry) in newest {
        match images.get(&entry) {
            Some(image) if subject == id.0 => person = Some(serde_json::from_str(image)?),
            Some(image) => assignments.push(serde_json::from_str(image)?),
            None => {}
        }
    }
    assignments.retain(|one| !one.never_held);
    assignments.sort_by_key(|one| (std::cmp::Reverse(one.valid_from), one.id));
    let waiting = match moment {
        Moment::At(later) if later > env.now() => {
            let mut waiting = store::scheduled_change::waiting_for(env.db.source(), actor.agency, id).await?;
            waiting.retain(|change| actor.calendar.start_of(change.effective_on) <= later);
            waiting
        }
        Moment::At(_) | Moment::Entry(_) => Vec::new(),
    };
    let at = domain::time::from_micros(last.at);
    let state = |person| RecordedStaff { person, assignments, waiting };
    Ok(person.map(|person| Recorded { entry: last.id, at, value: state(person) }))
}

fn of_moment(moment: Moment) -> sea_orm::sea_query::SimpleExpr {
    match moment {
        Moment::At(at) => event::Column::At.lte(domain::time::to_micros(at)),
        Moment::Entry(id) => event::Column::Id.eq(id),
    }
}

/// Loads the image of an object at a moment.
async fn recorded<T: DeserializeOwned>(
    env: &Env,
    subject: Uuid,
    moment: Moment,
) -> Result<Option<Recorded<T>>> {
    let entry = event::Entity::find()
        .filter(event::Column::SubjectId.eq(subject))
        .filter(event::Column::Number.is_not_null())
        .filter(of_moment(moment))
        .order_by_desc(event::Column::Number)
        .one(env.db.reader())
        .await?;
    let Some(entry) = entry else { return Ok(None) };
    let payload = event_payload::Entity::find_by_id(entry.id).one(env.db.reader()).await?;
    let Some(image) = payload.and_then(|payload| payload.after) else { return Ok(None) };
    let value = serde_json::from_str(&image)?;
    Ok(Some(Recorded { entry: entry.id, at: domain::time::from_micros(entry.at), value }))
}
