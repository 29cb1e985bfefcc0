//! The settings of the HTTP server.

use super::{
    budget::COST_PER_MINUTE,
    client_address::TrustedProxies,
    connections::{ConnectionLimits, MAX_CONNECTIONS},
    documents::Documents,
    front::Settings,
    guard::Limits,
    metrics::MetricsFor,
    playground::DemoLogin,
    stream::StreamLimits,
};
use axum::http::HeaderValue;
use std::sync::Arc;

/// Who may read the schema through introspection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Introspection {
    /// Everyone.
    Everyone,
    /// People who are logged in, and API keys.
    #[default]
    SignedIn,
    /// No one.
    Nobody,
}

/// Settings of the HTTP server.
#[derive(Clone, Debug)]
pub struct AppSettings {
    /// Who may introspect.
    pub introspection: Introspection,
    /// Limits of documents.
    pub limits: Limits,
    /// Limits of HTTP requests.
    pub front: Settings,
    /// Origins of web pages that may call the API from a browser.
    pub allowed_origins: Vec<HeaderValue>,
    /// Limits of sockets and event streams.
    pub streams: StreamLimits,
    /// Timeouts of connections, and the share of them that one address may use.
    pub connections: ConnectionLimits,
    /// Maximum number of connections; 0 means no limit.
    pub max_connections: usize,
    /// Who may read the metrics.
    pub metrics: MetricsFor,
    /// The proxies whose headers give the client's address.
    pub trusted_proxies: TrustedProxies,
    /// The cost that a caller may spend per minute; 0 means no limit.
    pub cost_per_minute: u32,
    /// The trusted documents. If there are any, people without a role may send no others.
    pub documents: Option<Arc<Documents>>,
    /// The logins of a demo; `None` on every other server.
    pub demo: Option<Vec<DemoLogin>>,
}

impl Default for AppSettings {
    fn default() -> Self {
        Self {
            introspection: Introspection::default(),
            limits: Limits::default(),
            front: Settings::default(),
            allowed_origins: Vec::new(),
            streams: StreamLimits::default(),
            connections: ConnectionLimits::default(),
            max_connections: MAX_CONNECTIONS,
            metrics: MetricsFor::default(),
            trusted_proxies: TrustedProxies::default(),
            cost_per_minute: COST_PER_MINUTE,
            documents: None,
            demo: None,
        }
    }
}
