//! What an operator's probes ask.

use super::app::App;
use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};

/// The process runs; the database is not asked.
pub async fn live() -> &'static str {
    "ok"
}

/// The server can serve: the database answers and has the newest shape.
pub async fn ready(State(app): State<App>) -> (StatusCode, Json<Value>) {
    if app.streams.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "stopping": true })));
    }
    let ping = app.env.db().ping().await.is_ok();
    let shape = ping && app.env.db().pending_migrations().await.is_ok_and(|pending| pending == 0);
    let status = if ping && shape { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "database": ping, "migrations": shape })))
}

/// Which version it is.
pub async fn version(State(app): State<App>) -> Json<Value> {
    Json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "schema": crate::graphql::fingerprint(app.schema()),
    }))
}
