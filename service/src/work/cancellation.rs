//! Tests that a dropped request never loses another request's acknowledged write.
//!
//! With sqlx 0.9.0, a future dropped during BEGIN returns its connection to the pool with an open transaction.
//! The next user's acknowledged writes are then lost in a ROLLBACK. The unit of work prevents this in three ways:
//! its own task, an explicit transaction, and a ROLLBACK on acquire. The naive code below is the negative control
//! and must lose some writes.

use crate::db::{Db, Options};
use crate::{
    env::{Clock, Env},
    error::Error,
    testing::{TestDb, city::AGENCY, proxy::Proxy},
};
use domain::actor::Actor;
use entity::meta;
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, EntityTrait, QuerySelect, Set,
    TransactionTrait,
};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio::{sync::Semaphore, time::timeout};

const REQUESTS: usize = 1_500;
/// Number of requests that run at the same time. It equals the number of connections, so that no request waits in the
/// pool's queue.
const AT_ONCE: usize = 8;
/// Network delay in each direction; a round trip takes twice as long.
const DELAY: Duration = Duration::from_millis(2);

/// How a request ends; [`fate`] derives it from the number of the request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The client disconnects after this many milliseconds.
    Dropped(u64),
    /// The use case returns an error and rolls back.
    Refused,
    /// The server acknowledges the write.
    Acknowledged,
}

fn fate(number: usize) -> Fate {
    match number % 20 {
        0 => Fate::Dropped(1 + (number / 20 % 25) as u64),
        7 => Fate::Refused,
        _ => Fate::Acknowledged,
    }
}

fn row(number: usize) -> meta::ActiveModel {
    meta::ActiveModel { key: Set(format!("{number:05}")), value: Set(String::new()) }
}

/// Runs all requests through `send`; returns the keys of the acknowledged ones.
async fn run<F>(send: impl Fn(usize, bool) -> F) -> BTreeSet<String>
where
    F: Future<Output = bool> + Send + 'static,
{
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..REQUESTS {
        let permits = permits.clone();
        let fate = fate(number);
        let request = send(number, fate == Fate::Refused);
        tasks.spawn(async move {
            let _permit = permits.acquire_owned().await.expect("the semaphore is open");
            let acknowledged = match fate {
                Fate::Dropped(after) => timeout(Duration::from_millis(after), request).await.unwrap_or(false),
                Fate::Refused | Fate::Acknowledged => request.await,
            };
            acknowledged.then(|| format!("{number:05}"))
        });
    }
    tasks.join_all().await.into_iter().flatten().collect()
}

async fn stored(url: &str) -> BTreeSet<String> {
    let db = Db::connect(&Options::new(url)).await.expect("a connection");
    let keys = meta::Entity::find().select_only().column(meta::Column::Key).into_tuple().all(db.reader());
    keys.await.expect("the keys").into_iter().collect()
}

async fn proxied() -> Option<(TestDb, Proxy, String)> {
    let db = TestDb::postgres().await.expect("a database")?;
    let (_, rest) = db.options.url.split_once('@').expect("a user in the URL");
    let (target, _) = rest.split_once('/').expect("a database in the URL");
    let proxy = Proxy::start(target.to_owned(), DELAY).await.expect("a proxy");
    let url = db.options.url.replace(target, &proxy.address.to_string());
    Some((db, proxy, url))
}

mod the_unit_of_work_loses_no_acknowledged_write {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let Some((direct, _proxy, url)) = proxied().await else { return };
        let mut options = Options::new(url);
        (options.readers, options.writers) = (2, 8);
        let env = Env::new(
            Db::connect(&options).await.expect("a connection"),
            Clock::system(),
            direct.folder.path(),
        );
        let acknowledged = run(|number, refused| {
            let env = env.clone();
            async move {
                env.write(&Actor::system(AGENCY), move |tx| async move {
                    meta::Entity::insert(row(number)).exec_without_returning(tx.connection()).await?;
                    if refused { Err(Error::NotFound) } else { Ok(()) }
                })
                .await
                .is_ok()
            }
        })
        .await;
        assert!(acknowledged.len() > REQUESTS * 8 / 10, "{} were acknowledged", acknowledged.len());
        let stored = stored(&direct.options.url).await;
        let lost: Vec<_> = acknowledged.difference(&stored).collect();
        assert!(lost.is_empty(), "lost: {lost:?}");
    }
}

mod naive_transactions_lose_acknowledged_writes {
    use super::*;

    /// Writes as a handler would without a unit of work. An acknowledged write is a single statement without a
    /// transaction. All others run in a transaction that the request itself awaits.
    #[expect(clippy::disallowed_methods, reason = "the negative control of the rule")]
    async fn write(pool: DatabaseConnection, number: usize, refused: bool) -> bool {
        if fate(number) == Fate::Acknowledged {
            return meta::Entity::insert(row(number)).exec_without_returning(&pool).await.is_ok();
        }
        let work = async {
            let transaction: DatabaseTransaction = pool.begin().await?;
            meta::Entity::insert(row(number)).exec_without_returning(&transaction).await?;
            if refused { transaction.rollback().await } else { transaction.commit().await }
        };
        work.await.is_ok() && !refused
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let Some((direct, _proxy, url)) = proxied().await else { return };
        let mut options = ConnectOptions::new(url);
        options.max_connections(8).sqlx_logging(false);
        let pool = Database::connect(options).await.expect("a connection");
        let acknowledged = run(|number, refused| write(pool.clone(), number, refused)).await;
        pool.close().await.expect("closed");
        let stored = stored(&direct.options.url).await;
        let lost = acknowledged.difference(&stored).count();
        eprintln!("naive transactions lost {lost} of {} acknowledged writes", acknowledged.len());
        assert!(lost > 0, "the bug that the unit of work prevents did not occur");
    }
}
