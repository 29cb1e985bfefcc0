//! Restores a backup: verifies it, restores it beside the target, audits it, and only then replaces the target.

use super::{Manifest, files, manifest::name, postgres, sqlite};
use crate::{
    db::{Backend, Db, Options},
    env::{Clock, Env, machine_now},
    error::{Error, Result},
    identity::{self, Vault},
    journal::{self, JournalFiles, Report},
    store::evidence::kept_files,
};
use domain::{actor::Actor, id::AgencyId, time::to_micros};
use proof::checkpoint::Checkpoint;
use sea_orm::ConnectionTrait;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// The database and folders to restore to.
#[derive(Clone, Debug)]
pub struct Restore {
    /// The database to restore to.
    pub options: Options,
    /// The folder of uploaded files.
    pub uploads: PathBuf,
    /// The journal's key and checkpoints. The backup is compared with the checkpoints that are left.
    pub journal: JournalFiles,
    /// Whether the files of evidence are in a bucket, so that the backup does not contain them.
    pub in_bucket: bool,
    /// The file of the key that encrypts the secrets of second factors.
    pub secrets_key: PathBuf,
    /// The folder of the tools of PostgreSQL; by default they are looked up in `PATH`.
    pub tools: Option<PathBuf>,
    /// Whether to replace an existing database and existing uploads. The old ones are renamed, not removed.
    pub replace: bool,
    /// Whether to accept a backup although the audit of its database has findings.
    pub accept_findings: bool,
    /// A checkpoint of the journal that someone else kept.
    pub checkpoint: Option<String>,
}

/// A restored backup.
#[derive(Clone, Debug)]
pub struct Restored {
    /// The manifest of the restored backup.
    pub manifest: Manifest,
    /// The audit of the restored database.
    pub report: Report,
    /// The new name or path of the previous database.
    pub aside: Option<String>,
    /// The last signed checkpoint that is known here or was given, if it covers more entries than the restored journal:
    /// the later entries are lost.
    pub lost: Option<Checkpoint>,
    /// The path at which the key that signs the journal is expected, if it is missing.
    pub missing_key: Option<PathBuf>,
    /// The number of people whose second factor can't be read, because the key that encrypted it is missing.
    pub unreadable_second_factors: u64,
}

enum Staged {
    Sqlite(sqlite::Staged),
    Postgres(postgres::Staged),
}

impl Staged {
    fn options(&self) -> Options {
        match self {
            Self::Sqlite(staged) => staged.options(),
            Self::Postgres(staged) => staged.options(),
        }
    }

    async fn take_over(&self, env: Env) -> Result<Option<String>> {
        match self {
            Self::Sqlite(staged) => staged.take_over(env).await,
            Self::Postgres(staged) => staged.take_over(env).await,
        }
    }

    /// Removes a restored database that was not accepted.
    async fn remove(&self) {
        let removed = match self {
            Self::Sqlite(staged) => staged.remove(),
            Self::Postgres(staged) => staged.remove().await,
        };
        if let Err(cause) = removed {
            tracing::warn!(%cause, "could not remove the restored database");
        }
    }
}

impl Restore {
    /// Restores a backup. It replaces the old database only after the restored one has passed the audit and its journal
    /// has the root of the manifest.
    ///
    /// # Errors
    /// The backup is damaged, its journal has another root, or the target is in use or not empty.
    pub async fn run(&self, folder: &Path) -> Result<Restored> {
        let manifest = Manifest::read(folder)?;
        files::check(folder, &manifest)?;
        if manifest.findings > 0 && !self.accept_findings {
            return Err(Error::internal(format!(
                "the audit of the database had {} findings when this backup was written: --accept-findings restores it \
                 nevertheless",
                manifest.findings
            )));
        }
        let backend =
            if self.options.url.starts_with("sqlite:") { Backend::Sqlite } else { Backend::Postgres };
        if manifest.database != name(backend) {
            return Err(Error::internal(format!(
                "this is a backup of {}, but the settings name {}",
                manifest.database,
                name(backend)
            )));
        }
        let known = self.known(&manifest)?;
        let uploads = Uploads::check(folder, &self.uploads, self.replace)?;
        let stamp = machine_now().format("%Y%m%d%H%M%S").to_string();
        let staged = match backend {
            Backend::Sqlite => {
                Staged::Sqlite(sqlite::Staged::stage(folder, &self.options.url, self.replace, &stamp)?)
            }
            Backend::Postgres => Staged::Postgres(
                postgres::Staged::stage(folder, &self.options, self.tools.as_deref(), self.replace, &stamp)
                    .await?,
            ),
        };
        let db = match Db::connect(&staged.options()).await {
            Ok(db) => db,
            Err(cause) => {
                staged.remove().await;
                return Err(cause);
            }
        };
        let env = Env::new(db, Clock::system(), Path::new(""));
        let (report, unreadable_second_factors) = match self.accepted(&env, &manifest).await {
            Ok(accepted) => accepted,
            Err(cause) => {
                if let Err(closing) = env.db.close().await {
                    tracing::warn!(%closing, "could not close the restored database");
                }
                staged.remove().await;
                return Err(cause);
            }
        };
        let aside = staged.take_over(env).await?;
        uploads.take_over(&stamp)?;
        let (last, text) = known.unzip();
        let had_key = last.is_some() || !manifest.journal.keys.is_empty();
        if had_key {
            let known = last.as_ref().zip(text.as_deref());
            let restored = (manifest.journal.entries, manifest.journal.root);
            self.journal.remember(&manifest.journal.keys, known, restored)?;
        }
        let missing_key = Some(self.journal.current_key()).filter(|key| had_key && !key.exists());
        let lost = last.filter(|last| last.size > manifest.journal.entries);
        Ok(Restored { manifest, report, aside, lost, missing_key, unreadable_second_factors })
    }

