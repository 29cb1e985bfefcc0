//! The rules of the GraphQL specification, edition of September 2025, through HTTP: each one with documents that keep
//! it and documents that break it.

mod coercion;
mod deviations;
mod execution;
mod language;
mod validation;

use crate::support::{Person, TestApp};
use axum::{
    body::Body,
    http::{Request, header},
};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

/// A rule by its section and name.
pub struct Rule {
    /// Number and name of the section in the edition.
    pub section: &'static str,
    /// Documents with their variables that are executed.
    pub passes: &'static [(&'static str, &'static str)],
    /// Documents with their variables that are not, and a part of the message that says why.
    pub fails: &'static [(&'static str, &'static str, &'static str)],
}

/// The answer to a document: the status, the code of the first error, and the text.
struct Got {
    status: u16,
    code: String,
    text: String,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("JSON")
    }

    /// The text of `data`, in which the order of keys shows.
    fn data(&self) -> &str {
        #[derive(Deserialize)]
        struct Answer<'a> {
            #[serde(borrow)]
            data: &'a RawValue,
        }
        serde_json::from_str::<Answer<'_>>(&self.text).map_or("", |answer| answer.data.get())
    }
}

async fn send(app: &TestApp, token: Option<&str>, query: &str, variables: &str) -> Got {
    let variables: Value = serde_json::from_str(variables).expect("variables");
    let mut request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/graphql-response+json")
        .header(header::ACCEPT_LANGUAGE, "en");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = Body::from(json!({ "query": query, "variables": variables }).to_string());
    let request = request.body(body).expect("a request");
    let response = tower::ServiceExt::oneshot(app.router.clone(), request).await.expect("an answer");
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let answer: Value = serde_json::from_str(&text).expect("JSON");
    let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned();
    Got { status, code, text }
}

/// Runs a table of rules; a document that breaks one gets this status and code.
async fn check(app: &TestApp, rules: &[Rule], status: u16, code: &str) {
    let token = app.client(Person::Employee).await.token;
    let mut wrong = Vec::new();
    for Rule { section, passes, fails } in rules {
        assert!(!passes.is_empty() && !fails.is_empty(), "{section}: both sides are needed");
        for (query, variables) in *passes {
            let got = send(app, token.as_deref(), query, variables).await;
            // A valid subscription is refused only because it has its own address.
            let good = match query.contains("subscription") {
                true => got.code == "BAD_REQUEST",
                false => (got.status, got.code.as_str()) == (200, ""),
            };
            if !good {
                wrong.push(format!("{section}: {query} {variables}\n  {} {}", got.status, got.text));
            }
        }
        for (query, variables, words) in *fails {
            let got = send(app, token.as_deref(), query, variables).await;
            let refused =
                (got.status, got.code.as_str()) == (status, code) && got.json().get("data").is_none();
            if !refused || !got.text.contains(words) {
                wrong.push(format!("{section}: {query} {variables}, {words}\n  {} {}", got.status, got.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
