//! People and their assignments. Everyone in the agency can see name, position, unit and superior. Personal data is
//! authorised separately.

use crate::{
    db::{Backend, Keyset, Order, Page, PageRequest, SortKey, Source, any_of, counted},
    error::{Error, Result},
    scope::Owned,
    store,
};
use domain::{
    Key, Message, Refusal,
    actor::Actor,
    assignment::Assignment,
    id::{AssignmentId, StaffId, UnitId},
    staff::{EmploymentKind, Staff, StaffStatus},
    text::sort_key,
    time::Date,
};
use entity::{assignment, staff};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityName, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use serde::Serialize;
use std::collections::BTreeSet;

/// Filter for people; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct StaffFilter {
    /// The name contains each word of this text, in any order; accents and case are ignored.
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

/// Number of digits of a NIP.
const NIP_DIGITS: usize = 18;

/// The columns that decide who can see the personal data of a person who has an assignment.
pub(crate) const ASSIGNED: Owned<assignment::Column> = Owned {
    agency: assignment::Column::AgencyId,
    staff: assignment::Column::StaffId,
    unit: assignment::Column::UnitId,
    assignment: assignment::Column::Id,
    rater: None,
};

/// Selects the assignments that can make a person's personal data visible: current and future ones, or the ended ones
/// of a person who has no others. A former superior can't see the personal data of a person who has moved on.
pub(crate) fn granting_assignments(today: Date) -> Condition {
    let other = Alias::new("other");
    let of = |table: &Alias, column: assignment::Column| Expr::col((table.clone(), column));
    let lasts = |table: &Alias| {
        let valid_to = || of(table, assignment::Column::ValidTo);
        Condition::any().add(valid_to().is_null()).add(valid_to().gt(today))
    };
    let this = Alias::new(assignment::Entity.table_name());
    let still_assigned = Query::select()
        .expr(Expr::val(1))
        .from_as(assignment::Entity, other.clone())
        .and_where(
            of(&other, assignment::Column::StaffId).equals((this.clone(), assignment::Column::StaffId)),
        )
        .cond_where(lasts(&other))
        .to_owned();
    lasts(&this).add(Expr::exists(still_assigned).not())
}

/// A key that identifies one person of an agency.
#[derive(Clone, Debug)]
pub(crate) enum PersonKey {
    Id(StaffId),
    Nip(String),
    ExternalId(String),
}

/// Loads one person of the agency by a key. The caller decides whether the actor may see them.
pub(crate) async fn person<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    by: PersonKey,
) -> Result<Option<Staff>> {
    let agency = Condition::all().add(staff::Column::AgencyId.eq(actor.agency.0));
    let which = match by {
        PersonKey::Id(id) => agency.add(staff::Column::Id.eq(id.0)),
        PersonKey::Nip(nip) => agency.add(staff::Column::Nip.eq(nip)),
        PersonKey::ExternalId(id) => agency.add(staff::Column::ExternalId.eq(id)),
    };
    Ok(store::staff::load(source, which).await?.pop())
}

/// The condition for people whose personal data is visible to the actor.
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

/// The condition that a name contains each word of the text, in any order. Compares sort keys (see [`sort_key`]), so
/// that accents and case are ignored.
pub(crate) fn named(column: impl ColumnTrait, text: &str) -> Condition {
    let words = sort_key(text);
    // Keys consist of letters, digits and spaces, so nothing needs an escape. No key contains "-", so a text that has
    // only other characters matches no name.
    let words = if words.is_empty() && !text.trim().is_empty() { "-" } else { &words };
    let contained = words.split(' ').map(|word| column.contains(word));
    contained.fold(Condition::all(), Condition::add)
}

/// Loads a page of the agency's people, ordered by name.
pub(crate) async fn staff<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    today: Date,
    filter: &StaffFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Staff>, Option<u64>)> {
    let status = if filter.has_left { StaffStatus::Ended } else { StaffStatus::Active };
    let mut select = staff::Entity::find()
        .filter(staff::Column::AgencyId.eq(actor.agency.0))
        .filter(staff::Column::Status.eq(status.to_string()));
    if filter.has_left || filter.employment_kind.is_some() || filter.nip.is_some() {
        select = select.filter(personal_data_visible(source.backend, actor, today));
    }
    if let Some(name) = &filter.name {
        select = select.filter(named(staff::Column::NameKey, name));
    }
    if let Some(nip) = &filter.nip {
        select = select.filter(staff::Column::Nip.contains(part_of_nip(nip)?));
    }
    if let Some(kind) = filter.employment_kind {
        select = select.filter(staff::Column::EmploymentKind.eq(kind.to_string()));
    }
    if let Some(unit) = filter.unit {
        let tree = store::org_unit::tree(source.connection, actor.agency, today).await?;
        let units = tree.subtree(unit);
        let when = (!filter.has_left).then(|| store::assignment::open_on(today));
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
    let total = counted(source, &select, count).await?;
    let page = staff_keyset(filter, order)?.load(source.connection, select, request).await?;
    Ok((page.try_map(store::staff::value)?, total))
}

/// Reads a part of a NIP as people type it. Accepts only digits and spaces, because `%` and `_` have a meaning in SQL.
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
        columns: vec![staff::Column::NameKey, staff::Column::Id],
        order,
        key: |row| vec![SortKey::Text(row.name_key.clone()), SortKey::Id(row.id)],
        binding: format!("staff {}", serde_json::to_string(filter)?),
    })
}

/// Finds which of these people's personal data, such as NIP and rank, is visible to the actor.
pub(crate) async fn personal<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    today: Date,
    people: &[StaffId],
) -> Result<BTreeSet<StaffId>> {
    let which = ASSIGNED.personal(source.backend, actor).add(granting_assignments(today)).add(any_of(
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
/// Someone who acts for their own superior is not their own subordinate.
pub(crate) async fn subordinates<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    today: Date,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Staff>, Option<u64>)> {
    let powers = actor.assignments.union(&actor.acting_for).map(|assignment| assignment.0);
    let which = store::assignment::open_on(today).add(any_of(
        source.backend,
        (assignment::Entity, assignment::Column::SuperiorId),
        powers,
    ));
    let ids: BTreeSet<_> = store::assignment::load(source, which)
        .await?
        .into_iter()
        .map(|assignment| assignment.staff)
        .filter(|staff| !actor.is(*staff))
        .map(|staff| staff.0)
        .collect();
    let which = Condition::all().add(staff::Column::AgencyId.eq(actor.agency.0)).add(any_of(
        source.backend,
        (staff::Entity, staff::Column::Id),
        ids,
    ));
    let select = staff::Entity::find().filter(which);
    let total = counted(source, &select, count).await?;
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
pub(crate) async fn hidden<'a, C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    today: Date,
    assignments: impl Iterator<Item = &'a Assignment>,
) -> Result<BTreeSet<AssignmentId>> {
    let ended: Vec<&Assignment> = assignments.filter(|assignment| assignment.has_ended_by(today)).collect();
    if ended.is_empty() {
        return Ok(BTreeSet::new());
    }
    let people: Vec<StaffId> = ended.iter().map(|assignment| assignment.staff).collect();
    let known = personal(source, actor, today, &people).await?;
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
