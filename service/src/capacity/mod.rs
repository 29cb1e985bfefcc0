//! Limits how much work of each kind one server does at once, and how much may wait.

mod hashing;
mod imports;

pub use hashing::LOGINS_WAITING;
pub(crate) use hashing::{Hashing, Place, Purpose};
pub use imports::{DEFAULT_MEMORY_BYTES, Imports};
pub(crate) use imports::{ImportPlace, Receiving};
