//! Logins, sessions, keys and roles.

mod access;
mod session;
mod types;
mod viewer;

pub use access::AccessMutation;
pub use session::SessionMutation;
pub use types::{Role, RoleGrant, Session};
pub use viewer::{IdentityQuery, Viewer, sessions, viewer_by_id};
