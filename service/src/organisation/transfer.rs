//! Moves a person to another unit or position: one assignment ends, another begins.

use super::{
    ending::{self, Ending, chain},
    load,
    renew::renew,
    schedule::{NowOrScheduled, schedule},
    staff::open,
    withdraw,
};
use crate::{
    consequence::Listed,
    db::{Command, IdempotencyKey, Tx},
    env::{Env, fresh_id},
    error::Result,
    plan::{self, PlanEnding},
    store,
};
use domain::{
    Refusal,
    action::OrganisationAction,
    actor::Actor,
    assignment::{Assignment, Placement, Post, Transfer},
    error::reason,
    event::EventKind,
    id::AssignmentId,
    policy::organisation::{Scope, decide},
    scheduled::PlannedChange,
};
use serde::Serialize;
use std::collections::BTreeSet;

/// Input for a transfer.
#[derive(Clone, Debug, Serialize)]
pub struct TransferStaff {
    /// The assignment that ends.
    pub assignment: AssignmentId,
    /// The version of it that the client read.
    pub expected_version: i32,
    /// The new assignment. Its first day is the end date (exclusive) of the old assignment. If the old assignment
    /// begins on the same day, the transfer is a correction, and the old assignment is withdrawn.
    pub placement: Placement,
    /// The reason.
    pub reason: String,
    /// The new superior of the direct subordinates.
    pub successor: Option<AssignmentId>,
}

impl Command for TransferStaff {
    const OPERATION: &'static str = "transferStaff";
}

/// Moves a person; for admins who cover both units. Returns the new assignment. A transfer with a later first day is
/// scheduled.
pub async fn transfer_staff(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: TransferStaff,
    dry_run: bool,
) -> Result<Listed<NowOrScheduled<AssignmentId>>> {
    env.write_listing(actor, key, input, dry_run, move |tx, input| async move {
        let from = input.placement.from;
        if from <= tx.today() {
            return Ok(NowOrScheduled::Now(transfer(&tx, &input, AssignmentId(fresh_id())).await?));
        }
        let before = load::assignment(&tx, input.assignment).await?;
        let Placement { unit, position, rank, superior, capacity, leads, .. } = input.placement.clone();
        let (assignment, successor, opens) = (input.assignment, input.successor, AssignmentId(fresh_id()));
        let change = PlannedChange::Transfer {
            assignment,
            unit,
            position,
            rank,
            superior,
            capacity,
            leads,
            successor,
            opens: Some(opens),
        };
        let why = input.reason.trim().to_owned();
        let work = move |tx: Tx| async move { transfer(&tx, &input, opens).await };
        schedule(&tx, before.staff, before.unit, change, from, &why, work).await
    })
    .await
}

/// Moves a person. `opens` is the id of the new assignment.
pub(super) async fn transfer(tx: &Tx, input: &TransferStaff, opens: AssignmentId) -> Result<AssignmentId> {
    store::superior::lock(tx, tx.actor().agency).await?;
    let before = load::assignment(tx, input.assignment).await?;
    let place = &input.placement;
    let person = load::person(tx, before.staff).await?;
    let unit = load::open_unit(tx, place.unit, place.from, &["to", "orgUnitId"]).await?;
    let superior = load::superior(tx, place.superior, &["to", "superiorAssignmentId"]).await?;
    let successor = load::superior(tx, input.successor, &["successorAssignmentId"]).await?;
    load::position(tx, place.position, &["to", "positionId"]).await?;
    let scope = Scope { units: &[before.unit, unit.id], ..Scope::default() };
    decide(OrganisationAction::TransferStaff, tx.actor(), scope)?;
    load::same_version(before.version, input.expected_version)?;
    person.must_be_active()?;
    before.must_not_have_ended_by(tx.today())?;
    let late = load::not_later_than_today(tx, place.from, "from");
    let mut refusals = Vec::from_iter(late.map(|refusal| refusal.under(["to"])));
    let why = reason("reason", &input.reason).map_err(|refusal| refusals.push(refusal)).unwrap_or_default();
    let how = before.transferred(place.from, tx.today());
    let how = how.map_err(|refusal| refusals.push(refusal.under(["to"])));
    let opened = open(tx, opens, before.staff, person.employment_kind, place, superior.as_ref())
        .map_err(|more| refusals.extend(more.into_iter().map(|refusal| refusal.under(["to"]))));
    let (Ok(opened), Ok(how), true) = (opened, how, refusals.is_empty()) else { return Err(refusals.into()) };
    let (next, successor) = (Some(&opened), successor.as_ref());
    if how == Transfer::Replaces {
        return correct(tx, &before, opened, (place, superior.as_ref(), successor), &why).await;
    }
    let ending = Ending { on: place.from, why: &why, next, successor, field: &["to", "from"] };
    let mut touched: BTreeSet<AssignmentId> = ending::end(tx, &before, ending).await?.into_iter().collect();
    touched.insert(before.id);
    let opened = tx.create(opened, EventKind::StaffTransferred, Some(&why)).await?;
    plan::fit_evaluations(tx, opened.staff, &why).await?;
    renew(tx, touched, Some(&why)).await?;
    Ok(opened.id)
}

/// Withdraws an assignment that was opened by mistake. If an ended assignment already has the right place, it continues
/// with its plan; otherwise the new assignment begins.
async fn correct(
    tx: &Tx,
    before: &Assignment,
    opened: Assignment,
    (place, superior, successor): (&Placement, Option<&Post>, Option<&Post>),
    why: &str,
) -> Result<AssignmentId> {
    let on = before.valid_from;
    let continued = withdraw::continued(tx, before, place).await?;
    let next = Some(continued.as_ref().unwrap_or(&opened));
    withdraw::withdraw(tx, before, PlanEnding { on, why, next, field: &["to", "from"] }).await?;
    let instead = match continued {
        None => tx.create(opened, EventKind::StaffTransferred, Some(why)).await?,
        Some(ended) => {
            let mut after = ended.reopen(tx.today());
            after.rank = opened.rank.or(after.rank);
            after.leads = place.leads;
            if let Some(superior) = superior.filter(|superior| after.superior != Some(superior.id)) {
                let above = chain(tx, superior).await?;
                let under = |more: Vec<Refusal>| -> Vec<Refusal> {
                    more.into_iter().map(|refusal| refusal.under(["to"])).collect()
                };
                after =
                    after.assign_superior(superior, on, tx.today(), |id| above.get(&id)).map_err(under)?;
            }
            let after = tx.change(&ended, after, EventKind::AssignmentReopened, Some(why)).await?;
            plan::continue_with_assignment(tx, &after, why).await?;
            after
        }
    };
    let mut touched = BTreeSet::from([before.id, instead.id]);
    if let Some(successor) = successor {
        let ending =
            Ending { on, why, next: Some(&instead), successor: Some(successor), field: &["to", "from"] };
        touched.extend(ending::move_subordinates(tx, before, successor, ending).await?);
    }
    touched.extend(withdraw::release(tx, before, &instead, why).await?);
    plan::fit_evaluations(tx, before.staff, why).await?;
    renew(tx, touched, Some(why)).await?;
    Ok(instead.id)
}
