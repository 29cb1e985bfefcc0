//! Objections to results.

mod mutation;
mod parts;
mod query;
mod types;

pub use mutation::ObjectionMutation;
pub use query::ObjectionQuery;
pub use types::Objection;

pub(super) use types::{of_evaluation, one};
