//! Backups of SQLite. A server may use the database during the backup.

use super::{Audited, BackUp, audit, files, open};
use crate::{
    db::{Options, Source, copy_sqlite, lock_sqlite},
    env::Env,
    error::{Error, Result},
};
use std::path::{Path, PathBuf};

/// The file of the database in the folder of a backup.
const DATABASE: &str = "kinerja.db";

/// The path in the URL of a SQLite database.
pub(super) fn path(url: &str) -> PathBuf {
    url.trim_start_matches("sqlite:").trim_start_matches("//").into()
}

fn options(path: &Path) -> Options {
    Options::new(format!("sqlite:{}", path.display()))
}

/// Copies the database in one transaction, and audits the copy.
pub(super) async fn back_up(of: &BackUp, folder: &Path) -> Result<Audited> {
    let from = path(&of.options.url);
    if !from.is_file() {
        return Err(Error::internal(format!("there is no database {}", from.display())));
    }
    let copy = folder.join(DATABASE);
    // The file exists before the copy, so that only its owner can read it. `VACUUM INTO` accepts an empty file.
    files::private_file(&copy)?;
    copy_sqlite(&from, &copy).await?;
    let env = open(&options(&copy)).await?;
    let audited = audit(of, Source { connection: env.db.reader(), backend: env.db.backend() }).await;
    close(env, &copy).await?;
    audited
}

/// Closes a database that no server uses, and removes the lock file beside it.
async fn close(env: Env, path: &Path) -> Result<()> {
    env.db.close().await?;
    let lock = files::with_suffix(path, ".lock");
    std::fs::remove_file(&lock).map_err(files::failed(&lock))
}

/// A restored database beside the target, before it replaces the target.
pub(super) struct Staged {
    target: PathBuf,
    staged: PathBuf,
    stamp: String,
    _lock: std::fs::File,
}

impl Staged {
    /// Copies the database of a backup beside the target. Nothing else may use the target.
    pub(super) fn stage(folder: &Path, url: &str, replace: bool, stamp: &str) -> Result<Self> {
        let target = path(url);
        let parent =
            target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(parent).map_err(files::failed(parent))?;
        let lock = lock_sqlite(&target)?;
        if target.exists() && !replace {
            return Err(Error::internal(format!(
                "{} exists: --replace puts it aside and restores in its place",
                target.display()
            )));
        }
        let staged = files::with_suffix(&target, &format!(".restoring-{stamp}"));
        files::private_file(&staged)?;
        std::fs::copy(folder.join(DATABASE), &staged).map_err(files::failed(&staged))?;
        Ok(Self { target, staged, stamp: stamp.to_owned(), _lock: lock })
    }

    pub(super) fn options(&self) -> Options {
        options(&self.staged)
    }

    /// Renames an existing database and gives the restored one its name. Returns the new path of the old one.
    pub(super) async fn take_over(&self, env: Env) -> Result<Option<String>> {
        close(env, &self.staged).await?;
        files::sync(&self.staged)?;
        let aside = files::with_suffix(&self.target, &format!(".before-{}", self.stamp));
        let had = self.target.exists();
        // The write-ahead log belongs to the old database. Beside the restored database it would damage that one.
        for end in ["", "-wal", "-shm"] {
            let old = files::with_suffix(&self.target, end);
            if old.exists() {
                std::fs::rename(&old, files::with_suffix(&aside, end)).map_err(files::failed(&old))?;
            }
        }
        std::fs::rename(&self.staged, &self.target).map_err(files::failed(&self.target))?;
        if let Some(parent) = self.target.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            files::sync(parent)?;
        }
        Ok(had.then(|| aside.display().to_string()))
    }

    /// Removes a restored database that was not accepted.
    pub(super) fn remove(&self) -> Result<()> {
        for end in ["", "-wal", "-shm", ".lock"] {
            let file = files::with_suffix(&self.staged, end);
            if file.exists() {
                std::fs::remove_file(&file).map_err(files::failed(&file))?;
            }
        }
        Ok(())
    }
}
