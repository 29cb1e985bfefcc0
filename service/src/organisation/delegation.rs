//! Lists, changes and ends delegations. Raters of unfinished work follow at once; finished work keeps its rater.

use super::{load, renew::renew};
use crate::{
    consequence::Listed,
    db::{Command, IdempotencyKey, Keyset, Order, Page, PageRequest, SortKey, Tx, any_of},
    directory::must_be_person,
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    Key, Refusal,
    action::OrganisationAction as Do,
    actor::Actor,
    assignment::{Delegation, DelegationChanges, Post},
    error::reason,
    event::EventKind,
    id::{AssignmentId, DelegationId, StaffId, UnitId},
    policy::{
        Allowed,
        organisation::{Scope, decide},
    },
    time::Date,
};
use entity::{
    assignment,
    delegation::{Column, Entity},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait};
use serde::Serialize;

/// Filter for delegations; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct DelegationFilter {
    /// Of this assignment.
    pub assignment: Option<AssignmentId>,
    /// Of the assignments in this unit and in those below it today.
    pub unit: Option<UnitId>,
    /// To this person.
    pub delegate: Option<StaffId>,
    /// In force on this day.
    pub on: Option<Date>,
}

/// Changes of a delegation.
#[derive(Clone, Debug, Serialize)]
pub struct UpdateDelegation {
    /// The delegation.
    pub delegation: DelegationId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The changes.
    pub changes: DelegationChanges,
    /// The reason.
    pub reason: String,
}

impl Command for UpdateDelegation {
    const OPERATION: &'static str = "updateDelegation";
}

/// The end of a delegation.
#[derive(Clone, Debug, Serialize)]
pub struct EndDelegation {
    /// The delegation.
    pub delegation: DelegationId,
    /// The version that the client read.
    pub expected_version: i32,
    /// End date (exclusive), by default today.
    pub to: Option<Date>,
    /// The reason.
    pub reason: String,
}

impl Command for EndDelegation {
    const OPERATION: &'static str = "endDelegation";
}

/// Loads a page of the agency's delegations, the latest first or last. Everyone in the agency can see them.
pub async fn delegations(
    env: &Env,
    actor: &Actor,
    filter: &DelegationFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Delegation>, Option<u64>)> {
    must_be_person(actor)?;
    let source = env.db.source();
    let mut which = Condition::all()
        .add(Column::AgencyId.eq(actor.agency.0))
        .add_option(filter.assignment.map(|of| Column::AssignmentId.eq(of.0)))
        .add_option(filter.delegate.map(|to| Column::DelegateId.eq(to.0)));
    if let Some(day) = filter.on {
        which = which.add(store::delegation::open_on(day));
    }
    if let Some(unit) = filter.unit {
        let tree = store::org_unit::tree(source.connection, actor.agency, env.today(actor)).await?;
        let column = (assignment::Entity, assignment::Column::UnitId);
        let there = assignment::Entity::find().select_only().column(assignment::Column::Id).filter(any_of(
            source.backend,
            column,
            tree.subtree(unit).iter().map(|unit| unit.0),
        ));
        which = which.add(Column::AssignmentId.in_subquery(there.into_query()));
    }
    let select = Entity::find().filter(which);
    let total = if count { Some(select.clone().count(source.connection).await?) } else { None };
    let keyset = Keyset {
        columns: vec![Column::ValidFrom, Column::Id],
        order,
        key: |row: &entity::delegation::Model| vec![SortKey::Day(row.valid_from), SortKey::Id(row.id)],
        binding: format!("delegations {}", serde_json::to_string(filter)?),
    };
    let page = keyset.load(source.connection, select, request).await?;
    Ok((page.try_map(store::delegation::value)?, total))
}

/// Lists what the actor can do to a delegation of an assignment in this unit; none if the assignment is not visible.
#[must_use]
pub fn delegation_actions(
    env: &Env,
    actor: &Actor,
    delegation: &Delegation,
    unit: Option<UnitId>,
) -> Vec<Allowed> {
    let open = delegation.must_not_have_ended_by(env.today(actor));
    let of = |action: Do, gains: Option<StaffId>| {
        let right = decide(action, actor, Scope { units: unit.as_slice(), gains, ..Scope::default() });
        Allowed { action: action.into(), refusal: right.and(open.clone()).err(), who_can: Vec::new() }
    };
    vec![of(Do::UpdateDelegation, Some(delegation.delegate)), of(Do::EndDelegation, None)]
}

/// Changes the capacity or the days of a delegation; for admins who cover the unit of its assignment.
pub async fn update_delegation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: UpdateDelegation,
    dry_run: bool,
) -> Result<Listed<DelegationId>> {
    env.write_listing(actor, key, input, dry_run, move |tx, input| async move {
        let (before, post) = load(&tx, input.delegation).await?;
        decide(Do::UpdateDelegation, tx.actor(), Scope { units: &[post.unit], ..Scope::default() })?;
        load::same_version(before.version, input.expected_version)?;
        let mut refusals = Vec::new();
        let why =
            reason("reason", &input.reason).map_err(|refusal| refusals.push(refusal)).unwrap_or_default();
        let after = before.update(input.changes, &post, tx.today()).map_err(|more| refusals.extend(more));
        let (Ok(after), true) = (after, refusals.is_empty()) else { return Err(refusals.into()) };
        if after != before {
            tx.change(&before, after, EventKind::DelegationUpdated, Some(&why)).await?;
            renew(&tx, [post.id].into(), Some(&why)).await?;
        }
        Ok(before.id)
    })
    .await
}

/// Ends a delegation; for admins who cover the unit of its assignment.
pub async fn end_delegation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: EndDelegation,
    dry_run: bool,
) -> Result<Listed<DelegationId>> {
    env.write_listing(actor, key, input, dry_run, move |tx, input| async move {
        let (before, post) = load(&tx, input.delegation).await?;
        decide(Do::EndDelegation, tx.actor(), Scope { units: &[post.unit], ..Scope::default() })?;
        load::same_version(before.version, input.expected_version)?;
        before.must_not_have_ended_by(tx.today())?;
        let why = reason("reason", &input.reason)?;
        let after = before
            .end(input.to.unwrap_or(tx.today()))
            .map_err(|_| Refusal::input(["to"], Key::DelegationEndsEarlier))?;
        tx.change(&before, after, EventKind::DelegationEnded, Some(&why)).await?;
        renew(&tx, [post.id].into(), Some(&why)).await?;
        Ok(before.id)
    })
    .await
}

/// Locks the superiors of the agency and loads a delegation with its post.
async fn load(tx: &Tx, id: DelegationId) -> Result<(Delegation, Post)> {
    store::superior::lock(tx, tx.actor().agency).await?;
    let which = Condition::all().add(Column::AgencyId.eq(tx.actor().agency.0)).add(Column::Id.eq(id.0));
    let found = store::delegation::load(tx.source(), which).await?.pop().ok_or(Error::NotFound)?;
    let post = load::post(tx, found.assignment).await?;
    Ok((found, post))
}
