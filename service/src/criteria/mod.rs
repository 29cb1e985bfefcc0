//! What is appraised: sets of criteria, published to everyone.

mod read;
mod set;

pub use read::{CriteriaFilter, agency, by_ids, list};
pub use set::{SeedInput, SetCriteria, set_criteria};
