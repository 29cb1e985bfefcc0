//! Server configuration for clients: limits, versions, languages, labels.

use super::{
    context::ContextExt,
    labels::{self, Label, Locale},
    service_limits::{ServerLimits, ServiceLimits},
};
use async_graphql::{Context, Object, SimpleObject};
use document::Limits;

/// Queries on the server itself.
#[derive(Default)]
pub struct ConfigQuery;

/// The server's version, languages, labels and limits.
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

#[Object]
impl ConfigQuery {
    /// The server's limits, versions and languages. Needs no login.
    async fn service_config(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<ServiceConfig>> {
        let (limits, server) = (ctx.data::<Limits>()?, ctx.data::<ServerLimits>()?);
        Ok(Some(ServiceConfig {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            languages: vec![Locale::Id, Locale::En],
            limits: ServiceLimits::new(limits, server, ctx.env()?),
            labels: labels::all(),
        }))
    }
}
