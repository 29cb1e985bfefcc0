//! Rights on other people's access: roles, codes and keys. An admin's, in the units that are granted to him.

use super::forbidden;
use crate::{
    Key, Refusal,
    actor::{Actor, Coverage, Role},
    id::UnitId,
};

/// Whether the actor may give or take access in a unit.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide(actor: &Actor, unit: UnitId) -> Result<(), Refusal> {
    if actor.admin.covers(unit) { Ok(()) } else { Err(forbidden(Key::OnlyAdmin)) }
}

/// Whether the actor may give or take a role over a unit, or the access of somebody who holds it. An auditor
/// reads the whole agency, whatever the unit: it takes an admin of the agency to make one, or an admin of a unit
/// could give himself that sight.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide_role(actor: &Actor, role: Role, unit: UnitId) -> Result<(), Refusal> {
    if role == Role::Auditor && actor.admin != Coverage::Everything {
        return Err(forbidden(Key::OnlyAgencyAdmin));
    }
    decide(actor, unit)
}
