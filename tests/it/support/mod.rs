//! Test server: the real router over the test's own database.

pub mod ids;
pub mod sdl;
#[path = "../../../domain/src/message/technical.rs"]
mod technical;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use kinerja::http::{
    app::{App, AppSettings, Introspection},
    guard::Limits,
};
use serde_json::{Value, json};
use service::{
    Env,
    db::Db,
    env::Clock,
    generate, journal,
    testing::{TestDb, audit, city, journal_shipped, session_of_user},
};
use tower::ServiceExt;

pub use service::testing::city::Person;
pub use technical::technical_words;

/// The kind of database that a test body runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Sqlite,
    Postgres,
}

/// Declares a test that runs its body on both databases: `both!(name, |app| async move { … })`.
///
/// Without a PostgreSQL server, the second prints that it was skipped; then `scripts/test` fails.
#[macro_export]
macro_rules! both {
    ($name:ident, $body:expr) => {
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $crate::support::run($crate::support::On::Sqlite, $body).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $crate::support::run($crate::support::On::Postgres, $body).await;
            }
        }
    };
}

/// Like [`both!`], in a generated city with sixty people, two years and the demo's logins.
#[macro_export]
macro_rules! both_in_a_city {
    ($name:ident, $body:expr) => {
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $crate::support::run_in_a_city($crate::support::On::Sqlite, $body).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $crate::support::run_in_a_city($crate::support::On::Postgres, $body).await;
            }
        }
    };
}

/// Runs a test body on a new small city.
pub async fn run<F: Future<Output = ()>>(on: On, body: impl FnOnce(TestApp) -> F) {
    // A Monday in the first quarter, 09:00 in Jakarta.
    let app = TestApp::over(on, "2026-03-02T02:00:00Z", async |env| city::found(env).await).await;
    run_on(app, body).await;
}

/// Runs a test body on a generated city.
pub async fn run_in_a_city<F: Future<Output = ()>>(on: On, body: impl FnOnce(TestApp) -> F) {
    let app = TestApp::over(on, "2026-08-20T02:00:00Z", async |env| {
        let today = env.now().date_naive();
        let plan = generate::Plan { staff: 60, years: 2, seed: generate::SEED, today };
        generate::city(env, &plan, |_| {}).await?;
        journal_shipped(env).await
    });
    run_on(app.await, body).await;
}

async fn run_on<F: Future<Output = ()>>(app: Option<TestApp>, body: impl FnOnce(TestApp) -> F) {
    let Some(app) = app else { return };
    let checked = app.clone();
    body(app).await;
    let findings = audit::findings(&checked.env).await.expect("the journal can be read");
    assert!(findings.is_empty(), "the journal: {findings:#?}");
    journal::sequence(&checked.env).await.expect("numbers");
    let report = journal::verify(&checked.env, Vec::new(), |_| {}).await.expect("an audit");
    assert!(report.findings.is_empty(), "rows and entries: {:#?}", report.findings);
}

/// A test server with its database; clones share it.
#[derive(Clone)]
pub struct TestApp {
    pub env: Env,
    pub router: Router,
    _db: std::sync::Arc<TestDb>,
}

impl TestApp {
    /// Fills a database and starts a server at an instant; returns `None` if there is no PostgreSQL server.
    async fn over(on: On, now: &str, fill: impl AsyncFnOnce(&Env) -> service::Result<()>) -> Option<Self> {
        let db = match on {
            On::Sqlite => TestDb::sqlite().await.expect("a SQLite database"),
            On::Postgres => TestDb::postgres().await.expect("a PostgreSQL database")?,
        };
        let connected = Db::connect(&db.options).await.expect("a connection");
        let now = now.parse().expect("an instant");
        let env = Env::new(connected, Clock::fixed(now), db.folder.path());
        fill(&env).await.expect("a city");
        let settings = AppSettings { introspection: Introspection::SignedIn, ..AppSettings::default() };
        let router = App::new(env.clone(), &settings).expect("an app").router();
        Some(Self { env, router, _db: std::sync::Arc::new(db) })
    }

    /// Copies the database to a new server, so that changes do not affect this one. Only on SQLite, while no one
    /// writes.
    pub async fn fork(&self) -> Self {
        let db = self._db.copy().expect("a copy");
        let connected = Db::connect(&db.options).await.expect("a connection");
        let env = Env::new(connected, Clock::fixed(self.env.now()), db.folder.path());
        let router = App::new(env.clone(), &AppSettings::default()).expect("an app").router();
        Self { env, router, _db: std::sync::Arc::new(db) }
    }

    /// Reads all bytes of the database, for checking that nothing was written. Only on SQLite.
    pub fn bytes(&self) -> Vec<u8> {
        self._db.bytes().expect("the database's files")
    }

