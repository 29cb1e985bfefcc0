//! Rights on the organisation. Admins have them in the units granted to them.

use super::forbidden;
use crate::{
    Key, Refusal,
    action::OrganisationAction,
    actor::{Actor, Coverage, Identity},
    id::{StaffId, UnitId},
};

/// Scope of a change of the organisation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope<'a> {
    /// The affected units: the parent of a new unit; the old and the new unit of a transfer.
    pub units: &'a [UnitId],
    /// For a unit's predicate, the unit above; `None` for the root.
    pub parent: Option<UnitId>,
    /// For a unit's predicate, whether it determines the actor's own result: the actor headed the unit in the period by
    /// an assignment of their own, and is appraised.
    pub own_result: bool,
    /// For a delegation, the delegate, who gains the power to rate.
    pub gains: Option<StaffId>,
}

/// Checks whether the actor may run the action in this scope.
///
/// Criteria, positions, periods, imports and regulations belong to the whole agency and need an admin of the root. The
/// calendar also belongs to the whole agency, but the performance team of the root may set it too. Nobody gives
/// themselves the power to rate: the use cases check who gains power by each change. The head of a unit above sets a
/// unit's predicate, or the performance team records it. A unit's own head never may, because the predicate is their
/// own result. They may not set it either while they act for the head of a unit above. The root's predicate is recorded
/// by the team, or by the root's head if they are not appraised. The system may run every action except setting a
/// predicate.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide(action: OrganisationAction, actor: &Actor, scope: Scope<'_>) -> Result<(), Refusal> {
    use OrganisationAction as Do;
    let system = actor.identity == Identity::System;
    match action {
        Do::SetCriteria
        | Do::UpdatePosition
        | Do::OpenPeriod
        | Do::UpdatePeriod
        | Do::ClosePeriod
        | Do::ReopenPeriod
        | Do::ImportOrganisation
        | Do::AddRegulation => {
            let whole = actor.admin == Coverage::Everything;
            if whole || system { Ok(()) } else { Err(forbidden(Key::OnlyAgencyAdmin)) }
        }
        Do::SetCalendar => {
            let whole = actor.admin.union(&actor.performance_team) == Coverage::Everything;
            if whole || system { Ok(()) } else { Err(forbidden(Key::OnlyAgencyAdminOrTeam)) }
        }
        Do::CreateOrgUnit
        | Do::UpdateOrgUnit
        | Do::CreateStaff
        | Do::UpdateStaff
        | Do::TransferStaff
        | Do::EndStaff
        | Do::ReinstateStaff
        | Do::CancelScheduledChange
        | Do::AssignSuperior
        | Do::CreateDelegation
        | Do::UpdateDelegation
        | Do::EndDelegation => {
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
            if scope.own_result {
                return Err(forbidden(Key::OnlyHeadAbove));
            }
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
