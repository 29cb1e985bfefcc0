//! Changes the superior of an assignment, or delegates its powers for a limited time.

use super::{
    ending::chain,
    load,
    renew::renew,
    schedule::{NowOrScheduled, schedule},
};
use crate::{
    consequence::Listed,
    db::{Command, IdempotencyKey, Tx},
    env::{Env, fresh_id},
    error::Result,
    store,
};
use domain::{
    Refusal,
    action::OrganisationAction,
    actor::Actor,
    assignment::{Delegation, DelegationInput},
    error::reason,
    event::EventKind,
    id::{AssignmentId, DelegationId},
    policy::organisation::{Scope, decide},
    scheduled::PlannedChange,
    staff::StaffStatus,
    time::Date,
};
use serde::Serialize;

/// Input for changing a superior.
#[derive(Clone, Debug, Serialize)]
pub struct AssignSuperior {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The version of it that the client read.
    pub expected_version: i32,
    /// The superior's assignment.
    pub superior: AssignmentId,
    /// First day under the new superior. The superior applies until the next recorded change.
    pub from: Date,
    /// The reason.
    pub reason: String,
}

impl Command for AssignSuperior {
    const OPERATION: &'static str = "assignSuperior";
}

/// Input for a delegation.
#[derive(Clone, Debug, Serialize)]
pub struct Delegate {
    /// The assignment whose powers are delegated.
    pub assignment: AssignmentId,
    /// The delegate, the capacity and the days.
    #[serde(flatten)]
    pub delegation: DelegationInput,
}

impl Command for Delegate {
    const OPERATION: &'static str = "createDelegation";
}

impl Delegate {
    /// Loads a delegation of the agency. Everyone in the agency can see delegations.
    pub async fn find(env: &Env, actor: &Actor, id: DelegationId) -> Result<Option<Delegation>> {
        store::delegation::find(env.db.source(), actor.agency, id).await
    }
}

/// Changes the superior of an assignment; for admins who cover its unit. If the first day is later than today, the
/// change is scheduled. An ended assignment with unfinished work can get another superior for that work, from a day
/// after its end on.
pub async fn assign_superior(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: AssignSuperior,
    dry_run: bool,
) -> Result<Listed<NowOrScheduled<AssignmentId>>> {
    env.write_listing(actor, key, input, dry_run, move |tx, input| async move {
        let day = input.from;
        if day <= tx.today() {
            return Ok(NowOrScheduled::Now(assign(&tx, &input).await?));
        }
        let before = load::assignment(&tx, input.assignment).await?;
        let why = input.reason.trim().to_owned();
        let change = PlannedChange::Superior { assignment: input.assignment, superior: input.superior };
        let work = move |tx: Tx| async move { assign(&tx, &input).await };
        schedule(&tx, before.staff, before.unit, change, day, &why, work).await
    })
    .await
}

pub(super) async fn assign(tx: &Tx, input: &AssignSuperior) -> Result<AssignmentId> {
    store::superior::lock(tx, tx.actor().agency).await?;
    let before = load::assignment(tx, input.assignment).await?;
    let superior = load::superior(tx, Some(input.superior), &["superiorAssignmentId"])
        .await?
        .ok_or_else(|| Refusal::not_found(["superiorAssignmentId"]))?;
    let scope = Scope { units: &[before.unit], ..Scope::default() };
    decide(OrganisationAction::AssignSuperior, tx.actor(), scope)?;
    load::same_version(before.version, input.expected_version)?;
    // After the end of an assignment, a superior is only needed for unfinished work.
    if before.has_ended_by(tx.today())
        && (!before.has_ended_by(input.from)
            || store::unfinished::work(tx.source(), &[before.id]).await?.is_empty())
    {
        return Err(Refusal::ended().into());
    }
    let chain = chain(tx, &superior).await?;
    let mut refusals = Vec::from_iter(load::not_later_than_today(tx, input.from, "from"));
    let why = reason("reason", &input.reason).map_err(|refusal| refusals.push(refusal)).unwrap_or_default();
    let after = before
        .assign_superior(&superior, input.from, tx.today(), |id| chain.get(&id))
        .map_err(|more| refusals.extend(more));
    let (Ok(after), true) = (after, refusals.is_empty()) else { return Err(refusals.into()) };
    if after == before {
        return Ok(before.id);
    }
    tx.change(&before, after, EventKind::SuperiorAssigned, Some(&why)).await?;
    renew(tx, [before.id].into(), Some(&why)).await?;
    Ok(before.id)
}

/// Delegates an assignment's powers to another person for a limited time; for admins who cover its unit.
pub async fn delegate(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: Delegate,
    dry_run: bool,
) -> Result<Listed<DelegationId>> {
    env.write_listing(actor, key, input, dry_run, move |tx, input| async move {
        store::superior::lock(&tx, tx.actor().agency).await?;
        let assignment = load::post(&tx, input.assignment).await?;
        let scope = Scope { units: &[assignment.unit], ..Scope::default() };
        decide(OrganisationAction::CreateDelegation, tx.actor(), scope)?;
        let to = input.delegation.delegate;
        let delegate = store::staff::by_ids(tx.source(), assignment.agency, &[to]).await?;
        if delegate.get(&to).is_none_or(|person| person.status != StaffStatus::Active) {
            return Err(Refusal::not_found(["delegateId"]).into());
        }
        let delegation = Delegation::create(DelegationId(fresh_id()), input.delegation, &assignment)?;
        let why = delegation.reason.clone();
        let made = tx.create(delegation, EventKind::Delegated, Some(&why)).await?;
        renew(&tx, [assignment.id].into(), Some(&why)).await?;
        Ok(made.id)
    })
    .await
}
