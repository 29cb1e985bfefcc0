//! The front against a small schema: statuses, headers, bodies, codes.

use super::*;
use crate::http::guard::{Limits, guard};
use async_graphql::futures_util::{StreamExt, stream};
use async_graphql::{EmptySubscription, Error, ErrorExtensions, Object, Schema};
use axum::body::{Body, to_bytes};
use axum::http::HeaderMap;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

struct Query;

#[Object]
impl Query {
    async fn hello(&self, first: Option<i32>) -> i32 {
        first.unwrap_or(1)
    }
    async fn at(&self, id: Uuid) -> String {
        id.to_string()
    }
    async fn secret(&self) -> Result<Option<i32>, Error> {
        Err(Error::new("no such table: staff"))
    }
    async fn coded(&self) -> Result<Option<i32>, Error> {
        Err(Error::new("Not found.").extend_with(|_, e| e.set("code", "NOT_FOUND")))
    }
    async fn busy(&self) -> Result<Option<i32>, Error> {
        Err(overloaded())
    }
    async fn must(&self) -> Result<i32, Error> {
        Err(overloaded())
    }
    async fn boom(&self) -> i32 {
        ["a bug"].iter().position(|it| it.is_empty()).expect("a bug") as i32
    }
    async fn slow(&self) -> i32 {
        std::future::pending().await
    }
}

fn overloaded() -> Error {
    Error::new("Busy.").extend_with(|_, e| e.set("code", "OVERLOADED"))
}

struct Mutation;

static CHANGES: AtomicUsize = AtomicUsize::new(0);

#[Object]
impl Mutation {
    async fn touch(&self, id: Uuid) -> String {
        id.to_string()
    }
    async fn change(&self) -> usize {
        CHANGES.fetch_add(1, Ordering::SeqCst)
    }
    async fn store(&self) -> Result<Option<i32>, Error> {
        Err(overloaded())
    }
}

type Toy = Schema<Query, Mutation, EmptySubscription>;

fn toy() -> (Front, Toy) {
    toy_of(Edition::Release)
}

fn toy_of(edition: Edition) -> (Front, Toy) {
    let schema = Schema::build(Query, Mutation, EmptySubscription).disable_suggestions().finish();
    let guard = guard(&schema.sdl(), Limits::default()).expect("an SDL");
    let settings = Settings {
        body_bytes: 4_096,
        drain_bytes: 10_000,
        timeout: Duration::from_millis(200),
        edition,
        ..Settings::default()
    };
    (Front::new(Arc::new(guard), settings, Arc::new(Documents::default())), schema)
}

const ID: &str = "0198c0de-0000-7000-8000-000000000001";

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
    }
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }
}

async fn serve_with(request: Request, refuse: Option<HttpError>) -> Answer {
    serve_as(Edition::Release, request, refuse).await
}

async fn serve_as(edition: Edition, request: Request, refuse: Option<HttpError>) -> Answer {
    let (front, schema) = toy_of(edition);
    let call = Call { locale: negotiate::locale(request.headers()), request_id: ID.parse().expect("a UUID") };
    let served = front
        .serve(&schema, request, call, async |request, _| match refuse {
            Some(error) => Err(error),
            None => Ok(Admitted { request, budget: None, place: None }),
        })
        .await;
    let Served::Answer(response) = served else {
        panic!("an answer is expected");
    };
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 1 << 20).await.expect("a body");
    let body = serde_json::from_slice(&bytes).expect("JSON");
    Answer { status: parts.status.as_u16(), headers: parts.headers, body }
}

async fn serve(request: Request) -> Answer {
    serve_with(request, None).await
}

fn request(method: &str, uri: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Request {
    let mut request = axum::http::Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).expect("a request")
}

const NEWER: &str = "application/graphql-response+json";
const PLAIN: &str = "application/json";

async fn post(accept: &str, body: &Value) -> Answer {
    let headers = [("content-type", PLAIN), ("accept", accept)];
    serve(request("POST", "/graphql", &headers, body.to_string())).await
}

async fn run(query: &str) -> Answer {
    post(NEWER, &json!({ "query": query })).await
}

async fn get(uri: &str) -> Answer {
    serve(request("GET", uri, &[("accept", NEWER)], Body::empty())).await
}

