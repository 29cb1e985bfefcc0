//! Endpoints for an operator's probes.

use super::app::App;
use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};
use service::db::CLOCK_TOLERANCE;

/// Answers while the process is running, without a query to the database.
pub async fn live() -> &'static str {
    "ok"
}

/// Whether the server can serve requests: the database answers, no migration is pending, and the server's clock agrees
/// with the database's clock.
pub async fn ready(State(app): State<App>) -> (StatusCode, Json<Value>) {
    if app.streams.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "stopping": true })));
    }
    let ping = app.env.db().ping().await.is_ok();
    let migrated = ping && app.env.db().pending_migrations().await.is_ok_and(|pending| pending == 0);
    let ahead = app.env.db().clock_ahead();
    let clock = ahead.abs() <= CLOCK_TOLERANCE;
    let ready = ping && migrated && clock;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let mut answer = json!({ "database": ping, "migrations": migrated, "clock": clock });
    if !clock {
        answer["clockAheadSeconds"] = json!(ahead.num_seconds());
    }
    (status, Json(answer))
}

/// The versions of the server and the schema.
pub async fn version(State(app): State<App>) -> Json<Value> {
    Json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "schema": app.api().fingerprint(),
    }))
}
