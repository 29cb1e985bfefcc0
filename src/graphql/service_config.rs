//! What a client should know of the server: limits, versions, languages.

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
    /// The languages of messages and labels; the first is the default.
    languages: Vec<Locale>,
    /// Limits of documents and pages.
    limits: ServiceLimits,
    /// The labels of all enumerations, for apps that keep them.
    labels: Vec<Label>,
}

/// The label of a value of an enumeration.
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

/// `AsExpected` as it stands in the schema: `AS_EXPECTED`.
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

/// Limits that a document or a page must keep.
#[derive(SimpleObject)]
pub struct ServiceLimits {
    /// Bytes of a document.
    document_bytes: i32,
    /// Tokens of a document.
    tokens: i32,
    /// Levels of a document.
    depth: i32,
    /// Fields of an operation, fragments written out.
    fields: i32,
    /// Aliases of an operation.
    aliases: i32,
    /// The number of objects that can come back.
    cost: i32,
    /// Items of a page unless `first` or `last` is given.
    default_page_size: i32,
    /// The most items of a page.
    max_page_size: i32,
    /// The most rows of a batch.
    batch_size: i32,
    /// WebSockets of one person; one more closes the oldest of them with 1008.
    sockets_per_person: i32,
    /// Subscriptions of one WebSocket, and event streams of one person.
    streams_per_socket: i32,
    /// Bytes of a message on a WebSocket.
    message_bytes: i32,
    /// Messages on a WebSocket that are read in a second; twice as many at once.
    messages_per_second: i32,
    /// Seconds until a WebSocket must have said who it is.
    init_seconds: i32,
    /// Seconds that a client may take to take a message; then the connection ends.
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
