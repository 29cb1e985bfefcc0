//! Event streams against the real app over a small city, with scripted subscriptions.

use crate::http::stream::{
    StreamLimits,
    testing::{Server, limits, server},
};
use axum::{
    body::{Body, Bytes, to_bytes},
    http::{Request, StatusCode, header},
    response::Response,
};
use futures_util::StreamExt;
use serde_json::{Value, json};
use service::testing::city::{self, Person};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};
use tower::ServiceExt;

const ENDLESS: &str = "subscription endless { events { cursor } }";
const THREE: &str = "subscription three { events { cursor } }";

impl Server {
    async fn events(&self, token: Option<&str>, query: &str, more: &[(&str, &str)]) -> Response {
        let mut request = Request::post("/graphql/stream")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "text/event-stream");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let body = json!({ "query": query }).to_string();
        self.answer(request.body(Body::from(body)).expect("a request")).await
    }

    async fn answer(&self, request: Request<Body>) -> Response {
        self.app.clone().router().oneshot(request).await.expect("an answer")
    }
}

async fn text(response: Response) -> String {
    let read = timeout(Duration::from_secs(5), to_bytes(response.into_body(), usize::MAX)).await;
    String::from_utf8(read.expect("in time").expect("a body").to_vec()).expect("text")
}

/// The chunks of a body.
async fn chunks(response: Response) -> impl StreamExt<Item = Bytes> + Unpin {
    response.into_body().into_data_stream().map(|chunk| chunk.expect("a chunk"))
}