#[tokio::test]
async fn the_media_type_decides_the_status_of_request_errors() {
    for (body, code) in [
        (json!({"query": "{"}), "GRAPHQL_PARSE_FAILED"),
        (json!({"query": "{nope}"}), "GRAPHQL_VALIDATION_FAILED"),
        (json!({"query": "{hello(first: \"x\")}"}), "GRAPHQL_VALIDATION_FAILED"),
        (json!({"query": "query($f:Int){hello(first:$f)}", "variables": {"f": "x"}}), "BAD_USER_INPUT"),
        (json!({"query": "query($f:Int!){hello(first:$f)}"}), "BAD_USER_INPUT"),
        (json!({"query": "query a{hello} query b{hello}"}), "OPERATION_RESOLUTION_FAILURE"),
        (json!({"query": "{hello}", "operationName": "x"}), "OPERATION_RESOLUTION_FAILURE"),
        (json!({"query": format!("{{{}}}", "b:hello ".repeat(31))}), "LIMIT_EXCEEDED"),
        (json!({"query": "{...a} fragment a on Query{...a}"}), "DOCUMENT_REFUSED"),
        (json!({"query": "subscription{x}"}), "GRAPHQL_VALIDATION_FAILED"),
    ] {
        let release = if code == "GRAPHQL_PARSE_FAILED" { 400 } else { 422 };
        for (edition, accept, kind, status) in [
            (Edition::Release, NEWER, NEWER, release),
            (Edition::Release, PLAIN, NEWER, release),
            (Edition::Draft, NEWER, NEWER, 400),
            (Edition::Draft, PLAIN, PLAIN, 200),
        ] {
            let headers = [("content-type", PLAIN), ("accept", accept)];
            let request = request("POST", "/graphql", &headers, body.to_string());
            let answer = serve_as(edition, request, None).await;
            assert_eq!((answer.status, answer.code()), (status, code), "{body} {}", answer.body);
            assert!(answer.header("content-type").starts_with(kind), "{edition:?} {accept}");
            assert!(answer.body.get("data").is_none(), "{body}");
        }
    }
}

#[tokio::test]
async fn every_answer_has_the_headers() {
    for answer in [
        run("{hello}").await,
        run("{").await,
        get("/graphql").await,
        serve(request("POST", "/graphql", &[("accept", "text/html")], "x")).await,
        serve(request("DELETE", "/graphql", &[], "x")).await,
    ] {
        assert_eq!(answer.header("vary"), "accept, accept-language");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(answer.header("content-type").ends_with("json; charset=utf-8"));
    }
}

#[tokio::test]
async fn data_includes_its_cost() {
    let answer = run("{hello}").await;
    let cost = json!({"requested": 0, "available": 5000, "budget": null});
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, json!({"data": {"hello": 1}, "extensions": {"cost": cost}}));
}

#[tokio::test]
async fn get_runs_queries_and_never_a_mutation() {
    let answer = get("/graphql?query=query%20A%7Ba:hello%7D%20query%20B%7Bb:hello%7D&operationName=B").await;
    assert_eq!(answer.body["data"], json!({"b": 1}));
    let answer = get("/graphql?query=query(%24f:Int)%7Bhello(first:%24f)%7D&variables=%7B%22f%22:7%7D").await;
    assert_eq!(answer.body["data"], json!({"hello": 7}));
    for (uri, status) in [
        ("/graphql", 422),
        ("/graphql?query=", 422),
        ("/graphql?query=%7Bhello%7D&variables=%7B", 400),
        ("/graphql?query=%7Bhello%7D&variables=[]", 422),
    ] {
        let answer = get(uri).await;
        assert_eq!((answer.status, answer.code()), (status, "BAD_REQUEST"), "{uri}");
    }

    let before = CHANGES.load(Ordering::SeqCst);
    for uri in [
        "/graphql?query=mutation%7Bchange%7D",
        "/graphql?query=query%20a%7Bhello%7D%20mutation%20b%7Bchange%7D&operationName=b",
    ] {
        let answer = get(uri).await;
        assert_eq!((answer.status, answer.header("allow")), (405, "POST"), "{uri}");
    }
    assert_eq!(CHANGES.load(Ordering::SeqCst), before);
    assert_eq!(run("mutation{change}").await.status, 200);
    assert_eq!(CHANGES.load(Ordering::SeqCst), before + 1);
}

