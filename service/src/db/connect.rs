//! Opens a database: SQLite embedded, or PostgreSQL.

use super::address;
use crate::error::{Error, Result};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement,
    sqlx::{self, Executor, sqlite},
};
use std::{
    fmt,
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

/// The oldest supported SQLite. Earlier versions have a race when the write-ahead log is reset, which can corrupt a
/// database.
pub const MINIMUM_SQLITE: &str = "3.51.3";

/// Kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Embedded, one process.
    Sqlite,
    /// Shared by several server processes.
    Postgres,
}

/// Class of work. Each has its own read connections, so that reports and long lists can't keep changes waiting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Work {
    /// Changes and the reads of their results, streams, and the server's background tasks.
    #[default]
    Change,
    /// Queries.
    Read,
    /// Reports, exports and large queries.
    Report,
}

impl Work {
    const ALL: [Self; 3] = [Self::Change, Self::Read, Self::Report];

    /// The class's share of the read connections: a quarter for reports, and half of the rest for each of the other
    /// two. Each has at least one.
    const fn share(self, connections: u32) -> u32 {
        let report = if connections < 4 { 1 } else { connections / 4 };
        let read = connections.saturating_sub(report) / 2;
        let share = match self {
            Self::Report => report,
            Self::Read => read,
            Self::Change => connections.saturating_sub(report + read),
        };
        if share == 0 { 1 } else { share }
    }

    /// The name of the class's pool in the metrics.
    const fn name(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Read => "read",
            Self::Report => "report",
        }
    }
}

/// Settings for opening a database.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// Number of read connections; each class of work has a share of them.
    pub readers: u32,
    /// Number of write connections; SQLite always has one.
    pub writers: u32,
    /// How long a statement or a unit of work waits for a free connection before it fails with `Error::Overloaded`.
    pub acquire_timeout: Duration,
    /// How long PostgreSQL keeps a unit of work open whose server has stopped. SQLite has no such limit.
    pub idle_in_transaction: Duration,
    /// Callback for each executed statement, for tests and benchmarks.
    pub watch: Option<Watch>,
}

type Callback = dyn Fn(&dyn fmt::Display) + Send + Sync;

/// Callback that receives each statement after its execution. Displayed, the statement includes its values.
#[derive(Clone)]
pub struct Watch(Arc<Callback>);

impl Watch {
    /// Wraps a function.
    pub fn new(callback: impl Fn(&dyn fmt::Display) + Send + Sync + 'static) -> Self {
        Self(Arc::new(callback))
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

impl Options {
    /// The defaults for a URL.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        let url = url.into();
        // SQLite has one writer, and an import can use it for seconds, so its timeout is longer. Both timeouts are
        // below the 30 s limit of a request, so that the client learns that the server did not start the request.
        let seconds = if url.starts_with("sqlite:") { 15 } else { 5 };
        Self {
            url,
            readers: 8,
            writers: 8,
            acquire_timeout: Duration::from_secs(seconds),
            idle_in_transaction: Duration::from_secs(10),
            watch: None,
        }
    }

    /// The file of a SQLite database.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.url.strip_prefix("sqlite:").map(|path| Path::new(path.trim_start_matches("//")))
    }
}

/// A connected database with a read pool for each class of work and a write pool. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    backend: Backend,
    url: Arc<str>,
    /// The read pools, in the order of [`Work::ALL`].
    readers: [DatabaseConnection; 3],
    /// The class of work that this handle is for.
    work: Work,
    writer: DatabaseConnection,
    statements: Arc<AtomicU64>,
    units: Arc<AtomicI64>,
    /// How far the machine's clock is ahead of the database's clock, in microseconds.
    pub(super) clock: Arc<AtomicI64>,
    /// File lock that makes this process the only user of the SQLite file.
    _lock: Option<Arc<File>>,
}

impl Db {
    /// Connects; creates a missing SQLite file. Does not migrate.
    ///
    /// Fails if another process has locked the SQLite file, or if SQLite is older than [`MINIMUM_SQLITE`].
    pub async fn connect(options: &Options) -> Result<Self> {
        let statements = Arc::new(AtomicU64::new(0));
        address::check(&options.url)?;
        let mut db = match options.file() {
            Some(path) => sqlite(path, options, statements).await?,
            None => postgres(options, statements).await?,
        };
        for connection in db.readers.iter_mut().chain([&mut db.writer]) {
            let (statements, watch) = (db.statements.clone(), options.watch.clone());
            connection.set_metric_callback(move |done| {
                statements.fetch_add(1, Ordering::Relaxed);
                if let Some(Watch(callback)) = &watch {
                    callback(done.statement);
                }
            });
        }
        Ok(db)
    }

