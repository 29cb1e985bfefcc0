//! Feedback, given openly or in confidence.

mod mutation;
mod request;
mod types;

pub use mutation::FeedbackMutation;
pub use request::{FeedbackRequest, RequestMutation};
pub use types::{Feedback, FeedbackSummary, WaitingFeedback};

pub(super) use request::one as one_request;
