//! Code that sockets, event streams and multipart answers share: the open connections, running a subscription, and
//! writing its items into the body of a response.

mod body;
mod connections;
mod document;
mod keeper;
mod limits;
mod operation;
#[cfg(test)]
pub(in crate::http) mod testing;

pub(in crate::http) use body::{Format, answer, json};
pub use connections::{Connection, Kind, Streams};
pub use keeper::MINUTES_PAST_TOKEN;
pub use limits::StreamLimits;
pub use operation::{After, Item, Operation, Prepared, prepare};

use futures_util::stream::BoxStream;
use std::sync::Arc;

/// Maximum size in bytes of a cursor outside a document; this server's own cursors are shorter.
pub(crate) const CURSOR_BYTES: usize = 256;

/// The executor of subscriptions: the schema, or a script in tests.
pub type Execute =
    Arc<dyn Fn(async_graphql::Request) -> BoxStream<'static, async_graphql::Response> + Send + Sync>;
