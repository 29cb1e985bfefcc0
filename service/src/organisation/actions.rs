//! Allowed actions on units, people and assignments.

use crate::{env::Env, error::Result, store};
use domain::{
    Refusal,
    action::OrganisationAction as Do,
    actor::Actor,
    assignment::Assignment,
    id::UnitId,
    policy::{
        Allowed,
        organisation::{Scope, decide},
    },
    staff::Staff,
    unit::OrgUnit,
};

/// Lists what the actor can do to a unit. Units and people can only be added to a unit that is current.
#[must_use]
pub fn unit_actions(env: &Env, actor: &Actor, unit: &OrgUnit) -> Vec<Allowed> {
    let begins = [Do::CreateOrgUnit, Do::CreateStaff].into_iter().filter(|_| unit.open_on(env.today(actor)));
    [Do::UpdateOrgUnit]
        .into_iter()
        .chain(begins)
        .map(|action| allowed(actor, action, &[unit.id], Ok(())))
        .collect()
}

/// Lists what the actor can do to a person with these assignments.
#[must_use]
pub fn staff_actions(env: &Env, actor: &Actor, person: &Staff, assignments: &[Assignment]) -> Vec<Allowed> {
    let today = env.today(actor);
    let unended = assignments.iter().filter(|assignment| !assignment.has_ended_by(today));
    let mut units: Vec<UnitId> = unended.map(|assignment| assignment.unit).collect();
    if units.is_empty() {
        units.push(UnitId(actor.agency.0));
    }
    let active = person.must_be_active();
    [(Do::UpdateStaff, active.clone()), (Do::EndStaff, active), (Do::ReinstateStaff, person.must_have_left())]
        .map(|(action, state)| allowed(actor, action, &units, state))
        .to_vec()
}

/// Lists what the actor can do to an assignment. The powers of an ended assignment can be delegated, because its post
/// is vacant. It can get another superior while it has unfinished work.
pub async fn assignment_actions(env: &Env, actor: &Actor, assignment: &Assignment) -> Result<Vec<Allowed>> {
    let open = assignment.must_not_have_ended_by(env.today(actor));
    let units = [assignment.unit];
    let mut assigns = allowed(actor, Do::AssignSuperior, &units, Ok(()));
    if open.is_err()
        && assigns.refusal.is_none()
        && store::unfinished::work(env.db.source(), &[assignment.id]).await?.is_empty()
    {
        assigns.refusal = open.clone().err();
    }
    Ok(vec![
        allowed(actor, Do::TransferStaff, &units, open),
        assigns,
        allowed(actor, Do::CreateDelegation, &units, Ok(())),
    ])
}

/// Lists what the actor can do to a position. Positions belong to the whole agency.
#[must_use]
pub fn position_actions(actor: &Actor) -> Vec<Allowed> {
    vec![allowed(actor, Do::UpdatePosition, &[], Ok(()))]
}

/// Checks rights before state, as the use cases do. `who_can` stays empty, because admins are not listed here.
fn allowed(actor: &Actor, action: Do, units: &[UnitId], state: std::result::Result<(), Refusal>) -> Allowed {
    let right = decide(action, actor, Scope { units, ..Scope::default() });
    Allowed { action: action.into(), refusal: right.and(state).err(), who_can: Vec::new() }
}
