//! Evaluations and recommendations.

mod batch;
mod detail;
mod follow_up;
mod input;
mod mutation;
mod query;
mod scores;
mod types;
mod year;

pub use batch::EvaluationsMutation;
pub use follow_up::{FollowUpMutation, RemarkMutation};
pub use mutation::RatingMutation;
pub use query::EvaluationQuery;
pub use scores::ScoresInput;
pub use types::{Evaluation, EvaluationConnection};
pub use year::YearDecisionInput;

pub use detail::Recommendation;
pub(super) use query::of_person;
pub(super) use types::{one, projection};
