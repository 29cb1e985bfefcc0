//! The HTTP client of the tests, and the verbs on plans and evaluations.

use super::{Fields, Refusal, TestApp, refusals, technical_words};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};
use service::testing::audit;
use tower::ServiceExt;

/// A kind of object whose verbs take its id and its version.
pub struct Kind {
    /// The object's name in payloads and as a query: `plan`. An input has its id as `planId`.
    pub object: &'static str,
    /// The object's name with the fields that tests read.
    pub selection: &'static str,
}

/// An annual work plan.
pub const PLAN: Kind = Kind {
    object: "plan",
    selection: "plan { id version status late startsOn endsOn decisionNote rater { name capacity position unit }
        currentRevision { number status reason results { id rowKey kind title provisional assignedBy serves { id title }
            indicators { id text measure direction target { min max } } actionPlans { id text period { part } } } }
        effectiveRevision { number } revisions { number status } evaluations { kind status period { part } } }",
};

/// An evaluation.
pub const EVALUATION: Kind = Kind {
    object: "evaluation",
    selection: "evaluation { id version status resultRating behaviourRating predicate }",
};

/// An objection.
pub const OBJECTION: Kind = Kind {
    object: "objection",
    selection: "objection { id version status filedOn lastDay answerUntil decideUntil silentSides
        decider { name } }",
};

impl Kind {
    /// Returns the input of a verb: the object's id, its version, and the fields of `more`.
    pub fn input(&self, object: &Value, more: Value) -> Value {
        let mut input = json!({ "expectedVersion": object.field("version") });
        input[format!("{}Id", self.object)] = object.field("id").clone();
        with(input, more)
    }
}

/// Adds the fields of `more` to an input.
pub fn with(mut input: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("not an object: {more}") };
    for (name, value) in more {
        input[name] = value;
    }
    input
}

/// Mutations that can't be replayed: some have no idempotency key, some end the session that the replay would need, and
/// an import continues after its response.
const WITHOUT_REPLAY: [&str; 10] = [
    "login",
    "startLogin",
    "loginWithToken",
    "refreshSession",
    "activateAccount",
    "changePassword",
    "startSecondFactor",
    "logout",
    "revokeSession",
    "importOrganisation",
];

/// Removes the secrets that a replay does not return.
fn without_secrets(payload: &Value) -> Value {
    let mut payload = payload.clone();
    for secret in ["codes", "key", "leftOut", "url"] {
        payload.as_object_mut().map(|payload| payload.remove(secret));
    }
    payload
}

/// Checks that no sentence in a response contains a name of the code. The sentences of the GraphQL library on faulty
/// documents are for programmers and name parts of the document.
fn assert_readable(answer: &Value) {
    match answer {
        Value::Array(items) => items.iter().for_each(assert_readable),
        Value::Object(members) => {
            let code = answer.pointer("/extensions/code").or_else(|| answer.get("code"));
            if let (Some(Value::String(text)), Some(code)) = (members.get("message"), code)
                && !["GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"]
                    .contains(&code.as_str().unwrap_or_default())
            {
                assert!(technical_words(text).is_empty(), "{text}");
            }
            members.values().for_each(assert_readable);
        }
        _ => {}
    }
}

/// An HTTP client of the router.
#[derive(Clone)]
pub struct Client {
    pub app: TestApp,
    pub token: Option<String>,
    pub language: &'static str,
    /// Whether a successful mutation is sent again, as in [`Client::mutate_and_replay`].
    pub replays: bool,
}

impl Client {
    pub fn new(app: &TestApp, token: Option<String>) -> Self {
        Self { app: app.clone(), token, language: "en", replays: true }
    }

    /// Returns a client that sends each mutation once. For tests in which others write at the same time: there no one
    /// can check that a replay writes nothing.
    pub fn without_replays(self) -> Self {
        Self { replays: false, ..self }
    }

    /// Sends a document; returns status and response.
    pub async fn send(&self, query: &str, variables: Value) -> (StatusCode, Value) {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let mut request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/graphql-response+json")
            .header(header::ACCEPT_LANGUAGE, self.language);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Body::from(body)).expect("a request");
        let router = self.app.router.clone();
        // Runs in its own task, as a server connection does, so that concurrent requests can make progress.
        let answered = tokio::spawn(async move {
            let response = router.oneshot(request).await.expect("an answer");
            (response.status(), axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body"))
        });
        let (status, bytes) = answered.await.expect("the server runs");
        let answer = serde_json::from_slice(&bytes).expect("JSON");
        assert_readable(&answer);
        (status, answer)
    }

