//! What makes the journal provable, and what a verifier needs who has only receipts and checkpoints.
//!
//! Pure: no clock, no chance, no database, no network; it knows none of the other crates. The sequencer numbers the
//! entries of the journal 1, 2, 3, …; entry n is leaf n - 1 of a Merkle tree (RFC 6962). From time to time the
//! server signs a [checkpoint](checkpoint): the size of the tree and its root. Whoever keeps checkpoints outside the
//! server can show later that an entry was changed, deleted, swapped, added or hidden: even if the owner of the
//! database computed everything anew, and even if the owner has the key.
//!
//! - [`leaf`]: which bytes of an entry are proven, and the salted commitment to what it says of people
//! - [`tree`]: appending, roots and proofs from stored hashes
//! - [`checkpoint`]: signed checkpoints (C2SP tlog-checkpoint, signed-note, Ed25519) and keys
//! - [`receipt`]: the proof of one entry, for the person whom it concerns
//! - [`audit`]: a checker over the whole journal, in one pass

pub mod audit;
pub mod checkpoint;
mod hash;
pub mod leaf;
pub mod receipt;
mod say;
mod time;
pub mod tree;

pub use hash::Hash;
pub use say::{Language, Say};
