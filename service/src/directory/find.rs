//! Reads units and people. Everyone in the agency can see name, position, unit and superior. Personal data is
//! authorised separately.

use crate::{
    db::{Order, Page, PageRequest},
    env::Env,
    error::{Error, Result},
    store::{
        self,
        directory::{PersonKey, StaffFilter, UnitFilter},
    },
};
use domain::{
    actor::{Actor, Identity},
    assignment::Assignment,
    id::{AssignmentId, StaffId, UnitId},
    staff::{Staff, StaffStatus},
    unit::OrgUnit,
};
use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};
use tokio::time::Instant;

/// A lookup that finds no visible person is delayed to a multiple of this time, which is longer than the lookup itself.
const NOT_FOUND_STEP: Duration = Duration::from_millis(10);

/// How to find one person.
#[derive(Clone, Debug)]
pub enum StaffLookup {
    /// By id.
    Id(StaffId),
    /// By NIP. Needs access to the person's personal data.
    Nip(String),
    /// By the id in the personnel system. Needs access to the person's personal data.
    ExternalId(String),
}

/// Refuses API keys: reporting tools can read units and aggregates, but not people.
pub(crate) fn must_be_person(actor: &Actor) -> Result<()> {
    if matches!(actor.identity, Identity::ApiKey(_)) { Err(Error::Forbidden) } else { Ok(()) }
}

/// Loads a page of the agency's people, ordered by name.
pub async fn staff(
    env: &Env,
    actor: &Actor,
    filter: &StaffFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Staff>, Option<u64>)> {
    must_be_person(actor)?;
    let today = env.today(actor);
    store::directory::staff(env.db.source(), actor, today, filter, order, request, count).await
}

/// Loads one person of the agency.
pub async fn staff_member(env: &Env, actor: &Actor, by: StaffLookup) -> Result<Option<Staff>> {
    must_be_person(actor)?;
    let begun = Instant::now();
    let source = env.db.source();
    let (key, is_personal) = match by {
        StaffLookup::Id(id) => (PersonKey::Id(id), false),
        StaffLookup::Nip(nip) => (PersonKey::Nip(nip.chars().filter(|c| !c.is_whitespace()).collect()), true),
        StaffLookup::ExternalId(id) => (PersonKey::ExternalId(id), true),
    };
    let found = store::directory::person(source, actor, key).await?;
    // People who have left, and matches by NIP or external id, are visible only with access to personal data.
    if found.as_ref().is_some_and(|person| !is_personal && person.status == StaffStatus::Active) {
        return Ok(found);
    }
    // The response time must not reveal whether there is such a person. So this statement also runs if no one was
    // found, and the response is delayed to a multiple of a fixed time, which hides the remaining difference.
    let id = found.as_ref().map_or(StaffId(uuid::Uuid::nil()), |person| person.id);
    let visible = personal(env, actor, &[id]).await?;
    if let Some(person) = found.filter(|person| visible.contains(&person.id)) {
        return Ok(Some(person));
    }
    let steps = u32::try_from(begun.elapsed().as_micros() / NOT_FOUND_STEP.as_micros()).unwrap_or(u32::MAX);
    tokio::time::sleep_until(begun + NOT_FOUND_STEP * steps.saturating_add(1)).await;
    Ok(None)
}

/// Loads people of the agency by id. People who have left are included only if their personal data is visible.
pub async fn staff_by_ids(env: &Env, actor: &Actor, ids: &[StaffId]) -> Result<HashMap<StaffId, Staff>> {
    must_be_person(actor)?;
    let mut found = store::staff::by_ids(env.db.source(), actor.agency, ids).await?;
    let left = found.values().filter(|person| person.status == StaffStatus::Ended);
    let left: Vec<StaffId> = left.map(|person| person.id).collect();
    if !left.is_empty() {
        let visible = personal(env, actor, &left).await?;
        found.retain(|id, person| person.status == StaffStatus::Active || visible.contains(id));
    }
    Ok(found)
}

/// Finds which of these people's personal data, such as NIP and rank, is visible to the actor.
pub async fn personal(env: &Env, actor: &Actor, people: &[StaffId]) -> Result<BTreeSet<StaffId>> {
    store::directory::personal(env.db.source(), actor, env.today(actor), people).await
}

/// Loads a page of the direct subordinates of the actor and of the superiors for whom the actor acts, ordered by name.
pub async fn subordinates(
    env: &Env,
    actor: &Actor,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Staff>, Option<u64>)> {
    store::directory::subordinates(env.db.source(), actor, env.today(actor), request, count).await
}

/// Finds which of these assignments have ended and are hidden from the actor. An ended assignment is visible to actors
/// who can see the person's personal data or who were above that assignment.
pub(super) async fn hidden<'a>(
    env: &Env,
    actor: &Actor,
    assignments: impl Iterator<Item = &'a Assignment>,
) -> Result<BTreeSet<AssignmentId>> {
    store::directory::hidden(env.db.source(), actor, env.today(actor), assignments).await
}

/// Loads the assignments of people, newest first, without hidden ended ones and without posts that nobody has held yet.
pub async fn assignments_of(
    env: &Env,
    actor: &Actor,
    people: &[StaffId],
) -> Result<HashMap<StaffId, Vec<Assignment>>> {
    must_be_person(actor)?;
    let mut found = store::assignment::of_staff(env.db.source(), actor.agency, people).await?;
    let hidden = hidden(env, actor, found.values().flatten()).await?;
    for all in found.values_mut() {
        all.retain(|assignment| !assignment.never_held && !hidden.contains(&assignment.id));
    }
    Ok(found)
}

/// Loads assignments by id, without hidden ended ones.
pub async fn assignments_by_ids(
    env: &Env,
    actor: &Actor,
    ids: &[AssignmentId],
) -> Result<HashMap<AssignmentId, Assignment>> {
    must_be_person(actor)?;
    let mut found = store::assignment::by_ids(env.db.source(), actor.agency, ids).await?;
    let hidden = hidden(env, actor, found.values()).await?;
    found.retain(|id, _| !hidden.contains(id));
    Ok(found)
}

/// Loads a page of the agency's current units, ordered by name.
pub async fn units(
    env: &Env,
    actor: &Actor,
    filter: &UnitFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<OrgUnit>, Option<u64>)> {
    let today = env.today(actor);
    store::directory::units(env.db.source(), actor, today, filter, order, request, count).await
}

/// Loads units by id, with their current parents.
pub async fn units_by_ids(env: &Env, actor: &Actor, ids: &[UnitId]) -> Result<HashMap<UnitId, OrgUnit>> {
    store::org_unit::by_ids(env.db.source(), actor.agency, ids, env.today(actor)).await
}

/// Loads a unit of the actor's agency, or fails with NOT_FOUND.
pub(crate) async fn visible_unit(env: &Env, actor: &Actor, unit: UnitId) -> Result<OrgUnit> {
    units_by_ids(env, actor, &[unit]).await?.remove(&unit).ok_or(Error::NotFound)
}
