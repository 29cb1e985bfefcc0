//! Proofs for the journal, and their verification with only receipts and checkpoints.
//!
//! The crate is pure: it uses no clock, random numbers, database or network, and no other crate of the workspace. The
//! sequencer numbers the entries of the journal 1, 2, 3, …; entry n is leaf n - 1 of a Merkle tree (RFC 6962). At
//! intervals the server signs a [checkpoint](checkpoint): the size and the root of the tree. Anyone who keeps
//! checkpoints outside the server can later prove that an entry was changed, deleted, swapped, added or hidden, even if
//! the owner of the database recomputed all hashes and has the signing key.
//!
//! - [`leaf`]: the proven bytes of an entry, and the salted commitment to its payload
//! - [`tree`]: appends, roots and proofs from stored hashes
//! - [`checkpoint`]: signed checkpoints (C2SP tlog-checkpoint, signed-note, Ed25519) and keys
//! - [`receipt`]: the proof of one entry, for the person that it concerns
//! - [`audit`]: an audit of the whole journal, in one pass

pub mod audit;
pub mod checkpoint;
mod hash;
pub mod leaf;
mod localize;
pub mod receipt;
mod time;
pub mod tree;

pub use hash::Hash;
pub use localize::{Language, Localize};
