//! Answers connections above the limits: `/livez` as usual, all other paths with OVERLOADED.

use super::{front::HttpError, health, negotiate};
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use std::{collections::VecDeque, convert::Infallible, time::Duration};
use tokio::{net::TcpStream, task::AbortHandle};

/// Maximum number of connections in the reserve. A further connection closes the oldest, so that silent connections
/// can't block probes.
pub(super) const RESERVE: usize = 16;
/// The timeout of a connection in the reserve.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The connections above the limits that are being answered, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Reserve(VecDeque<AbortHandle>);

impl Reserve {
    /// Answers one request of a connection and closes it.
    pub(super) fn answer(&mut self, tcp: TcpStream) {
        self.0.retain(|task| !task.is_finished());
        if self.0.len() >= RESERVE
            && let Some(oldest) = self.0.pop_front()
        {
            oldest.abort();
        }
        let http = http1::Builder::new()
            .keep_alive(false)
            .max_buf_size(8 * 1024)
            .serve_connection(TokioIo::new(tcp), service_fn(respond));
        let task = tokio::spawn(async move {
            // A client that is slow or disconnects gets no answer.
            let _ = tokio::time::timeout(TIMEOUT, http).await;
        });
        self.0.push_back(task.abort_handle());
    }
}

async fn respond(request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    if request.uri().path() == "/livez" {
        return Ok(health::live().await.into_response());
    }
    let (error, locale) = (service::Error::Overloaded, negotiate::locale(request.headers()));
    // Not logged: a flood of connections would flood the log. The metrics count them.
    Ok(HttpError::new(error.code(), error.message(), locale).into_plain_response())
}
