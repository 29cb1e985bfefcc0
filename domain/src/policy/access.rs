//! Rights on other people's access: roles, codes and keys. Admins have them in the units granted to them.

use super::forbidden;
use crate::{
    Key, Refusal,
    actor::{Actor, Coverage, Role},
    id::UnitId,
};

/// Checks whether the actor may grant or revoke access in a unit.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide(actor: &Actor, unit: UnitId) -> Result<(), Refusal> {
    if actor.admin.covers(unit) { Ok(()) } else { Err(forbidden(Key::OnlyAdmin)) }
}

/// Checks whether the actor may grant or revoke a role over a unit, or the access of a person who has that role.
/// Auditors read the whole agency, so only an admin of the agency may grant that role. Otherwise unit admins could give
/// themselves access to everything.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide_role(actor: &Actor, role: Role, unit: UnitId) -> Result<(), Refusal> {
    if role == Role::Auditor && actor.admin != Coverage::Everything {
        return Err(forbidden(Key::OnlyAgencyAdmin));
    }
    decide(actor, unit)
}
