//! kinerja: a GraphQL API server for the performance appraisal of Indonesian civil servants.
//!
//! This package is thin: it turns HTTP and GraphQL into calls of `service` and back. What may not be put
//! here: SQL, rules of the field, checks of roles.

pub mod cli;
pub mod config;
pub mod graphql;
pub mod http;
pub mod telemetry;
