//! Connections for backups: a copy of a SQLite database in use, and statements that no transaction may contain.

use super::Options;
use crate::error::{Error, Result};
use sea_orm::sqlx::{self, Connection, Executor, postgres::PgConnection, sqlite::SqliteConnectOptions};
use std::{path::Path, time::Duration};

/// Copies a SQLite database into a new file, in one transaction. A server may use the database: this only reads, so it
/// needs no lock file, and writers don't wait for it.
pub(crate) async fn copy_sqlite(from: &Path, to: &Path) -> Result<()> {
    let options =
        SqliteConnectOptions::new().filename(from).read_only(true).busy_timeout(Duration::from_secs(15));
    let mut connection =
        sqlx::ConnectOptions::connect(&options).await.map_err(|cause| failed(from, &cause))?;
    let to = to.to_string_lossy().into_owned();
    let copied = sqlx::query("VACUUM INTO ?").bind(to).execute(&mut connection).await;
    copied.map_err(|cause| failed(from, &cause))?;
    connection.close().await.map_err(|cause| failed(from, &cause))
}

fn failed(file: &Path, cause: &dyn std::fmt::Display) -> Error {
    Error::internal(format!("{}: {cause}", file.display()))
}

/// Runs statements on PostgreSQL one by one, outside transactions, as `CREATE DATABASE` needs.
pub(crate) async fn maintain(options: &Options, statements: &[String]) -> Result<()> {
    let mut connection = PgConnection::connect(&options.url).await.map_err(Error::internal)?;
    for statement in statements {
        let text = sqlx::AssertSqlSafe(statement.clone());
        connection.execute(sqlx::raw_sql(text)).await.map_err(Error::internal)?;
    }
    connection.close().await.map_err(Error::internal)
}
