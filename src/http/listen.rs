//! Serves a listening port until a graceful shutdown.

#[cfg(test)]
mod tests;

use super::{
    app::App,
    connections::{Connection, ConnectionLimits, Connections, limit},
    negotiate,
    reserve::Reserve,
};
use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    extract::{ConnectInfo, Request},
};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    time::Sleep,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

/// The grace period of requests and streams after the shutdown has begun.
const GRACE: Duration = Duration::from_secs(25);
/// The pause after a failed accept. The usual cause is that the process can't open another file, which is often
/// possible a moment later.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Maximum size of a header in bytes. Each connection that sends a header uses up to this much memory.
const HEADER_BYTES: usize = 64 * 1024;

/// Serves until `shutdown` is ready. Then it stops accepting, ends every stream, and waits for running requests; after
/// the grace period it aborts them.
pub async fn serve(listener: TcpListener, app: App, shutdown: impl Future<Output = ()>) {
    let streams = app.streams.clone();
    let (connections, limits) = app.connections();
    let server = Server::new(connections.clone(), limits, streams.limits().send(), app.clone().router());
    tokio::select! {
        () = shutdown => {}
        () = server.accept(listener) => {}
    }
    tracing::info!(streams = streams.count(), "shutting down");
    streams.stop();
    server.closing.cancel();
    server.tasks.close();
    // Sockets run in their own tasks.
    let drained = async {
        server.tasks.wait().await;
        streams.ended().await;
    };
    if tokio::time::timeout(GRACE, drained).await.is_err() {
        tracing::warn!("aborting requests that are still running after the grace period");
        server.aborting.cancel();
    }
}

/// The address of the client.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Serves the connections of one listener. [`Connection`] has the timeouts, because hyper's own timeout for a header
/// starts only once the protocol is known, also runs while a connection is idle, and does not exist for HTTP/2.
pub(super) struct Server {
    connections: Connections,
    http: Builder<TokioExecutor>,
    router: Router,
    write_timeout: Duration,
    tasks: TaskTracker,
    closing: CancellationToken,
    aborting: CancellationToken,
}

impl Server {
    pub(super) fn new(
        connections: Connections,
        limits: &ConnectionLimits,
        write_timeout: Duration,
        router: Router,
    ) -> Self {
        let mut http = Builder::new(TokioExecutor::new());
        // The names of headers keep the client's spelling; see `answer`.
        http.http1().max_buf_size(HEADER_BYTES).preserve_header_case(true);
        let ping = limit(limits.ping_ms);
        http.http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(ping)
            .keep_alive_timeout(ping.unwrap_or_default())
            .max_concurrent_streams((limits.http2_requests > 0).then_some(limits.http2_requests));
        Self {
            connections,
            http,
            router,
            write_timeout,
            tasks: TaskTracker::new(),
            closing: CancellationToken::new(),
            aborting: CancellationToken::new(),
        }
    }

