//! Subscriptions over server-sent events: graphql-sse with distinct connections, on `/graphql/stream`.

#[cfg(test)]
mod tests;

use super::{
    app::{self, App, failure},
    auth,
    front::{self, Call, Complaint, Failure, request_errors, status_of},
    negotiate::{self, Media},
    stream::{self, Connection, Item, Kind, Operation},
};
use crate::graphql::{
    cursor,
    live::{DisconnectReason, Progress},
};
use async_graphql::{ServerError, Value};
use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use domain::Locale;
use futures_util::{FutureExt, StreamExt, stream::unfold};
use service::env::fresh_id;
use std::{convert::Infallible, future::pending};
use tokio::time::{sleep, sleep_until};
use tokio_util::task::task_tracker::TaskTrackerToken;

/// The longest `Last-Event-ID` that is looked at.
const CURSOR_BYTES: usize = 256;

/// Answers a subscription with a stream of events.
pub async fn serve(State(app): State<App>, request: Request) -> Response {
    let locale = negotiate::locale(request.headers());
    match begin(app, request, locale).await {
        Ok(response) => response,
        Err(failure) => failure.into_response(Media::GraphqlResponse),
    }
}

async fn begin(app: App, request: Request, locale: Locale) -> Result<Response, Failure> {
    let settings = app.front().settings();
    if !negotiate::takes_events(request.headers()) {
        front::drain(&mut request.into_body(), settings, 0).await;
        return Err(Failure::malformed(StatusCode::NOT_ACCEPTABLE, Complaint::NoEvents, locale));
    }
    let (headers, address) = (request.headers().clone(), app::address(&request));
    let request = front::read(request, settings, locale).await?;
    let prepared = stream::prepare(&app, request, locale, last_event(&headers))?;
    let call = Call { locale, request_id: fresh_id() };
    let connecting = async {
        let token = auth::bearer(&headers)?.ok_or(service::Error::Unauthenticated)?;
        app.streams.connect(Kind::Events, auth::connecting(&app.env, token).await?)
    };
    let connection = connecting.await.map_err(|error| failure(&error, call))?;
    let mut operation = prepared.run(&app, connection.live(), address)?;
    // What is wrong with the request itself is known before anything is waited for.
    let first = operation.next().now_or_never().flatten();
    if let Some(Item::Failed { errors, began: false }) = &first {
        return Ok(request_errors(errors, status_of(code(errors)), Media::GraphqlResponse));
    }
    let open = app.streams.hold();
    let events = Events { app, locale, connection, operation, first, state: Phase::Opening, _open: open };
    let body = unfold(events, |mut events| async move {
        let chunk = events.next().await?;
        Some((Ok::<_, Infallible>(chunk), events))
    });
    let mut response = Response::new(Body::from_stream(body));
    for (name, value) in [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "accept, accept-language"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // For proxies that would gather events before they pass them on.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// How far the client has come, as a browser tells when it connects again.
fn last_event(headers: &HeaderMap) -> Option<&str> {
    let id = headers.get("last-event-id")?.to_str().ok()?.trim();
    (!id.is_empty() && id.len() <= CURSOR_BYTES).then_some(id)
}

fn code(errors: &[ServerError]) -> &str {
    match errors.first().and_then(|error| error.extensions.as_ref()?.get("code")) {
        Some(Value::String(code)) => code,
        _ => "",
    }
}

/// The body of an answer.
struct Events {
    app: App,
    locale: Locale,
    connection: Connection,
    operation: Operation,
    /// What was heard before the answer began.
    first: Option<Item>,
    state: Phase,
    _open: TaskTrackerToken,
}

/// How far the answer has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Opening,
    Running,
    Over,
}

impl Events {
    /// The next piece of the answer; none at its end.
    async fn next(&mut self) -> Option<Bytes> {
        match self.state {
            Phase::Over => return None,
            // Proxies and clients see that the stream is open.
            Phase::Opening => {
                self.state = Phase::Running;
                return Some(Bytes::from_static(b":\n\n"));
            }
            Phase::Running => {}
        }
        let item = match self.first.take() {
            Some(item) => item,
            None => {
                let expires = self.connection.expires();
                let expired = async {
                    match expires {
                        Some(at) => sleep_until(at).await,
                        None => pending().await,
                    }
                };
                tokio::select! {
                    // Without the last event: the client is to come back and go on.
                    () = self.app.streams.stopping() => {
                        self.state = Phase::Over;
                        return Some(self.alive());
                    }
                    over = self.connection.over() => self.let_go(over),
                    () = expired => self.let_go(DisconnectReason::Revoked),
                    item = self.operation.next() => item?,
                    () = sleep(self.app.streams.limits().heartbeat()) => return Some(self.alive()),
                }
            }
        };
        Some(self.written(item))
    }

    /// No event, but where to go on after it: who has heard nothing yet comes back without a gap too.
    fn alive(&self) -> Bytes {
        match Progress::resume_after(std::iter::once(self.operation.progress())) {
            Some(number) => format!(":\nid: {}\n\n", cursor::encode(number)).into(),
            None => Bytes::from_static(b":\n\n"),
        }
    }

    /// Why the server ends it.
    fn let_go(&self, over: DisconnectReason) -> Item {
        let failure = match over {
            DisconnectReason::Revoked => {
                Failure::new("UNAUTHENTICATED", Complaint::SessionEnded.message(self.locale))
            }
            DisconnectReason::Displaced => {
                Failure::new("LIMIT_EXCEEDED", Complaint::Displaced.message(self.locale))
            }
        };
        let failure = match self.operation.cursor() {
            Some(cursor) => failure.with("cursor", cursor),
            None => failure,
        };
        Item::Failed { errors: vec![failure.error()], began: true }
    }

    fn written(&mut self, item: Item) -> Bytes {
        let text = match item {
            Item::Next(payload, cursor) => {
                // A cursor is one word; an id can't hold a line's end.
                let id = cursor.map(|cursor| format!("id: {cursor}\n")).unwrap_or_default();
                format!("{id}event: next\ndata: {}\n\n", json(&payload))
            }
            Item::Failed { errors, .. } => {
                self.state = Phase::Over;
                let errors = json(&Failed { errors: &errors });
                format!("event: next\ndata: {errors}\n\nevent: complete\ndata:\n\n")
            }
            Item::Complete => {
                self.state = Phase::Over;
                "event: complete\ndata:\n\n".to_owned()
            }
        };
        text.into()
    }
}

/// An answer without `data`.
#[derive(serde::Serialize)]
struct Failed<'a> {
    errors: &'a [ServerError],
}

fn json(value: &impl serde::Serialize) -> String {
    // Strings, numbers and maps with keys of text: writing them does not fail.
    serde_json::to_string(value).unwrap_or_default()
}
