//! Lists, changes and ends delegations. Unfinished work gets its new rater at once; finished work keeps its rater.

pub use crate::store::lists::delegations::DelegationFilter;

use super::{load, renew::renew};
use crate::{
    consequence::Listed,
    db::{Command, IdempotencyKey, Order, Page, PageRequest, Tx},
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
    id::{DelegationId, StaffId, UnitId},
    policy::{
        Allowed,
        organisation::{Scope, decide},
    },
    time::Date,
};
use serde::Serialize;

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

/// Loads a page of the agency's delegations, ordered by their first day. Everyone in the agency can see them.
pub async fn delegations(
    env: &Env,
    actor: &Actor,
    filter: &DelegationFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Delegation>, Option<u64>)> {
    must_be_person(actor)?;
    let today = env.today(actor);
    let of = (actor.agency, today);
    store::lists::delegations::list(env.db.source(), of, filter, order, request, count).await
}

/// Lists what the actor can do to a delegation of an assignment in this unit. `unit` is `None` if the assignment is not
/// visible.
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
    let found = store::delegation::find(tx.source(), tx.actor().agency, id).await?.ok_or(Error::NotFound)?;
    let post = load::post(tx, found.assignment).await?;
    Ok((found, post))
}
