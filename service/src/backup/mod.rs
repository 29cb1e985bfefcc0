//! Backups of the database and of uploaded files.
//!
//! A backup is a folder with a manifest: the size and root of the journal, the last signed checkpoint, and a checksum
//! of each file. A new backup is complete only after its audit. Before it replaces anything, it is audited again. ADR
//! 38 explains it.

mod files;
mod manifest;
mod postgres;
mod restore;
mod sqlite;

pub use manifest::{Manifest, SavedFile, SavedJournal};
pub use restore::{Restore, Restored};

use crate::{
    db::{Backend, Db, Options, Source},
    env::{Clock, Env, machine_now},
    error::{Error, Result},
    journal::{self, JournalFiles, Report},
    store::evidence::{KeptFile, kept_files},
};
use proof::checkpoint::Checkpoint;
use std::path::{Path, PathBuf};

/// The database and files to back up.
#[derive(Clone, Debug)]
pub struct BackUp {
    /// The database.
    pub options: Options,
    /// The folder of uploaded files.
    pub uploads: PathBuf,
    /// The paths of the journal's key and checkpoints. The backup gets the public keys, never the private one: see
    /// [`Manifest`].
    pub journal: JournalFiles,
    /// Whether the files of evidence are in a bucket, so that the backup does not contain them.
    pub in_bucket: bool,
    /// The folder of the tools of PostgreSQL; by default they are looked up in `PATH`.
    pub tools: Option<PathBuf>,
}

/// The audit of the saved database.
struct Audited {
    report: Report,
    /// The last signed checkpoint in the database.
    checkpoint: Option<String>,
    /// The files of evidence that the backup must contain.
    evidence: Vec<KeptFile>,
}

impl BackUp {
    /// Writes a backup into a folder that does not exist yet. The server may run. Returns its manifest and the report
    /// of its audit; if that has findings, the database itself is damaged.
    ///
    /// # Errors
    /// The folder exists, the tools of PostgreSQL are missing or too old, or the database belongs to another version.
    pub async fn write(&self, folder: &Path) -> Result<(Manifest, Report)> {
        if folder.exists() {
            return Err(Error::internal(format!("{} exists already: name a new folder", folder.display())));
        }
        let partial = files::Partial::beside(folder)?;
        let at = machine_now().to_rfc3339();
        let (backend, Audited { mut report, checkpoint, evidence }) =
            if self.options.url.starts_with("sqlite:") {
                (Backend::Sqlite, sqlite::back_up(self, partial.path()).await?)
            } else {
                (Backend::Postgres, postgres::back_up(self, partial.path()).await?)
            };
        files::copy_uploads(&self.uploads, &partial.path().join(files::UPLOADS))?;
        let saved = files::sums(partial.path())?;
        if !self.in_bucket {
            files::compare_evidence(&mut report, &evidence, &saved);
        }
        let manifest = Manifest {
            format: manifest::FORMAT.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            at,
            database: manifest::name(backend).to_owned(),
            schema: manifest::newest_migration(),
            journal: SavedJournal {
                entries: report.entries,
                root: report.root,
                checkpoint,
                keys: self.journal.public()?,
            },
            findings: report.findings.len(),
            files: saved,
        };
        manifest.write(partial.path())?;
        partial.complete(folder)?;
        Ok((manifest, report))
    }

    /// The checkpoints that a database with `size` entries is compared with: the last one that it contains, and the
    /// last signed one outside it. The latter is left out if it covers more entries or belongs to another origin.
    fn kept(&self, stored: Option<&str>, size: u64) -> Result<Vec<Checkpoint>> {
        let public = self.journal.public()?;
        let mut kept = Vec::new();
        if let Some(text) = stored.filter(|_| !public.is_empty()) {
            kept.push(journal::keys(&public)?.open(text).map_err(Error::internal)?);
        }
        let last = self.journal.last_signed()?.map(|(checkpoint, _)| checkpoint);
        let origin = kept.first().map(|checkpoint| checkpoint.origin.clone());
        kept.extend(
            last.filter(|last| last.size <= size && origin.as_ref().is_none_or(|own| *own == last.origin)),
        );
        Ok(kept)
    }
}

/// Opens a database. Refuses it if its schema is not that of this version.
async fn open(options: &Options) -> Result<Env> {
    let env = Env::new(Db::connect(options).await?, Clock::system(), Path::new(""));
    if env.db.pending_migrations().await? > 0 {
        return Err(Error::internal(
            "the database has another schema than this version expects: back it up with the version that serves it",
        ));
    }
    Ok(env)
}

/// Audits the database of a source.
async fn audit<C: sea_orm::ConnectionTrait>(of: &BackUp, source: Source<'_, C>) -> Result<Audited> {
    let stored = journal::stored_checkpoint(source.connection).await?;
    let size = journal::size(source.connection).await?;
    let kept = of.kept(stored.as_deref(), size)?;
    let report = journal::verify_in(source, &kept, &|_| {}).await?;
    Ok(Audited { report, checkpoint: stored, evidence: kept_files(source.connection).await? })
}
