//! The origins of the journal. A journal that has lost signed entries, or its key, begins a new origin.
//!
//! A signer must never sign two histories under one name. So after a loss nothing is signed until an operator declares it.
//! The declaration creates a key with the next name (`…/journal-2`) in a folder of its own beside the first key
//! (`origin-2`). The key and the checkpoints of the lost history stay where they are: a server that still runs with them
//! compares with its own last checkpoint and goes on refusing.

use super::{
    checkpoint::{continues, last_row, sign_checkpoint},
    sequencer::sequence,
};
use crate::{
    env::{Env, machine_now},
    error::{Error, Result},
    keys::{
        file::{io_error, read},
        notary::{
            LATEST, Notary, beside, create_key, file_of, key_lost, latest_in, opened, public_keys, write,
        },
    },
};
use domain::Refusal;
use proof::{Hash, checkpoint::Checkpoint};
use serde::Serialize;
use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// The name of the file that records a loss, in the folder of the origin that it began.
const LOSS: &str = "loss.json";

/// Where the journal's key and checkpoints are.
#[derive(Clone, Debug)]
pub struct JournalFiles {
    /// The key of the first origin.
    pub key: PathBuf,
    /// The name of the first origin.
    pub origin: String,
    /// A folder on another disk or machine that receives the last checkpoint too.
    pub witness: Option<PathBuf>,
}

impl JournalFiles {
    /// The number of the current origin: 1, and one more after each declared loss.
    fn current(&self) -> u32 {
        let folders = std::fs::read_dir(beside(&self.key, "")).into_iter().flatten().flatten();
        folders
            .filter_map(|entry| entry.file_name().to_str()?.strip_prefix("origin-")?.parse().ok())
            .max()
            .map_or(1, |number: u32| number.max(1))
    }

    fn key_of(&self, number: u32) -> PathBuf {
        match (number, self.key.file_name()) {
            (2.., Some(name)) => beside(&self.key, &format!("origin-{number}")).join(name),
            _ => self.key.clone(),
        }
    }

    fn origin_of(&self, number: u32) -> String {
        if number < 2 { self.origin.clone() } else { format!("{}-{number}", self.origin) }
    }

    /// The number of an origin by its name.
    fn number_of(&self, origin: &str) -> Option<u32> {
        if origin == self.origin {
            return Some(1);
        }
        origin.strip_prefix(&self.origin)?.strip_prefix('-')?.parse().ok().filter(|number| *number > 1)
    }

    /// The key of the current origin.
    #[must_use]
    pub fn current_key(&self) -> PathBuf {
        self.key_of(self.current())
    }

    /// The folder of the checkpoints of the current origin.
    #[must_use]
    pub fn checkpoints(&self) -> PathBuf {
        beside(&self.current_key(), "checkpoints")
    }

    /// Opens the key of the current origin, or creates the first one.
    ///
    /// # Errors
    /// As [`Notary::open`].
    pub fn open(&self) -> Result<Notary> {
        let number = self.current();
        Notary::open_witnessed(&self.key_of(number), &self.origin_of(number), self.witness.as_deref())
    }

    /// The public keys that are known here, the current ones first.
    pub fn public(&self) -> Result<String> {
        Ok(read(&public_keys(&self.current_key()))?.unwrap_or_default())
    }

    /// Whether a key has signed here before.
    fn has_signed(&self) -> Result<bool> {
        let origin = self.origin_of(self.current());
        let is_witnessed = self.witness.as_ref().is_some_and(|folder| folder.join(file_of(&origin)).exists());
        Ok(is_witnessed || !self.public()?.is_empty())
    }

    /// The last signed checkpoint that is known here, with its text: of the current origin, by its folder or the witness.
    pub fn last_signed(&self) -> Result<Option<(Checkpoint, String)>> {
        self.last_signed_by(&self.public()?)
    }

    /// The same, verified with these public keys.
    pub(crate) fn last_signed_by(&self, public: &str) -> Result<Option<(Checkpoint, String)>> {
        if public.is_empty() {
            return Ok(None);
        }
        let witness =
            self.witness.as_ref().map(|folder| folder.join(file_of(&self.origin_of(self.current()))));
        let own = latest_in(&self.checkpoints())?;
        let witnessed = witness.as_deref().map(read).transpose()?.flatten();
        let found = [(own, self.checkpoints()), (witnessed, witness.unwrap_or_default())];
        let opened = found.iter().filter_map(|(text, file)| Some(opened(text.as_deref()?, public, file)));
        let opened = opened.collect::<Result<Vec<_>>>()?;
        Ok(opened.into_iter().max_by_key(|(checkpoint, _)| checkpoint.size))
    }

    /// Refuses to create a key for a database whose journal another key has signed.
    ///
    /// # Errors
    /// The key is lost.
    pub async fn require_key(&self, env: &Env) -> Result<()> {
        let key = self.current_key();
        if !key.exists() && last_row(env).await?.is_some() {
            return Err(key_lost(&key));
        }
        Ok(())
    }

