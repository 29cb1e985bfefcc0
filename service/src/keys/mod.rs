//! Secret keys in files outside the database: one signs the journal, the other encrypts the secrets of second factors.

pub(crate) mod file;
pub(crate) mod notary;
mod vault;

pub use notary::Notary;
pub use vault::Vault;
