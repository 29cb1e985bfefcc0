//! Multipart answers against the real app over a small city, with scripted subscriptions.

use crate::http::stream::{
    StreamLimits,
    testing::{Server, limits, server},
};
use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
    response::Response,
};
use serde_json::{Value, json};
use service::testing::city::{self, Person};
use std::time::Duration;
use tokio::time::timeout;
use tower::ServiceExt;

const ENDLESS: &str = "subscription endless { events { cursor } }";
const THREE: &str = "subscription three { events { cursor } }";
/// The `Accept` header of Apollo's client for Kotlin.
const ACCEPT: &str =
    "multipart/mixed;subscriptionSpec=1.0, application/graphql-response+json, application/json";

impl Server {
    async fn multipart(&self, token: Option<&str>, query: &str, accept: &str) -> Response {
        let mut request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, accept);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Body::from(json!({ "query": query }).to_string())).expect("a request");
        self.app.clone().router().oneshot(request).await.expect("an answer")
    }
}

async fn text(response: Response) -> String {
    let read = timeout(Duration::from_secs(5), to_bytes(response.into_body(), usize::MAX)).await;
    String::from_utf8(read.expect("in time").expect("a body").to_vec()).expect("text")
}

/// The JSON of each part, and the text after the last delimiter.
fn parts(body: &str) -> (Vec<Value>, &str) {
    let (parts, end) = body.rsplit_once("\r\n--graphql").expect("a delimiter");
    let parts = parts.split("\r\n--graphql").skip(1).map(|part| {
        let json = part.strip_prefix("\r\nContent-Type: application/json\r\n\r\n").expect(part);
        serde_json::from_str(json).expect("JSON")
    });
    (parts.collect(), end)
}

#[tokio::test]
async fn items_are_parts_and_the_last_delimiter_ends_the_answer() {
    let server = server(limits()).await;
    let token = server.token(Person::Employee).await;
    for accept in [ACCEPT, "multipart/mixed;boundary=\"graphql\";subscriptionSpec=\"1.0\""] {
        let response = server.multipart(Some(&token), THREE, accept).await;
        assert_eq!(response.status(), StatusCode::OK);
        for (name, value) in [
            ("content-type", "multipart/mixed;boundary=\"graphql\";subscriptionSpec=1.0"),
            ("cache-control", "no-store"),
            ("x-accel-buffering", "no"),
        ] {
            assert_eq!(response.headers()[name], value);
        }
        let body = text(response).await;
        let (parts, end) = parts(&body);
        assert_eq!((parts.len(), &parts[0], end), (4, &json!({}), "--\r\n"), "{body}");
        for (number, part) in parts[1..].iter().enumerate() {
            let cursor = format!("c{}", number + 1);
            assert_eq!(part["payload"]["data"], json!({ "events": { "cursor": cursor } }));
            assert_eq!(part["payload"]["extensions"]["cursor"], cursor);
            assert_eq!(part.get("errors"), None);
        }
    }
}

#[tokio::test]
async fn a_request_that_can_not_run_and_other_operations_are_answered_at_once() {
    let server = server(limits()).await;
    let token = server.token(Person::Employee).await;
    for (token, query, status, code) in [
        (None, THREE, 401, "UNAUTHENTICATED"),
        (Some("no such token at all"), THREE, 401, "UNAUTHENTICATED"),
        (Some(token.as_str()), "{", 400, "GRAPHQL_PARSE_FAILED"),
        (Some(&token), "subscription { nope }", 422, "GRAPHQL_VALIDATION_FAILED"),
    ] {
        let response = server.multipart(token, query, ACCEPT).await;
        assert_eq!(response.status().as_u16(), status, "{query}");
        let kind = response.headers()["content-type"].to_str().expect("text").to_owned();
        assert!(kind.starts_with("application/graphql-response+json"), "{kind}");
        let answer: Value = serde_json::from_str(&text(response).await).expect("JSON");
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{query}");
    }
    for accept in [ACCEPT, "multipart/mixed;subscriptionSpec=1.0"] {
        let response = server.multipart(Some(&token), "{ __typename }", accept).await;
        assert_eq!(response.status(), StatusCode::OK, "{accept}");
        let answer: Value = serde_json::from_str(&text(response).await).expect("JSON");
        assert_eq!(answer["data"], json!({ "__typename": "Query" }));
    }
    for (accept, status) in [("application/json", 422), ("multipart/mixed", 406)] {
        assert_eq!(server.multipart(Some(&token), THREE, accept).await.status().as_u16(), status, "{accept}");
    }
    // GET never streams on this path.
    let request = Request::get("/graphql?query=subscription%20three{events{cursor}}")
        .header(header::ACCEPT, ACCEPT)
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    let request = request.body(Body::empty()).expect("a request");
    let response = server.app.clone().router().oneshot(request).await.expect("an answer");
    assert_eq!(response.status().as_u16(), 422);
}

#[tokio::test]
async fn failed_and_closed_streams_end_with_an_error_and_the_cursor() {
    let mut server = server(StreamLimits { heartbeat_ms: 100, streams_per_socket: 2, ..limits() }).await;
    let token = server.token(Person::Employee).await;
    let ended = |body: String| {
        let (parts, end) = parts(&body);
        let last = parts.last().expect("a part").clone();
        assert_eq!((&last["payload"], end), (&Value::Null, "--\r\n"), "{body}");
        let extensions = &last["errors"][0]["extensions"];
        (extensions["code"].clone(), extensions["cursor"].clone(), parts.len())
    };
    let broken = "subscription broken { events { cursor } }";
    let (code, cursor, _) = ended(text(server.multipart(Some(&token), broken, ACCEPT).await).await);
    assert_eq!((code, cursor), (json!("SUBSCRIPTION_LAGGED"), json!("c7")));
    // The token expires after some heartbeats.
    let short = chrono::Duration::milliseconds(900);
    let expiring = city::session_lasting(&server.env, Person::Employee, short).await.expect("a session");
    let (code, cursor, parts) = ended(text(server.multipart(Some(&expiring), ENDLESS, ACCEPT).await).await);
    assert_eq!((code, cursor), (json!("UNAUTHENTICATED"), json!("c1")));
    assert!(parts > 5, "{parts} parts");
    // The limit of a person counts event streams and multipart answers together.
    let oldest = server.multipart(Some(&token), ENDLESS, ACCEPT).await;
    let request = Request::get(format!("/graphql/stream?query={}", "subscription%20endless{events{cursor}}"))
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    let request = request.body(Body::empty()).expect("a request");
    let _events = server.app.clone().router().oneshot(request).await.expect("an answer");
    let newest = server.multipart(Some(&token), ENDLESS, ACCEPT).await;
    assert_eq!(ended(text(oldest).await).0, "LIMIT_EXCEEDED");
    server.stop.take().expect("a running server").send(()).expect("stopping");
    let (code, cursor, _) = ended(text(newest).await);
    assert_eq!(code, "OVERLOADED");
    assert!(cursor == json!("c1") || cursor == Value::Null, "{cursor}");
    assert_eq!(server.app.streams.count(), 1, "only the event stream is still read");
}
