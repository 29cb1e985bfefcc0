//! Units, people, assignments, and who rates whom.

mod directory;
mod rater;

pub use directory::{
    StaffFilter, StaffLookup, UnitFilter, assignments_by_ids, assignments_of, personal, positions_by_ids, staff,
    staff_by_ids, staff_member, subordinates, units, units_by_ids,
};
pub use rater::who_rates;
pub(crate) use directory::must_see_unit;
pub(crate) use rater::rater_of;