    /// Accepts connections forever.
    pub(super) async fn accept(&self, listener: TcpListener) {
        let mut reserve = Reserve::default();
        let mut failing = false;
        loop {
            match listener.accept().await {
                Ok((tcp, peer)) => {
                    failing = false;
                    // Send small messages at once.
                    let _ = tcp.set_nodelay(true);
                    match self.connections.admit(peer.ip()) {
                        Some(connection) => self.spawn(tcp, peer, connection),
                        None => reserve.answer(tcp),
                    }
                }
                Err(cause) if is_of_client(&cause) => {}
                Err(cause) => {
                    if !failing {
                        tracing::error!(%cause, "can't accept connections; will retry");
                    }
                    failing = true;
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn spawn(&self, tcp: TcpStream, peer: SocketAddr, connection: Arc<Connection>) {
        let stream = ClientStream {
            tcp,
            connection: connection.clone(),
            preface: 0,
            timeout: self.write_timeout,
            waiting: None,
        };
        let (http, router) = (self.http.clone(), self.router.clone());
        let (closing, aborting) = (self.closing.clone(), self.aborting.clone());
        let serving = async move {
            let service = hyper::service::service_fn({
                let connection = connection.clone();
                // hyper keeps room for this future as long as the connection is open; a box frees it after each request.
                move |request| Box::pin(answer(router.clone(), connection.clone(), peer, request))
            });
            let mut http = std::pin::pin!(http.serve_connection_with_upgrades(TokioIo::new(stream), service));
            let mut overdue = std::pin::pin!(connection.overdue());
            let ended = tokio::select! {
                ended = http.as_mut() => ended,
                () = overdue.as_mut() => return,
                () = closing.cancelled() => {
                    http.as_mut().graceful_shutdown();
                    tokio::select! {
                        ended = http => ended,
                        () = overdue => return,
                    }
                }
            };
            // If there was no error and no shutdown, the connection may now be a WebSocket.
            connection.upgraded();
            if let Err(cause) = ended {
                tracing::debug!(%cause, "a connection was interrupted");
            }
        };
        self.tasks.spawn(async move { aborting.run_until_cancelled_owned(serving).await });
    }
}

/// Whether accepting failed because of one client and not because of the server.
fn is_of_client(cause: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(cause.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn answer(
    router: Router,
    connection: Arc<Connection>,
    peer: SocketAddr,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Counted>, std::convert::Infallible> {
    let running = connection.begin();
    let mut request: Request = request.map(Body::new);
    // Some clients, such as Python's gql, look for `Sec-WebSocket-Protocol` with exactly these capitals. hyper can
    // write the headers of an answer with the spelling of the request, which it stores in the extensions.
    let spelling = negotiate::wants_socket(request.method(), request.headers()).then(|| {
        let mut extensions = request.extensions().clone();
        extensions.remove::<hyper::upgrade::OnUpgrade>();
        extensions
    });
    request.extensions_mut().insert(ConnectInfo(Peer(peer)));
    let mut response = router.oneshot(request).await?;
    response.extensions_mut().extend(spelling.unwrap_or_default());
    Ok(response.map(|body| Counted { body, _running: running }))
}

/// The body of a response. The request counts as running until its body is sent; an event stream is a body too.
struct Counted {
    body: Body,
    _running: super::connections::Running,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The first bytes of an HTTP/2 connection.
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\n";

/// The stream of a client. It notifies the connection of the bytes that it reads, and has a timeout for writes: only
/// this layer detects a client that stops reading, because hyper does not poll the body of an event stream while a
/// write is pending.
struct ClientStream {
    tcp: TcpStream,
    connection: Arc<Connection>,
    /// Number of bytes that match the preface of HTTP/2 so far; `usize::MAX` once the comparison has ended.
    preface: usize,
    timeout: Duration,
    /// The timer, while a write is pending.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl ClientStream {
    fn received(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match HTTP2_PREFACE.get(self.preface) {
                Some(expected) if expected == byte => self.preface += 1,
                Some(_) => self.preface = usize::MAX,
                None => break,
            }
        }
        if self.preface == HTTP2_PREFACE.len() {
            self.preface = usize::MAX;
            self.connection.speaks_http2();
        }
        self.connection.received();
    }

    fn write_with_timeout<T>(
        &mut self,
        context: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match write(Pin::new(&mut self.tcp), context) {
            Poll::Ready(done) => {
                self.waiting = None;
                Poll::Ready(done)
            }
            Poll::Pending => {
                let timeout = self.timeout;
                let waiting = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(timeout)));
                waiting.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl Drop for ClientStream {
    fn drop(&mut self) {
        self.connection.close();
    }
}

impl AsyncRead for ClientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        ready!(Pin::new(&mut self.tcp).poll_read(context, into))?;
        self.received(&into.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for ClientStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.write_with_timeout(context, |tcp, context| tcp.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write_with_timeout(context, |tcp, context| tcp.poll_write_vectored(context, bytes))
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}
