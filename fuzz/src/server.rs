//! The small city of the tests, and a runtime.

use kinerja::http::app::{App, AppSettings};
use service::{
    Env,
    db::Db,
    env::Clock,
    testing::{
        TestDb,
        city::{self, Person},
    },
};
use std::{future::Future, sync::LazyLock};
use tokio::runtime::Runtime;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
});

/// Runs a future to its end on the shared runtime.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.block_on(future)
}

/// Starts a task on the shared runtime.
pub fn spawn(future: impl Future<Output = ()> + Send + 'static) {
    RUNTIME.spawn(future);
}

/// The small city on a SQLite database.
pub struct City {
    pub env: Env,
    pub app: App,
    pub db: TestDb,
}

impl City {
    /// Creates the city with these settings of the server.
    pub async fn found(settings: &AppSettings) -> Self {
        let db = TestDb::sqlite().await.expect("a database");
        let connected = Db::connect(&db.options).await.expect("a connection");
        let now = "2026-03-02T02:00:00Z".parse().expect("an instant");
        let env = Env::new(connected, Clock::fixed(now), db.folder.path());
        city::found(&env).await.expect("the small city");
        let app = App::new(env.clone(), settings).expect("an app");
        Self { env, app, db }
    }

    /// An access token of a person, good for an hour.
    pub async fn token(&self, who: Person) -> String {
        city::session_of(&self.env, who).await.expect("a session")
    }
}