    /// Runs pending migrations.
    pub(crate) async fn run_migrations(&self) -> Result<()> {
        use migration::MigratorTrait;
        Ok(migration::Migrator::up(&self.writer, None).await?)
    }

    /// Counts the pending migrations.
    pub async fn pending_migrations(&self) -> Result<usize> {
        use migration::MigratorTrait;
        Ok(migration::Migrator::get_pending_migrations(&self.writer).await?.len())
    }

    /// Returns the kind of database.
    #[must_use]
    pub const fn backend(&self) -> Backend {
        self.backend
    }

    /// Returns the number of SQL statements sent so far.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Returns the number of open units of work.
    #[must_use]
    pub fn open_units(&self) -> i64 {
        self.units.load(Ordering::Relaxed)
    }

    /// Counts a unit of work as open until the result is dropped.
    pub(super) fn unit(&self) -> OpenUnit {
        self.units.fetch_add(1, Ordering::Relaxed);
        OpenUnit(self.units.clone())
    }

    /// Returns the same database for another class of work.
    #[must_use]
    pub(crate) fn for_work(&self, work: Work) -> Self {
        Self { work, ..self.clone() }
    }

    /// Returns the current usage of the pools.
    #[must_use]
    pub fn pools(&self) -> [Pool; 4] {
        let [change, read, report] = Work::ALL.map(|work| (work.name(), &self.readers[work as usize]));
        [change, read, report, ("write", &self.writer)].map(|(name, connection)| {
            let (open, idle) = match self.backend {
                Backend::Sqlite => {
                    let pool = connection.get_sqlite_connection_pool();
                    (pool.size(), pool.num_idle())
                }
                Backend::Postgres => {
                    let pool = connection.get_postgres_connection_pool();
                    (pool.size(), pool.num_idle())
                }
            };
            Pool { name, open, idle: u32::try_from(idle).unwrap_or(u32::MAX) }
        })
    }

    /// Checks that the database responds.
    pub async fn ping(&self) -> Result<()> {
        self.reader().ping().await.map_err(Error::from)
    }

    /// Takes every connection of all pools until the result is dropped, for tests of overload.
    pub async fn occupy(&self) -> Result<Occupied> {
        let mut occupied = Vec::<Box<dyn Send>>::new();
        for connection in self.readers.iter().chain([&self.writer]) {
            match self.backend {
                Backend::Sqlite => {
                    let pool = connection.get_sqlite_connection_pool();
                    for _ in 0..pool.options().get_max_connections() {
                        occupied.push(Box::new(pool.acquire().await.map_err(Error::internal)?));
                    }
                }
                Backend::Postgres => {
                    let pool = connection.get_postgres_connection_pool();
                    for _ in 0..pool.options().get_max_connections() {
                        occupied.push(Box::new(pool.acquire().await.map_err(Error::internal)?));
                    }
                }
            }
        }
        Ok(Occupied(occupied))
    }

    /// Closes all connections; on SQLite the last one merges the write-ahead log into the file.
    pub async fn close(self) -> Result<()> {
        for reader in self.readers {
            reader.close().await?;
        }
        self.writer.close().await.map_err(Error::from)
    }

    /// Returns the URL, for a LISTEN connection. It contains the password.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the read pool of this class of work, for use outside a unit of work.
    pub(crate) const fn reader(&self) -> &DatabaseConnection {
        &self.readers[self.work as usize]
    }

    /// Returns the read pool as a [`super::Source`].
    pub(crate) const fn source(&self) -> super::Source<'_, DatabaseConnection> {
        super::Source { connection: self.reader(), backend: self.backend }
    }

    pub(super) const fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }
}

