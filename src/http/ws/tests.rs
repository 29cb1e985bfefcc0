//! Sockets against the real app over a small city, with scripted subscriptions.

use crate::http::stream::{
    Kind, StreamLimits,
    testing::{Server, limits, server},
};
use axum::http::{HeaderValue, StatusCode};
use futures_util::{SinkExt, StreamExt};
use graphql::{cursor, live::DisconnectReason};
use serde_json::{Value, json};
use service::{
    identity::Authenticated,
    journal::Position,
    testing::{
        city::{self, Person},
        refresh_access_token,
    },
};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

impl Server {
    async fn socket(&self) -> Client {
        self.open(&[("sec-websocket-protocol", "graphql-transport-ws")]).await.expect("a socket")
    }

    async fn open(&self, headers: &[(&'static str, &str)]) -> Result<Client, Error> {
        let mut request = format!("ws://{}/graphql", self.address).into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, HeaderValue::from_str(value).expect("a header"));
        }
        let tcp = TcpStream::connect(self.address).await?;
        client_async(request, tcp).await.map(|(socket, _)| Client(socket))
    }

    async fn ready(&self, who: Person) -> Client {
        let token = self.token(who).await;
        let mut client = self.socket().await;
        client.init(&token).await;
        client
    }
}

struct Client(WebSocketStream<TcpStream>);

impl Client {
    async fn send(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.expect("sent");
    }

    async fn init(&mut self, token: &str) {
        self.send(json!({ "type": "connection_init", "payload": { "token": token } })).await;
        assert_eq!(self.next().await["type"], "connection_ack");
    }

    async fn subscribe(&mut self, id: &str, query: &str) {
        self.send(json!({ "type": "subscribe", "id": id, "payload": { "query": query } })).await;
    }

    async fn next(&mut self) -> Value {
        let next = timeout(Duration::from_secs(5), async {
            loop {
                match self.0.next().await.expect("a message").expect("a frame") {
                    Message::Text(text) => return serde_json::from_str(&text).expect("JSON"),
                    Message::Ping(_) | Message::Pong(_) => {}
                    other => panic!("unexpected: {other:?}"),
                }
            }
        });
        next.await.expect("in time")
    }

    /// The code and reason of the server's close frame; earlier messages are ignored.
    async fn closed(&mut self) -> (u16, String) {
        let closed = timeout(Duration::from_secs(8), async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Close(Some(frame)))) => {
                        return (u16::from(frame.code), frame.reason.to_string());
                    }
                    Some(Ok(_)) => {}
                    other => panic!("no close frame: {other:?}"),
                }
            }
        });
        closed.await.expect("in time")
    }
}

const ENDLESS: &str = "subscription endless { events { cursor } }";
const THREE: &str = "subscription three { events { cursor } }";
const HOT: &str = "subscription hot { events { cursor } }";

