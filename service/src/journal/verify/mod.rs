//! The audit: holds the whole journal against checkpoints that were kept outside the database, and every row against
//! the image of its last entry. So an owner of the database who edits either is seen.
//!
//! It reads one snapshot, in pages: memory is bounded, and a running server on PostgreSQL is no hindrance.

mod entries;
mod fault;
mod objects;
#[cfg(test)]
mod tests;
mod units;

pub use fault::Fault;

use crate::{db::Source, env::Env, error::Result};
use proof::checkpoint::Checkpoint;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// Rows that are read at once.
const PAGE: u64 = 500;
/// So many faults are listed at most: a journal rewritten from the start would list millions.
const MOST: usize = 1_000;

/// What is being held against what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The entries against the checkpoints.
    Entries,
    /// The rows against the entries.
    Rows,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// With what.
    pub step: Step,
    /// Entries or objects that are done.
    pub done: u64,
    /// Out of so many.
    pub total: u64,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Numbered entries that were read.
    pub entries: u64,
    /// How many of them, from the first on, are proven by a kept checkpoint; nothing is proven of those behind it.
    pub proven: u64,
    /// Entries that have no number yet: the sequencer gives it within a second while a server runs.
    pub unnumbered: u64,
    /// Entries whose payload was erased, each told by another entry.
    pub erased: u64,
    /// Objects whose rows were held against their last entry.
    pub objects: u64,
    /// All faults, or the first thousand.
    pub faults: Vec<Fault>,
}

/// What is under way.
struct Audit<'a, C> {
    source: Source<'a, C>,
    report: Report,
    progress: &'a (dyn Fn(Progress) + Send + Sync),
}

impl<C: ConnectionTrait> Audit<'_, C> {
    fn find(&mut self, fault: Fault) {
        if self.report.faults.len() < MOST {
            self.report.faults.push(fault);
        }
    }

    async fn count(&self, text: &str) -> Result<u64> {
        let backend: DbBackend = self.source.connection.get_database_backend();
        let row =
            self.source.connection.query_one_raw(Statement::from_string(backend, text.to_owned())).await?;
        let count: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
        Ok(u64::try_from(count).unwrap_or(0))
    }

    async fn rows(&self, table: &str) -> Result<u64> {
        self.count(&format!("SELECT COUNT(*) FROM {table}")).await
    }
}

/// Audits the journal and all rows, in one snapshot, against checkpoints that were kept outside the database.
pub async fn verify(
    env: &Env,
    kept: Vec<Checkpoint>,
    progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Report> {
    let backend = env.db.backend();
    env.snapshot(move |connection| async move {
        let source = Source { connection: &*connection, backend };
        verify_in(source, &kept, &progress).await
    })
    .await
}

/// The same inside of a snapshot.
pub(crate) async fn verify_in<C: ConnectionTrait>(
    source: Source<'_, C>,
    kept: &[Checkpoint],
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Report> {
    let report = Report { entries: 0, proven: 0, unnumbered: 0, erased: 0, objects: 0, faults: Vec::new() };
    let mut audit = Audit { source, report, progress };
    entries::hold(&mut audit, kept).await?;
    objects::hold(&mut audit).await?;
    units::hold(&mut audit).await?;
    Ok(audit.report)
}