/// Connections taken by [`Db::occupy`]; dropping it returns them to the pools.
pub struct Occupied(#[expect(dead_code, reason = "dropping it returns the connections")] Vec<Box<dyn Send>>);

/// Current usage of a connection pool.
#[derive(Clone, Copy, Debug)]
pub struct Pool {
    /// `write`, or the class of work that the read connections are for: `change`, `read` or `report`.
    pub name: &'static str,
    /// Number of open connections.
    pub open: u32,
    /// Number of idle connections.
    pub idle: u32,
}

/// Guard that counts a unit of work as open until dropped.
pub(super) struct OpenUnit(Arc<AtomicI64>);

impl Drop for OpenUnit {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn sqlite(path: &Path, options: &Options, statements: Arc<AtomicU64>) -> Result<Db> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(Error::internal)?;
    }
    let lock = lock(path)?;
    create(path).map_err(|cause| Error::internal(format!("{}: {cause}", path.display())))?;
    let connect = |readers: Option<u32>| {
        let path = path.to_owned();
        let mut connect = ConnectOptions::new("sqlite::memory:".to_owned());
        connect
            .max_connections(readers.unwrap_or(1))
            .acquire_timeout(options.acquire_timeout)
            .sqlx_logging(false)
            .test_before_acquire(false);
        connect.map_sqlx_sqlite_opts(move |defaults| {
            defaults
                .filename(&path)
                .create_if_missing(true)
                .in_memory(false)
                .shared_cache(false)
                .journal_mode(sqlite::SqliteJournalMode::Wal)
                .synchronous(sqlite::SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(5))
                .statement_cache_capacity(512)
                .pragma("query_only", if readers.is_some() { "ON" } else { "OFF" })
        });
        Database::connect(connect)
    };
    // The writer connects first: it creates the file and sets the journal mode, which needs write access.
    let writer = connect(None).await?;
    let reader = |work: Work| connect(Some(work.share(options.readers)));
    let [change, read, report] = Work::ALL.map(reader);
    assert_sqlite_version(&writer).await?;
    let url = options.url.as_str().into();
    Ok(Db {
        backend: Backend::Sqlite,
        url,
        readers: [change.await?, read.await?, report.await?],
        work: Work::default(),
        writer,
        statements,
        units: Arc::default(),
        clock: Arc::default(),
        _lock: Some(Arc::new(lock)),
    })
}

/// Creates a missing file so that only its owner can read it. SQLite treats an empty file as an empty database.
fn create(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    match File::options().write(true).create_new(true).mode(0o600).open(path) {
        Err(cause) if cause.kind() != std::io::ErrorKind::AlreadyExists => Err(cause),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Locks a SQLite file for this process, because two processes would not notice each other's journal entries.
pub(crate) fn lock(path: &Path) -> Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(PathBuf::from(name))
        .map_err(Error::internal)?;
    file.try_lock().map_err(|_| {
        Error::internal(format!(
            "another process uses {}: stop the server first (systemctl stop kinerja), or use its API instead (for an import: \
             the mutation importOrganisation). Nothing was changed",
            path.display()
        ))
    })?;
    Ok(file)
}

async fn assert_sqlite_version(connection: &DatabaseConnection) -> Result<()> {
    let row = connection
        .query_one_raw(Statement::from_string(DbBackend::Sqlite, "SELECT sqlite_version()"))
        .await?
        .ok_or_else(|| Error::internal("no sqlite_version()"))?;
    let version: String = row.try_get_by_index(0)?;
    let parts = |text: &str| text.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u32>>();
    if parts(&version) < parts(MINIMUM_SQLITE) {
        return Err(Error::internal(format!("SQLite {version} is older than {MINIMUM_SQLITE}")));
    }
    Ok(())
}

async fn postgres(options: &Options, statements: Arc<AtomicU64>) -> Result<Db> {
    let idle = format!("{}ms", options.idle_in_transaction.as_millis());
    let connect = |connections: u32| {
        let idle = idle.clone();
        let mut connect = ConnectOptions::new(options.url.clone());
        connect
            .max_connections(connections)
            .acquire_timeout(options.acquire_timeout)
            .sqlx_logging(false)
            .map_sqlx_postgres_opts(move |defaults| {
                defaults.application_name("kinerja").statement_cache_capacity(512).options([
                    ("statement_timeout", "30s"),
                    ("lock_timeout", "2s"),
                    ("idle_in_transaction_session_timeout", idle.as_str()),
                ])
            });
        connect
    };
    let mut writer = connect(options.writers);
    // A request dropped during BEGIN leaves an open transaction on its connection, and the next unit of work would be
    // part of it. The ROLLBACK prevents that and also replaces the pool's ping.
    writer.test_before_acquire(false).map_sqlx_postgres_before_acquire(|connection, _| {
        Box::pin(async move { connection.execute(sqlx::raw_sql("ROLLBACK")).await.map(|_| true) })
    });
    let opened = async {
        let [change, read, report] = Work::ALL.map(|work| {
            let mut reader = connect(work.share(options.readers));
            reader.test_before_acquire_if_idle_for(Duration::from_secs(30));
            Database::connect(reader)
        });
        let readers = [change.await?, read.await?, report.await?];
        Ok::<_, DbErr>((readers, Database::connect(writer).await?))
    };
    let (readers, writer) = match opened.await {
        Ok(opened) => opened,
        Err(cause) => return Err(address::unreachable(&options.url, &cause).await),
    };
    Ok(Db {
        backend: Backend::Postgres,
        url: options.url.as_str().into(),
        readers,
        work: Work::default(),
        writer,
        statements,
        units: Arc::default(),
        clock: Arc::default(),
        _lock: None,
    })
}
