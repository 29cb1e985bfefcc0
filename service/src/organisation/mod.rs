//! Units, people, assignments, and who rates whom.

mod rater;

pub use rater::who_rates;
pub(crate) use rater::rater_of;
