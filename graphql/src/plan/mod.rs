//! Annual work plans.

mod content;
mod input;
mod mutation;
mod query;
mod snapshot;
mod types;

pub use content::{ActionPlan, Indicator, PlanResult, Rated, Target};
pub use mutation::{PlanContentMutation, PlanDecisionMutation};
pub use query::PlanQuery;
pub use snapshot::{FormOf, PersonSnapshot, Rater, ratee};
pub use types::{Plan, PlanConnection, PlanRevision};

pub(super) use content::{by_id as part_by_id, row_of};
pub(super) use query::of_person;
pub(super) use types::{one, projection};
