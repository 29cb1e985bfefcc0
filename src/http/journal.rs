//! Public proofs of the journal: the public key, signed checkpoints and consistency proofs. Outsiders keep
//! copies, with which they can later check that the journal was not rewritten. They contain hashes and sizes, no
//! personal data.

use super::{
    app::App,
    front::{Call, HttpError},
    negotiate,
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use service::{Error, journal};

/// For the latest checkpoint, which is replaced within a minute.
const SHORT: &str = "public, max-age=30";
/// For keys, which rarely change.
const HOUR: &str = "public, max-age=3600";
/// For signed data, which never changes.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// `GET /journal/key`: the public keys, one a line, the current one first.
pub async fn key(State(app): State<App>, headers: HeaderMap) -> Response {
    answer(&headers, Ok(app.env.notary.as_ref().map(|notary| notary.public().to_owned())), HOUR)
}

/// `GET /journal/checkpoint`: the latest signed checkpoint.
pub async fn latest(State(app): State<App>, headers: HeaderMap) -> Response {
    answer(&headers, journal::checkpoint(&app.env, None).await, SHORT)
}

/// `GET /journal/checkpoint/{size}`: the checkpoint over the first `size` entries.
pub async fn of_size(State(app): State<App>, Path(size): Path<String>, headers: HeaderMap) -> Response {
    let Ok(size) = size.parse() else { return StatusCode::NOT_FOUND.into_response() };
    answer(&headers, journal::checkpoint(&app.env, Some(size)).await, IMMUTABLE)
}

/// Two numbers of entries, the smaller first.
#[derive(Deserialize)]
pub struct Sizes {
    from: u64,
    to: u64,
}

/// `GET /journal/consistency?from=&to=`: the proof that the journal with `to` entries starts with the same entries as the
/// journal with `from` entries.
pub async fn consistency(State(app): State<App>, Query(sizes): Query<Sizes>, headers: HeaderMap) -> Response {
    match journal::consistency(&app.env, sizes.from, sizes.to).await {
        Ok(Some(proof)) => (cached(IMMUTABLE), Json(proof)).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => failed(&error, &headers),
    }
}

fn answer(headers: &HeaderMap, found: Result<Option<String>, Error>, keep: &'static str) -> Response {
    match found {
        Ok(Some(text)) => (cached(keep), text).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => failed(&error, headers),
    }
}

fn cached(keep: &'static str) -> [(header::HeaderName, HeaderValue); 2] {
    [
        (header::CACHE_CONTROL, HeaderValue::from_static(keep)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ]
}

fn failed(error: &Error, headers: &HeaderMap) -> Response {
    HttpError::of(error, Call::new(negotiate::locale(headers))).into_plain_response()
}
