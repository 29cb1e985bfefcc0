//! Databases that are filled once for all tests of a process; each test gets a copy.

use super::{POSTGRES_VARIABLE, TestDb};
use crate::{
    db::{Db, Options},
    env::fresh_id,
    error::{Error, Result},
};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbBackend, Statement};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// The name of a SQLite database in the folder of its test.
const FILE: &str = "kinerja.db";

/// A filled database of each kind, with the files in its folder.
pub struct Template {
    start: Start,
    sqlite: OnceCell<Files>,
    postgres: OnceCell<(String, Files)>,
}

/// How the database begins before it is filled: empty, or with all tables.
enum Start {
    Empty,
    Migrated,
}

impl Template {
    /// A template that begins with all tables.
    #[must_use]
    pub const fn with_tables() -> Self {
        Self::from(Start::Migrated)
    }

    pub(super) const fn without_tables() -> Self {
        Self::from(Start::Empty)
    }

    const fn from(start: Start) -> Self {
        Self { start, sqlite: OnceCell::const_new(), postgres: OnceCell::const_new() }
    }

    /// Copies the SQLite database. The first call fills it: `fill` gets the open database and its folder.
    ///
    /// # Errors
    /// If the database can't be made, filled or copied.
    pub async fn sqlite(&self, fill: impl AsyncFnOnce(Db, &Path) -> Result<()>) -> Result<TestDb> {
        // Boxed here and below, because the stack of a test is small.
        let files = self.sqlite.get_or_try_init(|| Box::pin(self.filled_sqlite(fill))).await?;
        let folder = folder()?;
        files.write(folder.path())?;
        Ok(sqlite_in(folder))
    }

    async fn filled_sqlite(&self, fill: impl AsyncFnOnce(Db, &Path) -> Result<()>) -> Result<Files> {
        let db = match self.start {
            Start::Empty => sqlite_in(folder()?),
            Start::Migrated => Box::pin(TestDb::sqlite()).await?,
        };
        fill_once(&db, fill).await?;
        Files::read(db.folder.path())
    }

    /// Copies the PostgreSQL database, as [`Template::sqlite`] does. If [`POSTGRES_VARIABLE`] is not set, prints a note
    /// and returns `None`.
    ///
    /// # Errors
    /// If the database can't be made, filled or copied.
    pub async fn postgres(&self, fill: impl AsyncFnOnce(Db, &Path) -> Result<()>) -> Result<Option<TestDb>> {
        let Ok(server) = std::env::var(POSTGRES_VARIABLE) else {
            eprintln!("LEFT OUT: no PostgreSQL, since {POSTGRES_VARIABLE} is not set");
            return Ok(None);
        };
        let filled = self.postgres.get_or_try_init(|| Box::pin(self.filled_postgres(&server, fill))).await?;
        let (template, files) = filled;
        let db = Box::pin(postgres_from(&server, Some(template))).await?;
        files.write(db.folder.path())?;
        Ok(Some(db))
    }

    async fn filled_postgres(
        &self,
        server: &str,
        fill: impl AsyncFnOnce(Db, &Path) -> Result<()>,
    ) -> Result<(String, Files)> {
        let migrated = match self.start {
            Start::Empty => None,
            Start::Migrated => Box::pin(TestDb::postgres()).await?,
        };
        let db = match migrated {
            Some(db) => db,
            None => postgres_from(server, None).await?,
        };
        fill_once(&db, fill).await?;
        Ok((db.name().to_owned(), Files::read(db.folder.path())?))
    }
}

async fn fill_once(db: &TestDb, fill: impl AsyncFnOnce(Db, &Path) -> Result<()>) -> Result<()> {
    let connected = Db::connect(&db.options).await?;
    fill(connected.clone(), db.folder.path()).await?;
    connected.close().await
}

fn folder() -> Result<TempDir> {
    tempfile::tempdir().map_err(Error::internal)
}

fn sqlite_in(folder: TempDir) -> TestDb {
    let path = folder.path().join(FILE);
    TestDb { options: Options::new(format!("sqlite:{}", path.display())), folder }
}

/// Creates a PostgreSQL database as a copy of a template, or an empty one.
async fn postgres_from(server: &str, template: Option<&str>) -> Result<TestDb> {
    let name = format!("test_{}", fresh_id().simple());
    // Copies the files of the template. The other strategy would write all of it to the write-ahead log.
    let copy =
        template.map(|template| format!(" TEMPLATE {template} STRATEGY FILE_COPY")).unwrap_or_default();
    execute(server, format!("CREATE DATABASE {name}{copy}")).await?;
    let start = server.rsplit_once('/').map_or(server, |(start, _)| start);
    let mut options = Options::new(format!("{start}/{name}"));
    (options.readers, options.writers) = (4, 4);
    Ok(TestDb { options, folder: folder()? })
}

async fn execute(server: &str, statement: String) -> Result<()> {
    let connection = Database::connect(ConnectOptions::new(server.to_owned())).await?;
    connection.execute_raw(Statement::from_string(DbBackend::Postgres, statement)).await?;
    connection.close().await.map_err(Error::from)
}

/// The files of a folder, in memory, because a folder on the disk would remain after the process.
struct Files(Vec<(PathBuf, Vec<u8>)>);

impl Files {
    fn read(folder: &Path) -> Result<Self> {
        let mut files = Vec::new();
        collect(folder, Path::new(""), &mut files).map_err(Error::internal)?;
        Ok(Self(files))
    }

    fn write(&self, folder: &Path) -> Result<()> {
        for (path, bytes) in &self.0 {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(Error::internal)?;
            std::fs::write(path, bytes).map_err(Error::internal)?;
        }
        Ok(())
    }
}

fn collect(folder: &Path, below: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder.join(below))? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(folder, &path, files)?;
        // Lock files and shared memory belong to the process that created them.
        } else if !["lock", "db-shm"].iter().any(|own| entry.file_name().to_string_lossy().ends_with(own)) {
            files.push((path, std::fs::read(entry.path())?));
        }
    }
    Ok(())
}

impl TestDb {
    /// The name of a PostgreSQL database.
    fn name(&self) -> &str {
        self.options.url.rsplit_once('/').map_or("", |(_, name)| name)
    }

    /// Removes a PostgreSQL database and its connections, because hundreds of databases fill the memory of a small
    /// machine.
    ///
    /// # Errors
    /// If the database can't be removed.
    pub async fn remove(&self) -> Result<()> {
        match std::env::var(POSTGRES_VARIABLE) {
            Ok(server) if self.options.url.starts_with("postgres") => {
                execute(&server, format!("DROP DATABASE {} WITH (FORCE)", self.name())).await
            }
            _ => Ok(()),
        }
    }

    /// Copies a SQLite database with its uploads. No one may write to it during the copy.
    ///
    /// # Errors
    /// If the files can't be copied.
    pub fn copy(&self) -> Result<Self> {
        let folder = folder()?;
        Files::read(self.folder.path())?.write(folder.path())?;
        Ok(sqlite_in(folder))
    }
}
