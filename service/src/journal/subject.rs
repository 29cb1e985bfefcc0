//! Subjects: the current state of the objects that entries are about. One read serves many entries, and a short cache
//! serves all subscribers. The module `visibility` decides for each reader which subjects they can see.

use super::entry::Entry;
use crate::{
    criteria,
    db::any_of,
    env::Env,
    error::Result,
    max_age::{MaxAge, ReadAt},
    store,
};
use domain::{
    activity::Activity,
    actor::Actor,
    assignment::Assignment,
    correction::Correction,
    criteria::CriteriaSet,
    dialogue::Dialogue,
    evaluation::Evaluation,
    event::{Sight, SubjectKind},
    id::{AssignmentId, StaffId, UnitId},
    objection::Objection,
    period::Period,
    plan::Plan,
    policy::{self, Relations, objection::names_decider, sees_personal},
    staff::{Staff, StaffStatus},
    training::Training,
    unit::OrgUnit,
};
use entity::{activity, correction, dialogue, evaluation, objection, plan, training};
use moka::{policy::EvictionPolicy, sync::Cache};
use sea_orm::Condition;
use std::{
    collections::{BTreeSet, HashMap},
    hash::{BuildHasher, RandomState},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Mutex;
use uuid::Uuid;

/// The maximum age of a cached subject. Together with the age of decisions and rights it stays below five seconds.
const MAX_AGE: Duration = Duration::from_secs(1);
/// Maximum number of cached subjects.
const MAX_CACHED: u64 = 4_096;
/// The number of read locks: at most this many reads run at the same time.
const READ_LOCKS: usize = 16;

/// An object that entries can be about.
#[derive(Clone, Debug)]
pub enum Object {
    /// A unit.
    OrgUnit(OrgUnit),
    /// A person.
    Staff(Staff),
    /// An assignment.
    Assignment(Assignment),
    /// A set of criteria.
    CriteriaSet(CriteriaSet),
    /// A year or a part of one.
    Period(Period),
    /// A plan without its contents.
    Plan(Arc<Plan>),
    /// An activity.
    Activity(Arc<Activity>),
    /// An evaluation.
    Evaluation(Arc<Evaluation>),
    /// An objection.
    Objection(Arc<Objection>),
    /// A training.
    Training(Arc<Training>),
    /// A request to correct a record.
    Correction(Arc<Correction>),
    /// A dialogue, and the plan that it belongs to, without its contents.
    Dialogue(Arc<Dialogue>, Arc<Plan>),
}

/// The current state of the object that an entry is about, and the data that decides who can see it.
#[derive(Debug)]
pub struct Subject {
    /// The object; for feedback, its plan. `None` if the content depends on the reader, or if the API has no query for
    /// one such object.
    object: Option<Object>,
    /// The chain of superiors above the assignment that the object belongs to.
    above: BTreeSet<AssignmentId>,
    /// The units where the person concerned works today. Only for people, assignments and delegations.
    units: BTreeSet<UnitId>,
    /// The newest entry number when the subject was read: the state includes all entries up to it.
    up_to: i64,
    /// When the subject was read.
    read_at: Instant,
}

impl Subject {
    /// The object of an entry, if it is the same for everyone who can see the entry.
    #[must_use]
    pub fn object(&self, entry: &Entry) -> Option<&Object> {
        self.object.as_ref().filter(|_| entry.subject != SubjectKind::Feedback)
    }

    /// Whether the person concerned works in one of these units today.
    #[must_use]
    pub fn works_in(&self, units: &BTreeSet<UnitId>) -> bool {
        !self.units.is_disjoint(units)
    }

    /// Whether the personal data of the object is visible to the actor. False if the object no longer exists.
    pub(super) fn is_visible_to(&self, actor: &Actor) -> bool {
        if let Some(Object::Correction(it)) = &self.object {
            return policy::correction::sees(actor, it);
        }
        let Some((agency, relations)) = self.object.as_ref().and_then(|object| match object {
            Object::Plan(plan) => {
                Some((plan.agency, Relations::of(actor, plan.staff, plan.unit, &plan.rater)))
            }
            Object::Activity(it) => {
                let rater = (it.rater_assignment, it.rater_staff);
                Some((it.agency, Relations::rated_by(actor, it.staff, it.unit, rater)))
            }
            Object::Evaluation(it) => Some((it.agency, Relations::of(actor, it.staff, it.unit, &it.rater))),
            Object::Objection(it) => Some((it.agency, Relations::of(actor, it.staff, it.unit, &it.rater))),
            Object::Training(it) => Some((it.agency, policy::training::relations(actor, it))),
            Object::Dialogue(_, plan) => {
                Some((plan.agency, Relations::of(actor, plan.staff, plan.unit, &plan.rater)))
            }
            _ => None,
        }) else {
            return false;
        };
        let mut posts = actor.assignments.union(&actor.acting_for);
        let seen = sees_personal(&relations.with_chain(posts.any(|post| self.above.contains(post))));
        let decides = matches!(&self.object, Some(Object::Objection(it)) if names_decider(actor, it));
        let held = matches!(&self.object, Some(Object::Dialogue(it, _)) if actor.is(it.superior));
        actor.agency == agency && (seen || decides || held)
    }

    fn includes(&self, entry: &Entry) -> bool {
        self.up_to >= entry.number
    }
}

impl ReadAt for Arc<Subject> {
    fn read_at(&self) -> Instant {
        self.read_at
    }
}

/// The cache key of a subject.
type SubjectKey = (SubjectKind, Uuid);

/// The key of the object that decides who can see an entry: for feedback, the plan.
fn key(entry: &Entry) -> SubjectKey {
    match (entry.subject, entry.plan) {
        (SubjectKind::Feedback, Some(plan)) => (SubjectKind::Plan, plan.0),
        (kind, _) => (kind, entry.subject_id),
    }
}

/// A cache of the subjects read in the last second.
pub(super) struct SubjectCache {
    subjects: Cache<SubjectKey, Arc<Subject>>,
    /// Locks, chosen by the hash of a key: a reader waits while another one reads the same subject. The cache's own
    /// locks are for one key at a time, but here one statement reads many subjects.
    read_locks: [Mutex<()>; READ_LOCKS],
    hasher: RandomState,
}

impl Default for SubjectCache {
    fn default() -> Self {
        let subjects = Cache::builder()
            .max_capacity(MAX_CACHED)
            // Evicts what was not used for the longest time, because all readers need the newest entries next.
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(MaxAge(MAX_AGE))
            .build();
        Self { subjects, read_locks: Default::default(), hasher: RandomState::default() }
    }
}

impl SubjectCache {
    fn find(&self, entries: &[Arc<Entry>], found: &mut HashMap<SubjectKey, Arc<Subject>>) -> Vec<Arc<Entry>> {
        let mut missing = Vec::new();
        for entry in entries {
            match self.subjects.get(&key(entry)).filter(|subject| subject.includes(entry)) {
                Some(subject) => {
                    found.insert(key(entry), subject);
                }
                None => missing.push(entry.clone()),
            }
        }
        missing
    }

    fn insert(&self, read: &HashMap<SubjectKey, Arc<Subject>>) {
        for (key, subject) in read {
            self.subjects.insert(*key, subject.clone());
        }
    }
}

/// Loads the subjects of entries, in the order of the entries.
pub(super) async fn load(env: &Env, actor: &Actor, entries: &[Arc<Entry>]) -> Result<Vec<Arc<Subject>>> {
    let found = read(env, actor, entries).await?;
    Ok(in_order(entries, &found))
}

/// The same as [`load`], but uses the cache. A cached subject is never older than the entry.
pub(super) async fn load_cached(
    env: &Env,
    actor: &Actor,
    entries: &[Arc<Entry>],
) -> Result<Vec<Arc<Subject>>> {
    let journal = env.journal();
    let cache = journal.subjects();
    let mut found = HashMap::with_capacity(entries.len());
    let missing = cache.find(entries, &mut found);
    if let Some(first) = missing.first() {
        let index = cache.hasher.hash_one(key(first)) % READ_LOCKS as u64;
        let lock = usize::try_from(index).map_or(&cache.read_locks[0], |index| &cache.read_locks[index]);
        let _guard = lock.lock().await;
        let missing = cache.find(&missing, &mut found);
        if !missing.is_empty() {
            // Boxed so waiting readers don't store this future inline.
            let read = Box::pin(read(env, actor, &missing)).await?;
            cache.insert(&read);
            found.extend(read);
        }
    }
    Ok(in_order(entries, &found))
}

fn in_order(entries: &[Arc<Entry>], found: &HashMap<SubjectKey, Arc<Subject>>) -> Vec<Arc<Subject>> {
    entries.iter().filter_map(|entry| found.get(&key(entry)).cloned()).collect()
}

/// Reads the subjects of entries of one agency: one or two statements per kind of object, and one for all chains of
/// superiors.
async fn read(env: &Env, actor: &Actor, entries: &[Arc<Entry>]) -> Result<HashMap<SubjectKey, Arc<Subject>>> {
    let (up_to, read_at) = (env.journal().progress().0, Instant::now());
    let mut objects = objects(env, actor, entries).await?;
    let mut units = people(env, actor, entries, &mut objects).await?;
    let owned = objects.values().filter_map(Object::assignment);
    let above = store::assignment::above(env.db.source(), owned.collect()).await?;
    let mut found = HashMap::with_capacity(entries.len());
    for key in entries.iter().map(|entry| key(entry)) {
        found.entry(key).or_insert_with(|| {
            let object = objects.remove(&key);
            let chain = object.as_ref().and_then(Object::assignment).and_then(|it| above.get(&it));
            Arc::new(Subject {
                above: chain.cloned().unwrap_or_default(),
                units: units.remove(&key).unwrap_or_default(),
                object,
                up_to,
                read_at,
            })
        });
    }
    Ok(found)
}

impl Object {
    /// The assignment that the object belongs to. Its superiors can see the object.
    fn assignment(&self) -> Option<AssignmentId> {
        match self {
            Self::Plan(plan) => Some(plan.assignment),
            Self::Activity(activity) => Some(activity.assignment),
            Self::Evaluation(evaluation) => Some(evaluation.assignment),
            Self::Objection(objection) => Some(objection.assignment),
            Self::Training(training) => Some(training.assignment),
            Self::Dialogue(_, plan) => Some(plan.assignment),
            _ => None,
        }
    }
}

fn ids_of_kind<I: From<Uuid>>(entries: &[Arc<Entry>], of: SubjectKind) -> Option<Vec<I>> {
    let keys = entries.iter().map(|entry| key(entry)).filter(|(kind, _)| *kind == of);
    let ids: BTreeSet<Uuid> = keys.map(|(_, id)| id).collect();
    (!ids.is_empty()).then(|| ids.into_iter().map(I::from).collect())
}

async fn objects(env: &Env, actor: &Actor, entries: &[Arc<Entry>]) -> Result<HashMap<SubjectKey, Object>> {
    use SubjectKind as S;
    let (source, agency) = (env.db.source(), actor.agency);
    let mut found = HashMap::new();
    if let Some(ids) = ids_of_kind(entries, S::OrgUnit) {
        let units = store::org_unit::by_ids(source, agency, &ids, env.today(actor)).await?;
        found.extend(units.into_iter().map(|(id, it)| ((S::OrgUnit, id.0), Object::OrgUnit(it))));
    }
    if let Some(ids) = ids_of_kind(entries, S::Staff) {
        let people = store::staff::by_ids(source, agency, &ids).await?;
        // Only active people are visible to everyone.
        let active = people.into_iter().filter(|(_, person)| person.status == StaffStatus::Active);
        found.extend(active.map(|(id, it)| ((S::Staff, id.0), Object::Staff(it))));
    }
    if let Some(ids) = ids_of_kind(entries, S::CriteriaSet) {
        let sets = criteria::by_ids(env, agency, &ids).await?;
        found.extend(sets.into_iter().map(|(id, it)| ((S::CriteriaSet, id.0), Object::CriteriaSet(it))));
    }
    if let Some(ids) = ids_of_kind(entries, S::Period) {
        let periods = store::period::by_ids(source, agency, &ids).await?;
        found.extend(periods.into_iter().map(|(id, it)| ((S::Period, id.0), Object::Period(it))));
    }
    if let Some(ids) = ids_of_kind::<Uuid>(entries, S::Plan) {
        let which = any_of(source.backend, (plan::Entity, plan::Column::Id), ids);
        let plans = store::plan::without_revisions(source, Condition::all().add(which)).await?;
        found.extend(plans.into_iter().map(|it| ((S::Plan, it.id.0), Object::Plan(Arc::new(it)))));
    }
    if let Some(ids) = ids_of_kind::<Uuid>(entries, S::Activity) {
        let which = any_of(source.backend, (activity::Entity, activity::Column::Id), ids);
        let activities = store::activity::load(source, Condition::all().add(which)).await?;
        found.extend(
            activities.into_iter().map(|it| ((S::Activity, it.id.0), Object::Activity(Arc::new(it)))),
        );
    }
    if let Some(ids) = ids_of_kind::<Uuid>(entries, S::Evaluation) {
        let which = any_of(source.backend, (evaluation::Entity, evaluation::Column::Id), ids);
        let evaluations = store::evaluation::load(source, Condition::all().add(which)).await?;
        found.extend(
            evaluations.into_iter().map(|it| ((S::Evaluation, it.id.0), Object::Evaluation(Arc::new(it)))),
        );
    }
    if let Some(ids) = ids_of_kind::<Uuid>(entries, S::Objection) {
        let which = any_of(source.backend, (objection::Entity, objection::Column::Id), ids);
        let objections = store::objection::load(source, Condition::all().add(which)).await?;
        found.extend(
            objections.into_iter().map(|it| ((S::Objection, it.id.0), Object::Objection(Arc::new(it)))),
        );
    }
    if let Some(ids) = ids_of_kind::<Uuid>(entries, S::Training) {
        let which = any_of(source.backend, (training::Entity, training::Column::Id), ids);
        let trainings = store::training::load(source, Condition::all().add(which)).await?;
        found
            .extend(trainings.into_iter().map(|it| ((S::Training, it.id.0), Object::Training(Arc::new(it)))));
    }
    if let Some(ids) = ids_of_kind::<Uuid>(entries, S::Correction) {
        let which = any_of(source.backend, (correction::Entity, correction::Column::Id), ids);
        let corrections = store::correction::load(source, Condition::all().add(which)).await?;
        found.extend(
            corrections.into_iter().map(|it| ((S::Correction, it.id.0), Object::Correction(Arc::new(it)))),
        );
    }
    if let Some(ids) = ids_of_kind::<Uuid>(entries, S::Dialogue) {
        let which = any_of(source.backend, (dialogue::Entity, dialogue::Column::Id), ids);
        let dialogues = store::dialogue::load(source, Condition::all().add(which)).await?;
        let of = dialogues.iter().map(|it| it.plan);
        let plans = store::plan::without_revisions_unscoped(source, of).await?;
        let plans: HashMap<_, _> = plans.into_iter().map(|(id, plan)| (id, Arc::new(plan))).collect();
        found.extend(dialogues.into_iter().filter_map(|it| {
            let plan = plans.get(&it.plan)?.clone();
            Some(((S::Dialogue, it.id.0), Object::Dialogue(Arc::new(it), plan)))
        }));
    }
    Ok(found)
}

/// Loads the current units of the people that entries of people, assignments and delegations concern. Also adds the
/// assignments themselves to `objects`.
async fn people(
    env: &Env,
    actor: &Actor,
    entries: &[Arc<Entry>],
    objects: &mut HashMap<SubjectKey, Object>,
) -> Result<HashMap<SubjectKey, BTreeSet<UnitId>>> {
    let concerned: HashMap<SubjectKey, StaffId> = entries
        .iter()
        .filter(|entry| entry.subject.sight() == Sight::People)
        .filter_map(|entry| Some((key(entry), entry.staff?)))
        .collect();
    if concerned.is_empty() {
        return Ok(HashMap::new());
    }
    let people: BTreeSet<StaffId> = concerned.values().copied().collect();
    let people: Vec<StaffId> = people.into_iter().collect();
    let assigned = store::assignment::of_staff(env.db.source(), actor.agency, &people).await?;
    let today = env.today(actor);
    let mut units: HashMap<SubjectKey, BTreeSet<UnitId>> = HashMap::with_capacity(concerned.len());
    for (key, person) in concerned {
        let assignments = assigned.get(&person).into_iter().flatten();
        for assignment in assignments.filter(|assignment| !assignment.has_ended_by(today)) {
            if key == (SubjectKind::Assignment, assignment.id.0) {
                objects.insert(key, Object::Assignment(assignment.clone()));
            }
            if assignment.open_on(today) {
                units.entry(key).or_default().insert(assignment.unit);
            }
        }
    }
    Ok(units)
}
