//! Shared by sockets and event streams: who is connected, and how a subscription runs.

mod connections;
mod document;
mod keeper;
mod limits;
mod operation;
#[cfg(test)]
pub(in crate::http) mod testing;

pub use connections::{Connection, Kind, Streams};
pub use limits::StreamLimits;
pub use operation::{Item, Operation, Prepared, prepare};

use futures_util::stream::BoxStream;
use std::sync::Arc;

/// The executor of subscriptions: the schema, or a script in tests.
pub type Execute =
    Arc<dyn Fn(async_graphql::Request) -> BoxStream<'static, async_graphql::Response> + Send + Sync>;
