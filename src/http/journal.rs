//! What others keep to prove that nobody rewrote the journal: the public key, signed checkpoints, proofs of
//! consistency. Public: hashes and sizes, nothing of people.

use super::app::App;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use service::journal;

/// What will be replaced by a newer one within a minute.
const SOON: &str = "public, max-age=30";
/// A key changes seldom.
const HOUR: &str = "public, max-age=3600";
/// What is signed stays as it is.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// `GET /journal/key`: the public keys, one on each line, the present one first.
pub async fn key(State(app): State<App>) -> Response {
    answer(Ok(app.env.notary.as_ref().map(|notary| notary.public().to_owned())), HOUR)
}

/// `GET /journal/checkpoint`: the last signed checkpoint.
pub async fn latest(State(app): State<App>) -> Response {
    answer(journal::checkpoint(&app.env, None).await, SOON)
}

/// `GET /journal/checkpoint/{size}`: that of a size.
pub async fn of_size(State(app): State<App>, Path(size): Path<u64>) -> Response {
    answer(journal::checkpoint(&app.env, Some(size)).await, FOR_EVER)
}

/// Two sizes, the smaller first.
#[derive(Deserialize)]
pub struct Sizes {
    from: u64,
    to: u64,
}

/// `GET /journal/consistency?from=&to=`: the proof that the journal of one size begins with that of a smaller one.
pub async fn consistency(State(app): State<App>, Query(sizes): Query<Sizes>) -> Response {
    match journal::consistency(&app.env, sizes.from, sizes.to).await {
        Ok(Some(proof)) => (headers(FOR_EVER), Json(proof)).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(cause) => failed(&cause),
    }
}

fn answer(found: Result<Option<String>, service::Error>, keep: &'static str) -> Response {
    match found {
        Ok(Some(text)) => (headers(keep), text).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(cause) => failed(&cause),
    }
}

fn headers(keep: &'static str) -> [(header::HeaderName, HeaderValue); 2] {
    [
        (header::CACHE_CONTROL, HeaderValue::from_static(keep)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ]
}

fn failed(cause: &service::Error) -> Response {
    tracing::error!(%cause, "the journal's proof could not be read");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
