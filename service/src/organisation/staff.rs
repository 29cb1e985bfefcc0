//! Creates people, changes their data, and records that they leave.

use super::{
    ending::{self, Ending},
    load,
    renew::renew,
    schedule::{self, NowOrScheduled, schedule},
};
use crate::{
    consequence::Listed,
    db::{Command, IdempotencyKey, Tx},
    env::{Env, fresh_id},
    error::Result,
    identity, plan, store,
};
use domain::{
    Edit, Refusal,
    action::OrganisationAction,
    actor::Actor,
    assignment::{Assignment, NewAssignment, Placement, Post},
    event::EventKind,
    id::{AssignmentId, StaffId, UnitId},
    policy::organisation::{Scope, decide},
    rank,
    scheduled::PlannedChange,
    staff::{EmploymentKind, NewStaff, Staff, StaffChanges, StaffInput, StaffStatus},
    time::Date,
};
use serde::Serialize;
use std::collections::BTreeSet;

/// A person to create, with their first assignment.
#[derive(Clone, Debug, Serialize)]
pub struct CreateStaff {
    /// The person.
    #[serde(flatten)]
    pub person: StaffInput,
    /// Their first assignment.
    pub placement: Placement,
}

impl Command for CreateStaff {
    const OPERATION: &'static str = "createStaff";
}

/// Changes to a person; absent fields stay as they are.
#[derive(Clone, Debug, Serialize)]
pub struct UpdateStaff {
    /// The person.
    pub staff: StaffId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The changes of the person.
    #[serde(flatten)]
    pub changes: StaffChanges,
    /// The rank in the current assignment; the person must have exactly one. With a new employment kind, the rank in all
    /// assignments.
    pub rank: Edit<String>,
    /// Whether they head the unit of that assignment.
    pub leads: Option<bool>,
}

impl Command for UpdateStaff {
    const OPERATION: &'static str = "updateStaff";
}

/// A person who leaves.
#[derive(Clone, Debug, Serialize)]
pub struct EndStaff {
    /// The person.
    pub staff: StaffId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The last day at work.
    pub last_day: Date,
    /// The reason.
    pub reason: String,
    /// The new superior of the direct subordinates.
    pub successor: Option<AssignmentId>,
}

impl Command for EndStaff {
    const OPERATION: &'static str = "endStaff";
}

/// Creates a person; for admins who cover the unit.
pub async fn create_staff(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: CreateStaff,
) -> Result<Listed<StaffId>> {
    env.write_listing(actor, key, input, false, move |tx, input| async move {
        let place = &input.placement;
        let unit = load::open_unit(&tx, place.unit, place.from, &["assignment", "orgUnitId"]).await?;
        let superior = load::superior(&tx, place.superior, &["assignment", "superiorAssignmentId"]).await?;
        load::position(&tx, place.position, &["assignment", "positionId"]).await?;
        let scope = Scope { units: &[unit.id], ..Scope::default() };
        decide(OrganisationAction::CreateStaff, tx.actor(), scope)?;
        let kind = input.person.employment_kind;
        let person = Staff::create(NewStaff {
            id: StaffId(fresh_id()),
            agency: tx.actor().agency,
            input: input.person,
            source: None,
        });
        let id = person.as_ref().map_or_else(|_| StaffId(fresh_id()), |person| person.id);
        let assignment = open(&tx, AssignmentId(fresh_id()), id, kind, &input.placement, superior.as_ref());
        let (person, assignment) = both(person, assignment)?;
        refuse_taken(&tx, &person).await?;
        let person = tx.create(person, EventKind::StaffCreated, None).await?;
        tx.create(assignment, EventKind::AssignmentOpened, None).await?;
        Ok(person.id)
    })
    .await
}

/// Returns both values, or the refusals of both.
fn both(
    person: std::result::Result<Staff, Vec<Refusal>>,
    assignment: std::result::Result<Assignment, Vec<Refusal>>,
) -> std::result::Result<(Staff, Assignment), Vec<Refusal>> {
    let assignment = assignment.map_err(|refusals| {
        refusals.into_iter().map(|refusal| refusal.under(["assignment"])).collect::<Vec<_>>()
    });
    match (person, assignment) {
        (Ok(person), Ok(assignment)) => Ok((person, assignment)),
        (person, assignment) => Err(person.err().into_iter().chain(assignment.err()).flatten().collect()),
    }
}

/// Opens an assignment from a placement.
pub(super) fn open(
    tx: &Tx,
    id: AssignmentId,
    staff: StaffId,
    kind: EmploymentKind,
    place: &Placement,
    superior: Option<&Post>,
) -> std::result::Result<Assignment, Vec<Refusal>> {
    let new = NewAssignment { id, agency: tx.actor().agency, staff, place: place.clone() };
    Assignment::open(new, kind, superior)
}

