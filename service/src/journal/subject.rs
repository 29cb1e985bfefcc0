//! The objects that entries tell of, as they are now: read for many entries at once, and once for all who follow the
//! journal. Who may see them is decided apart, for each reader.

use super::entry::Entry;
use crate::{criteria, db::any_of, env::Env, error::Result, store};
use domain::{
    activity::Activity,
    actor::Actor,
    assignment::Assignment,
    criteria::CriteriaSet,
    evaluation::Evaluation,
    event::SubjectKind,
    id::{AssignmentId, StaffId, UnitId},
    period::Period,
    plan::Plan,
    policy::{Standing, sees_personal},
    staff::{Staff, StaffStatus},
    unit::OrgUnit,
};
use entity::{activity, evaluation, plan};
use sea_orm::Condition;
use std::{
    collections::{BTreeSet, HashMap},
    hash::{BuildHasher, RandomState},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::{sync::Mutex, time::Instant};
use uuid::Uuid;

/// How old what is shared may be. With the age of decisions and of rights it stays below five seconds.
const SHARED_FOR: Duration = Duration::from_secs(1);
/// Past so many objects those that are too old are forgotten.
const SHARED_AT_MOST: usize = 2_048;
/// So many sets of objects are read at the same time.
const READERS: usize = 16;

/// An object that something happened to.
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
}

/// What an entry tells of, as it is now.
#[derive(Debug)]
pub struct Subject {
    /// The object; of a feedback its plan. None where it is not the same for all who see the entry, or can't be
    /// read alone.
    object: Option<Object>,
    /// The chain of superiors over the assignment that the object belongs to.
    above: BTreeSet<AssignmentId>,
    /// Where the person concerned works today; of people and what they are assigned to.
    units: BTreeSet<UnitId>,
    /// All up to this number had happened when it was read.
    upto: i64,
    read: Instant,
}

impl Subject {
    /// The object of an entry, the same for all who see the entry.
    #[must_use]
    pub fn object(&self, entry: &Entry) -> Option<&Object> {
        self.object.as_ref().filter(|_| entry.subject != SubjectKind::Feedback)
    }

    /// Whether the person concerned works in one of these units today.
    #[must_use]
    pub fn works_in(&self, units: &BTreeSet<UnitId>) -> bool {
        !self.units.is_disjoint(units)
    }

    /// Whether the actor sees what is personal of the object; nobody does of what is gone.
    pub(super) fn is_seen_by(&self, actor: &Actor) -> bool {
        let Some((agency, standing)) = self.object.as_ref().and_then(|object| match object {
            Object::Plan(plan) => {
                Some((plan.agency, Standing::of(actor, plan.staff, plan.unit, &plan.rater)))
            }
            Object::Activity(it) => {
                let rater = (it.rater_assignment, it.rater_staff);
                Some((it.agency, Standing::rated_by(actor, it.staff, it.unit, rater)))
            }
            Object::Evaluation(it) => Some((it.agency, Standing::of(actor, it.staff, it.unit, &it.rater))),
            _ => None,
        }) else {
            return false;
        };
        let mut powers = actor.assignments.union(&actor.acting_for);
        actor.agency == agency
            && sees_personal(&standing.with_chain(powers.any(|power| self.above.contains(power))))
    }

    fn is_good_for(&self, entry: &Entry, now: Instant) -> bool {
        self.upto >= entry.number && now - self.read < SHARED_FOR
    }
}

/// By what an object is known here.
type Key = (SubjectKind, Uuid);

/// What decides on an entry.
fn key(entry: &Entry) -> Key {
    match (entry.subject, entry.plan) {
        (SubjectKind::Feedback, Some(plan)) => (SubjectKind::Plan, plan.0),
        (kind, _) => (kind, entry.subject_id),
    }
}

/// What was read in the last second, for whoever asks for it.
#[derive(Default)]
pub(super) struct Shared {
    known: RwLock<HashMap<Key, Arc<Subject>>>,
    /// Whoever wants the same waits for the one who reads it.
    reading: [Mutex<()>; READERS],
    by: RandomState,
}

impl Shared {
    fn find(&self, entries: &[Arc<Entry>], found: &mut HashMap<Key, Arc<Subject>>) -> Vec<Arc<Entry>> {
        // Nothing panics while it is held.
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let mut missing = Vec::new();
        for entry in entries {
            match known.get(&key(entry)) {
                Some(subject) if subject.is_good_for(entry, now) => {
                    found.insert(key(entry), subject.clone());
                }
                _ => missing.push(entry.clone()),
            }
        }
        missing
    }

    fn keep(&self, read: &HashMap<Key, Arc<Subject>>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= SHARED_AT_MOST {
            let now = Instant::now();
            known.retain(|_, subject| now - subject.read < SHARED_FOR);
        }
        known.extend(read.iter().map(|(key, subject)| (*key, subject.clone())));
    }
}

/// The subjects of entries in their order, as they are now.
pub(super) async fn now(env: &Env, actor: &Actor, entries: &[Arc<Entry>]) -> Result<Vec<Arc<Subject>>> {
    let found = read(env, actor, entries).await?;
    Ok(in_order(entries, &found))
}

/// The same, of which some may have been read for others a moment ago, but after what the entry tells of.
pub(super) async fn lately(env: &Env, actor: &Actor, entries: &[Arc<Entry>]) -> Result<Vec<Arc<Subject>>> {
    let shared = env.journal.subjects();
    let mut found = HashMap::with_capacity(entries.len());
    let missing = shared.find(entries, &mut found);
    if let Some(first) = missing.first() {
        let place = shared.by.hash_one(key(first)) % READERS as u64;
        let turn = usize::try_from(place).map_or(&shared.reading[0], |place| &shared.reading[place]);
        let _turn = turn.lock().await;
        let missing = shared.find(&missing, &mut found);
        if !missing.is_empty() {
            // In a box, as whoever waits for his turn would hold what only one of them needs.
            let read = Box::pin(read(env, actor, &missing)).await?;
            shared.keep(&read);
            found.extend(read);
        }
    }
    Ok(in_order(entries, &found))
}

