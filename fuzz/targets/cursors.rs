//! Cursors and ids of clients: whatever they send, the answer is data or an error of theirs, never an internal error.
//! The first byte chooses the form: a text as it is, its Base64, or a cursor of the list with another sort key.

#![no_main]

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use fuzz::{City, block_on, choice};
use graphql::{cursor, global_id};
use kinerja::http::app::AppSettings;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use service::testing::city::Person;
use std::sync::LazyLock;
use tower::ServiceExt;

const QUERY: &str = "query($cursor: String!, $id: ID!) {
    after: staff(first: 2, after: $cursor) { edges { cursor } }
    before: staff(last: 2, before: $cursor) { edges { cursor } }
    activities(first: 1, after: $cursor) { edges { cursor } }
    evaluations(first: 1, after: $cursor) { edges { cursor } }
    journal(first: 1, after: $cursor) { edges { cursor } }
    node(id: $id) { id }
    orgUnit(id: $id) { id }
}";

struct Caller {
    city: City,
    token: String,
}

static CALLER: LazyLock<Caller> = LazyLock::new(|| {
    block_on(async {
        let settings = AppSettings { cost_per_minute: 0, ..AppSettings::default() };
        let city = City::found(&settings).await;
        let token = city.token(Person::Admin).await;
        Caller { city, token }
    })
});

/// The content of a real cursor of the list of staff.
static CURSOR: LazyLock<Value> = LazyLock::new(|| {
    let read = ask("{ staff(first: 2) { edges { cursor } } }", &json!({}));
    let cursor = read["data"]["staff"]["edges"][0]["cursor"].as_str().expect("a cursor").to_owned();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).expect("Base64")).expect("JSON")
});

fn ask(query: &str, variables: &Value) -> Value {
    let Caller { city, token } = &*CALLER;
    let request = Request::post("/graphql")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {token}"))
        .body(Body::from(json!({ "query": query, "variables": variables }).to_string()))
        .expect("a request");
    block_on(async {
        let response = city.app.clone().router().oneshot(request).await.expect("an answer");
        let bytes = to_bytes(response.into_body(), 1 << 24).await.expect("a body");
        serde_json::from_slice(&bytes).expect("JSON")
    })
}

fuzz_target!(|data: &[u8]| {
    let (form, rest) = choice(data);
    let text = match form % 4 {
        0 => String::from_utf8_lossy(rest).into_owned(),
        1 => URL_SAFE_NO_PAD.encode(rest),
        2 => {
            let mut cursor = CURSOR.clone();
            cursor["k"] = serde_json::from_slice(rest).unwrap_or_default();
            URL_SAFE_NO_PAD.encode(cursor.to_string())
        }
        _ => format!("Staff:{}", String::from_utf8_lossy(rest)),
    };
    let _ = cursor::start(Some(&text));
    for read in
        [global_id::unit(&text).is_ok(), global_id::upload(&text).is_ok(), global_id::period(&text).is_ok()]
    {
        let _ = read;
    }
    let answer = ask(QUERY, &json!({ "cursor": text, "id": text }));
    for error in answer["errors"].as_array().into_iter().flatten() {
        let code = error["extensions"]["code"].as_str().expect("a code");
        assert!(code != "INTERNAL_SERVER_ERROR" && code != "GRAPHQL_VALIDATION_FAILED", "{text}: {answer}");
    }
});
