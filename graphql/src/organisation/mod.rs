//! Units, people and assignments.

mod assigning;
mod delegating;
mod mutation;
mod position;
mod query;
mod roster;
mod scheduled;
mod staff;
mod unit;

pub use assigning::AssignmentMutation;
pub use delegating::{Delegation, DelegationMutation, DelegationQuery};
pub use mutation::OrganisationMutation;
pub use position::PositionMutation;
pub use query::OrganisationQuery;
pub use roster::{RosterProblem, RosterReport};
pub use scheduled::{ScheduledChange, ScheduledChangeMutation, one as one_scheduled_change};
pub use staff::{Assignment, Position, Staff, StaffConnection, SuperiorOfAssignment};
pub use unit::{OrgUnit, OrgUnitConnection};

pub(super) use staff::one as one_staff;