    /// Stores a checkpoint that is newer than the last one here as the last one, and the public keys if none are left. So
    /// nothing smaller is signed, and no other key signs under the same name.
    pub(crate) fn remember(&self, public: &str, checkpoint: Option<&str>) -> Result<()> {
        let folder = self.checkpoints();
        std::fs::create_dir_all(&folder).map_err(|error| io_error(&folder, &error))?;
        if self.public()?.is_empty() {
            write(&public_keys(&self.current_key()), public)?;
        }
        checkpoint.map_or(Ok(()), |text| write(&folder.join(LATEST), text))
    }
}

/// A declared loss, as the folder of the new origin records it. It contains no personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Loss {
    format: &'static str,
    /// When it was declared.
    pub at: String,
    /// Why, in the operator's words.
    pub reason: String,
    /// What was found: how the journal does not continue its last checkpoint, or that its key is missing.
    pub finding: String,
    /// The text of the last checkpoint of the lost history, if one is left.
    pub lost: Option<String>,
    /// The origin that the declaration begins.
    pub origin: String,
    /// The number of entries with which it begins.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

/// Declares that entries of the journal or its key are lost, and begins a new origin with what is left. Signs its first
/// checkpoint.
///
/// # Errors
/// BAD_USER_INPUT without a reason; an error if nothing is lost.
pub async fn declare_loss(env: &Env, files: &JournalFiles, reason: &str) -> Result<Loss> {
    if domain::text::is_blank(reason) {
        return Err(Refusal::required("reason").into());
    }
    sequence(env).await?;
    let row = last_row(env).await?;
    let signed = files.last_signed()?;
    let ((size, root), continues) = continues(env, signed.as_ref().map(|(checkpoint, _)| checkpoint)).await?;
    let finding = match continues {
        Err(inconsistency) => inconsistency.to_string(),
        Ok(()) if files.current_key().exists() => {
            return Err(Error::internal("nothing is lost: the journal continues its last signed checkpoint"));
        }
        Ok(()) if row.is_none() && !files.has_signed()? => {
            return Err(Error::internal("nothing is lost: this journal was never signed"));
        }
        Ok(()) => "the key is missing".to_owned(),
    };
    // The database knows the origin too, where nothing else is left.
    let origins = [
        signed.as_ref().map(|(checkpoint, _)| checkpoint.origin.clone()),
        row.and_then(|row| row.note.lines().next().map(str::to_owned)),
    ];
    let known = origins.into_iter().flatten().filter_map(|origin| files.number_of(&origin)).max();
    let mut number = known.unwrap_or(1).max(files.current()) + 1;
    // A witness can know later origins than a restored folder.
    while files.witness.as_ref().is_some_and(|folder| folder.join(file_of(&files.origin_of(number))).exists())
    {
        number += 1;
    }
    let loss = Loss {
        format: "kinerja.loss.v1",
        at: machine_now().to_rfc3339(),
        reason: reason.trim().to_owned(),
        finding,
        lost: signed.map(|(_, text)| text),
        origin: files.origin_of(number),
        size,
        root,
    };
    begin(files, number, &loss)?;
    sign_checkpoint(&env.clone().signed_by(files.open()?)).await?;
    Ok(loss)
}

/// Replaces the signing key of the current origin by a new one. The old public key stays known, so that what it signed can be
/// verified; its private key is put aside. Returns the new public key. Servers use it after a restart.
///
/// # Errors
/// There is no key.
pub fn replace_key(files: &JournalFiles) -> Result<String> {
    let key = files.current_key();
    if !key.exists() && !files.has_signed()? {
        return Err(Error::internal("there is no key yet: the first start of the server creates it"));
    }
    if !key.exists() {
        return Err(key_lost(&key));
    }
    let with_suffix = |suffix: &str| {
        let mut name = key.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let (next, aside) =
        (with_suffix(".next"), with_suffix(&machine_now().format(".before-%Y%m%d%H%M%S").to_string()));
    create_key(&next, &files.origin_of(files.current()))?;
    std::fs::rename(&key, &aside).map_err(|error| io_error(&aside, &error))?;
    std::fs::rename(&next, &key).map_err(|error| io_error(&key, &error))?;
    let public = files.open()?.public().lines().next().unwrap_or_default().to_owned();
    Ok(public)
}

/// Creates the folder of an origin with its key, complete or not at all.
fn begin(files: &JournalFiles, number: u32, loss: &Loss) -> Result<()> {
    let parent = beside(&files.key, "");
    std::fs::create_dir_all(&parent).map_err(|error| io_error(&parent, &error))?;
    let folder = tempfile::Builder::new()
        .prefix(".origin-")
        .tempdir_in(&parent)
        .map_err(|error| io_error(&parent, &error))?;
    let target = files.key_of(number);
    let name = target.file_name().unwrap_or(std::ffi::OsStr::new("key"));
    let key = folder.path().join(name);
    create_key(&key, &loss.origin)?;
    let notary = Notary::open(&key, &loss.origin)?;
    // The earlier keys follow, so that old receipts and checkpoints can be verified.
    write(&public_keys(&key), &format!("{}{}", notary.public(), files.public()?))?;
    write(&folder.path().join(LOSS), &format!("{}\n", serde_json::to_string_pretty(loss)?))?;
    let path = folder.keep();
    let shared = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&path, shared).map_err(|error| io_error(&path, &error))?;
    let place: &Path = &beside(&target, "");
    std::fs::rename(&path, place).map_err(|error| io_error(place, &error))
}
