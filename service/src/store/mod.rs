//! Rows to domain values and back, one file a table; every finder that answers a person takes his scope.

pub(crate) mod org_unit;
mod role_grant;
pub(crate) mod staff;
