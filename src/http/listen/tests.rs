//! Slow and silent clients, with short timeouts on real connections.

use super::*;
use axum::{
    extract::ws::{WebSocket, WebSocketUpgrade},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use futures_util::{SinkExt, StreamExt};
use std::net::IpAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpSocket,
    sync::Semaphore,
    time::{Instant, sleep, timeout},
};
use tokio_tungstenite::{client_async, tungstenite};

const HEADER: Duration = Duration::from_millis(300);
const IDLE: Duration = Duration::from_secs(3);
/// The server counts whole milliseconds.
const ROUNDING: Duration = Duration::from_millis(10);
/// Long enough for everything that should happen, also on a busy machine.
const SOON: Duration = Duration::from_secs(10);

fn limits() -> ConnectionLimits {
    ConnectionLimits { header_ms: 300, idle_ms: 3_000, address_percent: 0, ..ConnectionLimits::default() }
}

/// A server with a route that answers at once, a route that answers when `go` allows it, a route with an endless body,
/// and a socket that echoes.
struct Served {
    address: SocketAddr,
    connections: Connections,
    go: Arc<Semaphore>,
}

async fn served(limits: &ConnectionLimits, max: usize) -> Served {
    let go = Arc::new(Semaphore::new(0));
    let waiting = go.clone();
    let wait = async move || {
        let _ = waiting.acquire().await;
        "done"
    };
    let endless = async || -> Response {
        let ticks = futures_util::stream::unfold((), async |()| {
            sleep(Duration::from_millis(200)).await;
            Some((Ok::<_, io::Error>("tick\n"), ()))
        });
        Body::from_stream(ticks).into_response()
    };
    let socket = async |upgrade: WebSocketUpgrade| {
        upgrade.on_upgrade(async |mut socket: WebSocket| {
            while let Some(Ok(message)) = socket.next().await {
                if socket.send(message).await.is_err() {
                    break;
                }
            }
        })
    };
    let router = Router::new()
        .route("/", get(async || "hello"))
        .route("/wait", any(wait))
        .route("/endless", get(endless))
        .route("/socket", any(socket));
    let connections = Connections::new(limits, max, Arc::default());
    let server = Server::new(connections.clone(), limits, Duration::from_secs(5), router);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { server.accept(listener).await });
    Served { address, connections, go }
}

impl Served {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("a connection")
    }

    async fn connect_from(&self, from: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::new(from.parse::<IpAddr>().expect("an address"), 0)).expect("bound");
        socket.connect(self.address).await.expect("a connection")
    }

    async fn sending(&self, bytes: &str) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(bytes.as_bytes()).await.expect("sent");
        stream
    }

    /// Waits until this many connections are busy.
    async fn busy(&self, count: usize) {
        let busy = async {
            loop {
                let figures = self.connections.figures();
                if figures.open - figures.waiting == count {
                    break;
                }
                tokio::task::yield_now().await;
            }
        };
        timeout(SOON, busy).await.expect("busy connections");
    }

    /// The status line of an answer to a new connection, empty if it closes without one.
    async fn status(&self, path: &str) -> String {
        let mut stream = self.connect().await;
        get_on(&mut stream, path).await
    }
}

async fn get_on(stream: &mut TcpStream, path: &str) -> String {
    let _ = stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await;
    let mut bytes = [0; 4_096];
    let read = timeout(SOON, stream.read(&mut bytes)).await.expect("in time").unwrap_or(0);
    let text = String::from_utf8_lossy(&bytes[..read]).into_owned();
    text.lines().next().unwrap_or_default().to_owned()
}

/// Waits until the server closes the connection.
async fn closed(stream: &mut TcpStream) {
    let all = async {
        let mut bytes = [0; 4_096];
        while stream.read(&mut bytes).await.is_ok_and(|read| read > 0) {}
    };
    timeout(SOON, all).await.expect("closed");
}

#[tokio::test]
async fn connections_that_send_no_whole_header_are_closed() {
    let served = served(&limits(), 0).await;
    for bytes in [
        "",
        "G",
        "GET / HTTP/1.1\r\nhost: x\r\n",
        "PRI * HT",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        // With the client's settings, but without a request.
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
    ] {
        let begun = Instant::now();
        closed(&mut served.sending(bytes).await).await;
        assert!(begun.elapsed() >= HEADER - ROUNDING, "{bytes:?}: {:?}", begun.elapsed());
    }
    // A header that arrives byte by byte does not get more time.
    let mut stream = served.connect().await;
    let begun = Instant::now();
    for byte in "GET / HTTP/1.1\r\nhost: x\r\nlong: ".bytes().chain(std::iter::repeat(b'x')) {
        if stream.write_all(&[byte]).await.is_err() {
            break;
        }
        sleep(Duration::from_millis(20)).await;
        assert!(begun.elapsed() < SOON);
    }
    assert_eq!(served.connections.figures().open, 0);
    // Negative control: without the timeout they stay.
    let served = self::served(&ConnectionLimits { header_ms: 0, idle_ms: 0, ..limits() }, 0).await;
    let mut stream = served.sending("GET / HTTP/1.1\r\n").await;
    assert!(timeout(HEADER * 3, closed(&mut stream)).await.is_err());
}

