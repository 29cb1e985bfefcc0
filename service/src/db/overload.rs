//! Tests that lock conflicts, missing connections and slow statements give retryable errors, not internal errors.

use crate::{db::Db, error::Error, testing::TestDb};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, TransactionTrait};

/// Takes a connection from a pool by opening a transaction.
#[expect(clippy::disallowed_methods, reason = "tests the layer below the unit of work")]
async fn take_connection(pool: &DatabaseConnection) -> DatabaseTransaction {
    pool.begin().await.expect("a transaction")
}

/// Runs a statement and returns its error, if any.
async fn outcome(on: &impl ConnectionTrait, statement: &str) -> Result<(), Error> {
    on.execute_unprepared(statement).await.map(|_| ()).map_err(Error::from)
}

/// Connects to PostgreSQL with one read connection.
async fn postgres() -> Option<Db> {
    let TestDb { mut options, .. } = TestDb::postgres().await.expect("a database")?;
    options.readers = 1;
    Some(Db::connect(&options).await.expect("a connection"))
}

#[tokio::test]
async fn a_deadlock_gives_in_progress() {
    let Some(db) = postgres().await else { return };
    let one = take_connection(db.writer()).await;
    let other = take_connection(db.writer()).await;
    let lock = |number: u8| format!("SELECT pg_advisory_xact_lock({number})");
    outcome(&one, &lock(1)).await.expect("free");
    outcome(&other, &lock(2)).await.expect("free");
    let (first, second) = (lock(2), lock(1));
    let both = tokio::join!(outcome(&one, &first), outcome(&other, &second));
    assert!(matches!(both, (Err(Error::InProgress), Ok(())) | (Ok(()), Err(Error::InProgress))), "{both:?}");
}

#[tokio::test]
async fn a_missing_connection_gives_overloaded_and_a_slow_statement_timeout() {
    let Some(db) = postgres().await else { return };
    let only = take_connection(db.reader()).await;
    let refused = outcome(db.reader(), "SELECT 1").await;
    assert!(matches!(refused, Err(Error::Overloaded)), "{refused:?}");
    outcome(&only, "SET LOCAL statement_timeout = '50ms'").await.expect("set");
    let stopped = outcome(&only, "SELECT pg_sleep(5)").await;
    assert!(matches!(stopped, Err(Error::Timeout)), "{stopped:?}");
    only.rollback().await.expect("returned to the pool");
    // Negative controls: a free connection works, and a wrong statement is an internal error.
    outcome(db.reader(), "SELECT 1").await.expect("an answer");
    let wrong = outcome(db.reader(), "SELECT nothing").await;
    assert!(matches!(wrong, Err(Error::Internal(_))), "{wrong:?}");
}
