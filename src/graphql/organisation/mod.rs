//! Units, people and assignments.

mod query;
mod staff;
mod unit;

pub use query::OrganisationQuery;
pub use staff::{Assignment, Position, Staff, StaffConnection};
pub use unit::{OrgUnit, OrgUnitConnection};

pub(super) use staff::one as one_staff;
