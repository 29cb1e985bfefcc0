//! Regulations: public, as stored documents; an agency adds its own.

mod mutation;
mod types;

pub use mutation::RegulationMutation;
pub use types::{Regulation, RegulationQuery, asked_from, one};
