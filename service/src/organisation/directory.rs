//! Reads units and people. Everyone in the agency can see name, position, unit and superior. Personal data is
//! authorised separately.

use crate::{
    db::{Backend, Keyset, Order, Page, PageRequest, SortKey, any_of},
    env::Env,
    error::{Error, Result},
    scope::Owned,
    store,
};
use domain::{
    Key, Message, Refusal,
    actor::{Actor, Identity},
    assignment::Assignment,
    id::{AssignmentId, StaffId, UnitId},
    staff::{EmploymentKind, Staff, StaffStatus},
    time::Date,
    unit::{OrgUnit, UnitKind},
};
use entity::{assignment, org_unit, org_unit_parent, staff};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, Func, LikeExpr, extension::postgres::PgExpr},
};
use serde::Serialize;
use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};
use tokio::time::Instant;

/// Filter for people; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct StaffFilter {
    /// The name contains this text; case is ignored.
    pub name: Option<String>,
    /// The NIP contains these digits; spaces are ignored. Needs access to personal data; others do not match.
    pub nip: Option<String>,
    /// Is assigned today to this unit or to one below it.
    pub unit: Option<UnitId>,
    /// Has this kind of employment. Needs access to personal data; others do not match.
    pub employment_kind: Option<EmploymentKind>,
    /// Selects people who have left instead of active people. Needs access to their personal data.
    /// `unit` then matches any assignment they ever had.
    pub has_left: bool,
}

/// A lookup that finds no visible person ends after a multiple of this time. It is longer than the lookup itself takes.
const NOT_FOUND: Duration = Duration::from_millis(10);

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

/// Filter for units; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct UnitFilter {
    /// The name contains this text; case is ignored.
    pub name: Option<String>,
    /// Has exactly this code; case and outer spaces are ignored.
    pub code: Option<String>,
    /// Is directly below this unit.
    pub parent: Option<UnitId>,
    /// Has this kind.
    pub kind: Option<UnitKind>,
}

/// Number of digits of a NIP.
const NIP_DIGITS: usize = 18;

pub(crate) const ASSIGNED: Owned<assignment::Column> = Owned {
    agency: assignment::Column::AgencyId,
    staff: assignment::Column::StaffId,
    unit: assignment::Column::UnitId,
    assignment: assignment::Column::Id,
    rater: None,
};

/// Refuses API keys: reporting tools can read units and aggregates, but not people.
pub(crate) fn must_be_person(actor: &Actor) -> Result<()> {
    if matches!(actor.identity, Identity::ApiKey(_)) { Err(Error::Forbidden) } else { Ok(()) }
}

/// Selects the assignments that can make a person's personal data visible: current and future ones, or the ended ones
/// of a person who has no others. A former superior can't see the personal data of a person who has moved on.
pub(crate) fn granting_assignments(today: Date) -> Condition {
    let lasts = || {
        Condition::any().add(assignment::Column::ValidTo.is_null()).add(assignment::Column::ValidTo.gt(today))
    };
    let still_assigned = assignment::Entity::find()
        .select_only()
        .column(assignment::Column::StaffId)
        .filter(lasts())
        .into_query();
    lasts().add(assignment::Column::StaffId.not_in_subquery(still_assigned))
}

/// Selects the people with personal data that is visible to the actor.
fn personal_data_visible(backend: Backend, actor: &Actor, today: Date) -> Condition {
    let assigned = assignment::Entity::find()
        .select_only()
        .column(assignment::Column::StaffId)
        .filter(ASSIGNED.personal(backend, actor))
        .filter(granting_assignments(today))
        .into_query();
    let me = actor.staff().map(|me| staff::Column::Id.eq(me.0));
    Condition::any().add(staff::Column::Id.in_subquery(assigned)).add_option(me)
}

/// Matches a column that contains the text. Ignores case on both databases; `%` and `_` are literal.
pub(super) fn contains(env: &Env, column: impl ColumnTrait, text: &str) -> Condition {
    let escaped = text.trim().to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = format!("%{escaped}%");
    let column = Expr::col(column.as_column_ref());
    Condition::all().add(match env.db.backend() {
        // Backslash is PostgreSQL's default escape character, and it rejects sea-query's parentheses after `ESCAPE`.
        Backend::Postgres => column.ilike(pattern),
        Backend::Sqlite => column.like(LikeExpr::new(pattern).escape('\\')),
    })
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
    let source = env.db.source();
    let status = if filter.has_left { StaffStatus::Ended } else { StaffStatus::Active };
    let mut select = staff::Entity::find()
        .filter(staff::Column::AgencyId.eq(actor.agency.0))
        .filter(staff::Column::Status.eq(status.to_string()));
    if filter.has_left || filter.employment_kind.is_some() || filter.nip.is_some() {
        select = select.filter(personal_data_visible(source.backend, actor, env.today(actor)));
    }
    if let Some(name) = &filter.name {
        select = select.filter(contains(env, staff::Column::Name, name));
    }
    if let Some(nip) = &filter.nip {
        select = select.filter(staff::Column::Nip.contains(part_of_nip(nip)?));
    }
    if let Some(kind) = filter.employment_kind {
        select = select.filter(staff::Column::EmploymentKind.eq(kind.to_string()));
    }
    if let Some(unit) = filter.unit {
        let tree = store::org_unit::tree(source.connection, actor.agency, env.today(actor)).await?;
        let units = tree.subtree(unit);
        let when = (!filter.has_left).then(|| store::assignment::open_on(env.today(actor)));
        let assigned = assignment::Entity::find()
            .select_only()
            .column(assignment::Column::StaffId)
            .filter(Condition::all().add_option(when))
            .filter(any_of(
                source.backend,
                (assignment::Entity, assignment::Column::UnitId),
                units.iter().map(|unit| unit.0),
            ))
            .into_query();
        select = select.filter(staff::Column::Id.in_subquery(assigned));
    }
    let total = if count { Some(select.clone().count(source.connection).await?) } else { None };
    let page = staff_keyset(filter, order)?.load(source.connection, select, request).await?;
    Ok((page.try_map(store::staff::value)?, total))
}

