//! Sets of appraisal criteria. They are public.

mod read;
mod set;

pub use read::{CriteriaFilter, agency, agency_and_calendar, by_ids, criterion, list};
pub use set::{SeedInput, SetCriteria, set_criteria};
