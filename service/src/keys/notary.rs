//! The signing key of the journal and the checkpoints that it signed, in a folder outside the database.
//!
//! The owner of the database must not be able to replace the last checkpoint. So the next checkpoint is compared with
//! the file in this folder, never with a row. A witness is a second folder, on another disk or machine, with the last
//! checkpoint of each origin. It survives the loss of the first folder.

use crate::{
    clock::random,
    error::{Error, Result},
    keys::file::{self, io_error, read},
};
use domain::time::Instant;
use proof::checkpoint::{Checkpoint, Keys, Signer};
use std::{
    ffi::OsStr,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// The file name of the last checkpoint. The others are named by their size, in a folder per day.
pub(crate) const LATEST: &str = "latest";

/// Signs checkpoints and stores them as files.
pub struct Notary {
    signer: Signer,
    public: String,
    checkpoints: PathBuf,
    witness: Option<PathBuf>,
}

impl std::fmt::Debug for Notary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Notary({})", self.signer.public())
    }
}

impl Notary {
    /// Opens a key file, or creates it. Beside it are the public keys (the same name with `.pub`) and the folder
    /// `checkpoints`. Several servers can share them.
    ///
    /// # Errors
    /// The key belongs to another origin, or the key that signed last is missing or was replaced. Another key with the
    /// same name could sign a second history.
    pub fn open(key: &Path, origin: &str) -> Result<Self> {
        Self::open_knowing(key, origin, None, "")
    }

    /// Like [`Notary::open`], with a witness: a folder that also receives the last checkpoint. `known` are the public
    /// keys of all origins, one per line, the last one of each origin first.
    pub(crate) fn open_knowing(
        key: &Path,
        origin: &str,
        witness: Option<&Path>,
        known: &str,
    ) -> Result<Self> {
        let checkpoints = beside(key, "checkpoints");
        std::fs::create_dir_all(&checkpoints).map_err(|error| io_error(&checkpoints, &error))?;
        let witness = witness.map(|folder| folder.join(file_of(origin)));
        let has_signed = || public_keys(key).exists() || witness.as_ref().is_some_and(|file| file.exists());
        let signer = match read(key)? {
            Some(text) => Signer::parse(&text),
            None if has_signed() => return Err(key_lost(key)),
            None => Signer::parse(&create_key(key, origin)?),
        }
        .map_err(|error| Error::internal(format!("{}: {error}", key.display())))?;
        if signer.origin() != origin {
            return Err(Error::internal(format!(
                "{} is the key of {}, but this journal is configured as {origin}",
                key.display(),
                signer.origin()
            )));
        }
        let public_file = public_keys(key);
        let stored = read(&public_file)?.unwrap_or_default();
        let mut public = merged([stored.as_str(), known]);
        let of_origin = |line: &&str| line.split('+').next() == Some(origin);
        match public.lines().find(of_origin) {
            Some(last) if last == signer.public() => {}
            Some(last) => return Err(other_key(key, last)),
            // Earlier keys stay, so that old checkpoints can be verified.
            None => public = merged([signer.public(), &public]),
        }
        if public != stored {
            write(&public_file, &public)?;
        }
        keys(&public)?;
        Ok(Self { signer, public, checkpoints, witness })
    }

    /// The public keys, one per line, the current one first.
    #[must_use]
    pub fn public(&self) -> &str {
        &self.public
    }

    pub(crate) const fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Reads the last signed checkpoint and its text, from the folder or the witness: the one that covers more entries.
    pub(crate) fn latest(&self) -> Result<Option<(Checkpoint, String)>> {
        let own = latest_in(&self.checkpoints)?.map(|text| opened(&text, &self.public, &self.checkpoints));
        let witnessed = match &self.witness {
            Some(file) => read(file)?.map(|text| opened(&text, &self.public, file)),
            None => None,
        };
        let found = [own.transpose()?, witnessed.transpose()?];
        Ok(found.into_iter().flatten().max_by_key(|(checkpoint, _)| checkpoint.size))
    }

    /// Stores a checkpoint in the witness's folder, then under its day and size, then as the last one. If the witness
    /// can't be written, nothing else is written: only a checkpoint that the witness has may be published.
    pub(crate) fn store(&self, size: u64, at: Instant, text: &str) -> Result<()> {
        if let Some(file) = &self.witness {
            write(file, text)?;
        }
        let folder = self.checkpoints.join(at.format("%Y-%m-%d").to_string());
        std::fs::create_dir_all(&folder).map_err(|error| io_error(&folder, &error))?;
        write(&folder.join(format!("{size:012}")), text)?;
        write(&self.checkpoints.join(LATEST), text)
    }
}

