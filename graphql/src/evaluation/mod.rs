//! Evaluations and recommendations.

mod batch;
mod detail;
mod follow_up;
mod input;
mod mutation;
mod query;
mod recommendation;
mod scores;
mod types;
mod year;

pub use batch::EvaluationsMutation;
pub use follow_up::FollowUpMutation;
pub use mutation::RatingMutation;
pub use query::EvaluationQuery;
pub use recommendation::{Recommendation, RecommendationMutation};
pub use scores::ScoresInput;
pub use types::{Evaluation, EvaluationConnection};
pub use year::YearDecisionInput;

pub(super) use query::of_person;
pub(super) use recommendation::one_recommendation;
pub(super) use types::{one, projection};
