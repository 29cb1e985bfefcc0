//! Requests that are dropped half-way through lose nothing that others were told is written.
//!
//! With sqlx 0.9.0 a future that is dropped while its BEGIN is under way gives the connection back with
//! an open transaction; the next user's writes then vanish with a ROLLBACK although they were
//! acknowledged. The unit of work is immune in three ways (a task of its own, an explicit transaction, a
//! ROLLBACK on acquire); the naive way below is the negative control and must lose some.

use super::{Db, Options};
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
/// As many as there are connections, so that a dropped request is past the queue of the pool.
const AT_ONCE: usize = 8;
/// Each way; a round trip takes twice as long.
const DELAY: Duration = Duration::from_millis(2);

/// How a request goes, by its number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The client hangs up after so many milliseconds.
    Dropped(u64),
    /// The use case refuses and rolls back.
    Refused,
    /// It is acknowledged.
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

/// Runs all requests through `send` and gives the numbers of those that were acknowledged.
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

mod the_unit_of_work_loses_nothing {
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

mod the_naive_way_loses_some {
    use super::*;

    /// As a handler would do without a unit of work: a single statement stands alone, several (and those
    /// that may be refused) stand in a transaction that the request itself awaits.
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
        eprintln!("the naive way lost {lost} of {} acknowledged writes", acknowledged.len());
        assert!(lost > 0, "the fault that the unit of work guards against did not show");
    }
}
