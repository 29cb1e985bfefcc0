//! Feedback, open or in confidence. Texts in confidence wait in a table without journal entries until a tick releases
//! them; `docs/adr/0052` explains how their authors stay hidden.

mod give;
mod read;
mod release;
mod reply;
mod request;
mod standing;
mod summary;

pub use give::{GiveFeedback, give_feedback};
pub use read::{
    authors, feedback_actions, feedback_by_id, feedback_of_plans, record_feedback_read, waiting_feedback,
};
#[cfg(any(test, feature = "testing"))]
pub(crate) use release::release_at_once;
pub(crate) use release::release_due;
pub use reply::{ReplyFeedback, reply_feedback};
pub use request::{
    DeclineFeedback, RequestFeedback, decline_feedback, request_actions, request_feedback, requests,
    requests_by_ids,
};
pub use standing::directions;
pub use summary::summary;
