//! Sets of appraisal criteria. They are public.

mod read;
mod set;

pub use read::{CriteriaFilter, agency, by_ids, list};
pub use set::{SeedInput, SetCriteria, set_criteria};
