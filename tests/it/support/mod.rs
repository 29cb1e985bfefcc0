//! The server in a test: the real router over a database of the test's own.

pub mod ids;
pub mod sdl;

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

/// Which database a test body runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Sqlite,
    Postgres,
}

/// Declares a test that runs its body on both databases: `both!(name, |app| async move { … })`.
///
/// Where there is no PostgreSQL the second says so loudly; `scripts/test` fails if that happens there.
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

/// The same in a generated city of sixty people and two years, whose logins are those of the demo.
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

/// Runs a body on a fresh small city.
pub async fn run<F: Future<Output = ()>>(on: On, body: impl FnOnce(TestApp) -> F) {
    // A Monday in the first quarter, 09:00 in Jakarta.
    let app = TestApp::over(on, "2026-03-02T02:00:00Z", async |env| city::found(env).await).await;
    run_on(app, body).await;
}

/// Runs a body on a generated city.
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
    let kept = app.clone();
    body(app).await;
    let faults = audit::findings(&kept.env).await.expect("the journal can be read");
    assert!(faults.is_empty(), "the journal: {faults:#?}");
    journal::sequence(&kept.env).await.expect("numbers");
    let report = journal::verify(&kept.env, Vec::new(), |_| {}).await.expect("an audit");
    assert!(report.findings.is_empty(), "rows and entries: {:#?}", report.findings);
}

/// A server with a small city; clones share it.
#[derive(Clone)]
pub struct TestApp {
    pub env: Env,
    pub router: Router,
    _db: std::sync::Arc<TestDb>,
}

impl TestApp {
    /// A server at an instant over a database that is filled first; none where there is no PostgreSQL.
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

    /// The same world in a database of its own, so that what is done to it is not done here. On SQLite, while
    /// nothing is being written.
    pub async fn fork(&self) -> Self {
        let db = self._db.copy().expect("a copy");
        let connected = Db::connect(&db.options).await.expect("a connection");
        let env = Env::new(connected, Clock::fixed(self.env.now()), db.folder.path());
        let router = App::new(env.clone(), &AppSettings::default()).expect("an app").router();
        Self { env, router, _db: std::sync::Arc::new(db) }
    }

    /// All that the database holds, for telling that nothing was written. On SQLite.
    pub fn bytes(&self) -> Vec<u8> {
        self._db.bytes().expect("the database's files")
    }

    /// The same world with a key that signs checkpoints of its journal.
    pub fn signed(&self) -> Self {
        let folder = self._db.folder.path().join("journal");
        std::fs::create_dir_all(&folder).expect("a folder");
        let notary = journal::Notary::open(&folder.join("key"), "contoh.go.id/jurnal").expect("a notary");
        let env = self.env.clone().signed_by(notary);
        let router = App::new(env.clone(), &AppSettings::default()).expect("an app").router();
        Self { env, router, ..self.clone() }
    }

    /// The same world behind a server that takes documents of any size.
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

    /// The same world behind a server with other settings.
    pub fn behind(&self, settings: &AppSettings) -> Self {
        let router = App::new(self.env.clone(), settings).expect("an app").router();
        Self { router, ..self.clone() }
    }

    /// Moves the clock.
    pub fn set_clock(&self, at: &str) {
        self.env.clock.set(at.parse().expect("an instant"));
    }

    /// A client of a person, logged in.
    pub async fn client(&self, who: Person) -> Client {
        let token = city::session_of(&self.env, who).await.expect("a session");
        Client { app: self.clone(), token: Some(token), language: "en", concurrent_writes: false }
    }

    /// A client of a login of the generated city.
    pub async fn client_of(&self, user: &str) -> Client {
        let token = session_of_user(&self.env, user).await.expect("a session");
        Client { app: self.clone(), token: Some(token), language: "en", concurrent_writes: false }
    }

    /// A client without a login.
    pub fn anonymous(&self) -> Client {
        Client { app: self.clone(), token: None, language: "en", concurrent_writes: false }
    }
}

/// Mutations that take no key, or end what a second sending would need; an import goes on after its answer.
const WITHOUT_REPLAY: [&str; 7] = [
    "login",
    "refreshSession",
    "activateAccount",
    "changePassword",
    "logout",
    "revokeSession",
    "importOrganisation",
];

/// A payload without what is told once.
fn without_secrets(payload: &Value) -> Value {
    let mut payload = payload.clone();
    for secret in ["codes", "key", "url"] {
        payload.as_object_mut().map(|payload| payload.remove(secret));
    }
    payload
}

/// Speaks HTTP to the router, as an app would.
#[derive(Clone)]
pub struct Client {
    pub app: TestApp,
    pub token: Option<String>,
    pub language: &'static str,
    /// Whether others write at the same time, so that nothing can be said of what a replay writes.
    pub concurrent_writes: bool,
}

impl Client {
    /// Sends a document; gives the status and the answer as they are.
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
        // A task of the runtime, as a server's connection is: what yields there lets its siblings go on.
        let answered = tokio::spawn(async move {
            let response = router.oneshot(request).await.expect("an answer");
            (response.status(), axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body"))
        });
        let (status, bytes) = answered.await.expect("the server runs");
        (status, serde_json::from_slice(&bytes).expect("JSON"))
    }

    /// The data of a document that must succeed.
    pub async fn ok(&self, query: &str, variables: Value) -> Value {
        let (_, answer) = self.send(query, variables).await;
        assert!(answer.get("errors").is_none(), "{query}\n{answer:#}");
        answer["data"].clone()
    }

    /// The code of the first error of a document that must fail as a whole.
    pub async fn error(&self, query: &str, variables: Value) -> String {
        let (_, answer) = self.send(query, variables).await;
        answer["errors"][0]["extensions"]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("an error is expected: {query}\n{answer:#}"))
            .to_owned()
    }

    /// The payload of a mutation, given as `name` and the selection of its payload; the variable is `$input`.
    ///
    /// Unless others write at the same time, what was done is sent a second time with its key: that must give the same and write nothing.
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
            assert_eq!(without_secrets(&second), without_secrets(&first), "{name}, sent twice");
            let now = audit::rows(&self.app.env).await.expect("the tables can be counted");
            assert_eq!(now, stored, "{name}, sent twice, writes nothing");
        }
        first
    }

    /// The same, and it must have no errors.
    pub async fn done(&self, name: &str, selection: &str, input: Value) -> Value {
        let payload = self.mutate(name, selection, input).await;
        assert_eq!(payload["errors"], json!([]), "{name}");
        payload
    }

    /// The code of the first of a payload's errors.
    pub async fn refused(&self, name: &str, selection: &str, input: Value) -> String {
        let payload = self.mutate(name, selection, input).await;
        payload["errors"][0]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("{name} should be refused: {payload:#}"))
            .to_owned()
    }
}

/// A global id as clients get it: the number of its type and the UUID.
pub fn global(kind: u8, id: impl Into<uuid::Uuid>) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let mut bytes = vec![1, kind];
    bytes.extend_from_slice(id.into().as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}
