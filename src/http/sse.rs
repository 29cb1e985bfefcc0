//! Subscriptions over server-sent events: graphql-sse with distinct connections, on `/graphql/stream`.

#[cfg(test)]
mod tests;

use super::{
    app::App,
    auth,
    front::{self, Call, HttpError, not_executed},
    negotiate::{self, Media},
    stream::{self, Connection, Item, Kind, Operation},
};
use async_graphql::ServerError;
use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use domain::{ErrorCode, Key, Locale};
use futures_util::{FutureExt, StreamExt, stream::unfold};
use graphql::{
    cursor,
    live::{DisconnectReason, Progress},
};
use std::{convert::Infallible, future::pending};
use tokio::time::{sleep, sleep_until};
use tokio_util::task::task_tracker::TaskTrackerToken;

/// The most bytes of a `Last-Event-ID`; a longer one is ignored.
pub(crate) const CURSOR_BYTES: usize = 256;

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
    let connecting = async {
        let token = auth::bearer(&headers)?.ok_or(service::Error::Unauthenticated)?;
        app.streams.connect(Kind::Events, auth::connecting(&app.env, token).await?)
    };
    let connection = connecting.await.map_err(|error| HttpError::of(&error, Call::new(locale)))?;
    let mut operation = prepared.run(&app, connection.live(), address)?;
    // Errors of the request itself are ready before the first wait.
    let first = operation.next().now_or_never().flatten();
    if let Some(Item::Failed { errors, began: false }) = &first {
        return Ok(not_executed(errors, Media::GraphqlResponse, settings.edition));
    }
    let open = app.streams.open_token();
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
        // Keeps proxies from buffering events.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// The cursor of `Last-Event-ID`, which browsers send when they reconnect.
fn last_event(headers: &HeaderMap) -> Option<&str> {
    let id = headers.get("last-event-id")?.to_str().ok()?.trim();
    (!id.is_empty() && id.len() <= CURSOR_BYTES).then_some(id)
}

/// The body of an event stream.
struct Events {
    app: App,
    locale: Locale,
    connection: Connection,
    operation: Operation,
    /// An item that was ready before the answer started.
    first: Option<Item>,
    state: Phase,
    _open: TaskTrackerToken,
}

/// The phase of an event stream.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Opening,
    Running,
    Over,
}

impl Events {
    /// The next chunk of the body; `None` at its end.
    async fn next(&mut self) -> Option<Bytes> {
        match self.state {
            Phase::Over => return None,
            // A comment shows proxies and clients that the stream is open.
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
                    // Ends without `complete`, so that the client reconnects and resumes.
                    () = self.app.streams.stopping() => {
                        self.state = Phase::Over;
                        return Some(self.heartbeat());
                    }
                    reason = self.connection.disconnected() => self.disconnect(reason),
                    () = expired => self.disconnect(DisconnectReason::Revoked),
                    item = self.operation.next() => item?,
                    () = sleep(self.app.streams.limits().heartbeat()) => return Some(self.heartbeat()),
                }
            }
        };
        Some(self.encode(item))
    }

    /// A comment with the id to resume after, so that a client that got no event yet can also resume without a gap.
    fn heartbeat(&self) -> Bytes {
        match Progress::resume_after(std::iter::once(self.operation.progress())) {
            Some(number) => format!(":\nid: {}\n\n", cursor::encode(number)).into(),
            None => Bytes::from_static(b":\n\n"),
        }
    }

    /// The last item of a stream that the server ends.
    fn disconnect(&self, reason: DisconnectReason) -> Item {
        let (code, key) = match reason {
            DisconnectReason::Revoked => (ErrorCode::Unauthenticated, Key::SessionEnded),
            DisconnectReason::Displaced => (ErrorCode::LimitExceeded, Key::StreamDisplaced),
        };
        let error = HttpError::new(code, key, self.locale);
        let error = match self.operation.cursor() {
            Some(cursor) => error.with("cursor", cursor),
            None => error,
        };
        Item::Failed { errors: vec![error.error()], began: true }
    }

    fn encode(&mut self, item: Item) -> Bytes {
        let text = match item {
            Item::Next(payload, cursor) => {
                // A cursor is one word: an id must not contain a line break.
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

/// A payload without `data`.
#[derive(serde::Serialize)]
struct Failed<'a> {
    errors: &'a [ServerError],
}

fn json(value: &impl serde::Serialize) -> String {
    // Strings, numbers and maps with string keys: serialising them does not fail.
    serde_json::to_string(value).unwrap_or_default()
}
