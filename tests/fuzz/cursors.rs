//! Cursors and ids of clients: whatever they send, the answer is data or an error that names the client's fault, never
//! an internal error. The first byte chooses the form: a text as it is, its Base64, or a cursor of the list with
//! another sort key.

use crate::city::City;
use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use graphql::{cursor, global_id};
use kinerja::http::settings::AppSettings;
use serde_json::{Value, json};
use service::testing::city::Person;
use tower::ServiceExt;

pub const WORDS: &[&str] = &[
    "start",
    "j1",
    "j-1",
    "j9223372036854775807",
    "{\"Text\":\"",
    "{\"Int\":",
    "{\"Day\":\"2026-01-01\"}",
    "{\"Id\":\"",
    "00000000-0000-0000-0000-000000001005",
    "[",
    "]",
    ",",
    "null",
    "\"",
    "\u{1}\u{3}",
    "\0",
    "-9223372036854775808",
    "é",
];

const QUERY: &str = "query($cursor: String!, $id: ID!) {
    after: staff(first: 2, after: $cursor) { edges { cursor } }
    before: staff(last: 2, before: $cursor) { edges { cursor } }
    activities(first: 1, after: $cursor) { edges { cursor } }
    evaluations(first: 1, after: $cursor) { edges { cursor } }
    updates(first: 1, after: $cursor) { edges { cursor } }
    node(id: $id) { id }
    plan(id: $id) { id }
}";

pub struct Target {
    city: City,
    /// The content of a real cursor of the list of staff.
    cursor: Value,
}

impl Target {
    pub fn new() -> Self {
        let settings = AppSettings { cost_per_minute: 0, ..AppSettings::default() };
        let mut target = Self { city: City::found(&settings, Person::Admin), cursor: Value::Null };
        let read = target.ask("{ staff(first: 2) { edges { cursor } } }", &json!({}));
        let cursor = read["data"]["staff"]["edges"][0]["cursor"].as_str().expect("a cursor").to_owned();
        target.cursor =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).expect("Base64")).expect("JSON");
        target
    }

    pub fn seeds(&self) -> Vec<Vec<u8>> {
        let id = global_id::of_unit(service::testing::id(0x3001).into());
        let key = self.cursor["k"].to_string();
        vec![
            b"0start".to_vec(),
            b"1j7".to_vec(),
            b"1j7.00ff00ff00ff".to_vec(),
            format!("2{key}").into(),
            format!("0{id}").into(),
            b"1\x01\x0b0123456789abcdef".to_vec(),
        ]
    }

    fn ask(&self, query: &str, variables: &Value) -> Value {
        let request = Request::post("/graphql")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", self.city.token))
            .body(Body::from(json!({ "query": query, "variables": variables }).to_string()))
            .expect("a request");
        self.city.runtime.block_on(async {
            let response = self.city.app.clone().router().oneshot(request).await.expect("an answer");
            let bytes = to_bytes(response.into_body(), 1 << 24).await.expect("a body");
            serde_json::from_slice(&bytes).expect("JSON")
        })
    }

    pub fn try_input(&self, input: &[u8]) -> String {
        let (form, rest) = input.split_first().unwrap_or((&0, input));
        let text = match form % 3 {
            0 => String::from_utf8_lossy(rest).into_owned(),
            1 => URL_SAFE_NO_PAD.encode(rest),
            _ => {
                let mut cursor = self.cursor.clone();
                cursor["k"] = serde_json::from_slice(rest).unwrap_or_default();
                URL_SAFE_NO_PAD.encode(cursor.to_string())
            }
        };
        let read = cursor::start(Some(&text)).is_ok();
        let ids = [
            global_id::unit(&text).is_ok(),
            global_id::upload(&text).is_ok(),
            global_id::period(&text).is_ok(),
        ];
        let answer = self.ask(QUERY, &json!({ "cursor": text, "id": text }));
        let codes: Vec<_> = answer["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|error| (error["path"].to_string(), error["extensions"]["code"].to_string()))
            .collect();
        let internal =
            |(_, code): &(String, String)| code.contains("INTERNAL") || code.contains("VALIDATION");
        assert!(!codes.iter().any(internal), "{text}: {answer}");
        format!("{} {read} {ids:?} {codes:?}", form % 3)
    }
}
