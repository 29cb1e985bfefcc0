//! HTTP: the routes, and the layers between a connection and the schema.

pub mod app;
pub mod auth;
pub mod budget;
pub mod client_address;
pub mod connections;
pub mod documents;
mod evidence;
mod exports;
pub mod front;
pub mod guard;
mod health;
mod home;
mod journal;
mod limits;
pub mod listen;
pub mod metrics;
mod multipart;
pub mod negotiate;
pub(crate) mod operators;
mod places;
pub mod playground;
mod refused;
mod reserve;
pub mod settings;
mod sse;
pub mod stream;
mod uploads;
mod web;
mod ws;

pub(crate) use stream::CURSOR_BYTES as LAST_EVENT_ID_BYTES;
pub(crate) use uploads::{PAUSE as UPLOAD_PAUSE, UPLOAD_TIMEOUT};
pub(crate) use ws::ID_BYTES as SUBSCRIPTION_ID_BYTES;
