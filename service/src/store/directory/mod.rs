//! Lists of people and units, as an actor can see them.

mod people;
mod roster;
mod tree;
mod units;

pub use people::StaffFilter;
pub(crate) use people::{
    ASSIGNED, PersonKey, granting_assignments, hidden, named, person, personal, staff, staff_keyset,
    subordinates,
};
pub use roster::Among;
pub(crate) use roster::{Roster, admins};
pub(crate) use tree::{children, heads, staff_of_units};
pub use units::UnitFilter;
pub(crate) use units::units;