    /// Returns the same database behind a server that signs checkpoints of the journal.
    pub fn signed(&self) -> Self {
        let folder = self._db.folder.path().join("journal");
        std::fs::create_dir_all(&folder).expect("a folder");
        let notary = journal::Notary::open(&folder.join("key"), "contoh.go.id/jurnal").expect("a notary");
        let env = self.env.clone().signed_by(notary);
        let router = App::new(env.clone(), &AppSettings::default()).expect("an app").router();
        Self { env, router, ..self.clone() }
    }

    /// Returns the same database behind a server without limits on documents.
    pub fn without_limits(&self) -> Self {
        let limits = Limits {
            document_bytes: 1 << 20,
            tokens: 1 << 20,
            depth: 32,
            fields: 1 << 20,
            aliases: 1 << 20,
            values: 1 << 20,
            cost: u64::MAX,
            ..Limits::default()
        };
        let settings =
            AppSettings { introspection: Introspection::SignedIn, limits, ..AppSettings::default() };
        self.behind(&settings)
    }

    /// Returns the same database behind a server with other settings.
    pub fn behind(&self, settings: &AppSettings) -> Self {
        let router = App::new(self.env.clone(), settings).expect("an app").router();
        Self { router, ..self.clone() }
    }

    /// Moves the clock.
    pub fn set_clock(&self, at: &str) {
        self.env.clock.set(at.parse().expect("an instant"));
    }

    /// Returns a client with a session of a person.
    pub async fn client(&self, who: Person) -> Client {
        let token = city::session_of(&self.env, who).await.expect("a session");
        Client { app: self.clone(), token: Some(token), language: "en", concurrent_writes: false }
    }

    /// Returns a client with a session of a user of the generated city.
    pub async fn client_of(&self, user: &str) -> Client {
        let token = session_of_user(&self.env, user).await.expect("a session");
        Client { app: self.clone(), token: Some(token), language: "en", concurrent_writes: false }
    }

    /// Returns a client without a session.
    pub fn anonymous(&self) -> Client {
        Client { app: self.clone(), token: None, language: "en", concurrent_writes: false }
    }
}

/// Mutations that `Client::mutate` can't replay: some have no idempotency key, some end the session that the replay
/// would need, and an import continues after its response.
const WITHOUT_REPLAY: [&str; 7] = [
    "login",
    "refreshSession",
    "activateAccount",
    "changePassword",
    "logout",
    "revokeSession",
    "importOrganisation",
];

/// Removes the secrets that a replay does not return.
fn without_secrets(payload: &Value) -> Value {
    let mut payload = payload.clone();
    for secret in ["codes", "key", "url"] {
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
    /// Whether other clients write at the same time. Then `mutate` sends no replay, because it could not check that the
    /// replay writes nothing.
    pub concurrent_writes: bool,
}

impl Client {
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

    /// Sends a mutation with this name, selection of the payload, and input; returns the payload.
    ///
    /// Sends a successful mutation twice: the replay with the same idempotency key must return the same payload and
    /// write nothing. Skips the replay if `concurrent_writes` is set.
    pub async fn mutate(&self, name: &str, selection: &str, mut input: Value) -> Value {
        let mut type_name = name.to_owned();
        type_name[..1].make_ascii_uppercase();
        let query = format!(
            "mutation($input: {type_name}Input!) {{ {name}(input: $input) {{ {selection} errors {{ __typename code message path }} }} }}"
        );
        let replays = !self.concurrent_writes && !WITHOUT_REPLAY.contains(&name);
        if replays && input.get("idempotencyKey").is_none() {
            input["idempotencyKey"] = json!(service::env::fresh_id());
        }
        let variables = json!({ "input": input });
        let first = self.ok(&query, variables.clone()).await[name].clone();
        if replays && first["errors"] == json!([]) {
            let stored = audit::rows(&self.app.env).await.expect("the tables can be counted");
            let second = self.ok(&query, variables).await[name].clone();
            assert_eq!(without_secrets(&second), without_secrets(&first), "replay of {name}");
            let now = audit::rows(&self.app.env).await.expect("the tables can be counted");
            assert_eq!(now, stored, "the replay of {name} writes nothing");
        }
        first
    }

    /// Like [`Client::mutate`], but the payload must have no errors.
    pub async fn done(&self, name: &str, selection: &str, input: Value) -> Value {
        let payload = self.mutate(name, selection, input).await;
        assert_eq!(payload["errors"], json!([]), "{name}");
        payload
    }

    /// Sends a mutation that must fail; returns the code of the payload's first error.
    pub async fn refused(&self, name: &str, selection: &str, input: Value) -> String {
        let payload = self.mutate(name, selection, input).await;
        payload["errors"][0]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("{name} should be refused: {payload:#}"))
            .to_owned()
    }
}

/// Encodes a global id from the number of its type and the UUID.
pub fn global(kind: u8, id: impl Into<uuid::Uuid>) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let mut bytes = vec![1, kind];
    bytes.extend_from_slice(id.into().as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}
