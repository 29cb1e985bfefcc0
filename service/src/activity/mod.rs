//! Activities that people report.

mod facts;
mod marks;
mod read;
mod record;
mod review;
mod submit;
mod undo;

pub use marks::{AnswerMarks, answer_marks, marks};
pub use read::{ActivityFilter, actions, by_ids, list, of_plans};
pub use record::{ActivityRow, RecordActivities, Recorded, record_activities};
pub(crate) use record::{evidence, evidence_of};
pub use review::{ReviewActivities, review_activities};
pub use submit::{ActivityVersion, SubmitActivities, submit_activities};
pub use undo::{
    DiscardActivities, ReopenActivities, WithdrawActivities, discard_activities, reopen_activities,
    withdraw_activities,
};
