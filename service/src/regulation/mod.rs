//! Stored regulations: those that ship with the server, and those that an agency adds.
//!
//! A stored version never changes, so old results can be recomputed. Parsing and validation are in
//! `domain::regulation`, scoring is in `domain::scoring`.

mod add;
mod check;
mod read;
mod shipped;
mod simulate;

pub use crate::store::{Format, LoadedRegulation, StoredRegulation};
pub(crate) use crate::store::{Library, SHIPPED, for_evaluations, hash};
pub use add::{AddRegulation, add_regulation};
pub use check::{Difference, MAX_BYTES, MAX_DIFFERENCES, RegulationCheck, check_regulation};
pub use read::{all, pinned, regulation};
pub(crate) use shipped::load_shipped;
pub use simulate::{RegulationChoice, chosen};
