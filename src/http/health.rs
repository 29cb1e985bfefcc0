//! Endpoints for an operator's probes.

use super::app::App;
use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};

/// The process is running; does not ask the database.
pub async fn live() -> &'static str {
    "ok"
}

/// Whether the server can serve: the database answers and no migration is pending.
pub async fn ready(State(app): State<App>) -> (StatusCode, Json<Value>) {
    if app.streams.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "stopping": true })));
    }
    let ping = app.env.db().ping().await.is_ok();
    let migrated = ping && app.env.db().pending_migrations().await.is_ok_and(|pending| pending == 0);
    let status = if ping && migrated { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "database": ping, "migrations": migrated })))
}

/// The versions of the server and the schema.
pub async fn version(State(app): State<App>) -> Json<Value> {
    Json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "schema": crate::graphql::fingerprint(app.schema()),
    }))
}