#[tokio::test]
async fn other_methods_and_media_types_are_refused() {
    for method in ["PUT", "DELETE", "HEAD", "PATCH"] {
        let answer = serve(request(method, "/graphql", &[], Body::empty())).await;
        assert_eq!((answer.status, answer.header("allow")), (405, "GET, POST"), "{method}");
    }
    let headers = [("content-type", PLAIN), ("accept", "text/html")];
    let answer = serve(request("POST", "/graphql", &headers, r#"{"query":"{hello}"}"#)).await;
    assert_eq!((answer.status, answer.code()), (406, "BAD_REQUEST"));
}

#[tokio::test]
async fn a_browser_gets_the_playground() {
    let (front, schema) = toy();
    let call = Call { locale: Locale::Id, request_id: Uuid::nil() };
    let request = request("GET", "/graphql?query=x", &[("accept", "text/html,*/*;q=0.8")], Body::empty());
    let served = front
        .serve(&schema, request, call, async |request, _| Ok(Admitted { request, budget: None, place: None }))
        .await;
    assert!(matches!(served, Served::Playground(request) if request.uri().query() == Some("query=x")));
}

#[tokio::test]
async fn malformed_bodies_are_bad_requests_whatever_the_client_accepts() {
    let token = r#"{"query":"{hello}","variables":{"a":[{"\u0024serde_json::private::RawValue":"1"}]}}"#;
    for body in [
        "",
        "null",
        "1",
        "{",
        "{\"query\":",
        "[]",
        r#"[{"query":"{hello}"}]"#,
        "{}",
        r#"{"query":""}"#,
        r#"{"query":1}"#,
        r#"{"query":"{hello}","variables":[]}"#,
        r#"{"query":"{hello}","operationName":0}"#,
        r#"{"query":"{hello}","extensions":"x"}"#,
        r#"{"query":"{hello}","query":"{hello}"}"#,
        token,
    ] {
        let broken = serde_json::from_str::<Value>(body).is_err();
        for (edition, status) in [(Edition::Release, if broken { 400 } else { 422 }), (Edition::Draft, 400)] {
            for accept in [NEWER, PLAIN] {
                let headers = [("content-type", PLAIN), ("accept", accept)];
                let request = request("POST", "/graphql", &headers, body);
                let answer = serve_as(edition, request, None).await;
                assert_eq!((answer.status, answer.code()), (status, "BAD_REQUEST"), "{edition:?} {body}");
            }
        }
    }
    let nulls = json!({"query": "{hello}", "variables": null, "operationName": null, "extensions": null});
    assert_eq!(post(NEWER, &nulls).await.status, 200);
    let empty = json!({"query": "query a{hello}", "operationName": ""});
    assert_eq!(post(NEWER, &empty).await.status, 200);
}

/// Sends a body of this many chunks of 1,000 bytes, which then `ends` or stays open. Returns how many chunks were read.
async fn send(kind: &str, chunks: usize, ends: bool) -> (Answer, usize) {
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let chunks = stream::iter(0..chunks).map(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        Ok::<_, std::io::Error>(vec![b' '; 1_000])
    });
    let body =
        if ends { Body::from_stream(chunks) } else { Body::from_stream(chunks.chain(stream::pending())) };
    let request = request("POST", "/graphql", &[("content-type", kind)], body);
    let answer = serve(request).await;
    (answer, sent.load(Ordering::SeqCst))
}

#[tokio::test]
async fn refused_bodies_are_read_up_to_a_limit_before_the_answer() {
    let (answer, sent) = send(PLAIN, 9, true).await;
    assert_eq!((answer.status, answer.code(), sent), (413, "LIMIT_EXCEEDED", 9));
    let (answer, sent) = send(PLAIN, 500, true).await;
    assert_eq!((answer.status, sent), (413, 11));
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let (answer, sent) = send(kind, 8, true).await;
        assert_eq!((answer.status, answer.code(), sent), (415, "BAD_REQUEST", 8), "{kind}");
        assert_eq!(send(kind, 500, true).await.1, 11);
    }
}

#[tokio::test]
async fn a_body_that_never_ends_times_out() {
    let (answer, _) = send(PLAIN, 2, false).await;
    assert_eq!((answer.status, answer.code()), (408, "TIMEOUT"));
    assert_eq!(send("text/plain", 2, false).await.0.status, 415);
}

#[tokio::test]
async fn field_errors_keep_their_path_and_hide_internal_text() {
    let body = json!({"query": "{hello secret coded}"});
    assert_eq!(post(PLAIN, &body).await.status, 200);
    let headers = [("content-type", PLAIN), ("accept", NEWER)];
    let draft = serve_as(Edition::Draft, request("POST", "/graphql", &headers, body.to_string()), None).await;
    assert_eq!(draft.status, 200);
    let answer = post(NEWER, &body).await;
    assert_eq!(answer.status, 294);
    assert_eq!(answer.body["data"], json!({"hello": 1, "secret": null, "coded": null}));
    let errors = answer.body["errors"].as_array().expect("errors");
    let of = |field: &str| errors.iter().find(|error| error["path"] == json!([field])).expect("an error");
    assert_eq!(of("secret")["extensions"], json!({"code": "INTERNAL_SERVER_ERROR", "requestId": ID}));
    assert!(!answer.body.to_string().contains("table"), "{}", answer.body);
    assert_eq!(of("coded")["extensions"], json!({"code": "NOT_FOUND"}));
    assert_eq!(of("coded")["message"], "Not found.");

    let answer = run("{at(id:\"x\")}").await;
    assert_eq!((answer.status, answer.code()), (422, "GRAPHQL_VALIDATION_FAILED"));
    // The content of custom scalars in a mutation is checked when it runs.
    let answer = run("mutation{touch(id:\"x\")}").await;
    assert_eq!((answer.status, answer.code()), (294, "BAD_USER_INPUT"));
    assert_eq!(answer.body["errors"][0]["message"], "Nilai argumen ini tidak sah untuk tipe \"UUID\".");
}

