//! How much work of a kind one server does at once, and how much may wait for it.

mod hashing;
mod imports;

pub use hashing::LOGINS_WAITING;
pub(crate) use hashing::{Hashing, Place, Purpose};
pub use imports::{DEFAULT_MEMORY_BYTES, Imports};
pub(crate) use imports::{ImportPlace, Receiving};
