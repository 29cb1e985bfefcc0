//! The journal: every change appends an entry; a sequencer numbers them; from the numbers live streams, histories
//! and proofs.
//!
//! A change appends in its own transaction, without a number: numbers that a database draws are not the order of
//! commits. The sequencer gives gap-free numbers in that order and grows the Merkle tree in the same transaction.
//! Whoever reads by number misses nothing and sees nothing twice.

mod append;
mod entry;
mod follow;
mod sequencer;
mod sight;
mod tail;
#[cfg(test)]
mod tests;

pub(crate) use append::{append, append_all, entry};
pub use entry::{Entry, Topic};
pub use follow::{Follow, Kept, Start, follow, newest, page};
pub use sequencer::{run, sequence};
pub use sight::{Change, change, evaluation_as_of, plan_as_of, staff_as_of, visible};
pub use tail::{Journal, tail};
