//! Units, people, assignments, and who rates whom.

mod assign;
mod directory;
mod ending;
mod load;
mod rater;
mod renew;
mod staff;
mod transfer;
mod unit;

pub use assign::{AssignSuperior, Delegate, assign_superior, delegate};
pub use staff::{CreateStaff, EndStaff, Placement, UpdateStaff, create_staff, end_staff, update_staff};
pub use transfer::{TransferStaff, transfer_staff};
pub use unit::{CreateOrgUnit, UpdateOrgUnit, create_org_unit, update_org_unit};

pub(crate) use directory::must_see_unit;
pub use directory::{
    StaffFilter, StaffLookup, UnitFilter, assignments_by_ids, assignments_of, personal, positions_by_ids,
    staff, staff_by_ids, staff_member, subordinates, units, units_by_ids,
};
pub(crate) use rater::rater_of;
pub use rater::who_rates;
pub(crate) use renew::renew;
