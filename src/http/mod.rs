//! HTTP: the routes, and what stands between a socket and the schema.

pub mod app;
pub mod auth;
pub mod documents;
mod exports;
pub mod front;
pub mod guard;
mod health;
mod journal;
pub mod listen;
pub mod metrics;
pub mod negotiate;
mod playground;
mod sse;
pub mod stream;
mod uploads;
mod ws;