/// The digits of a part of a NIP as people type it. Only digits: `%` and `_` have a meaning in SQL.
fn part_of_nip(typed: &str) -> Result<String> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.is_empty() {
        return Err(Refusal::required("nip").into());
    }
    if digits.len() > NIP_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::input(["nip"], Message::new(Key::NipPart).with("max", NIP_DIGITS)));
    }
    Ok(digits)
}

pub(crate) fn staff_keyset(filter: &StaffFilter, order: Order) -> Result<Keyset<staff::Entity>> {
    Ok(Keyset {
        columns: vec![staff::Column::Name, staff::Column::Id],
        order,
        key: |row| vec![SortKey::Text(row.name.clone()), SortKey::Id(row.id)],
        binding: format!("staff {}", serde_json::to_string(filter)?),
    })
}

/// Loads one person of the agency.
pub async fn staff_member(env: &Env, actor: &Actor, by: StaffLookup) -> Result<Option<Staff>> {
    must_be_person(actor)?;
    let begun = Instant::now();
    let source = env.db.source();
    let agency = Condition::all().add(staff::Column::AgencyId.eq(actor.agency.0));
    let (which, is_personal) = match by {
        StaffLookup::Id(id) => (agency.add(staff::Column::Id.eq(id.0)), false),
        StaffLookup::Nip(nip) => {
            let digits: String = nip.chars().filter(|c| !c.is_whitespace()).collect();
            (agency.add(staff::Column::Nip.eq(digits)), true)
        }
        StaffLookup::ExternalId(id) => (agency.add(staff::Column::ExternalId.eq(id)), true),
    };
    let found = store::staff::load(source, which).await?.pop();
    // People who have left, and matches by NIP or external id, are visible only with access to personal data.
    if found.as_ref().is_some_and(|person| !is_personal && person.status == StaffStatus::Active) {
        return Ok(found);
    }
    // No one may learn from the response time whether there is such a person. So this statement also runs if no one was
    // found, and what remains of the difference disappears in a fixed time.
    let id = found.as_ref().map_or(StaffId(uuid::Uuid::nil()), |person| person.id);
    let visible = personal(env, actor, &[id]).await?;
    if let Some(person) = found.filter(|person| visible.contains(&person.id)) {
        return Ok(Some(person));
    }
    let steps = u32::try_from(begun.elapsed().as_micros() / NOT_FOUND.as_micros()).unwrap_or(u32::MAX);
    tokio::time::sleep_until(begun + NOT_FOUND * steps.saturating_add(1)).await;
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
    let source = env.db.source();
    let which =
        ASSIGNED.personal(source.backend, actor).add(granting_assignments(env.today(actor))).add(any_of(
            source.backend,
            (assignment::Entity, assignment::Column::StaffId),
            people.iter().map(|id| id.0),
        ));
    let assignments = store::assignment::load(source, which).await?;
    let mut visible: BTreeSet<StaffId> = assignments.into_iter().map(|assignment| assignment.staff).collect();
    visible.extend(people.iter().copied().filter(|person| actor.is(*person)));
    Ok(visible)
}

/// Loads a page of the direct subordinates of the actor and of the superiors for whom the actor acts, ordered by name.
pub async fn subordinates(
    env: &Env,
    actor: &Actor,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Staff>, Option<u64>)> {
    let source = env.db.source();
    let powers = actor.assignments.union(&actor.acting_for).map(|assignment| assignment.0);
    let which = store::assignment::open_on(env.today(actor)).add(any_of(
        source.backend,
        (assignment::Entity, assignment::Column::SuperiorId),
        powers,
    ));
    let ids: BTreeSet<_> = store::assignment::load(source, which)
        .await?
        .into_iter()
        .map(|assignment| assignment.staff.0)
        .collect();
    let which = Condition::all().add(staff::Column::AgencyId.eq(actor.agency.0)).add(any_of(
        source.backend,
        (staff::Entity, staff::Column::Id),
        ids,
    ));
    let select = staff::Entity::find().filter(which);
    let total = if count { Some(select.clone().count(source.connection).await?) } else { None };
    let me = actor.staff().map(|me| me.0).unwrap_or_default();
    let keyset = Keyset {
        binding: format!("subordinates {me}"),
        ..staff_keyset(&StaffFilter::default(), Order::Ascending)?
    };
    let page = keyset.load(source.connection, select, request).await?;
    Ok((page.try_map(store::staff::value)?, total))
}

