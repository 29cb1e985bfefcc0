//! Feedback, open and in confidence.

mod mutation;
mod types;

pub use mutation::FeedbackMutation;
pub use types::{Feedback, FeedbackSummary, WaitingFeedback};