fn in_order(entries: &[Arc<Entry>], found: &HashMap<Key, Arc<Subject>>) -> Vec<Arc<Subject>> {
    entries.iter().filter_map(|entry| found.get(&key(entry)).cloned()).collect()
}

/// Reads the subjects of entries of one agency: one statement or two for each kind of object, and one for all chains
/// of superiors.
async fn read(env: &Env, actor: &Actor, entries: &[Arc<Entry>]) -> Result<HashMap<Key, Arc<Subject>>> {
    let (upto, read) = (*env.journal.head().borrow(), Instant::now());
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
                upto,
                read,
            })
        });
    }
    Ok(found)
}

impl Object {
    /// The assignment by whose chain of superiors it is seen.
    fn assignment(&self) -> Option<AssignmentId> {
        match self {
            Self::Plan(plan) => Some(plan.assignment),
            Self::Activity(activity) => Some(activity.assignment),
            Self::Evaluation(evaluation) => Some(evaluation.assignment),
            _ => None,
        }
    }
}

fn wanted<I: From<Uuid>>(entries: &[Arc<Entry>], of: SubjectKind) -> Option<Vec<I>> {
    let keys = entries.iter().map(|entry| key(entry)).filter(|(kind, _)| *kind == of);
    let ids: BTreeSet<Uuid> = keys.map(|(_, id)| id).collect();
    (!ids.is_empty()).then(|| ids.into_iter().map(I::from).collect())
}

async fn objects(env: &Env, actor: &Actor, entries: &[Arc<Entry>]) -> Result<HashMap<Key, Object>> {
    use SubjectKind as S;
    let (source, agency) = (env.db.source(), actor.agency);
    let mut found = HashMap::new();
    if let Some(ids) = wanted(entries, S::OrgUnit) {
        let units = store::org_unit::by_ids(source, agency, &ids, env.today(actor)).await?;
        found.extend(units.into_iter().map(|(id, it)| ((S::OrgUnit, id.0), Object::OrgUnit(it))));
    }
    if let Some(ids) = wanted(entries, S::Staff) {
        let people = store::staff::by_ids(source, agency, &ids).await?;
        // Those who have left are not for everybody.
        let active = people.into_iter().filter(|(_, person)| person.status == StaffStatus::Active);
        found.extend(active.map(|(id, it)| ((S::Staff, id.0), Object::Staff(it))));
    }
    if let Some(ids) = wanted(entries, S::CriteriaSet) {
        let sets = criteria::by_ids(env, agency, &ids).await?;
        found.extend(sets.into_iter().map(|(id, it)| ((S::CriteriaSet, id.0), Object::CriteriaSet(it))));
    }
    if let Some(ids) = wanted(entries, S::Period) {
        let periods = store::period::by_ids(source, agency, &ids).await?;
        found.extend(periods.into_iter().map(|(id, it)| ((S::Period, id.0), Object::Period(it))));
    }
    if let Some(ids) = wanted::<Uuid>(entries, S::Plan) {
        let which = any_of(source.backend, (plan::Entity, plan::Column::Id), ids);
        let plans = store::plan::heads(source, Condition::all().add(which)).await?;
        found.extend(plans.into_iter().map(|it| ((S::Plan, it.id.0), Object::Plan(Arc::new(it)))));
    }
    if let Some(ids) = wanted::<Uuid>(entries, S::Activity) {
        let which = any_of(source.backend, (activity::Entity, activity::Column::Id), ids);
        let activities = store::activity::load(source, Condition::all().add(which)).await?;
        found.extend(
            activities.into_iter().map(|it| ((S::Activity, it.id.0), Object::Activity(Arc::new(it)))),
        );
    }
    if let Some(ids) = wanted::<Uuid>(entries, S::Evaluation) {
        let which = any_of(source.backend, (evaluation::Entity, evaluation::Column::Id), ids);
        let evaluations = store::evaluation::load(source, Condition::all().add(which)).await?;
        found.extend(
            evaluations.into_iter().map(|it| ((S::Evaluation, it.id.0), Object::Evaluation(Arc::new(it)))),
        );
    }
    Ok(found)
}

/// Where the people work today whom entries of people, assignments and delegations concern; and these assignments.
async fn people(
    env: &Env,
    actor: &Actor,
    entries: &[Arc<Entry>],
    objects: &mut HashMap<Key, Object>,
) -> Result<HashMap<Key, BTreeSet<UnitId>>> {
    let of_people = [SubjectKind::Staff, SubjectKind::Assignment, SubjectKind::Delegation];
    let concerned: HashMap<Key, StaffId> = entries
        .iter()
        .filter(|entry| of_people.contains(&entry.subject))
        .filter_map(|entry| Some((key(entry), entry.staff?)))
        .collect();
    if concerned.is_empty() {
        return Ok(HashMap::new());
    }
    let people: BTreeSet<StaffId> = concerned.values().copied().collect();
    let people: Vec<StaffId> = people.into_iter().collect();
    let assigned = store::assignment::of_staff(env.db.source(), actor.agency, &people).await?;
    let today = env.today(actor);
    let mut units: HashMap<Key, BTreeSet<UnitId>> = HashMap::with_capacity(concerned.len());
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
