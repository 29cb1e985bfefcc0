//! The tests through HTTP and through the use cases: one binary, each body on both databases.

mod access;
mod activity;
mod cli;
mod config;
mod criteria;
mod directory;
mod evaluation;
mod identity;
mod import;
mod journal;
mod matrix;
mod nested;
mod organisation;
mod period;
mod plan;
mod report;
mod schema;
mod statements;
mod streams;
mod structure;
mod support;
mod sweep;
mod tick;
mod visibility;
mod worklist;
mod year;