/// Finds which of these assignments have ended and are hidden from the actor. An ended assignment is visible to actors
/// who can see the person's personal data or who were above that assignment.
pub(super) async fn hidden<'a>(
    env: &Env,
    actor: &Actor,
    assignments: impl Iterator<Item = &'a Assignment>,
) -> Result<BTreeSet<AssignmentId>> {
    let today = env.today(actor);
    let ended: Vec<&Assignment> = assignments.filter(|assignment| assignment.has_ended_by(today)).collect();
    if ended.is_empty() {
        return Ok(BTreeSet::new());
    }
    let people: Vec<StaffId> = ended.iter().map(|assignment| assignment.staff).collect();
    let known = personal(env, actor, &people).await?;
    let source = env.db.source();
    let which = ASSIGNED.personal(source.backend, actor).add(any_of(
        source.backend,
        (assignment::Entity, assignment::Column::Id),
        ended.iter().map(|assignment| assignment.id.0),
    ));
    let below: BTreeSet<AssignmentId> =
        store::assignment::load(source, which).await?.into_iter().map(|assignment| assignment.id).collect();
    let ended = ended.into_iter().filter(|ended| !known.contains(&ended.staff) && !below.contains(&ended.id));
    Ok(ended.map(|ended| ended.id).collect())
}

/// Loads the assignments of people, newest first, without hidden ended ones.
pub async fn assignments_of(
    env: &Env,
    actor: &Actor,
    people: &[StaffId],
) -> Result<HashMap<StaffId, Vec<Assignment>>> {
    must_be_person(actor)?;
    let mut found = store::assignment::of_staff(env.db.source(), actor.agency, people).await?;
    let hidden = hidden(env, actor, found.values().flatten()).await?;
    for all in found.values_mut() {
        all.retain(|assignment| !hidden.contains(&assignment.id));
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
    let source = env.db.source();
    let today = env.today(actor);
    let mut select = org_unit::Entity::find()
        .filter(org_unit::Column::AgencyId.eq(actor.agency.0))
        .filter(store::org_unit::open_on(today));
    if let Some(name) = &filter.name {
        select = select.filter(contains(env, org_unit::Column::Name, name));
    }
    if let Some(code) = &filter.code {
        let lower = Func::lower(Expr::col((org_unit::Entity, org_unit::Column::Code)));
        select = select.filter(Expr::expr(lower).eq(code.trim().to_lowercase()));
    }
    if let Some(kind) = filter.kind {
        select = select.filter(org_unit::Column::Kind.eq(kind.to_string()));
    }
    if let Some(parent) = filter.parent {
        let below = org_unit_parent::Entity::find()
            .select_only()
            .column(org_unit_parent::Column::UnitId)
            .filter(org_unit_parent::Column::ParentId.eq(parent.0))
            .filter(store::org_unit::placed_on(today))
            .into_query();
        select = select.filter(org_unit::Column::Id.in_subquery(below));
    }
    let total = if count { Some(select.clone().count(source.connection).await?) } else { None };
    let page = units_keyset(filter, order)?.load(source.connection, select, request).await?;
    let (has_next, has_previous) = (page.has_next, page.has_previous);
    let (cursors, rows): (Vec<_>, Vec<_>) = page.items.into_iter().unzip();
    let units = store::org_unit::with_parents(source, rows, today).await?;
    Ok((Page { items: cursors.into_iter().zip(units).collect(), has_next, has_previous }, total))
}

pub(super) fn units_keyset(filter: &UnitFilter, order: Order) -> Result<Keyset<org_unit::Entity>> {
    Ok(Keyset {
        columns: vec![org_unit::Column::Name, org_unit::Column::Id],
        order,
        key: |row| vec![SortKey::Text(row.name.clone()), SortKey::Id(row.id)],
        binding: format!("orgUnits {}", serde_json::to_string(filter)?),
    })
}

/// Loads units by id, with their current parents.
pub async fn units_by_ids(env: &Env, actor: &Actor, ids: &[UnitId]) -> Result<HashMap<UnitId, OrgUnit>> {
    store::org_unit::by_ids(env.db.source(), actor.agency, ids, env.today(actor)).await
}

/// Loads a unit of the actor's agency, or fails with NOT_FOUND.
pub(crate) async fn visible_unit(env: &Env, actor: &Actor, unit: UnitId) -> Result<OrgUnit> {
    units_by_ids(env, actor, &[unit]).await?.remove(&unit).ok_or(Error::NotFound)
}