#[tokio::test]
async fn panics_and_long_requests_are_answered() {
    for (query, code, status) in [("{boom}", "INTERNAL_SERVER_ERROR", 500), ("{slow}", "TIMEOUT", 504)] {
        let answer = run(query).await;
        assert_eq!((answer.status, answer.code()), (status, code));
        assert!(answer.body.get("data").is_none() && !answer.body.to_string().contains("bug"));
        assert_eq!(post(PLAIN, &json!({"query": query})).await.status, status);
    }
    assert_eq!(run("{boom}").await.body["errors"][0]["extensions"]["requestId"], ID);
}

#[tokio::test]
async fn at_most_twenty_errors_each_with_a_code_and_a_short_message() {
    let fields: String = (0..200).map(|i| format!("no{i} ")).collect();
    let answer = run(&format!("{{{fields} {}}}", "x".repeat(2_000))).await;
    let errors = answer.body["errors"].as_array().expect("errors");
    assert_eq!(errors.len(), 20);
    for error in errors {
        assert_eq!(error["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    }
    let answer = run(&format!("{{{}}}", "x".repeat(2_000))).await;
    let message = answer.body["errors"][0]["message"].as_str().expect("text");
    assert!(message.chars().count() <= 301 && !message.contains("Did you mean"));
}

#[tokio::test]
async fn admission_can_refuse_a_checked_document() {
    use ErrorCode::{Forbidden, InternalServerError, Overloaded, RateLimited, Unauthenticated};
    for (code, status, retry_after) in [
        (Unauthenticated, 401, ""),
        (Forbidden, 403, ""),
        (RateLimited, 429, "7"),
        (Overloaded, 503, "1"),
        (InternalServerError, 500, ""),
    ] {
        let headers = |accept| [("content-type", PLAIN), ("accept", accept)];
        let ask = |accept| request("POST", "/graphql", &headers(accept), r#"{"query":"{hello}"}"#);
        let refusal = || {
            let error = HttpError::new(code, Key::Forbidden, Locale::En);
            if code == RateLimited { error.with("retryAfterSeconds", 7) } else { error }
        };
        let answer = serve_with(ask(NEWER), Some(refusal())).await;
        assert_eq!((answer.status, answer.code()), (status, code.name()));
        assert_eq!(answer.header("retry-after"), retry_after);
        assert_eq!(answer.header("www-authenticate") == "Bearer", status == 401);
        let answer = serve_with(ask(PLAIN), Some(refusal())).await;
        assert_eq!((answer.status, answer.header("retry-after")), (status, retry_after));
    }
}

#[tokio::test]
async fn an_overloaded_database_is_a_request_error_unless_something_succeeded() {
    for query in ["{busy}", "{busy other: busy}", "{must}", "{hello must}", "mutation{store}"] {
        let answer = run(query).await;
        assert_eq!((answer.status, answer.code()), (503, "OVERLOADED"), "{query}: {}", answer.body);
        assert_eq!(answer.header("retry-after"), "1");
        assert!(answer.body.get("data").is_none(), "{query}");
        assert_eq!(answer.body["errors"].as_array().map(Vec::len), Some(1), "{query}");
    }
    let answer = run("{hello busy}").await;
    assert_eq!((answer.status, answer.code()), (294, "OVERLOADED"));
    assert_eq!(answer.body["data"], json!({"hello": 1, "busy": null}));
    assert_eq!(answer.header("retry-after"), "");
}

#[tokio::test]
async fn messages_follow_the_language() {
    let ask = |language| {
        let headers = [("content-type", PLAIN), ("accept-language", language)];
        request("POST", "/graphql", &headers, r#"{"query":"{"}"#)
    };
    let message = async |language| serve(ask(language)).await.body["errors"][0]["message"].clone();
    assert_eq!(message("en").await, "The document is not valid GraphQL.");
    assert_eq!(message("id").await, "Dokumen ini bukan GraphQL yang sah.");
}

#[tokio::test]
async fn a_document_is_parsed_once() {
    let (front, schema) = toy();
    let mut request = async_graphql::Request::new("{hello}");
    front.prepare(&mut request, Locale::En).expect("accepted");
    // The executor would fail if it parsed this text.
    request.query = "{".to_owned();
    let response = schema.execute(request).await;
    assert!(response.is_ok(), "{:?}", response.errors);
}
