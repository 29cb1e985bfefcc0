//! The journal: every change appends an entry, and a sequencer numbers the entries. Streams, histories and proofs read
//! them by number.
//!
//! A change appends its entry in its own transaction (`db::append`), without a number. Numbers from a database sequence
//! would not follow the order of commits. The sequencer assigns gap-free numbers in commit order and appends to the
//! Merkle tree in the same transaction. So a reader that pages by number misses no entry and gets none twice.

mod checkpoint;
mod entry;
mod erase;
mod follow;
mod fork;
mod health;
mod loss;
mod position;
mod reach;
mod receipt;
mod search;
mod sequencer;
mod subject;
mod tail;
#[cfg(test)]
mod tests;
mod verify;
mod visibility;

pub use crate::keys::notary::{Notary, checkpoint_files, files_below, keys, public_keys};
pub use crate::position::{Mark, Position};
pub use checkpoint::{checkpoint, consistency, run_checkpoints, sign_checkpoint};
pub(crate) use checkpoint::{size, stored_checkpoint};
pub use entry::{Entry, Topic};
pub(crate) use erase::Erasure;
pub use erase::{entry_id, erase};
pub use follow::{Follow, REPLAY_DAYS, Retention, Start, follow, page};
pub use health::JournalHealth;
pub use loss::{JournalFiles, Loss, LostEntries, Replaced, declare_loss, replace_key};
pub use position::{newest, position};
pub use reach::{Basis, sees_activities};
pub use receipt::{receipts, receipts_of_evaluations};
pub use search::{EventFilter, search};
pub use sequencer::{run_sequencer, sequence};
pub use subject::{Object, Subject};
pub use tail::{Journal, run_tail};
pub use verify::{Finding, Progress, Report, Step, verify, verify_with_files};
pub(crate) use verify::{compare_saved, verify_in};
pub use visibility::{
    Change, Moment, Recorded, RecordedStaff, changes, evaluation_as_of, plan_as_of, staff_as_of, visible,
    visible_cached,
};
