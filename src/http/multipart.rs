//! Subscriptions as multipart answers on `POST /graphql`: the protocol of Apollo's clients for iOS, Kotlin and the web
//! (`Accept: multipart/mixed;subscriptionSpec=1.0`).
//!
//! Each part ends with the delimiter of the next one, because clients read a part only once they see its delimiter.

#[cfg(test)]
mod tests;

use super::{
    app::App,
    front::{Call, Checked, HttpError},
    negotiate::Media,
    sse,
    stream::{self, Format, Prepared, json},
};
use async_graphql::{Response as Payload, ServerError};
use axum::{body::Bytes, http::HeaderMap, response::Response};

/// The content type. Apollo's client for iOS compares the last parameter without quotation marks.
pub(super) const CONTENT_TYPE: &str = "multipart/mixed;boundary=\"graphql\";subscriptionSpec=1.0";
/// The first delimiter, and a heartbeat.
pub(super) const OPENING: &[u8] = b"\r\n--graphql\r\nContent-Type: application/json\r\n\r\n{}\r\n--graphql";
/// An empty object, which clients ignore.
pub(super) const HEARTBEAT: &[u8] = b"\r\nContent-Type: application/json\r\n\r\n{}\r\n--graphql";
/// Completes the last delimiter to the closing delimiter.
pub(super) const COMPLETE: &[u8] = b"--\r\n";

/// Answers a checked subscription. `Last-Event-ID` works as with server-sent events.
pub async fn serve(app: App, checked: Checked, headers: &HeaderMap, address: String, call: Call) -> Response {
    let edition = app.front().settings().edition;
    let Checked { request, document, summary } = checked;
    let prepared = Prepared::new(request, document, summary, call, sse::last_event(headers));
    let answer = stream::answer(app, prepared, headers, address, call.locale, Format::Multipart).await;
    answer.unwrap_or_else(|error: HttpError| error.into_response(Media::GraphqlResponse, edition))
}

fn part(json: &str) -> String {
    format!("\r\nContent-Type: application/json\r\n\r\n{json}\r\n--graphql")
}

/// An item. Its cursor is in `extensions`.
pub(super) fn next(payload: &Payload) -> Bytes {
    #[derive(serde::Serialize)]
    struct Next<'a> {
        payload: &'a Payload,
    }
    part(&json(&Next { payload })).into()
}

/// Errors of the stream itself, with a null payload, and the end of the body.
pub(super) fn failed(errors: &[ServerError]) -> Bytes {
    #[derive(serde::Serialize)]
    struct Failed<'a> {
        payload: (),
        errors: &'a [ServerError],
    }
    format!("{}--\r\n", part(&json(&Failed { payload: (), errors }))).into()
}
