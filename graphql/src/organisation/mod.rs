//! Units, people and assignments.

mod assigning;
mod mutation;
mod query;
mod scheduled;
mod staff;
mod unit;

pub use assigning::{AssignmentMutation, Delegation};
pub use mutation::OrganisationMutation;
pub use query::OrganisationQuery;
pub use scheduled::{ScheduledChange, ScheduledChangeMutation, one as one_scheduled_change};
pub use staff::{Assignment, Position, Staff, StaffConnection};
pub use unit::{OrgUnit, OrgUnitConnection};

pub(super) use staff::one as one_staff;
