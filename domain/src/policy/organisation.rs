//! Rights on the organisation: an admin's, in the units that are granted to him.

use super::forbidden;
use crate::{
    Key, Refusal,
    action::OrganisationAction,
    actor::{Actor, Coverage, Identity},
    id::{StaffId, UnitId},
};

/// What a change of the organisation touches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope<'a> {
    /// The units touched: of a new unit its parent; of a transfer the old and the new one.
    pub units: &'a [UnitId],
    /// Of a unit's predicate: the unit above, none above the root.
    pub parent: Option<UnitId>,
    /// Who would gain the power to rate: the new superior, the delegate.
    pub gains: Option<StaffId>,
}

/// Whether the actor may do this there.
///
/// Criteria, periods, imports and regulations are of the whole agency and need an admin of the root. Nobody can give
/// himself the power to rate. A unit's predicate is set by who heads a unit above it, or recorded by the
/// performance team, but never by the head of that very unit, whose own result it is; the root's is recorded
/// by its head, who is not appraised, or the team. The system may do all but set a predicate.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide(action: OrganisationAction, actor: &Actor, scope: Scope<'_>) -> Result<(), Refusal> {
    use OrganisationAction as Do;
    let system = actor.identity == Identity::System;
    match action {
        Do::SetCriteria | Do::OpenPeriod | Do::ClosePeriod | Do::ImportOrganisation | Do::AddRegulation => {
            let whole = actor.admin == Coverage::Everything;
            if whole || system { Ok(()) } else { Err(forbidden(Key::OnlyAgencyAdmin)) }
        }
        Do::CreateOrgUnit
        | Do::UpdateOrgUnit
        | Do::CreateStaff
        | Do::UpdateStaff
        | Do::TransferStaff
        | Do::EndStaff
        | Do::AssignSuperior
        | Do::Delegate => {
            let covers = !scope.units.is_empty() && scope.units.iter().all(|unit| actor.admin.covers(*unit));
            if !covers && !system {
                return Err(forbidden(Key::OnlyAdmin));
            }
            if scope.gains.is_some_and(|staff| actor.is(staff)) {
                return Err(forbidden(Key::OwnGain));
            }
            Ok(())
        }
        Do::SetOrgUnitPredicate => {
            let sets = scope.units.iter().all(|unit| may_set_predicate(actor, *unit, scope.parent));
            if sets && !scope.units.is_empty() { Ok(()) } else { Err(forbidden(Key::OnlyHeadAbove)) }
        }
    }
}

fn may_set_predicate(actor: &Actor, unit: UnitId, parent: Option<UnitId>) -> bool {
    let Some(parent) = parent else {
        return actor.headed.covers(unit) || actor.performance_team.covers(unit);
    };
    let heads_above = actor.headed.covers(parent);
    let heads_it = actor.headed.covers(unit) && !heads_above;
    heads_above || (actor.performance_team.covers(unit) && !heads_it)
}
