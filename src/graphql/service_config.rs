//! Server configuration for clients: limits, versions, languages, labels.

use super::{
    context::ContextExt,
    enums::{LABELS, LABELS_OF_THE_JOURNAL},
    labels::Locale,
    service_limits::ServiceLimits,
};
use crate::http::{front::Settings, guard::Limits, stream::StreamLimits};
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
    /// Every limit that the server enforces.
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

#[Object]
impl ConfigQuery {
    /// The server's limits, versions and languages. Needs no login.
    async fn service_config(&self, ctx: &Context<'_>) -> async_graphql::Result<ServiceConfig> {
        let (limits, front, streams) =
            (ctx.data::<Limits>()?, ctx.data::<Settings>()?, ctx.data::<StreamLimits>()?);
        Ok(ServiceConfig {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            languages: vec![Locale::Id, Locale::En],
            limits: ServiceLimits::new(limits, front, streams, ctx.env()?.imports.memory_bytes),
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
