//! The audit: compares the whole journal with checkpoints kept outside the database, and every row with the image of
//! its last entry. So it detects if the owner of the database edits entries or rows.
//!
//! The audit reads one snapshot, in pages. Memory is bounded, and on PostgreSQL the server can keep running.

mod authors;
mod entries;
mod evidence;
mod finding;
mod objects;
mod superiors;
#[cfg(test)]
mod tests;
mod units;

pub(crate) use evidence::compare_saved;
pub use finding::Finding;

use crate::{
    db::Source,
    env::Env,
    error::Result,
    files::Evidence,
    store::evidence::{KeptFile, kept_files},
};
use domain::id::AssignmentId;
use proof::{Hash, checkpoint::Checkpoint};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use std::{collections::BTreeSet, sync::Arc};

/// The number of rows read at once.
const PAGE: u64 = 500;
/// Maximum number of findings to list: a journal rewritten from the start would produce millions.
const MAX_FINDINGS: usize = 1_000;

/// A step of the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Compares the entries with the checkpoints.
    Entries,
    /// Compares the rows with the entries.
    Rows,
    /// Compares the files of evidence with their hashes.
    Files,
}

/// The progress of the audit.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The current step.
    pub step: Step,
    /// Entries, objects or files checked so far.
    pub done: u64,
    /// Entries, objects or files to check.
    pub total: u64,
}

/// The result of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The number of numbered entries.
    pub entries: u64,
    /// The root of the tree over them.
    pub root: Hash,
    /// The number of entries, from the first on, that a kept checkpoint proves. Nothing is proven about later entries.
    pub proven: u64,
    /// Entries without a number; a running server numbers them within a second.
    pub unnumbered: u64,
    /// Payloads that were erased, each recorded by another entry.
    pub erased: u64,
    /// Objects compared with their last entry.
    pub objects: u64,
    /// Files of evidence compared with their hash; 0 if files were not part of the audit.
    pub files: u64,
    /// All findings, or the first thousand.
    pub findings: Vec<Finding>,
    /// Whether there are more findings than are listed.
    pub has_more: bool,
}

impl Report {
    fn add(&mut self, finding: Finding) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        } else {
            self.has_more = true;
        }
    }
}

/// The state of a running audit.
struct Audit<'a, C> {
    source: Source<'a, C>,
    report: Report,
    /// Assignments whose last image is older than the superiors by day and does not contain them.
    old_superiors: BTreeSet<AssignmentId>,
    progress: &'a (dyn Fn(Progress) + Send + Sync),
}

impl<C: ConnectionTrait> Audit<'_, C> {
    fn add(&mut self, finding: Finding) {
        self.report.add(finding);
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

/// Audits the journal and all rows in one snapshot. `kept` are checkpoints that were kept outside the database.
pub async fn verify(
    env: &Env,
    kept: Vec<Checkpoint>,
    progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Report> {
    Ok(snapshot(env, kept, Arc::new(progress)).await?.0)
}

/// Like [`verify`], and then reads completely each file of evidence that an object uses or has used. They are read
/// after the snapshot has ended: such a file never changes and is never removed.
pub async fn verify_with_files(
    env: &Env,
    kept: Vec<Checkpoint>,
    files: &Evidence,
    progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Report> {
    let progress: Shown = Arc::new(progress);
    let (mut report, expected) = snapshot(env, kept, progress.clone()).await?;
    evidence::verify(&mut report, files, &expected, &*progress).await;
    Ok(report)
}

type Shown = Arc<dyn Fn(Progress) + Send + Sync>;

async fn snapshot(env: &Env, kept: Vec<Checkpoint>, progress: Shown) -> Result<(Report, Vec<KeptFile>)> {
    let backend = env.db.backend();
    env.db
        .snapshot(move |connection| async move {
            let source = Source { connection: &*connection, backend };
            let report = verify_in(source, &kept, &*progress).await?;
            Ok((report, kept_files(source.connection).await?))
        })
        .await
}

/// The same as [`verify`], inside an open snapshot.
pub(crate) async fn verify_in<C: ConnectionTrait>(
    source: Source<'_, C>,
    kept: &[Checkpoint],
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Report> {
    let report = Report {
        entries: 0,
        root: Hash([0; 32]),
        proven: 0,
        unnumbered: 0,
        erased: 0,
        objects: 0,
        files: 0,
        findings: Vec::new(),
        has_more: false,
    };
    let mut audit = Audit { source, report, old_superiors: BTreeSet::new(), progress };
    entries::verify(&mut audit, kept).await?;
    objects::verify(&mut audit).await?;
    authors::verify(&mut audit).await?;
    units::verify(&mut audit).await?;
    superiors::verify(&mut audit).await?;
    Ok(audit.report)
}
