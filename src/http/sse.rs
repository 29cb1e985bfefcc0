//! Subscriptions over server-sent events: graphql-sse with distinct connections, on `/graphql/stream`.

#[cfg(test)]
mod tests;

use super::{
    app::App,
    front::{self, HttpError},
    negotiate::{self, Media},
    stream::{self, After, CURSOR_BYTES, Format, json},
};
use async_graphql::{Response as Payload, ServerError};
use axum::{
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{Key, Locale};
use graphql::cursor;
use service::journal::Position;

/// The content type.
pub(super) const CONTENT_TYPE: &str = "text/event-stream";
/// A comment, which clients ignore.
pub(super) const OPENING: &[u8] = b":\n\n";
/// The end of a subscription. If a stream ends without this event, the client reconnects.
pub(super) const COMPLETE: &[u8] = b"event: complete\ndata:\n\n";

/// Answers a subscription with an event stream.
pub async fn serve(State(app): State<App>, request: Request) -> Response {
    let locale = negotiate::locale(request.headers());
    let edition = app.front().settings().edition;
    match begin(app, request, locale).await {
        Ok(response) => response,
        Err(error) => error.into_response(Media::GraphqlResponse, edition),
    }
}

async fn begin(app: App, request: Request, locale: Locale) -> Result<Response, HttpError> {
    let settings = app.front().settings();
    if !negotiate::takes_events(request.headers()) {
        front::drain(&mut request.into_body(), settings, 0).await;
        return Err(HttpError::malformed(StatusCode::NOT_ACCEPTABLE, Key::NoEvents, locale));
    }
    let (headers, address) = (request.headers().clone(), app.address(&request));
    let request = front::read(request, settings, locale).await?;
    let prepared = stream::prepare(&app, request, locale, last_event(&headers))?;
    stream::answer(app, prepared, &headers, address, locale, Format::Events).await
}

/// The cursor of `Last-Event-ID`, which browsers send when they reconnect.
pub(super) fn last_event(headers: &HeaderMap) -> After<'_> {
    let id = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::trim);
    match id {
        Some(id) if !id.is_empty() && id.len() <= CURSOR_BYTES => After::Exactly(id),
        _ => After::Own,
    }
}

/// A comment with the id to resume after, so that a client that got no event yet can also resume without a gap.
pub(super) fn heartbeat(after: Option<Position>) -> Bytes {
    match after {
        Some(position) => format!(":\nid: {}\n\n", cursor::encode(position)).into(),
        None => Bytes::from_static(OPENING),
    }
}

/// An item, with its cursor as the id. An id must not contain a line break; a cursor has none.
pub(super) fn next(payload: &Payload, cursor: Option<&str>) -> Bytes {
    let id = cursor.map(|cursor| format!("id: {cursor}\n")).unwrap_or_default();
    format!("{id}event: next\ndata: {}\n\n", json(payload)).into()
}

/// Errors, and the end of the stream.
pub(super) fn failed(errors: &[ServerError]) -> Bytes {
    /// A payload without `data`.
    #[derive(serde::Serialize)]
    struct Failed<'a> {
        errors: &'a [ServerError],
    }
    format!("event: next\ndata: {}\n\nevent: complete\ndata:\n\n", json(&Failed { errors })).into()
}
