//! Units, people, assignments and raters.

mod actions;
mod assign;
mod boundary;
mod delegation;
mod directory;
mod ending;
mod form;
mod load;
mod position;
mod rater;
mod reinstate;
mod renew;
mod roster;
mod schedule;
mod staff;
#[cfg(test)]
mod tests;
mod transfer;
mod tree;
mod unit;
mod withdraw;

pub use actions::{assignment_actions, position_actions, staff_actions, unit_actions};
pub use assign::{AssignSuperior, Delegate, assign_superior, delegate};
pub use delegation::{
    DelegationFilter, EndDelegation, UpdateDelegation, delegation_actions, delegations, end_delegation,
    update_delegation,
};
pub use position::{PositionFilter, UpdatePosition, positions, positions_by_ids, update_position};
pub use reinstate::{ReinstateStaff, reinstate_staff};
pub(crate) use schedule::apply_due;
pub use schedule::{
    CancelScheduledChange, Effected, cancel_scheduled_change, scheduled_change, scheduled_change_actions,
    scheduled_changes,
};
pub use staff::{CreateStaff, EndStaff, Placement, UpdateStaff, create_staff, end_staff, update_staff};
pub use transfer::{TransferStaff, transfer_staff};
pub use tree::{children, heads, parents_on, staff_of_units, subtree};
pub use unit::{CreateOrgUnit, UpdateOrgUnit, create_org_unit, update_org_unit};

pub(crate) use boundary::{mark, renew_at_boundaries};
pub(crate) use directory::{ASSIGNED, granting_assignments, must_be_person, staff_keyset, visible_unit};
pub use directory::{
    StaffFilter, StaffLookup, UnitFilter, assignments_by_ids, assignments_of, personal, staff, staff_by_ids,
    staff_member, subordinates, units, units_by_ids,
};
pub(crate) use form::{Printed, forms};
pub(crate) use rater::rater_of;
pub use rater::{Rated, who_rates};
pub(crate) use renew::{reached, renew};
pub use roster::{Among, problems_around, roster_problems};
pub(crate) use roster::{Fixers, in_force, problems};
pub(crate) use withdraw::{release, withdraw};
