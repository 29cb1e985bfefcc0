//! Sets of appraisal criteria. They are public.

mod read;
mod set;
mod shipped;

pub use read::{CriteriaFilter, agency, agency_and_calendar, by_ids, criterion, in_force, list};
pub use set::{SetCriteria, set_criteria};
pub(crate) use shipped::ship;
