//! Trainings that people record with their certificates.

mod mutation;
mod query;
mod types;

pub use mutation::TrainingMutation;
pub use query::TrainingQuery;
pub use types::{Training, TrainingHours};

pub(super) use types::one;