/// Changes a person's data; for admins who cover the person's units.
pub async fn update_staff(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: UpdateStaff,
) -> Result<Listed<StaffId>> {
    env.write_listing(actor, key, input, false, move |tx, input| async move {
        store::superior::lock(&tx, tx.actor().agency).await?;
        let before = load::person(&tx, input.staff).await?;
        let units = load::units_of(&tx, before.id).await?;
        decide(OrganisationAction::UpdateStaff, tx.actor(), Scope { units: &units, ..Scope::default() })?;
        load::same_version(before.version, input.expected_version)?;
        let after = before.update(input.changes)?;
        refuse_taken(&tx, &after).await?;
        let kind = after.employment_kind;
        let has_new_kind = kind != before.employment_kind;
        if has_new_kind || !input.rank.is_keep() || input.leads.is_some() {
            let today = tx.today();
            let unended = load::unended(&tx, before.id, today).await?;
            let is_open = |one: &&Assignment| one.open_on(today);
            let is_edited = input.leads.is_some() || !(has_new_kind || input.rank.is_keep());
            if is_edited && unended.iter().filter(is_open).count() != 1 {
                return Err(Refusal::not_found(["rank"]).into());
            }
            for assignment in unended.iter().filter(|one| has_new_kind || is_open(one)) {
                // The rank of another kind would stay in each assignment, also in those that begin later.
                if input.rank.is_keep() && has_new_kind {
                    rank::must_fit(assignment.rank.as_deref(), kind)?;
                }
                let leads = input.leads.filter(|_| is_open(&assignment));
                let next = assignment.update(input.rank.as_deref(), leads, kind)?;
                if next != *assignment {
                    tx.change(assignment, next, EventKind::AssignmentUpdated, None).await?;
                }
            }
        }
        if after == before {
            return Ok(before.id);
        }
        let after = tx.change(&before, after, EventKind::StaffUpdated, None).await?;
        identity::follow_user_name(&tx, &before, &after).await?;
        Ok(after.id)
    })
    .await
}

/// Records that a person leaves: ends their assignments, closes their plans, and renews the raters of their ratees. For
/// admins who cover the person's units. On the last day the person still works and rates. So if the last day is today
/// or later, the change is scheduled for the day after.
pub async fn end_staff(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: EndStaff,
    dry_run: bool,
) -> Result<Listed<NowOrScheduled<StaffId>>> {
    env.write_listing(actor, key, input, dry_run, move |tx, input| async move {
        if input.last_day < tx.today() {
            return Ok(NowOrScheduled::Now(end(&tx, &input).await?));
        }
        let (staff, why) = (input.staff, input.reason.trim().to_owned());
        let unit =
            load::units_of(&tx, staff).await?.into_iter().next().unwrap_or(UnitId(tx.actor().agency.0));
        let day = input.last_day.succ_opt().unwrap_or(input.last_day);
        let change = PlannedChange::Ending { last_day: input.last_day, successor: input.successor };
        let work = move |tx: Tx| async move { end(&tx, &input).await };
        schedule(&tx, staff, unit, change, day, &why, work).await
    })
    .await
}

pub(super) async fn end(tx: &Tx, input: &EndStaff) -> Result<StaffId> {
    store::superior::lock(tx, tx.actor().agency).await?;
    let before = load::person(tx, input.staff).await?;
    let units = load::units_of(tx, before.id).await?;
    let successor = load::superior(tx, input.successor, &["successorAssignmentId"]).await?;
    decide(OrganisationAction::EndStaff, tx.actor(), Scope { units: &units, ..Scope::default() })?;
    load::same_version(before.version, input.expected_version)?;
    if let Some(refusal) = load::not_later_than_today(tx, input.last_day, "lastDay") {
        return Err(refusal.into());
    }
    let after = before.end(input.last_day, &input.reason)?;
    let why = after.end_reason.clone();
    let on = input.last_day.succ_opt().unwrap_or(input.last_day);
    let mut touched = BTreeSet::new();
    for assignment in load::unended(tx, before.id, on).await? {
        touched.insert(assignment.id);
        let (why, successor) = (input.reason.as_str(), successor.as_ref());
        let ending = Ending { on, why, next: None, successor, field: &["lastDay"] };
        touched.extend(ending::end(tx, &assignment, ending).await?);
    }
    plan::fit_evaluations(tx, before.id, &input.reason).await?;
    touched.extend(end_delegations_to(tx, before.id, on).await?);
    tx.change(&before, after, EventKind::StaffEnded, why.as_deref()).await?;
    schedule::cancel_of(tx, before.id, why.as_deref().unwrap_or_default()).await?;
    renew(tx, touched, why.as_deref()).await?;
    Ok(before.id)
}

/// Ends the delegations to a person who leaves; returns the assignments that were delegated.
async fn end_delegations_to(tx: &Tx, staff: StaffId, on: Date) -> Result<Vec<AssignmentId>> {
    let mut touched = Vec::new();
    for before in store::delegation::unended_to(tx.source(), &[staff], on).await? {
        let after = before.end(on)?;
        touched.push(before.assignment);
        tx.change(&before, after, EventKind::DelegationEnded, None).await?;
    }
    Ok(touched)
}

/// Refuses a NIP that any person has, and an external id that another person of the agency has.
async fn refuse_taken(tx: &Tx, person: &Staff) -> Result<()> {
    let source = tx.source();
    let mut refusals = Vec::new();
    for (field, value, other) in [
        ("nip", &person.nip, store::staff::other_with_nip(source, person).await?),
        ("externalId", &person.external_id, store::staff::other_with_external_id(source, person).await?),
    ] {
        let (Some(value), Some(other)) = (value, other) else { continue };
        // For a person of this agency who has left, the refusal suggests reinstating them. It does not name people of
        // other agencies.
        let own = other.agency == person.agency && other.status == StaffStatus::Ended;
        refusals.push(if own { other.can_be_reinstated(field) } else { load::duplicate(field, value) });
    }
    if refusals.is_empty() { Ok(()) } else { Err(refusals.into()) }
}
