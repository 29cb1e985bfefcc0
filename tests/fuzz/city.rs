//! The small city of the tests, on SQLite, and a runtime.

use kinerja::http::{app::App, settings::AppSettings};
use service::{
    Env,
    db::Db,
    env::Clock,
    testing::{
        TestDb,
        city::{self, Person},
    },
};
use tokio::runtime::Runtime;

pub struct City {
    pub runtime: Runtime,
    pub env: Env,
    pub app: App,
    pub token: String,
    pub db: TestDb,
}

impl City {
    /// A city with the session of a person, for an hour and a half.
    pub fn found(settings: &AppSettings, who: Person) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name(crate::mutate::SERVER)
            .enable_all()
            .build();
        let runtime = runtime.expect("a runtime");
        let (env, app, token, db) = runtime.block_on(async {
            let db = TestDb::sqlite().await.expect("a database");
            let connected = Db::connect(&db.options).await.expect("a connection");
            let now = "2026-03-02T02:00:00Z".parse().expect("an instant");
            let env = Env::new(connected, Clock::fixed(now), db.folder.path());
            city::found(&env).await.expect("the small city");
            let lasting = chrono::Duration::minutes(90);
            let token = city::session_lasting(&env, who, lasting).await.expect("a session");
            let app = App::new(env.clone(), settings).expect("an app");
            (env, app, token, db)
        });
        Self { runtime, env, app, token, db }
    }
}
