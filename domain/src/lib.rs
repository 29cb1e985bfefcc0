//! The rules of performance management as pure code: no async code, I/O, clock, database or transport.
//!
//! Time and ids are arguments; numbers are exact. Each topic has one module. This crate must not use `sea-orm`,
//! `async-graphql` or `axum`.

#![deny(missing_docs)]

pub mod access;
pub mod action;
pub mod activity;
pub mod actor;
pub mod assignment;
pub mod calendar;
pub mod consequence;
pub mod correction;
pub mod criteria;
pub mod decimal;
pub mod decision;
pub mod development;
pub mod dialogue;
pub mod disclosure;
pub mod edit;
pub mod employment;
pub mod error;
pub mod error_code;
pub mod evaluation;
pub mod event;
pub mod feedback;
pub mod field;
pub mod id;
pub mod import;
mod kind;
pub mod label;
pub mod message;
pub mod nip;
pub mod objection;
pub mod period;
pub mod plan;
pub mod policy;
pub mod rank;
pub mod rating;
pub mod recommendation;
pub mod regulation;
pub mod roster;
pub mod scheduled;
pub mod scoring;
pub mod staff;
#[cfg(test)]
mod stored;
pub mod task;
#[cfg(test)]
mod testing;
pub mod text;
pub mod time;
pub mod training;
pub mod tree;
pub mod unit;
pub mod unit_predicate;

pub use decimal::Decimal;
pub use edit::Edit;
pub use error::{Code, Refusal};
pub use error_code::ErrorCode;
pub use label::Labelled;
pub use message::{Key, Locale, Message};
