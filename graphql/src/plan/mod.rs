//! Annual work plans.

mod content;
mod input;
mod mutation;
mod query;
mod types;

pub use content::PlanResult;
pub use mutation::{PlanContentMutation, PlanDecisionMutation};
pub use query::PlanQuery;
pub use types::{Plan, PlanConnection, Rater};

pub(super) use query::of_person;
pub(super) use types::one;
