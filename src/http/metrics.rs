//! Metrics for an operator's monitoring, as OpenMetrics text. They contain no people, documents or client-chosen names.

use super::{
    app::App,
    connections::{Connections, Figures},
};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric, text::encode},
    metrics::{
        counter::{ConstCounter, Counter},
        family::Family,
        gauge::ConstGauge,
        histogram::Histogram,
        info::Info,
    },
    registry::Registry,
};
use serde::{Deserialize, Serialize};
use service::{Env, db::Pool};
use std::{fmt, sync::Arc, time::Duration};

/// Who may read the metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MetricsFor {
    /// Callers on the same machine, except requests forwarded by a proxy.
    #[default]
    Loopback,
    /// No one.
    Nobody,
}

/// The outcome of a request to `/graphql`, set by the front.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Outcome {
    /// `query`, `mutation`, `subscription`, or `none` if no operation was found.
    pub operation: &'static str,
    /// `OK`, or the code of the first error.
    pub code: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
}

/// The metrics of one server. Cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Outcome, Counter>,
    seconds: Family<Operation, Histogram>,
}

/// Bucket limits, from a query of one row to the timeout of a request.
const SECONDS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

impl Metrics {
    /// Creates the metrics; `schema` is the short hash of the schema's text.
    #[must_use]
    pub fn new(env: &Env, schema: &str, connections: &Connections) -> Self {
        let requests = Family::default();
        let seconds = Family::new_with_constructor((|| Histogram::new(SECONDS)) as fn() -> Histogram);
        let mut registry = Registry::with_prefix("kinerja");
        registry.register("requests", "Requests by operation and outcome", requests.clone());
        registry.register("request_seconds", "How long requests took", seconds.clone());
        let build = [("version", env!("CARGO_PKG_VERSION").to_owned()), ("schema", schema.to_owned())];
        registry.register("build", "What is running", Info::new(build.to_vec()));
        registry.register_collector(Box::new(Database(env.clone())));
        registry.register_collector(Box::new(Clients(connections.clone())));
        Self { registry: Arc::new(registry), requests, seconds }
    }

    /// Counts a request.
    pub fn request(&self, outcome: Outcome, took: Duration) {
        let operation = Operation { operation: outcome.operation };
        self.seconds.get_or_create(&operation).observe(took.as_secs_f64());
        self.requests.get_or_create(&outcome).inc();
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

/// Metrics of the database, collected when they are read.
struct Database(Env);

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Database")
    }
}

impl Collector for Database {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let db = self.0.db();
        let statements = ConstCounter::new(db.statements());
        let metric = encoder.encode_descriptor(
            "sql_statements",
            "SQL statements sent",
            None,
            statements.metric_type(),
        )?;
        statements.encode(metric)?;
        let units = ConstGauge::new(db.open_units());
        let metric = encoder.encode_descriptor(
            "units_of_work",
            "Units of work that are open",
            None,
            units.metric_type(),
        )?;
        units.encode(metric)?;
        let access = self.0.access();
        let kind = ConstCounter::new(0_u64).metric_type();
        let mut metric =
            encoder.encode_descriptor("access_log_entries", "Entries of the access log", None, kind)?;
        for (outcome, count) in [("written", access.written()), ("lost", access.lost())] {
            ConstCounter::new(count).encode(metric.encode_family(&[("outcome", outcome)])?)?;
        }
        let health = self.0.journal_health();
        let unsigned = ConstGauge::new(i64::try_from(health.unsigned()).unwrap_or(i64::MAX));
        let about = "Entries of the journal that the last checkpoint does not cover";
        unsigned.encode(encoder.encode_descriptor(
            "journal_unsigned_entries",
            about,
            None,
            unsigned.metric_type(),
        )?)?;
        let ages = [
            ("journal_checkpoint_age_seconds", "Age of the last signed checkpoint", health.checkpoint_age()),
            (
                "journal_unnumbered_age_seconds",
                "Age of the oldest entry of the journal without a number",
                Some(health.unnumbered_age(&self.0)),
            ),
        ];
        for (name, about, age) in ages {
            let Some(age) = age else { continue };
            let age = ConstGauge::new(age.num_milliseconds() as f64 / 1_000.0);
            age.encode(encoder.encode_descriptor(name, about, None, age.metric_type())?)?;
        }
        // Milliseconds are precise enough, and exact as a float.
        let ahead = ConstGauge::new(db.clock_ahead().num_milliseconds() as f64 / 1_000.0);
        let metric = encoder.encode_descriptor(
            "clock_ahead_seconds",
            "How far the clock is ahead of the database's",
            None,
            ahead.metric_type(),
        )?;
        ahead.encode(metric)?;
        let kind = ConstGauge::new(0_i64).metric_type();
        let mut metric =
            encoder.encode_descriptor("connections", "Connections to the database", None, kind)?;
        for Pool { name, open, idle } in db.pools() {
            for (state, count) in [("idle", idle), ("busy", open.saturating_sub(idle))] {
                let labels = [("pool", name), ("state", state)];
                ConstGauge::new(i64::from(count)).encode(metric.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}

/// Metrics of the clients' connections, collected when they are read.
#[derive(Debug)]
struct Clients(Connections);

impl Collector for Clients {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let Figures { open, waiting, refused, displaced, timed_out } = self.0.figures();
        let kind = ConstGauge::new(0_i64).metric_type();
        let mut metric =
            encoder.encode_descriptor("client_connections", "Connections of clients", None, kind)?;
        for (state, count) in [("waiting", waiting), ("busy", open.saturating_sub(waiting))] {
            let count = ConstGauge::new(i64::try_from(count).unwrap_or(i64::MAX));
            count.encode(metric.encode_family(&[("state", state)])?)?;
        }
        let kind = ConstCounter::new(0_u64).metric_type();
        let mut metric = encoder.encode_descriptor(
            "client_connections_ended",
            "Connections that a limit ended",
            None,
            kind,
        )?;
        for (reason, count) in [("refused", refused), ("displaced", displaced), ("timeout", timed_out)] {
            ConstCounter::new(count).encode(metric.encode_family(&[("reason", reason)])?)?;
        }
        Ok(())
    }
}

/// `GET /metrics` on the port for clients, for callers that the settings allow.
pub async fn read(State(app): State<App>, request: Request) -> Response {
    let allowed = match app.metrics_for() {
        MetricsFor::Nobody => false,
        MetricsFor::Loopback => is_local(&request),
    };
    if allowed { read_anywhere(State(app)).await } else { StatusCode::NOT_FOUND.into_response() }
}

/// `GET /metrics` on its own port.
pub async fn read_anywhere(State(app): State<App>) -> Response {
    let mut text = String::new();
    if encode(&mut text, &app.metrics().registry).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text).into_response()
}

/// Whether the caller is on this machine. Requests that a local proxy forwards do not count; their headers show them.
fn is_local(request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<super::listen::Peer>>();
    peer.is_some_and(|ConnectInfo(peer)| peer.0.ip().is_loopback()) && !is_forwarded(request.headers())
}

fn is_forwarded(headers: &HeaderMap) -> bool {
    ["forwarded", "x-forwarded-for", "x-real-ip", "via"].iter().any(|name| headers.contains_key(*name))
}
