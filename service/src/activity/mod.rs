//! Activities that people report.

mod facts;
mod read;
mod record;
mod review;
mod submit;

pub use read::{ActivityFilter, actions, by_ids, list, of_plans};
pub(crate) use record::evidence;
pub use record::{ActivityRow, EvidenceInput, RecordActivities, Recorded, record_activities};
pub use review::{ReviewActivities, review_activities};
pub use submit::{ActivityVersion, SubmitActivities, submit_activities};
