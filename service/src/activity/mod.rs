//! Activities that people report.

mod facts;
mod read;
mod record;
mod review;
mod row;
mod submit;

pub use facts::check_batch;
pub use read::{ActivityFilter, actions, by_ids, list, of_plans};
pub(crate) use record::evidence;
pub use record::{ActivityRow, EvidenceInput, RecordActivities, record_activities};
pub use review::{ReviewActivities, review_activities};
pub use row::{Row, RowOutcome};
pub use submit::{ActivityVersion, SubmitActivities, submit_activities};

/// Maximum number of rows in a batch.
pub const MAX_BATCH: usize = 100;
