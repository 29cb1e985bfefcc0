//! Changes units, people and assignments, and renews the raters that depend on them. The module `directory` reads them.

mod actions;
mod assign;
mod boundary;
mod delegation;
mod ending;
mod first_day;
mod load;
mod position;
mod reinstate;
mod renew;
mod schedule;
mod staff;
mod stays;
#[cfg(test)]
mod tests;
mod transfer;
mod unit;
mod withdraw;

pub use actions::{assignment_actions, position_actions, staff_actions, unit_actions};
pub use assign::{AssignSuperior, Delegate, assign_superior, delegate};
pub(crate) use boundary::renew_at_boundaries;
pub use delegation::{
    DelegationFilter, EndDelegation, UpdateDelegation, delegation_actions, delegations, end_delegation,
    update_delegation,
};
pub use domain::assignment::Placement;
pub use position::{PositionFilter, UpdatePosition, positions, positions_by_ids, update_position};
pub use reinstate::{ReinstateStaff, reinstate_staff};
pub(crate) use schedule::apply_due;
pub use schedule::{
    CancelScheduledChange, NowOrScheduled, cancel_scheduled_change, scheduled_change,
    scheduled_change_actions, scheduled_changes,
};
pub use staff::{CreateStaff, EndStaff, UpdateStaff, create_staff, end_staff, update_staff};
pub use transfer::{TransferStaff, transfer_staff};
pub use unit::{CreateOrgUnit, UpdateOrgUnit, create_org_unit, update_org_unit};

pub(crate) use ending::hand_over_to_heads;
pub(crate) use first_day::may_begin_on;
pub(crate) use renew::renew;
pub(crate) use withdraw::{release, withdraw};

pub use crate::directory::{
    Among, Rated, StaffFilter, StaffLookup, UnitFilter, assignments_by_ids, assignments_of, children, heads,
    parents_on, personal, problems_around, roster_problems, staff, staff_by_ids, staff_member,
    staff_of_units, subordinates, subtree, units, units_by_ids, who_rates,
};
