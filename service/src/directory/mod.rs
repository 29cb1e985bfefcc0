//! Finds who works where, who rates whom, and where the chain of command has gaps. Only reads.

mod find;
mod foreseen;
mod form;
mod outlook;
mod rater;
mod reached;
mod roster;
mod tree;

pub(crate) use crate::store::directory::{ASSIGNED, granting_assignments};
pub use crate::store::directory::{Among, StaffFilter, UnitFilter};
pub use find::{
    StaffLookup, assignments_by_ids, assignments_of, personal, staff, staff_by_ids, staff_member,
    subordinates, units, units_by_ids,
};
pub(crate) use find::{must_be_person, visible_unit};
pub(crate) use form::{FormSubject, forms};
#[cfg(test)]
pub(crate) use outlook::apply as outlook_of;
pub use rater::{Rated, who_rates};
pub(crate) use rater::{Raters, rater_of};
pub(crate) use reached::reached;
#[cfg(test)]
pub(crate) use roster::problems_foreseen as foreseen_problems;
pub(crate) use roster::{UnitAdmins, in_force, problems};
pub use roster::{problems_around, roster_problems};
pub use tree::{children, heads, parents_on, staff_of_units, subtree};
