//! Server configuration for clients: limits, versions, languages, labels.

use super::{
    enums::{LABELS, LABELS_OF_THE_JOURNAL},
    labels::Locale,
};
use crate::http::{guard::Limits, stream::StreamLimits};
use async_graphql::{Context, Object, SimpleObject};

/// Queries on the server itself.
#[derive(Default)]
pub struct ConfigQuery;

/// The server's limits and versions.
#[derive(SimpleObject)]
pub struct ServiceConfig {
    /// The server's version.
    version: String,
    /// Languages of messages and labels; the first is the default.
    languages: Vec<Locale>,
    /// Limits of documents and pages.
    limits: ServiceLimits,
    /// The labels of all enumerations, for apps that cache them.
    labels: Vec<Label>,
}

/// The label of an enumeration value.
#[derive(SimpleObject)]
pub struct Label {
    /// The enumeration's name in the schema.
    enumeration: &'static str,
    /// The value's name in the schema.
    value: String,
    /// In Indonesian.
    indonesian: &'static str,
    /// In English.
    english: &'static str,
}

/// Converts a Rust name to its schema name: `AsExpected` to `AS_EXPECTED`.
fn schema_name(value: &str) -> String {
    let mut name = String::with_capacity(value.len() + 4);
    for (index, letter) in value.char_indices() {
        if index > 0 && letter.is_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

/// Limits of documents, pages and connections.
#[derive(SimpleObject)]
pub struct ServiceLimits {
    /// Maximum size of a document, in bytes.
    document_bytes: i32,
    /// Maximum number of tokens in a document.
    tokens: i32,
    /// Maximum nesting depth of a document.
    depth: i32,
    /// Maximum number of fields in an operation, counting each spread of a fragment.
    fields: i32,
    /// Maximum number of aliases in an operation.
    aliases: i32,
    /// Maximum cost of an operation: the number of objects that it can return.
    cost: i32,
    /// Default page size, without `first` and `last`.
    default_page_size: i32,
    /// Maximum page size.
    max_page_size: i32,
    /// Maximum number of rows in a batch.
    batch_size: i32,
    /// Maximum number of WebSockets per person. Opening one more closes the oldest with code 1008.
    sockets_per_person: i32,
    /// Maximum number of subscriptions per WebSocket, and of event streams per person.
    streams_per_socket: i32,
    /// Maximum size of a WebSocket message, in bytes.
    message_bytes: i32,
    /// Maximum number of WebSocket messages per second; bursts of twice as many are allowed.
    messages_per_second: i32,
    /// Seconds within which a new WebSocket must send `connection_init`.
    init_seconds: i32,
    /// Seconds within which a client must receive a message; afterwards the connection closes.
    send_seconds: i32,
}

#[Object]
impl ConfigQuery {
    /// The server's limits, versions and languages. Needs no login.
    async fn service_config(&self, ctx: &Context<'_>) -> async_graphql::Result<ServiceConfig> {
        let (limits, streams) = (ctx.data::<Limits>()?, ctx.data::<StreamLimits>()?);
        let int = |number: u64| i32::try_from(number).unwrap_or(i32::MAX);
        Ok(ServiceConfig {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            languages: vec![Locale::Id, Locale::En],
            limits: ServiceLimits {
                document_bytes: int(limits.document_bytes as u64),
                tokens: int(limits.tokens as u64),
                depth: int(u64::from(limits.depth)),
                fields: int(limits.fields),
                aliases: int(limits.aliases),
                cost: int(limits.cost),
                default_page_size: int(service::db::DEFAULT_PAGE),
                max_page_size: int(service::db::LARGEST_PAGE),
                batch_size: 100,
                sockets_per_person: int(streams.sockets_per_person as u64),
                streams_per_socket: int(streams.streams_per_socket as u64),
                message_bytes: int(streams.message_bytes as u64),
                messages_per_second: int(streams.messages_per_second.into()),
                init_seconds: int(streams.init_ms / 1_000),
                send_seconds: int(streams.send_ms / 1_000),
            },
            labels: [LABELS, LABELS_OF_THE_JOURNAL]
                .concat()
                .iter()
                .map(|(enumeration, value, indonesian, english)| Label {
                    enumeration,
                    value: schema_name(value),
                    indonesian,
                    english,
                })
                .collect(),
        })
    }
}