#[tokio::test]
async fn items_have_the_cursor_as_id_and_the_stream_ends_with_complete() {
    let server = server(limits()).await;
    let token = server.token(Person::Employee).await;
    let response = server.events(Some(&token), THREE, &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    for (name, value) in
        [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")]
    {
        assert_eq!(response.headers()[name], value);
    }
    let body = text(response).await;
    let blocks: Vec<&str> = body.split_terminator("\n\n").collect();
    assert_eq!((blocks.len(), blocks[0], blocks[4]), (5, ":", "event: complete\ndata:"));
    for (number, block) in blocks[1..4].iter().enumerate() {
        let number = number + 1;
        let json = block.strip_prefix(&format!("id: c{number}\nevent: next\ndata: ")).expect(block);
        let result: Value = serde_json::from_str(json).expect("JSON");
        assert_eq!(result["data"], json!({ "events": { "cursor": format!("c{number}") } }));
    }
    assert_eq!(server.app.streams.count(), 0, "the connection no longer counts");
}

#[tokio::test]
async fn a_reconnecting_client_resumes_after_its_last_event() {
    let server = server(limits()).await;
    let token = server.token(Person::Employee).await;
    for (query, after) in [
        ("subscription echo { events { cursor } }", "c9"),
        ("subscription echo { events(after: \"start\") { cursor } }", "c9"),
        ("subscription echo($a: String = \"start\") { events(after: $a) { cursor } }", "c9"),
    ] {
        let body = text(server.events(Some(&token), query, &[("last-event-id", after)]).await).await;
        assert!(body.contains("\"after\":\"c9\""), "{query}: {body}");
    }
}

#[tokio::test]
async fn a_request_that_can_not_run_is_answered_with_errors() {
    let server = server(limits()).await;
    let token = server.token(Person::Employee).await;
    for (token, query, status, code) in [
        (None, THREE, 401, "UNAUTHENTICATED"),
        (Some("no such token at all"), THREE, 401, "UNAUTHENTICATED"),
        (Some(token.as_str()), "{", 400, "GRAPHQL_PARSE_FAILED"),
        (Some(&token), "subscription { nope }", 422, "GRAPHQL_VALIDATION_FAILED"),
        (Some(&token), "{ __typename }", 403, "OPERATION_NOT_ALLOWED"),
        (Some(&token), "mutation { logout(input: {}) { done } }", 403, "OPERATION_NOT_ALLOWED"),
    ] {
        let response = server.events(token, query, &[]).await;
        assert_eq!(response.status().as_u16(), status, "{query}");
        let answer: Value = serde_json::from_str(&text(response).await).expect("JSON");
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{query}");
    }
    // GET works too, but only for subscriptions.
    for (query, status) in [("subscription%20three{events{cursor}}", 200), ("{__typename}", 403)] {
        let request = Request::get(format!("/graphql/stream?query={query}"))
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::empty())
            .expect("a request");
        assert_eq!(server.answer(request).await.status().as_u16(), status, "{query}");
    }
    for (method, accept, status) in [("PUT", "text/event-stream", 405), ("POST", "application/json", 406)] {
        let request = Request::builder()
            .method(method)
            .uri("/graphql/stream")
            .header(header::ACCEPT, accept)
            .body(Body::empty())
            .expect("a request");
        assert_eq!(server.answer(request).await.status().as_u16(), status, "{method} {accept}");
    }
    // A later error is delivered in the stream, with the cursor to resume after.
    let body =
        text(server.events(Some(&token), "subscription broken { events { cursor } }", &[]).await).await;
    let blocks: Vec<&str> = body.split_terminator("\n\n").collect();
    assert_eq!((blocks.len(), blocks[3]), (4, "event: complete\ndata:"), "{body}");
    assert!(blocks[2].contains("SUBSCRIPTION_LAGGED") && blocks[2].contains("\"cursor\":\"c7\""), "{body}");
}

#[tokio::test]
async fn a_silent_stream_has_heartbeats_and_its_end_has_a_reason() {
    let server = server(StreamLimits { heartbeat_ms: 100, streams_per_socket: 2, ..limits() }).await;
    let short = chrono::Duration::milliseconds(900);
    let token = city::session_lasting(&server.env, Person::Employee, short).await.expect("a session");
    let start = Instant::now();
    let body = text(server.events(Some(&token), ENDLESS, &[]).await).await;
    assert!(start.elapsed() < Duration::from_millis(1_900), "{:?}", start.elapsed());
    assert!(body.matches(":\n\n").count() > 4, "heartbeats: {body}");
    // An expired token cuts the stream, so that the client connects again with a newer one.
    assert!(!body.contains("errors") && !body.contains("complete"), "{body}");
    // A stream above the limit ends the oldest.
    let token = server.token(Person::Employee).await;
    let oldest = server.events(Some(&token), ENDLESS, &[]).await;
    let _newer =
        [server.events(Some(&token), ENDLESS, &[]).await, server.events(Some(&token), ENDLESS, &[]).await];
    assert!(text(oldest).await.contains("LIMIT_EXCEEDED"));
    assert_eq!(server.app.streams.count(), 2);
    // The end of a session ends its streams.
    let authenticated = service::identity::authenticate(&server.env, &token).await.expect("a session");
    service::identity::logout(&server.env, &authenticated).await.expect("logged out");
    for stream in _newer {
        assert!(text(stream).await.contains("UNAUTHENTICATED"));
    }
}

#[tokio::test]
async fn a_slow_reader_is_disconnected() {
    let server = server(limits()).await;
    let token = server.token(Person::Employee).await;
    let body = json!({ "query": "subscription hot { events { cursor } }" }).to_string();
    let mut tcp = TcpStream::connect(server.address).await.expect("a connection");
    let request = format!(
        "POST /graphql/stream HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    tcp.write_all(request.as_bytes()).await.expect("sent");
    let mut some = [0; 4_096];
    assert!(tcp.read(&mut some).await.expect("read") > 0);
    let start = Instant::now();
    while server.app.streams.count() > 0 {
        assert!(start.elapsed() < Duration::from_secs(6), "it is still connected");
        sleep(Duration::from_millis(50)).await;
    }
    assert!(start.elapsed() >= Duration::from_millis(600), "{:?}", start.elapsed());
}

#[tokio::test]
async fn streams_end_without_complete_when_the_server_stops() {
    let mut server = server(limits()).await;
    let token = server.token(Person::Employee).await;
    let mut chunks = chunks(server.events(Some(&token), ENDLESS, &[]).await).await;
    assert_eq!(chunks.next().await.as_deref(), Some(&b":\n\n"[..]));
    assert!(chunks.next().await.is_some_and(|chunk| chunk.starts_with(b"id: c1\n")));
    server.stop.take().expect("a running server").send(()).expect("stopping");
    let rest = timeout(Duration::from_secs(2), chunks.collect::<Vec<_>>()).await.expect("in time");
    assert_eq!(rest, [&b":\n\n"[..]], "no complete: the client reconnects after its last event");
    timeout(Duration::from_secs(5), &mut server.serving).await.expect("in time").expect("a task");
}
