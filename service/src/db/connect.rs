//! Opens a database: SQLite embedded, or PostgreSQL.

use crate::{
    env::{Clock, Env},
    error::{Error, Result},
    regulation,
};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement,
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

/// The oldest SQLite without the WAL-reset race that can corrupt a database.
pub const MINIMUM_SQLITE: &str = "3.51.3";

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Embedded, one process.
    Sqlite,
    /// A server that several processes share.
    Postgres,
}

/// How to open a database.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// Connections that read at once.
    pub readers: u32,
    /// Connections that write at once; on SQLite there is always one.
    pub writers: u32,
    /// How long a statement or a unit of work waits for a free connection; then it is `Error::Overloaded`.
    pub acquire_timeout: Duration,
    /// Who is told of each statement: tests and benchmarks.
    pub watch: Option<Watch>,
}

type Told = dyn Fn(&dyn fmt::Display) + Send + Sync;

/// Takes each statement once it was executed; as text it has its values written out.
#[derive(Clone)]
pub struct Watch(Arc<Told>);

impl Watch {
    /// By a function.
    pub fn new(told: impl Fn(&dyn fmt::Display) + Send + Sync + 'static) -> Self {
        Self(Arc::new(told))
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
        // The one writer of SQLite is waited for longer: an import keeps it for seconds. Both stay below the 30 s
        // that a request may take, so that a client learns that nothing was begun.
        let seconds = if url.starts_with("sqlite:") { 15 } else { 5 };
        Self { url, readers: 8, writers: 8, acquire_timeout: Duration::from_secs(seconds), watch: None }
    }
}

/// A connected database: one pool that reads and one that writes. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    backend: Backend,
    url: Arc<str>,
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    statements: Arc<AtomicU64>,
    units: Arc<AtomicI64>,
    /// Held while the process owns the SQLite file.
    _lock: Option<Arc<File>>,
}

impl Db {
    /// Connects; creates a missing SQLite file. Does not migrate.
    ///
    /// Fails if another process owns the SQLite file, or if SQLite is older than [`MINIMUM_SQLITE`].
    pub async fn connect(options: &Options) -> Result<Self> {
        let statements = Arc::new(AtomicU64::new(0));
        let mut db = match options.url.strip_prefix("sqlite:") {
            Some(path) => sqlite(Path::new(path.trim_start_matches("//")), options, statements).await?,
            None => postgres(options, statements).await?,
        };
        for connection in [&mut db.reader, &mut db.writer] {
            let (statements, watch) = (db.statements.clone(), options.watch.clone());
            connection.set_metric_callback(move |done| {
                statements.fetch_add(1, Ordering::Relaxed);
                if let Some(Watch(told)) = &watch {
                    told(done.statement);
                }
            });
        }
        Ok(db)
    }

    /// Brings the database to the newest shape, and the regulations that ship with the server into it.
    pub async fn migrate(&self) -> Result<()> {
        use migration::MigratorTrait;
        migration::Migrator::up(&self.writer, None).await?;
        let env = Env::new(self.clone(), Clock::system(), Path::new(""));
        regulation::load_shipped(&env).await
    }

    /// How many changes of shape are still to be made.
    pub async fn pending_migrations(&self) -> Result<usize> {
        use migration::MigratorTrait;
        Ok(migration::Migrator::get_pending_migrations(&self.writer).await?.len())
    }

    /// Which database it is.
    #[must_use]
    pub const fn backend(&self) -> Backend {
        self.backend
    }

    /// How many SQL statements have been sent so far.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// How many units of work are open.
    #[must_use]
    pub fn open_units(&self) -> i64 {
        self.units.load(Ordering::Relaxed)
    }

    /// Counts a unit of work as open as long as what it gives lives.
    pub(super) fn unit(&self) -> OpenUnit {
        self.units.fetch_add(1, Ordering::Relaxed);
        OpenUnit(self.units.clone())
    }

    /// How the pools are used.
    #[must_use]
    pub fn pools(&self) -> [Pool; 2] {
        [("read", &self.reader), ("write", &self.writer)].map(|(name, connection)| {
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

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.reader.ping().await.map_err(Error::from)
    }

    /// Takes every connection of both pools until the result is dropped, for tests of overload.
    pub async fn occupy(&self) -> Result<Occupied> {
        let mut occupied = Vec::<Box<dyn Send>>::new();
        for connection in [&self.reader, &self.writer] {
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

    /// Ends all connections; on SQLite the last one folds the write-ahead log into the file.
    pub async fn close(self) -> Result<()> {
        self.reader.close().await?;
        self.writer.close().await.map_err(Error::from)
    }

    /// The URL, for a connection that listens. It holds the password.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// For reading, outside a unit of work.
    pub(crate) const fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Where to read outside a unit of work.
    pub(crate) const fn source(&self) -> super::Source<'_, DatabaseConnection> {
        super::Source { connection: &self.reader, backend: self.backend }
    }

    pub(super) const fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }
}

/// Connections that [`Db::occupy`] took; dropping it gives them back.
pub struct Occupied(#[expect(dead_code, reason = "kept for its drop")] Vec<Box<dyn Send>>);

/// How a pool is used now.
#[derive(Clone, Copy, Debug)]
pub struct Pool {
    /// `read` or `write`.
    pub name: &'static str,
    /// Its connections.
    pub open: u32,
    /// Those that nobody uses.
    pub idle: u32,
}

/// A unit of work that is open.
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
    // The writer comes first: it creates the file and sets the journal mode, which needs writing.
    let writer = connect(None).await?;
    let reader = connect(Some(options.readers)).await?;
    assert_sqlite_version(&writer).await?;
    let url = options.url.as_str().into();
    Ok(Db {
        backend: Backend::Sqlite,
        url,
        reader,
        writer,
        statements,
        units: Arc::default(),
        _lock: Some(Arc::new(lock)),
    })
}

/// One process owns a SQLite file: two would not see each other's journal.
fn lock(path: &Path) -> Result<File> {
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
            "another process owns {}; use its API instead (for an import: the mutation importOrganisation)",
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
    let connect = |connections: u32| {
        let mut connect = ConnectOptions::new(options.url.clone());
        connect
            .max_connections(connections)
            .acquire_timeout(options.acquire_timeout)
            .sqlx_logging(false)
            .map_sqlx_postgres_opts(|defaults| {
                defaults.application_name("kinerja").statement_cache_capacity(512).options([
                    ("statement_timeout", "30s"),
                    ("lock_timeout", "2s"),
                    ("idle_in_transaction_session_timeout", "10s"),
                ])
            });
        connect
    };
    let mut writer = connect(options.writers);
    // A request that is dropped while BEGIN is under way leaves an open transaction behind, which
    // would swallow the next unit of work. The ROLLBACK also stands in for the pool's ping.
    writer.test_before_acquire(false).map_sqlx_postgres_before_acquire(|connection, _| {
        Box::pin(async move { connection.execute(sqlx::raw_sql("ROLLBACK")).await.map(|_| true) })
    });
    let mut reader = connect(options.readers);
    reader.test_before_acquire_if_idle_for(Duration::from_secs(30));
    Ok(Db {
        backend: Backend::Postgres,
        url: options.url.as_str().into(),
        reader: Database::connect(reader).await?,
        writer: Database::connect(writer).await?,
        statements,
        units: Arc::default(),
        _lock: None,
    })
}
