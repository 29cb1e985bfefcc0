//! Logins, sessions, keys and roles.

mod access;
mod access_log;
mod lists;
mod second_factor;
mod session;
mod token_login;
mod types;
mod viewer;

pub use access::AccessMutation;
pub use access_log::AccessLogQuery;
pub use lists::{AccessQuery, account, api_key};
pub use second_factor::SecondFactorMutation;
pub use session::SessionMutation;
pub use token_login::TokenLoginMutation;
pub use types::{Account, ApiKey, Role, RoleGrant, Session};
pub use viewer::{IdentityQuery, Viewer, sessions, viewer_by_id};
