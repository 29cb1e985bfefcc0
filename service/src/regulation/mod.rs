//! Regulations as stored documents: those that ship with the server, and those that an agency adds.
//!
//! A stored version never changes; that is what lets an old result be computed again. What may not be put
//! here: what a document says and how it is judged (`domain::regulation`), how it is applied
//! (`domain::scoring`).

mod add;
mod check;
mod library;
mod read;
mod shipped;
mod simulate;

pub use add::{AddRegulation, add_regulation};
pub use check::{DIFFERENCES_AT_MOST, Difference, RegulationCheck, check_regulation};
pub use library::{Format, LoadedRegulation, StoredRegulation};
pub(crate) use library::{Library, for_evaluations};
pub use read::{all, pinned, regulation};
pub(crate) use shipped::load_shipped;
pub use simulate::{RegulationChoice, chosen};

use domain::id::AgencyId;
use uuid::Uuid;

/// The owner of what ships with the server: everybody.
pub(crate) const SHIPPED: AgencyId = AgencyId(Uuid::nil());
