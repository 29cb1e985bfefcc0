//! Logins, sessions, keys and roles.

mod access;
mod session;
mod types;
mod viewer;

pub use access::AccessMutation;
pub use session::SessionMutation;
pub use types::Role;
pub use viewer::IdentityQuery;
