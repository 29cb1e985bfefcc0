//! The journal: every change appends an entry; a sequencer numbers them; from the numbers live streams, histories
//! and proofs.
//!
//! A change appends in its own transaction, without a number: numbers that a database draws are not the order of
//! commits. The sequencer gives gap-free numbers in that order and grows the Merkle tree in the same transaction.
//! Whoever reads by number misses nothing and sees nothing twice.

/// Runs on both databases.
#[cfg(test)]
macro_rules! both {
    ($(#[$attribute:meta])* $name:ident) => {
        mod $name {
            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(crate::testing::TestDb::sqlite().await.expect("a database")).await;
            }

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(db) = crate::testing::TestDb::postgres().await.expect("a database") {
                    super::$name(db).await;
                }
            }
        }
    };
}

mod append;
mod checkpoint;
mod entry;
mod erase;
mod follow;
mod notary;
mod receipt;
mod sequencer;
mod sight;
mod subject;
mod tail;
#[cfg(test)]
mod tests;
mod verify;

pub(crate) use append::{append, append_all, entry};
pub use checkpoint::{checkpoint, checkpoints, consistency, seal};
pub use entry::{Entry, Topic};
pub(crate) use erase::Erasure;
pub use erase::{erase, id_of};
pub use follow::{Follow, Kept, Start, follow, newest, page};
pub use notary::{Notary, kept_files, keys, public_keys};
pub use receipt::{receipts, receipts_of_evaluations};
pub use sequencer::{run, sequence};
pub use sight::{Change, changes, evaluation_as_of, plan_as_of, seen, seen_lately, staff_as_of};
pub use subject::{Object, Subject};
pub use tail::{Journal, tail};
pub use verify::{Fault, Progress, Report, Step, verify};
