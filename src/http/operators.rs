//! Listeners for operators: health and metrics on separate addresses.
//!
//! They run in a separate thread, so that they still answer when clients overload the port for clients or its runtime.

use super::{
    app::App,
    connections::{ConnectionLimits, Connections},
    health,
    listen::Server,
    metrics,
};
use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::{io, net, sync::Arc};
use tokio::{net::TcpListener, runtime::Handle};

/// Maximum number of connections of such a listener. A further connection replaces a waiting one.
const CONNECTIONS: usize = 32;

/// The routes of the listener for health.
pub fn health(app: App) -> Router {
    // Queries must run on the main runtime, because the database's connections belong to the runtime that opened them.
    let main = Handle::current();
    let ready = async move |State(app): State<App>| -> (StatusCode, Json<Value>) {
        let ready = main.spawn(health::ready(State(app))).await;
        ready.unwrap_or_else(|_| (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "stopping": true }))))
    };
    Router::new()
        .route("/livez", get(health::live))
        .route("/readyz", get(ready))
        .route("/version", get(health::version))
        .with_state(app)
}

/// The routes of the listener for metrics.
pub fn metrics(app: App) -> Router {
    Router::new().route("/metrics", get(metrics::read_anywhere)).with_state(app)
}

/// Serves these listeners until the process ends. Each listener must be non-blocking.
///
/// # Errors
/// The thread or its runtime can't be created.
pub fn serve(listeners: Vec<(net::TcpListener, Router)>, app: &App) -> io::Result<()> {
    if listeners.is_empty() {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let write_timeout = app.streams.limits().send();
    let listening = async move {
        let each = listeners.into_iter().map(|(listener, router)| async move {
            let limits = ConnectionLimits { address_percent: 0, ..ConnectionLimits::default() };
            let connections = Connections::new(&limits, CONNECTIONS, Arc::default());
            let server = Server::new(connections, &limits, write_timeout, router);
            match TcpListener::from_std(listener) {
                Ok(listener) => server.accept(listener).await,
                Err(cause) => tracing::error!(%cause, "can't listen for operators"),
            }
        });
        join_all(each).await;
    };
    std::thread::Builder::new().name("operators".to_owned()).spawn(move || runtime.block_on(listening))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::stream::{StreamLimits, testing::server};
    use std::{
        io::{Read, Write},
        net::{SocketAddr, TcpStream},
        time::Duration,
    };

    fn get(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
        write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    fn listener() -> (net::TcpListener, SocketAddr) {
        let listener = net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let address = listener.local_addr().expect("an address");
        (listener, address)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn operators_have_their_own_addresses() {
        let server = server(StreamLimits::default()).await;
        let ((health, health_address), (metrics, metrics_address)) = (listener(), listener());
        let listeners =
            vec![(health, self::health(server.app.clone())), (metrics, self::metrics(server.app.clone()))];
        serve(listeners, &server.app).expect("a thread");
        let silent: Vec<_> = (0..3 * CONNECTIONS).map(|_| TcpStream::connect(health_address)).collect();
        let address = server.address;
        tokio::task::spawn_blocking(move || {
            assert!(get(health_address, "/livez").starts_with("HTTP/1.1 200"));
            let ready = get(health_address, "/readyz");
            assert!(ready.starts_with("HTTP/1.1 200") && ready.contains("\"clock\":true"), "{ready}");
            assert!(get(health_address, "/version").contains("\"version\""));
            assert!(get(metrics_address, "/metrics").contains("kinerja_client_connections"));
            for (address, path) in
                [(health_address, "/metrics"), (health_address, "/graphql"), (metrics_address, "/livez")]
            {
                assert!(get(address, path).starts_with("HTTP/1.1 404"), "{path}");
            }
            assert!(get(address, "/metrics").starts_with("HTTP/1.1 200"), "a caller on this machine");
        })
        .await
        .expect("answers");
        assert_eq!(silent.len(), 3 * CONNECTIONS);
    }
}
