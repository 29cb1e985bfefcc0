//! Years and their parts, and the predicates of units in a period.

mod actions;
mod close;
mod load;
mod open;
mod predicate;
mod read;
mod unfinished;
mod update;

pub use actions::{actions, predicate_actions};
pub use close::{ClosePeriod, ReopenPeriod, close_period, reopen_period};
pub use open::{OpenPeriod, open_period};
pub use predicate::{SetOrgUnitPredicate, set_org_unit_predicate, unit_predicate, unit_predicate_by_id};
pub use read::{PeriodFilter, by_ids, list, parts};
pub use unfinished::unfinished;
pub use update::{UpdatePeriod, update_period};
