//! kinerja: a GraphQL API server for the performance appraisal of Indonesian civil servants.
//!
//! This package is thin: it translates HTTP and GraphQL into calls of `service` and back. It contains no SQL, no
//! domain rules and no role checks.

pub mod cli;
pub mod config;
pub mod http;
pub mod telemetry;
