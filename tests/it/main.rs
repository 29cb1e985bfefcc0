//! The tests through HTTP and through the use cases: one binary, each body on both databases.

mod identity;
mod report;
mod schema;
mod structure;
mod support;
mod year;
