//! Reported activities.

mod mutation;
mod types;

pub use mutation::ActivityMutation;
pub use types::{Activity, ActivityConnection, ActivityOrder, ActivityQuery};

pub(super) use mutation::EvidenceInput;
pub(super) use types::{Evidence, list, one};
