//! Stored regulations: those that ship with the server, and those that an agency adds.
//!
//! A stored version never changes, so old results can be recomputed. Parsing and validation are in
//! `domain::regulation`, scoring is in `domain::scoring`.

mod add;
mod check;
mod library;
mod read;
mod shipped;
mod simulate;

pub use add::{AddRegulation, add_regulation};
pub use check::{Difference, MAX_BYTES, MAX_DIFFERENCES, RegulationCheck, check_regulation};
pub use library::{Format, LoadedRegulation, StoredRegulation};
pub(crate) use library::{Library, for_evaluations};
pub use read::{all, pinned, regulation};
pub(crate) use shipped::load_shipped;
pub use simulate::{RegulationChoice, chosen};

use domain::id::AgencyId;
use uuid::Uuid;

/// The owner of the regulations that ship with the server and apply to every agency.
pub(crate) const SHIPPED: AgencyId = AgencyId(Uuid::nil());
