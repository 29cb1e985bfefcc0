//! What a client can wait for is told as that, not as a fault of ours.

use crate::{db::Db, error::Error, testing::TestDb};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, TransactionTrait};

/// Holds a connection.
#[expect(clippy::disallowed_methods, reason = "what is tested is below the unit of work")]
async fn hold(of: &DatabaseConnection) -> DatabaseTransaction {
    of.begin().await.expect("a transaction")
}

/// What becomes of a statement.
async fn outcome(on: &impl ConnectionTrait, statement: &str) -> Result<(), Error> {
    on.execute_unprepared(statement).await.map(|_| ()).map_err(Error::from)
}

/// A PostgreSQL with one connection for reading.
async fn postgres() -> Option<Db> {
    let TestDb { mut options, .. } = TestDb::postgres().await.expect("a database")?;
    options.readers = 1;
    Some(Db::connect(&options).await.expect("a connection"))
}

#[tokio::test]
async fn two_changes_that_wait_for_each_other_are_in_progress() {
    let Some(db) = postgres().await else { return };
    let one = hold(db.writer()).await;
    let other = hold(db.writer()).await;
    let lock = |number: u8| format!("SELECT pg_advisory_xact_lock({number})");
    outcome(&one, &lock(1)).await.expect("free");
    outcome(&other, &lock(2)).await.expect("free");
    let (first, second) = (lock(2), lock(1));
    let both = tokio::join!(outcome(&one, &first), outcome(&other, &second));
    assert!(matches!(both, (Err(Error::InProgress), Ok(())) | (Ok(()), Err(Error::InProgress))), "{both:?}");
}

#[tokio::test]
async fn what_takes_too_long_is_told_as_that() {
    let Some(db) = postgres().await else { return };
    let held = hold(db.reader()).await;
    let refused = outcome(db.reader(), "SELECT 1").await;
    assert!(matches!(refused, Err(Error::Overloaded)), "{refused:?}");
    outcome(&held, "SET LOCAL statement_timeout = '50ms'").await.expect("set");
    let stopped = outcome(&held, "SELECT pg_sleep(5)").await;
    assert!(matches!(stopped, Err(Error::Timeout)), "{stopped:?}");
    held.rollback().await.expect("given back");
    // The controls: a free connection answers, and what is wrong stays a fault.
    outcome(db.reader(), "SELECT 1").await.expect("an answer");
    let wrong = outcome(db.reader(), "SELECT nothing").await;
    assert!(matches!(wrong, Err(Error::Internal(_))), "{wrong:?}");
}
