//! A subscription as the body of a response: the answer, its heartbeats and its end.

use super::{Connection, Item, Kind, Operation, Prepared};
use crate::http::{
    app::App,
    auth,
    front::{Call, HttpError, not_executed},
    multipart,
    negotiate::Media,
    sse,
};
use async_graphql::{Response as Payload, ServerError};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use domain::{ErrorCode, Key, Locale};
use futures_util::{FutureExt, StreamExt, stream::unfold};
use graphql::{
    cursor,
    live::{DisconnectReason, Progress},
};
use service::journal::Position;
use std::convert::Infallible;
use tokio::time::sleep;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// How items are written into the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Server-sent events of graphql-sse.
    Events,
    /// Parts of a multipart answer, as Apollo's clients read them.
    Multipart,
}

/// Why the server ends a stream that the client wants to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// The connection must end.
    Disconnected(DisconnectReason),
    /// The server shuts down.
    Shutdown,
}

impl Format {
    const fn content_type(self) -> &'static str {
        match self {
            Self::Events => sse::CONTENT_TYPE,
            Self::Multipart => multipart::CONTENT_TYPE,
        }
    }

    /// The first bytes. They show proxies and clients that the stream is open.
    const fn opening(self) -> Bytes {
        Bytes::from_static(match self {
            Self::Events => sse::OPENING,
            Self::Multipart => multipart::OPENING,
        })
    }

    /// The bytes to send when no item was sent for a while, with the position after which the stream can resume.
    fn heartbeat(self, after: Option<Position>) -> Bytes {
        match self {
            Self::Events => sse::heartbeat(after),
            Self::Multipart => Bytes::from_static(multipart::HEARTBEAT),
        }
    }

    fn next(self, payload: &Payload, cursor: Option<&str>) -> Bytes {
        match self {
            Self::Events => sse::next(payload, cursor),
            Self::Multipart => multipart::next(payload),
        }
    }

    /// Errors that end the stream.
    fn failed(self, errors: &[ServerError]) -> Bytes {
        match self {
            Self::Events => sse::failed(errors),
            Self::Multipart => multipart::failed(errors),
        }
    }

    const fn complete(self) -> Bytes {
        Bytes::from_static(match self {
            Self::Events => sse::COMPLETE,
            Self::Multipart => multipart::COMPLETE,
        })
    }

    /// Whether the body ends without an error for this cause. Clients of event streams then reconnect by themselves.
    /// Apollo's clients don't, and a multipart answer can contain a last cursor only in an error.
    const fn is_cut(self, cause: Cause) -> bool {
        let resumes = matches!(cause, Cause::Shutdown | Cause::Disconnected(DisconnectReason::Expired));
        matches!(self, Self::Events) && resumes
    }
}

/// Authenticates the reader, runs the subscription and answers with its items.
///
/// # Errors
/// The reader is not logged in or may not run the subscription.
pub async fn answer(
    app: App,
    prepared: Prepared,
    headers: &HeaderMap,
    address: String,
    locale: Locale,
    format: Format,
) -> Result<Response, HttpError> {
    let connecting = async {
        let token = auth::bearer(headers)?.ok_or(service::Error::Unauthenticated)?;
        app.streams.connect(Kind::Events, auth::connecting(&app.env, token).await?)
    };
    let connection = connecting.await.map_err(|error| HttpError::of(&error, Call::new(locale)))?;
    let mut operation = prepared.run(&app, connection.live(), address)?;
    // Errors of the request itself are ready at the first poll.
    let first = operation.next().now_or_never().flatten();
    if let Some(Item::Failed { errors, began: false }) = &first {
        return Ok(not_executed(errors, Media::GraphqlResponse, app.front().settings().edition));
    }
    let open = app.streams.open_token();
    let items =
        Items { app, locale, connection, operation, format, first, state: Phase::Opening, _open: open };
    let body = unfold(items, |mut items| async move {
        let chunk = items.next().await?;
        Some((Ok::<_, Infallible>(chunk), items))
    });
    let mut response = Response::new(Body::from_stream(body));
    for (name, value) in [
        (header::CONTENT_TYPE, format.content_type()),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "accept, accept-language"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Keeps proxies from buffering items.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// The body of a stream.
struct Items {
    app: App,
    locale: Locale,
    connection: Connection,
    operation: Operation,
    format: Format,
    /// An item that was ready before the answer started.
    first: Option<Item>,
    state: Phase,
    _open: TaskTrackerToken,
}

/// The phase of a stream.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Opening,
    Running,
    Over,
}

impl Items {
    /// The next chunk of the body; `None` at its end.
    async fn next(&mut self) -> Option<Bytes> {
        match self.state {
            Phase::Over => return None,
            Phase::Opening => {
                self.state = Phase::Running;
                return Some(self.format.opening());
            }
            Phase::Running => {}
        }
        let item = match self.first.take() {
            Some(item) => item,
            None => {
                tokio::select! {
                    () = self.app.streams.stopping() => return Some(self.end(Cause::Shutdown)),
                    reason = self.connection.disconnected() => {
                        return Some(self.end(Cause::Disconnected(reason)));
                    }
                    item = self.operation.next() => item?,
                    () = sleep(self.app.streams.limits().heartbeat()) => return Some(self.heartbeat()),
                }
            }
        };
        Some(self.encode(&item))
    }

    /// The position after which the stream can resume without a gap, if it is known.
    fn resume_after(&self) -> Option<Position> {
        Progress::resume_after(std::iter::once(self.operation.progress()))
    }

    fn heartbeat(&self) -> Bytes {
        self.format.heartbeat(self.resume_after())
    }

    /// The last bytes of a stream that the server ends, with the cursor to resume after.
    fn end(&mut self, cause: Cause) -> Bytes {
        self.state = Phase::Over;
        if self.format.is_cut(cause) {
            return self.heartbeat();
        }
        let (code, key) = match cause {
            Cause::Shutdown => (ErrorCode::Overloaded, Key::ServerStops),
            Cause::Disconnected(DisconnectReason::Revoked) => (ErrorCode::Unauthenticated, Key::SessionEnded),
            Cause::Disconnected(DisconnectReason::Expired) => (ErrorCode::Unauthenticated, Key::TokenExpired),
            Cause::Disconnected(DisconnectReason::Displaced) => {
                (ErrorCode::LimitExceeded, Key::StreamDisplaced)
            }
        };
        let error = HttpError::new(code, key, self.locale);
        let resume = self.resume_after().map(cursor::encode);
        let error = match resume.as_deref().or_else(|| self.operation.cursor()) {
            Some(cursor) => error.with("cursor", cursor),
            None => error,
        };
        self.format.failed(&[error.error()])
    }

    fn encode(&mut self, item: &Item) -> Bytes {
        match item {
            Item::Next(payload, cursor) => self.format.next(payload, cursor.as_deref()),
            Item::Failed { errors, .. } => {
                self.state = Phase::Over;
                self.format.failed(errors)
            }
            Item::Complete => {
                self.state = Phase::Over;
                self.format.complete()
            }
        }
    }
}

/// The JSON of a part of the body.
pub(in crate::http) fn json(value: &impl serde::Serialize) -> String {
    // Strings, numbers and maps with string keys: serialising them does not fail.
    serde_json::to_string(value).unwrap_or_default()
}
