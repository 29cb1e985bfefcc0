//! A generated city for the tests of this crate. The crate `generate` uses this crate as a library. To the compiler,
//! that library is another crate than the one under test, so the two share the database but no types.

use crate::testing::TestDb;
use generate::{Plan, SEED, service};

/// Generates a city in a database. Its data ends on the day of `now`.
pub(crate) async fn city(db: &TestDb, now: &str, staff: u32, years: u32) {
    let options = service::db::Options::new(db.options.url.clone());
    let connected = service::db::Db::connect(&options).await.expect("a connection");
    let clock = service::env::Clock::fixed(now.parse().expect("an instant"));
    let env = service::Env::new(connected, clock, db.folder.path());
    let plan = Plan { staff, years, seed: SEED, today: env.now().date_naive() };
    generate::city(&env, &plan, |_| {}).await.expect("a city");
    // The lock file admits one connected database at a time.
    env.db().clone().close().await.expect("closed");
}