    /// The signed checkpoint that covers the most entries: one that is known here, that of the backup, or the given
    /// one.
    fn known(&self, manifest: &Manifest) -> Result<Option<(Checkpoint, String)>> {
        // The keys on this machine are more trustworthy than those in the backup.
        let here = self.journal.public()?;
        let public = if here.is_empty() { &manifest.journal.keys } else { &here };
        let open = |what: &str, text: &String| {
            let opened = journal::keys(public)?.open(text);
            opened
                .map(|checkpoint| (checkpoint, text.clone()))
                .map_err(|cause| Error::internal(format!("{what}: {cause}; nothing was changed")))
        };
        let saved = manifest.journal.checkpoint.as_ref();
        let saved = saved.map(|text| open("the checkpoint in the backup", text)).transpose()?;
        let given = self.checkpoint.as_ref().map(|text| open("the given checkpoint", text)).transpose()?;
        let last = self.journal.last_signed_by(public)?;
        Ok([saved, last, given].into_iter().flatten().max_by_key(|(checkpoint, _)| checkpoint.size))
    }

    /// Brings the restored database to the schema of this version, audits it, and ends all sessions. Returns the audit,
    /// and the number of second factors that the key for secrets can't decrypt.
    async fn accepted(&self, env: &Env, manifest: &Manifest) -> Result<(Report, u64)> {
        env.db.migrate().await?;
        let public = self.journal.public()?;
        let keys = if public.is_empty() { &manifest.journal.keys } else { &public };
        let kept = manifest
            .journal
            .checkpoint
            .iter()
            .map(|text| journal::keys(keys)?.open(text).map_err(Error::internal));
        let mut report = journal::verify(env, kept.collect::<Result<_>>()?, |_| {}).await?;
        if !self.in_bucket {
            let expected = kept_files(env.db.reader()).await?;
            files::compare_evidence(&mut report, &expected, &manifest.files);
        }
        let expected = (manifest.journal.entries, manifest.journal.root);
        if (report.entries, report.root) != expected {
            return Err(Error::internal(format!(
                "the restored journal has {} entries with the root {}, but the manifest says {} with {}; nothing was \
                 replaced",
                report.entries, report.root, expected.0, expected.1
            )));
        }
        if !report.findings.is_empty() && !self.accept_findings {
            let findings: Vec<_> = report.findings.iter().take(10).map(ToString::to_string).collect();
            return Err(Error::internal(format!(
                "the audit of the restored database has {} findings; nothing was replaced: {}",
                report.findings.len(),
                findings.join("; ")
            )));
        }
        end_sessions(env).await?;
        let vault = Vault::read(&self.secrets_key)?;
        Ok((report, identity::unreadable_second_factors(env, vault.as_ref()).await?))
    }
}

/// Ends all sessions and unused one-time codes, because some of them may have been revoked or used after the backup.
async fn end_sessions(env: &Env) -> Result<()> {
    let now = to_micros(machine_now());
    env.write(&Actor::system(AgencyId(Uuid::nil())), move |tx| async move {
        for text in [
            format!("UPDATE session SET ended_at = {now} WHERE ended_at IS NULL"),
            format!(
                "UPDATE activation_code SET expires_at = {now} WHERE used_at IS NULL AND expires_at > {now}"
            ),
        ] {
            tx.connection().execute_unprepared(&text).await?;
        }
        Ok(())
    })
    .await
}

/// The uploaded files of a backup, and where they belong.
struct Uploads {
    from: PathBuf,
    to: PathBuf,
}

impl Uploads {
    fn check(folder: &Path, to: &Path, replace: bool) -> Result<Self> {
        let has_files = std::fs::read_dir(to).is_ok_and(|mut found| found.next().is_some());
        if has_files && !replace {
            return Err(Error::internal(format!(
                "{} is not empty: --replace puts it aside and restores in its place",
                to.display()
            )));
        }
        Ok(Self { from: folder.join(files::UPLOADS), to: to.to_owned() })
    }

    fn take_over(&self, stamp: &str) -> Result<()> {
        if std::fs::read_dir(&self.to).is_ok_and(|mut found| found.next().is_some()) {
            let aside = files::with_suffix(&self.to, &format!(".before-{stamp}"));
            std::fs::rename(&self.to, aside).map_err(files::failed(&self.to))?;
        }
        files::copy_uploads(&self.from, &self.to)
    }
}
