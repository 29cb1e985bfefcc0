//! The manifest of a backup.

use crate::{
    db::Backend,
    error::{Error, Result},
};
use proof::Hash;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The format of the manifest.
pub(super) const FORMAT: &str = "kinerja.backup.v1";
/// The name of the manifest in the folder of a backup.
pub(super) const FILE: &str = "manifest.json";

/// The contents of a backup. A backup contains no private key, because a person with the database and the key could
/// rewrite the history after the last checkpoint that someone else kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// `kinerja.backup.v1`.
    pub format: String,
    /// The version of the program that wrote it.
    pub version: String,
    /// When the backup was begun (RFC 3339).
    pub at: String,
    /// `sqlite` or `postgres`.
    pub database: String,
    /// The newest migration of the database.
    pub schema: String,
    /// The journal in the backup.
    pub journal: SavedJournal,
    /// The number of findings of the audit of the database; 0 if the database is intact.
    pub findings: usize,
    /// The files, without the manifest.
    pub files: Vec<SavedFile>,
}

/// The journal in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedJournal {
    /// The number of numbered entries.
    pub entries: u64,
    /// The root of the tree over them.
    pub root: Hash,
    /// The last signed checkpoint that the database contains: the size and root that the server has signed.
    pub checkpoint: Option<String>,
    /// The public keys, one per line.
    pub keys: String,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedFile {
    /// Its path in the folder of the backup.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The SHA-256 of its content, in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// Reads the manifest of a backup, and checks that this version can restore it.
    ///
    /// # Errors
    /// There is no manifest, or it is of a newer version.
    pub fn read(folder: &Path) -> Result<Self> {
        let file = folder.join(FILE);
        let failed = |cause: &dyn std::fmt::Display| Error::internal(format!("{}: {cause}", file.display()));
        let text = std::fs::read_to_string(&file).map_err(|cause| failed(&cause))?;
        let manifest: Self = serde_json::from_str(&text).map_err(|cause| failed(&cause))?;
        if manifest.format != FORMAT || !migrations().contains(&manifest.schema) {
            return Err(failed(&format!(
                "version {} wrote this backup, and this version ({}) does not know its format or schema",
                manifest.version,
                env!("CARGO_PKG_VERSION")
            )));
        }
        Ok(manifest)
    }

    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        super::files::write(&folder.join(FILE), format!("{text}\n").as_bytes())
    }
}

/// The name of a kind of database in the manifest.
pub(super) const fn name(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "sqlite",
        Backend::Postgres => "postgres",
    }
}

fn migrations() -> Vec<String> {
    use migration::MigratorTrait;
    migration::Migrator::migrations().iter().map(|one| one.name().to_owned()).collect()
}

/// The newest migration of this version.
pub(super) fn newest_migration() -> String {
    migrations().pop().unwrap_or_default()
}
