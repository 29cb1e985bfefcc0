//! Reported activities.

mod evidence;
mod mutation;
mod types;

pub use mutation::ActivityMutation;
pub use types::{Activity, ActivityConnection, ActivityOrder, ActivityQuery};

pub(super) use evidence::Evidence;
pub(super) use mutation::{EvidenceInput, EvidenceLinkInput};
pub(super) use types::{list, one};