#[tokio::test]
async fn a_protocol_violation_closes_the_socket_with_its_code() {
    let server = server(limits()).await;
    let token = server.token(Person::Employee).await;
    for (messages, code) in [
        (vec!["{nope"], 4400),
        (vec![r#"{"type":"subscribe","id":"1","payload":{"query":"subscription{events{cursor}}"}}"#], 4401),
        (vec![r#"{"type":"connection_init"}"#], 4403),
        (vec![r#"{"type":"connection_init","payload":{"token":"no such token at all"}}"#], 4403),
        (vec![r#"{"type":"connection_init","payload":"x"}"#], 4400),
        (vec!["INIT", "INIT"], 4429),
        (vec!["INIT", "SUB", "SUB"], 4409),
        (vec![], 4408),
    ] {
        let mut client = server.socket().await;
        for message in &messages {
            let init = json!({ "type": "connection_init", "payload": { "token": token } }).to_string();
            let sub = json!({ "type": "subscribe", "id": "d", "payload": { "query": ENDLESS } }).to_string();
            let text = match *message {
                "INIT" => init,
                "SUB" => sub,
                other => other.to_owned(),
            };
            let first_init = text.contains("connection_init") && messages.len() == 3;
            client.0.send(Message::text(text)).await.expect("sent");
            if first_init {
                assert_eq!(client.next().await["type"], "connection_ack");
            }
        }
        assert_eq!(client.closed().await.0, code, "{messages:?}");
    }
    let mut client = server.ready(Person::Employee).await;
    client.0.send(Message::binary(b"{}".to_vec())).await.expect("sent");
    assert_eq!(client.closed().await.0, 4400);
    let mut client = server.ready(Person::Employee).await;
    client.0.send(Message::text("x".repeat(70 * 1024))).await.expect("sent");
    assert_eq!(client.closed().await.0, 1009);
}

#[tokio::test]
async fn a_page_of_another_origin_and_another_protocol_are_refused() {
    let server = server(limits()).await;
    let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
    let own = format!("http://{}", server.address);
    for (headers, status) in [
        (vec![protocol, ("origin", "https://evil.example")], Some(StatusCode::FORBIDDEN)),
        (vec![protocol, ("origin", "null")], Some(StatusCode::FORBIDDEN)),
        (vec![protocol, ("origin", "https://app.example")], None),
        (vec![protocol, ("origin", &own)], None),
        (vec![protocol], None),
        (vec![("sec-websocket-protocol", "nope")], Some(StatusCode::BAD_REQUEST)),
        (vec![], Some(StatusCode::BAD_REQUEST)),
        (vec![("sec-websocket-protocol", "graphql-ws, graphql-transport-ws")], None),
    ] {
        match (server.open(&headers).await, status) {
            (Ok(_), None) => {}
            (Err(Error::Http(response)), Some(status)) => {
                assert_eq!(response.status(), status, "{headers:?}")
            }
            (other, _) => panic!("{headers:?}: {:?}", other.map(|_| "open")),
        }
    }
    // `graphql-ws` is the name of an older protocol.
    let refused = server.open(&[("sec-websocket-protocol", "graphql-ws")]).await;
    assert!(
        matches!(refused, Err(Error::Protocol(_))),
        "the server chooses no protocol, so the client gives up"
    );
}

#[tokio::test]
async fn a_subscription_delivers_its_items_and_ends() {
    let server = server(limits()).await;
    let mut client = server.ready(Person::Employee).await;
    client.subscribe("1", THREE).await;
    for number in 1..=3 {
        let next = client.next().await;
        assert_eq!((&next["type"], &next["id"]), (&json!("next"), &json!("1")));
        assert_eq!(next["payload"]["data"], json!({ "events": { "cursor": format!("c{number}") } }));
        assert_eq!(next["payload"]["extensions"]["cursor"], format!("c{number}"));
        assert_eq!(next["payload"]["extensions"]["cost"].is_object(), number == 1);
    }
    assert_eq!(client.next().await, json!({ "type": "complete", "id": "1" }));
    // The id is free again. Stopping the subscription at the client's request sends no reply.
    client.subscribe("1", ENDLESS).await;
    assert_eq!(client.next().await["type"], "next");
    client.send(json!({ "type": "complete", "id": "1" })).await;
    client.send(json!({ "type": "complete", "id": "never there" })).await;
    client.send(json!({ "type": "ping" })).await;
    assert_eq!(client.next().await, json!({ "type": "pong" }));
    client.subscribe("1", THREE).await;
    assert_eq!(client.next().await["payload"]["data"]["events"]["cursor"], "c1");
}

#[tokio::test]
async fn a_failing_subscription_is_an_error_and_the_socket_stays_open() {
    let server = server(limits()).await;
    let mut client = server.ready(Person::Employee).await;
    for (query, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ __typename }", "OPERATION_NOT_ALLOWED"),
        ("mutation { logout(input: {}) { done } }", "OPERATION_NOT_ALLOWED"),
        ("subscription { __typename }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "subscription { ...F @include(if: true) } fragment F on Subscription { events { cursor } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("subscription { nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { a: events { cursor } b: events { cursor } }", "LIMIT_EXCEEDED"),
        ("subscription bug { events { cursor } }", "INTERNAL_SERVER_ERROR"),
    ] {
        client.subscribe("e", query).await;
        let error = client.next().await;
        assert_eq!((&error["type"], &error["id"]), (&json!("error"), &json!("e")), "{query}: {error}");
        assert_eq!(error["payload"][0]["extensions"]["code"], code, "{query}");
    }
    client.subscribe("e", "subscription broken { events { cursor } }").await;
    assert_eq!(client.next().await["type"], "next");
    let error = client.next().await;
    assert_eq!(error["payload"][0]["extensions"]["code"], "SUBSCRIPTION_LAGGED");
    assert_eq!(error["payload"][0]["extensions"]["cursor"], "c7", "the cursor to resume after");
    client.send(json!({ "type": "ping" })).await;
    assert_eq!(client.next().await["type"], "pong", "nothing follows");
}

#[tokio::test]
async fn a_busy_subscription_does_not_starve_others() {
    let server = server(limits()).await;
    let mut client = server.ready(Person::Employee).await;
    client.subscribe("hot", HOT).await;
    client.subscribe("too", HOT).await;
    client.subscribe("three", THREE).await;
    let (mut counts, mut done) = ([0, 0], false);
    for _ in 0..2_000 {
        let next = client.next().await;
        match next["id"].as_str() {
            Some("hot") => counts[0] += 1,
            Some("too") => counts[1] += 1,
            _ => done |= next["type"] == "complete",
        }
    }
    assert!(done, "the short subscription has ended");
    assert!(counts[0] > 500 && counts[1] > 500, "{counts:?}");
    // Nor does it starve messages of the client.
    client.send(json!({ "type": "complete", "id": "hot" })).await;
    client.send(json!({ "type": "complete", "id": "too" })).await;
    client.send(json!({ "type": "ping" })).await;
    while client.next().await["type"] != "pong" {}
}

#[tokio::test]
async fn limits_apply_to_a_socket_and_to_a_person() {
    let server = server(StreamLimits { init_ms: 5_000, ..limits() }).await;
    let mut client = server.ready(Person::Employee).await;
    for number in 0..21 {
        client.subscribe(&number.to_string(), ENDLESS).await;
    }
    let mut errors = 0;
    for _ in 0..21 {
        let next = client.next().await;
        if next["type"] == "error" {
            assert_eq!(next["payload"][0]["extensions"]["code"], "LIMIT_EXCEEDED");
            errors += 1;
        }
    }
    assert_eq!(errors, 1);
    let mut newer = Vec::new();
    for _ in 0..5 {
        newer.push(server.ready(Person::Employee).await);
    }
    assert_eq!(client.closed().await.0, 1008, "the oldest is closed");
    for socket in &mut newer {
        socket.send(json!({ "type": "ping" })).await;
        assert_eq!(socket.next().await["type"], "pong", "the newer ones stay");
    }
    assert_eq!(server.app.streams.count(), 5);
    // Other people are not affected.
    let mut other = server.ready(Person::Peer).await;
    other.send(json!({ "type": "ping" })).await;
    assert_eq!(other.next().await["type"], "pong");
    // A flood of messages is read at the allowed pace, and none is lost.
    let start = Instant::now();
    for _ in 0..60 {
        other.send(json!({ "type": "ping" })).await;
    }
    for _ in 0..60 {
        assert_eq!(other.next().await["type"], "pong");
    }
    assert!(start.elapsed() > Duration::from_millis(900), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_slow_reader_is_disconnected() {
    let server = server(limits()).await;
    let mut client = server.ready(Person::Employee).await;
    client.subscribe("1", HOT).await;
    assert_eq!(client.next().await["type"], "next");
    assert_eq!(server.app.streams.count(), 1);
    // The client stops reading: the buffers fill up, then the send timeout passes.
    let start = Instant::now();
    while server.app.streams.count() > 0 {
        assert!(start.elapsed() < Duration::from_secs(6), "it is still connected");
        sleep(Duration::from_millis(50)).await;
    }
    assert!(start.elapsed() >= Duration::from_millis(600), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_socket_ends_with_its_token_unless_it_is_renewed() {
    let server = server(limits()).await;
    let short = chrono::Duration::milliseconds(1_200);
    let first = city::session_lasting(&server.env, Person::Employee, short).await.expect("a session");
    let second = server.token(Person::Employee).await;
    let stranger = server.token(Person::Peer).await;
    let mut ends = server.socket().await;
    ends.init(&first).await;
    ends.subscribe("1", ENDLESS).await;
    let mut goes_on = server.socket().await;
    goes_on.init(&first).await;
    let mut strange = server.socket().await;
    strange.init(&first).await;
    goes_on.send(json!({ "type": "ping", "payload": { "token": second } })).await;
    assert_eq!(goes_on.next().await["type"], "pong");
    strange.send(json!({ "type": "ping", "payload": { "token": stranger } })).await;
    assert_eq!(strange.closed().await.0, 4403, "a token of another person is refused");
    let start = Instant::now();
    assert_eq!(ends.closed().await, (4403, "Forbidden: the token has expired".to_owned()));
    assert!(start.elapsed() < Duration::from_millis(2_200), "{:?}", start.elapsed());
    goes_on.subscribe("1", THREE).await;
    assert_eq!(goes_on.next().await["type"], "next");
}

#[tokio::test]
async fn a_socket_goes_on_while_its_session_holds_a_newer_token() {
    let server = server(limits()).await;
    let lasting = chrono::Duration::milliseconds;
    let token =
        city::session_lasting(&server.env, Person::Employee, lasting(1_000)).await.expect("a session");
    let other =
        city::session_lasting(&server.env, Person::Employee, lasting(1_000)).await.expect("a session");
    let (mut client, mut left) = (server.socket().await, server.socket().await);
    client.init(&token).await;
    left.init(&other).await;
    let start = Instant::now();
    let second = refresh_access_token(&server.env, &token, lasting(2_000)).await.expect("refreshed");
    // The other session was not refreshed.
    assert_eq!(left.closed().await.0, 4403);
    refresh_access_token(&server.env, &second, lasting(2_500)).await.expect("refreshed again");
    sleep(Duration::from_millis(2_300).saturating_sub(start.elapsed())).await;
    client.subscribe("1", THREE).await;
    assert_eq!(client.next().await["type"], "next");
    assert_eq!(client.closed().await.0, 4403, "it ends with the newest token");
}

#[tokio::test]
async fn a_connection_outlives_its_token_by_at_most_an_hour_unless_renewed() {
    let server = server(limits()).await;
    let token = server.token(Person::Employee).await;
    let found = service::identity::authenticate(&server.env, &token).await.expect("a session");
    let now = service::env::machine_now();
    let expired = |minutes| Authenticated {
        expires_at: Some(now - chrono::Duration::minutes(minutes)),
        ..found.clone()
    };
    // The session's newest token lasts for another hour.
    let connect = |minutes| server.app.streams.connect(Kind::Socket, expired(minutes)).expect("connected");
    let (mut early, mut late, mut renewed) = (connect(59), connect(61), connect(61));
    renewed.renew(found.clone()).expect("renewed");
    let soon = Duration::from_millis(1_500);
    assert_eq!(timeout(soon, late.disconnected()).await, Ok(DisconnectReason::Expired));
    assert!(timeout(Duration::from_millis(500), early.disconnected()).await.is_err());
    assert!(timeout(Duration::from_millis(10), renewed.disconnected()).await.is_err());
}

#[tokio::test]
async fn the_cursor_of_the_connection_counts_unless_a_stream_has_a_later_one() {
    let server = server(limits()).await;
    let token = server.token(Person::Employee).await;
    let at = |number| cursor::encode(Position { number, mark: None });
    let (early, late) = (at(3), at(20));
    for (connection, own, expected) in [
        (&early, None, &early),
        (&early, Some(&late), &late),
        (&late, Some(&early), &late),
        (&"start".to_owned(), Some(&early), &early),
    ] {
        let mut client = server.socket().await;
        let payload = json!({ "token": token, "after": connection });
        client.send(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(client.next().await["type"], "connection_ack");
        let query = "subscription echo($a: String) { events(after: $a) { cursor } }";
        let payload = json!({ "query": query, "variables": { "a": own } });
        client.send(json!({ "type": "subscribe", "id": "1", "payload": payload })).await;
        assert_eq!(&client.next().await["payload"]["data"]["after"], expected, "{connection} {own:?}");
    }
}

#[tokio::test]
async fn the_handshake_spells_headers_as_the_client_does() {
    let server = server(limits()).await;
    for name in ["Sec-WebSocket-Protocol", "sec-websocket-protocol"] {
        let mut tcp = TcpStream::connect(server.address).await.expect("a connection");
        let request = format!(
            "GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             {name}: graphql-transport-ws\r\n\r\n"
        );
        tcp.write_all(request.as_bytes()).await.expect("sent");
        let (mut answer, mut some) = (Vec::new(), [0; 1_024]);
        while !answer.ends_with(b"\r\n\r\n") {
            let read = timeout(Duration::from_secs(5), tcp.read(&mut some)).await.expect("in time");
            answer.extend_from_slice(&some[..read.expect("read")]);
        }
        let answer = String::from_utf8(answer).expect("text");
        assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
        assert!(answer.contains(&format!("\r\n{name}: graphql-transport-ws\r\n")), "{answer}");
    }
}

#[tokio::test]
async fn an_ended_session_ends_its_socket() {
    let server = server(limits()).await;
    let token = server.token(Person::Employee).await;
    let mut client = server.socket().await;
    client.init(&token).await;
    let mut other = server.ready(Person::Employee).await;
    let authenticated = service::identity::authenticate(&server.env, &token).await.expect("a session");
    service::identity::logout(&server.env, &authenticated).await.expect("logged out");
    assert_eq!(client.closed().await, (4403, "Forbidden: the session has ended".to_owned()));
    other.send(json!({ "type": "ping" })).await;
    assert_eq!(other.next().await["type"], "pong", "the other session stays");
}

#[tokio::test]
async fn connecting_does_not_use_cached_tokens() {
    let server = server(limits()).await;
    let (token, another) = (server.token(Person::Employee).await, server.another());
    let find = || service::identity::authenticate(&server.env, &token);
    let authenticated = find().await.expect("a session");
    service::identity::logout(&another, &authenticated).await.expect("logged out");
    assert!(find().await.is_ok(), "the cached token is still valid");
    let mut client = server.socket().await;
    client.send(json!({ "type": "connection_init", "payload": { "token": token } })).await;
    assert_eq!(client.closed().await, (4403, "Forbidden".to_owned()));
}

#[tokio::test]
async fn a_silent_client_is_pinged_and_a_dead_one_disconnected() {
    let server = server(StreamLimits { ping_ms: 200, ..limits() }).await;
    // tungstenite answers pings only while the client reads.
    let mut dead = server.ready(Person::Employee).await;
    let mut alive = server.ready(Person::Employee).await;
    // The server closes the dead client instead of sending a third ping; the living one gets more pings.
    let pings = async {
        for _ in 0..4 {
            let message = alive.0.next().await.expect("a message").expect("a frame");
            assert!(matches!(message, Message::Ping(_)), "{message:?}");
        }
        while server.app.streams.count() > 1 {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_secs(10), pings).await.expect("in time");
    assert_eq!(server.app.streams.count(), 1, "only the dead client is disconnected");
    assert_eq!(dead.closed().await.0, 1001);
}

#[tokio::test]
async fn all_sockets_are_closed_with_resume_when_the_server_stops() {
    let mut server = server(limits()).await;
    let mut client = server.ready(Person::Employee).await;
    client.subscribe("1", ENDLESS).await;
    assert_eq!(client.next().await["type"], "next");
    let mut fresh = server.socket().await;
    let mut hot = server.ready(Person::Employee).await;
    hot.subscribe("1", HOT).await;
    let start = Instant::now();
    server.stop.take().expect("a running server").send(()).expect("stopping");
    assert_eq!(client.closed().await, (1001, "resume".to_owned()));
    assert_eq!(fresh.closed().await, (1001, "resume".to_owned()));
    assert_eq!(hot.closed().await.0, 1001);
    timeout(Duration::from_secs(10), &mut server.serving).await.expect("in time").expect("a task");
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    assert!(TcpStream::connect(server.address).await.is_err(), "the server has stopped accepting");
}
