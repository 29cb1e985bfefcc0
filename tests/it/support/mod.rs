//! Test server: the real router over the test's own database.

mod answer;
mod client;
pub mod ids;
pub mod issuer;
pub mod sdl;
pub mod sources;
#[path = "../../../domain/src/message/technical.rs"]
mod technical;

use axum::Router;
use kinerja::http::{
    app::App,
    guard::Limits,
    settings::{AppSettings, Introspection},
};
use service::{
    Env,
    db::Db,
    env::Clock,
    journal,
    testing::{TestDb, audit, city, journal_shipped, session_of_user, template::Template},
};

use std::path::Path;

pub use answer::{Fields, Refusal, bad_input, paths, refusals};
pub use client::{Client, EVALUATION, OBJECTION, PLAN, with};
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
    static FOUNDED: Template = Template::with_tables();
    // A Monday in the first quarter, 09:00 in Jakarta.
    let app = TestApp::over(on, &FOUNDED, "2026-03-02T02:00:00Z", async |env| city::found(env).await).await;
    run_on(app, body).await;
}

/// Runs a test body on a generated city of 60 people.
pub async fn run_in_a_city<F: Future<Output = ()>>(on: On, body: impl FnOnce(TestApp) -> F) {
    static GENERATED: Template = Template::with_tables();
    in_a_city(on, &GENERATED, (60, 2), body).await;
}

/// Runs a test body on a generated city with this number of people.
pub async fn run_in_a_city_of<F: Future<Output = ()>>(on: On, staff: u32, body: impl FnOnce(TestApp) -> F) {
    in_a_city(on, &Template::with_tables(), (staff, 2), body).await;
}

/// Runs a test body on a generated city with this number of people and of years.
pub async fn run_in_a_city_of_years<F: Future<Output = ()>>(
    on: On,
    city: (u32, u32),
    body: impl FnOnce(TestApp) -> F,
) {
    in_a_city(on, &Template::with_tables(), city, body).await;
}

async fn in_a_city<F: Future<Output = ()>>(
    on: On,
    template: &Template,
    (staff, years): (u32, u32),
    body: impl FnOnce(TestApp) -> F,
) {
    let app = TestApp::over(on, template, "2026-08-20T02:00:00Z", async |env| {
        let today = env.now().date_naive();
        let plan = generate::Plan { staff, years, seed: generate::SEED, today };
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
    // The database of a failed test is kept, so that people can inspect it.
    checked._db.remove().await.expect("the database is removed");
}

/// The settings of a test server. Tests send more in a minute than people, so there are no budgets of cost.
fn settings() -> AppSettings {
    AppSettings { introspection: Introspection::SignedIn, cost_per_minute: 0, ..AppSettings::default() }
}

/// A test server with its database; clones share it.
#[derive(Clone)]
pub struct TestApp {
    pub env: Env,
    pub router: Router,
    _db: std::sync::Arc<TestDb>,
}

impl TestApp {
    /// Starts a server at an instant on a copy of a database, which the first call fills; returns `None` if there is no
    /// PostgreSQL server.
    async fn over(
        on: On,
        template: &Template,
        now: &str,
        fill: impl AsyncFnOnce(&Env) -> service::Result<()>,
    ) -> Option<Self> {
        let clock = || Clock::fixed(now.parse().expect("an instant"));
        // Boxed, because the stack of a test is small.
        let filled = async |db: Db, folder: &Path| Box::pin(fill(&Env::new(db, clock(), folder))).await;
        let db = match on {
            On::Sqlite => Box::pin(template.sqlite(filled)).await.expect("a SQLite database"),
            On::Postgres => Box::pin(template.postgres(filled)).await.expect("a PostgreSQL database")?,
        };
        let connected = Db::connect(&db.options).await.expect("a connection");
        let env = Env::new(connected, clock(), db.folder.path());
        let router = App::new(env.clone(), &settings()).expect("an app").router();
        Some(Self { env, router, _db: std::sync::Arc::new(db) })
    }

    /// Returns the same database behind a server with the four-eyes rule.
    pub fn with_four_eyes(mut self) -> Self {
        self.env.separation.four_eyes = true;
        self.router = App::new(self.env.clone(), &settings()).expect("an app").router();
        self
    }

    /// Copies the database to a new server, so that changes do not affect this one. Only on SQLite, while no one
    /// writes.
    pub async fn fork(&self) -> Self {
        let db = self._db.copy().expect("a copy");
        let connected = Db::connect(&db.options).await.expect("a connection");
        let env = Env::new(connected, Clock::fixed(self.env.now()), db.folder.path());
        let router = App::new(env.clone(), &settings()).expect("an app").router();
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
        let router = App::new(env.clone(), &settings()).expect("an app").router();
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
        self.behind(&AppSettings { limits, ..settings() })
    }

    /// Returns the same database behind a server with other settings.
    pub fn behind(&self, settings: &AppSettings) -> Self {
        let router = App::new(self.env.clone(), settings).expect("an app").router();
        Self { router, ..self.clone() }
    }

    /// Returns the same database behind a server with another environment.
    pub fn with_env(&self, change: impl FnOnce(Env) -> Env) -> Self {
        let env = change(self.env.clone());
        let router = App::new(env.clone(), &settings()).expect("an app").router();
        Self { env, router, ..self.clone() }
    }

    /// Moves the clock.
    pub fn set_clock(&self, at: &str) {
        self.env.clock.set(at.parse().expect("an instant"));
    }

    /// Moves the clock to the morning after the last day of a quarter of 2026, from 1, unless it is later. From then on
    /// ratings can be final.
    pub fn pass_the_end_of_quarter(&self, quarter: u32) {
        let day = ["2026-04-01", "2026-07-01", "2026-10-01", "2027-01-01"][quarter as usize - 1];
        let morning = format!("{day}T02:00:00Z").parse().expect("an instant");
        self.env.clock.set(self.env.now().max(morning));
    }

    /// Moves the clock to the morning after the last day of 2026, unless it is later.
    pub fn pass_the_end_of_year(&self) {
        self.pass_the_end_of_quarter(4);
    }

    /// Returns a client with a session of a person.
    pub async fn client(&self, who: Person) -> Client {
        let token = city::session_of(&self.env, who).await.expect("a session");
        Client::new(self, Some(token))
    }

    /// Returns a client with a session of a user of the generated city.
    pub async fn client_of(&self, user: &str) -> Client {
        let token = session_of_user(&self.env, user).await.expect("a session");
        Client::new(self, Some(token))
    }

    /// Returns a client without a session.
    pub fn anonymous(&self) -> Client {
        Client::new(self, None)
    }
}

/// Encodes a global id from the number of its type and the UUID.
pub fn global(kind: u8, id: impl Into<uuid::Uuid>) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let mut bytes = vec![1, kind];
    bytes.extend_from_slice(id.into().as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}
