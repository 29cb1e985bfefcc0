//! Years and their parts, and the predicates of units in a period.

mod actions;
mod close;
mod open;
mod predicate;
mod read;

pub use actions::{actions, predicate_actions};
pub use close::{ClosePeriod, close_period};
pub use open::{OpenPeriod, open_period};
pub use predicate::{SetOrgUnitPredicate, set_org_unit_predicate, unit_predicate, unit_predicate_by_id};
pub use read::{PeriodFilter, by_ids, list, parts};