#[tokio::test]
async fn an_idle_connection_has_its_own_timeout() {
    let served = served(&limits(), 0).await;
    let mut stream = served.connect().await;
    assert_eq!(get_on(&mut stream, "/").await, "HTTP/1.1 200 OK");
    sleep(HEADER * 2).await;
    let begun = Instant::now();
    assert_eq!(get_on(&mut stream, "/").await, "HTTP/1.1 200 OK", "idle for longer than a header may take");
    closed(&mut stream).await;
    assert!(begun.elapsed() >= IDLE - ROUNDING, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn running_requests_streams_and_sockets_are_not_cut() {
    let served = served(&limits(), 0).await;
    let mut request = served.sending("GET /wait HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut endless = served.sending("GET /endless HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let tcp = served.connect().await;
    let (mut socket, _) =
        client_async(format!("ws://{}/socket", served.address), tcp).await.expect("a socket");
    let read = tokio::spawn(async move {
        let (mut bytes, begun) = ([0; 256], Instant::now());
        while begun.elapsed() < IDLE + HEADER * 2 {
            assert!(endless.read(&mut bytes).await.expect("a tick") > 0);
        }
    });
    sleep(IDLE + HEADER * 2).await;
    served.go.add_permits(1);
    let mut bytes = [0; 256];
    let count = timeout(SOON, request.read(&mut bytes)).await.expect("in time").expect("an answer");
    assert!(String::from_utf8_lossy(&bytes[..count]).ends_with("done"));
    socket.send(tungstenite::Message::text("still there")).await.expect("sent");
    let echo = timeout(SOON, socket.next()).await.expect("in time").expect("open").expect("a message");
    assert_eq!(echo, tungstenite::Message::text("still there"));
    read.await.expect("an endless stream");
}

#[tokio::test]
async fn above_the_limit_only_waiting_connections_are_closed() {
    let long = ConnectionLimits { header_ms: 60_000, idle_ms: 60_000, ..limits() };
    let served = served(&long, 4).await;
    let silent =
        [served.connect().await, served.connect().await, served.connect().await, served.connect().await];
    let mut idle = Vec::new();
    for _ in 0..8 {
        let mut stream = served.connect().await;
        assert_eq!(get_on(&mut stream, "/").await, "HTTP/1.1 200 OK", "in place of one that waited longer");
        idle.push(stream);
    }
    for mut stream in silent {
        closed(&mut stream).await;
    }
    let mut requests = Vec::new();
    for _ in 0..4 {
        requests.push(served.sending("GET /wait HTTP/1.1\r\nhost: x\r\n\r\n").await);
    }
    served.busy(4).await;
    // Silent connections above the limit can't block a probe either.
    let mut silent = Vec::new();
    for _ in 0..3 * crate::http::reserve::RESERVE {
        silent.push(served.connect().await);
    }
    assert_eq!(served.status("/livez").await, "HTTP/1.1 200 OK");
    assert_eq!(served.status("/").await, "HTTP/1.1 503 Service Unavailable");
    served.go.add_permits(4);
    for mut request in requests {
        let mut bytes = [0; 256];
        let count = timeout(SOON, request.read(&mut bytes)).await.expect("in time").expect("an answer");
        assert!(String::from_utf8_lossy(&bytes[..count]).ends_with("done"));
    }
    assert_eq!(served.status("/").await, "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn one_address_cannot_take_all_connections() {
    let half = ConnectionLimits { address_percent: 50, ..limits() };
    let served = served(&half, 8).await;
    let mut requests = Vec::new();
    for _ in 0..4 {
        requests.push(served.sending("GET /wait HTTP/1.1\r\nhost: x\r\n\r\n").await);
    }
    served.busy(4).await;
    assert_eq!(served.status("/").await, "HTTP/1.1 503 Service Unavailable");
    let mut other = served.connect_from("127.0.0.2").await;
    assert_eq!(get_on(&mut other, "/").await, "HTTP/1.1 200 OK");
}