    /// Sends a document that must succeed; returns its data.
    pub async fn ok(&self, query: &str, variables: Value) -> Value {
        let (_, answer) = self.send(query, variables).await;
        assert!(answer.get("errors").is_none(), "{query}\n{answer:#}");
        answer["data"].clone()
    }

    /// Sends a document that must fail as a whole; returns the code of the first error.
    pub async fn error(&self, query: &str, variables: Value) -> String {
        let (_, answer) = self.send(query, variables).await;
        answer["errors"][0]["extensions"]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("an error is expected: {query}\n{answer:#}"))
            .to_owned()
    }

    /// Sends a mutation with this name, selection of the payload, and input. If it succeeds, sends it a second time: the
    /// replay with the same idempotency key must return the same payload and write nothing. Returns the payload.
    ///
    /// Mutations that can't be replayed are sent once.
    pub async fn mutate_and_replay(&self, name: &str, selection: &str, mut input: Value) -> Value {
        if WITHOUT_REPLAY.contains(&name) {
            return self.mutate_once(name, selection, input).await;
        }
        if input.get("idempotencyKey").is_none() {
            input["idempotencyKey"] = json!(service::env::fresh_id());
        }
        let first = self.mutate_once(name, selection, input.clone()).await;
        if first["errors"] == json!([]) {
            let stored = audit::rows(&self.app.env).await.expect("the tables can be counted");
            let second = self.mutate_once(name, selection, input).await;
            assert_eq!(without_secrets(&second), without_secrets(&first), "replay of {name}");
            let now = audit::rows(&self.app.env).await.expect("the tables can be counted");
            assert_eq!(now, stored, "the replay of {name} writes nothing");
        }
        first
    }

    /// Sends a mutation once; returns the payload.
    pub async fn mutate_once(&self, name: &str, selection: &str, input: Value) -> Value {
        let mut type_name = name.to_owned();
        type_name[..1].make_ascii_uppercase();
        let query = format!(
            "mutation($input: {type_name}Input!) {{ {name}(input: $input) {{ {selection} errors {{ __typename code message path }} }} }}"
        );
        self.ok(&query, json!({ "input": input })).await[name].clone()
    }

    async fn mutate(&self, name: &str, selection: &str, input: Value) -> Value {
        match self.replays {
            true => self.mutate_and_replay(name, selection, input).await,
            false => self.mutate_once(name, selection, input).await,
        }
    }

    /// Sends a mutation that must succeed, and replays it as [`Client::mutate_and_replay`] does, unless this client
    /// sends no replays. Returns the payload.
    pub async fn done(&self, name: &str, selection: &str, input: Value) -> Value {
        let payload = self.mutate(name, selection, input).await;
        assert_eq!(payload["errors"], json!([]), "{name}");
        payload
    }

    /// Sends a mutation that must be refused; returns its errors.
    pub async fn refusals(&self, name: &str, selection: &str, input: Value) -> Vec<Refusal> {
        let refusals = refusals(&self.mutate(name, selection, input).await);
        assert!(!refusals.is_empty(), "{name} should be refused");
        refusals
    }

    /// Sends a mutation that must be refused; returns the code of the first error.
    pub async fn refused(&self, name: &str, selection: &str, input: Value) -> String {
        self.refusals(name, selection, input).await[0].code.clone()
    }

    /// Creates an object; returns it.
    pub async fn create(&self, kind: &Kind, name: &str, input: Value) -> Value {
        self.done(name, kind.selection, input).await[kind.object].clone()
    }

    /// Runs a verb on an object; it must succeed. Returns the object.
    pub async fn act(&self, kind: &Kind, verb: &str, object: &Value, more: Value) -> Value {
        self.done(verb, kind.selection, kind.input(object, more)).await[kind.object].clone()
    }

    /// Runs a verb on an object; it must be refused. Returns the errors.
    pub async fn act_refusals(&self, kind: &Kind, verb: &str, object: &Value, more: Value) -> Vec<Refusal> {
        self.refusals(verb, kind.selection, kind.input(object, more)).await
    }

    /// Runs a verb on an object; it must be refused. Returns the code of the first error.
    pub async fn act_refused(&self, kind: &Kind, verb: &str, object: &Value, more: Value) -> String {
        self.refused(verb, kind.selection, kind.input(object, more)).await
    }

    /// Reads an object as this client sees it now.
    pub async fn read(&self, kind: &Kind, object: &Value) -> Value {
        let root = format!("{}(id: $id)", kind.object);
        let document = format!("query($id: ID!) {{ {} }}", kind.selection.replacen(kind.object, &root, 1));
        self.ok(&document, json!({ "id": object["id"] })).await[kind.object].clone()
    }
}