/// Reads the last checkpoint of a folder of checkpoints.
pub(crate) fn latest_in(checkpoints: &Path) -> Result<Option<String>> {
    if let Some(text) = read(&checkpoints.join(LATEST))? {
        return Ok(Some(text));
    }
    if !checkpoints.exists() {
        return Ok(None);
    }
    // If someone removed the file, the newest checkpoint of the folders by day replaces it: a second history must never
    // be signed.
    match checkpoint_files(checkpoints)?.into_iter().max_by_key(|path| size_of(path)) {
        Some(path) => read(&path),
        None => Ok(None),
    }
}

/// Verifies a checkpoint from a file with public keys.
pub(crate) fn opened(text: &str, public: &str, file: &Path) -> Result<(Checkpoint, String)> {
    let checkpoint =
        keys(public)?.open(text).map_err(|error| Error::internal(format!("{}: {error}", file.display())))?;
    Ok((checkpoint, text.to_owned()))
}

/// The error for a missing key of a journal that was signed before.
pub(crate) fn key_lost(key: &Path) -> Error {
    Error::internal(format!(
        "{} is missing, but this journal was signed before: bring the key back to this place, or declare the loss with: \
         kinerja audit declare-loss --reason \"…\"",
        key.display()
    ))
}

/// The error for a key that is not the one that signed last.
fn other_key(key: &Path, last: &str) -> Error {
    Error::internal(format!(
        "{} is not the key that signed this journal last: that is {last} (see {}). Bring that key back. To replace a key, run \
         kinerja audit replace-key while the old one is in its place. If the old one is lost, move this file away and declare \
         the loss with: kinerja audit declare-loss --reason \"…\"",
        key.display(),
        public_keys(key).display()
    ))
}

/// Joins texts with public keys, one per line, each key once.
pub(crate) fn merged<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in texts.into_iter().flat_map(str::lines).map(str::trim) {
        if !line.is_empty() && !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.into_iter().map(|line| format!("{line}\n")).collect()
}

/// The name of the witness's file for an origin.
pub(crate) fn file_of(origin: &str) -> String {
    origin.chars().map(|c| if c.is_ascii_alphanumeric() || ".-".contains(c) { c } else { '_' }).collect()
}

/// The path of a file or folder beside the key file.
pub(crate) fn beside(key: &Path, name: &str) -> PathBuf {
    let folder = key.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    folder.join(name)
}

/// The path of the public keys that belong to a key file.
#[must_use]
pub fn public_keys(key: &Path) -> PathBuf {
    let mut name = key.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

/// Parses public keys, one per line.
pub fn keys(text: &str) -> Result<Keys> {
    Keys::parse(text.lines().filter(|line| !line.trim().is_empty())).map_err(Error::internal)
}

/// Lists the checkpoint files that a server has written into a folder and its subfolders.
pub fn checkpoint_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = files_below(folder)?;
    found.retain(|path| size_of(path).is_some() || path.file_name() == Some(OsStr::new(LATEST)));
    Ok(found)
}

/// Lists all files in a folder and its subfolders.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| io_error(folder, &error))? {
        let path = entry.map_err(|error| io_error(folder, &error))?.path();
        if path.is_dir() {
            found.extend(files_below(&path)?);
        } else if path.is_file() {
            found.push(path);
        }
    }
    Ok(found)
}

/// The number of entries in the name of a checkpoint file.
pub(crate) fn size_of(path: &Path) -> Option<u64> {
    path.file_name()?.to_str()?.parse().ok()
}

pub(crate) fn create_key(key: &Path, origin: &str) -> Result<String> {
    let signer = Signer::from_seed(origin, &random::<32>()).map_err(|_| {
        Error::internal(format!(
            "{origin} is not a valid journal name: it must not contain spaces or plus signs"
        ))
    })?;
    file::create(key, signer.secret())
}

/// Replaces a file atomically: a reader gets the old content or the new one.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    let mut file =
        tempfile::NamedTempFile::new_in(beside(path, "")).map_err(|error| io_error(path, &error))?;
    let done = file
        .write_all(text.as_bytes())
        .and_then(|()| file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644)))
        .and_then(|()| file.as_file().sync_all());
    done.map_err(|error| io_error(path, &error))?;
    file.persist(path).map_err(|error| io_error(path, &error.error))?;
    Ok(())
}
