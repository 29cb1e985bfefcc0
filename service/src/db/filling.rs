//! Settings of SQLite while a synthetic city is written.

use super::{Backend, Db};
use crate::error::Result;
use sea_orm::ConnectionTrait;

/// No other process uses the file, and a city that a crash interrupts is generated again from the start. So commits
/// don't wait for the disk, and pages that change often stay in memory.
const FILLING: &str =
    "PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 16384";
/// The settings of a server: `synchronous` as the connection was opened, the rest as in SQLite's defaults.
const SERVING: &str =
    "PRAGMA synchronous = FULL; PRAGMA cache_size = -2000; PRAGMA wal_autocheckpoint = 1000";

/// Prepares an empty SQLite file for many large transactions. Does nothing on PostgreSQL, where the setting belongs to
/// the operator.
pub(crate) async fn begin_filling(db: &Db) -> Result<()> {
    set(db, FILLING).await
}

/// Ends [`begin_filling`]: commits wait for the disk again. Earlier commits are durable only after [`write_through`].
pub(crate) async fn end_filling(db: &Db) -> Result<()> {
    set(db, SERVING).await
}

/// Writes the write-ahead log of a SQLite database into its file, and waits until the file is on the disk.
pub(crate) async fn write_through(db: &Db) -> Result<()> {
    set(db, "PRAGMA wal_checkpoint(TRUNCATE)").await
}

async fn set(db: &Db, pragmas: &str) -> Result<()> {
    if db.backend() == Backend::Sqlite {
        db.writer().execute_unprepared(pragmas).await?;
    }
    Ok(())
}
