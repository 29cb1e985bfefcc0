//! How people and tools prove who they are: accounts with their codes, second factors, devices and sessions, subjects
//! of issuers, API keys, and counted attempts. The functions return rows; the module `identity` interprets them.

pub(crate) mod account;
pub(crate) mod api_key;
pub(crate) mod attempt;
pub(crate) mod code;
pub(crate) mod connected;
pub(crate) mod device;
pub(crate) mod factor;
pub(crate) mod link;
pub(crate) mod nonce;
pub(crate) mod session;
