//! Serves a listening port until a graceful shutdown.

use super::app::App;
use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    time::Sleep,
};
use tokio_util::sync::CancellationToken;

/// The grace period of requests and streams after the shutdown has begun.
const GRACE: Duration = Duration::from_secs(25);

/// Serves until `shutdown` is ready. Then it stops accepting, ends every stream, and waits for running requests; after
/// the grace period it aborts them.
///
/// # Errors
/// An error of the listener.
pub async fn serve(listener: TcpListener, app: App, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    let streams = app.streams.clone();
    let listener = WriteTimeoutListener { listener, timeout: streams.limits().send() };
    let closed = CancellationToken::new();
    let service = app.router().into_make_service_with_connect_info::<Peer>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(closed.clone().cancelled_owned());
    let mut serving = tokio::spawn(serving.into_future());
    tokio::select! {
        () = shutdown => {}
        ended = &mut serving => return ended.map_err(io::Error::other)?,
    }
    tracing::info!(streams = streams.count(), "shutting down");
    streams.stop();
    closed.cancel();
    // axum does not wait for sockets, because they run in their own tasks.
    let drained = async {
        let ended = (&mut serving).await;
        streams.ended().await;
        ended.map_err(io::Error::other)?
    };
    match tokio::time::timeout(GRACE, drained).await {
        Ok(ended) => ended,
        Err(_) => {
            tracing::warn!("aborting requests that are still running after the grace period");
            serving.abort();
            Ok(())
        }
    }
}

/// The address of the client.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

impl Connected<IncomingStream<'_, WriteTimeoutListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, WriteTimeoutListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// A listener that closes a connection if the client reads nothing for this long.
struct WriteTimeoutListener {
    listener: TcpListener,
    timeout: Duration,
}

impl Listener for WriteTimeoutListener {
    type Io = WriteTimeoutStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (WriteTimeoutStream, SocketAddr) {
        let (tcp, peer) = Listener::accept(&mut self.listener).await;
        // Send small messages at once.
        let _ = tcp.set_nodelay(true);
        (WriteTimeoutStream { tcp, timeout: self.timeout, waiting: None }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection with a timeout for writes. Only this layer detects a client that stops reading: while a write is
/// pending, hyper does not poll the body of an event stream.
struct WriteTimeoutStream {
    tcp: TcpStream,
    timeout: Duration,
    /// The timer, while a write is pending.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl WriteTimeoutStream {
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

impl AsyncRead for WriteTimeoutStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_read(context, into)
    }
}

impl AsyncWrite for WriteTimeoutStream {
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
