//! The origins of the journal. A journal that has lost signed entries, or its key, begins a new origin.
//!
//! A signer must never sign two histories under one name. So after a loss the server signs nothing until an operator
//! declares the loss. The declaration creates a key with the next name (`…/journal-2`) in a folder of its own beside
//! the first key (`origin-2`). The key and the checkpoints of the lost history stay where they are. So a server that
//! still uses the old key compares the journal with the old checkpoints and refuses to sign.

use super::{
    checkpoint::{continues, last_row, sign_checkpoint},
    fork::{self, Fork, RESTORED, RestoredTo},
    sequencer::sequence,
};
use crate::{
    env::{Env, machine_now},
    error::{Error, Result},
    keys::{
        file::{io_error, read},
        notary::{
            LATEST, Notary, beside, create_key, file_of, key_lost, latest_in, merged, opened, public_keys,
            write,
        },
    },
};
use domain::Refusal;
use proof::{
    Hash,
    checkpoint::{Checkpoint, Signer},
};
use serde::{Deserialize, Serialize};
use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

#[cfg(test)]
mod tests;

/// The name of the file that records a loss, in the folder of the origin that it began.
const LOSS: &str = "loss.json";

/// The paths of the journal's key and checkpoints.
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
        let (key, origin) = (self.key_of(number), self.origin_of(number));
        Notary::open_knowing(&key, &origin, self.witness.as_deref(), &self.public()?)
    }

    /// The public keys of all origins that are known here, the current ones first.
    pub fn public(&self) -> Result<String> {
        let files = (1..=self.current()).rev().map(|number| read(&public_keys(&self.key_of(number))));
        let texts = files.collect::<Result<Vec<_>>>()?;
        Ok(merged(texts.iter().flatten().map(String::as_str)))
    }

    /// Fails if the witness can't be written, because the server would then sign nothing.
    ///
    /// # Errors
    /// The folder is missing or can't be written.
    pub fn require_witness(&self) -> Result<()> {
        let Some(folder) = &self.witness else { return Ok(()) };
        tempfile::Builder::new().prefix(".kinerja-").tempfile_in(folder).map(drop).map_err(|cause| {
            Error::internal(format!(
                "journal_witness: {} can't be written: {cause}. Without it nothing is signed. Create the folder, let the \
                 server's user write to it, and with systemd name it in ReadWritePaths",
                folder.display()
            ))
        })
    }

    /// The declared losses, the first one first.
    pub fn losses(&self) -> Result<Vec<Loss>> {
        let mut losses = Vec::new();
        for number in 2..=self.current() {
            let file = beside(&self.key_of(number), LOSS);
            let Some(text) = read(&file)? else { continue };
            let failed = |cause| Error::internal(format!("{}: {cause}", file.display()));
            losses.push(serde_json::from_str(&text).map_err(failed)?);
        }
        Ok(losses)
    }

    /// The state of the journal directly after the last restore of a backup in this origin.
    pub(super) fn restored(&self) -> Result<Option<RestoredTo>> {
        let text = read(&beside(&self.current_key(), RESTORED))?;
        Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    /// Whether a key has signed here before.
    fn has_signed(&self) -> Result<bool> {
        let origin = self.origin_of(self.current());
        let is_witnessed = self.witness.as_ref().is_some_and(|folder| folder.join(file_of(&origin)).exists());
        Ok(is_witnessed || !self.public()?.is_empty())
    }

    /// The last signed checkpoint of the current origin with its text, from the origin's folder or from the witness.
    pub fn last_signed(&self) -> Result<Option<(Checkpoint, String)>> {
        self.last_signed_by(&self.public()?)
    }

    /// Like [`Self::last_signed`], verified with these public keys.
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

    /// Fails if the key is missing although the journal of this database was signed before. Otherwise a new key could
    /// sign a second history.
    ///
    /// # Errors
    /// The key is lost.
    pub async fn require_key(&self, env: &Env) -> Result<()> {
        let Some(row) = last_row(env).await? else { return Ok(()) };
        // After a declared loss the journal has a later origin, whose key belongs in a folder of its own.
        let origin = row.note.lines().next().and_then(|origin| self.number_of(origin));
        let key = self.key_of(origin.unwrap_or(1).max(self.current()));
        if key.exists() { Ok(()) } else { Err(key_lost(&key)) }
    }

    /// Stores beside the key the last known checkpoint, the public keys if none are left, and which journal was
    /// restored. So the server signs no smaller journal, no other key signs under the same name, and a declared loss
    /// can name its first entry.
    pub(crate) fn remember(
        &self,
        public: &str,
        known: Option<(&Checkpoint, &str)>,
        (size, root): (u64, Hash),
    ) -> Result<()> {
        let known_here = self.public()?;
        let origin = known.and_then(|(checkpoint, _)| self.number_of(&checkpoint.origin));
        let key = self.key_of(origin.unwrap_or(1).max(self.current()));
        let folder = beside(&key, "checkpoints");
        std::fs::create_dir_all(&folder).map_err(|error| io_error(&folder, &error))?;
        if known_here.is_empty() || !public_keys(&key).exists() {
            write(&public_keys(&key), &merged([public, &known_here]))?;
        }
        let restored = beside(&key, RESTORED);
        // If the same backup is restored once more, the point where the histories diverge is still certain.
        let before: Option<RestoredTo> =
            read(&restored)?.map(|text| serde_json::from_str(&text)).transpose()?;
        let again = before.is_some_and(|before| before.again || (before.size, before.root) != (size, root));
        let to = RestoredTo { size, root, again };
        write(&restored, &serde_json::to_string(&to)?)?;
        known.map_or(Ok(()), |(_, text)| write(&folder.join(LATEST), text))
    }
}

/// A declared loss, as the folder of the new origin records it. It contains no personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Loss {
    format: String,
    /// When it was declared.
    pub at: String,
    /// Why, in the operator's words.
    pub reason: String,
    /// What the server found: how the journal differs from its last checkpoint, or that the key is missing.
    pub finding: String,
    /// The text of the last checkpoint of the lost history, if one is left.
    pub lost: Option<String>,
    /// The lost entries, if the journal does not continue that checkpoint.
    #[serde(default)]
    pub entries: Option<LostEntries>,
    /// The origin that the declaration begins.
    pub origin: String,
    /// The number of entries with which the new origin begins.
    pub size: u64,
    /// The root of the tree over these entries.
    pub root: Hash,
}

/// Which entries of a signed history are lost. The present journal uses their numbers for other entries, or not yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LostEntries {
    /// The first lost entry; if `exact` is false, the first entry that may be lost.
    pub from: u64,
    /// The last signed entry.
    pub to: u64,
    /// Whether the first lost entry is known exactly. If not, the histories agree in all entries before `from` and
    /// perhaps in later ones.
    pub exact: bool,
    /// The number of entries that the journal now has from `from` on.
    pub new: u64,
}

impl std::fmt::Display for LostEntries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { from, to, exact, new } = self;
        if *exact {
            write!(
                f,
                "the entries {from} to {to} of the signed history are lost; the journal has {new} new ones from {from} on"
            )
        } else {
            write!(
                f,
                "at most the entries {from} to {to} of the signed history are lost; the journal has {new} entries from {from} \
                 on, of which some may be the same"
            )
        }
    }
}

impl Loss {
    /// Whether a checkpoint belongs to the lost history and covers lost entries.
    #[must_use]
    pub fn concerns(&self, checkpoint: &Checkpoint) -> bool {
        let within = |lost: LostEntries| (lost.from..=lost.to).contains(&checkpoint.size);
        checkpoint.origin != self.origin && self.entries.is_some_and(within)
    }
}

/// Declares that entries of the journal or its key are lost. Begins a new origin with the remaining entries, and signs
/// the first checkpoint of this origin.
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
    let mut entries = None;
    let finding = match continues {
        Err(inconsistency) => {
            if let Some((last, _)) = &signed {
                let Fork { size: fork, exact } = fork::find(env, files, last.size.min(size)).await?;
                entries = Some(LostEntries { from: fork + 1, to: last.size, exact, new: size - fork });
            }
            entries.map_or_else(|| inconsistency.to_string(), |lost| lost.to_string())
        }
        Ok(()) if files.current_key().exists() => {
            return Err(Error::internal("nothing is lost: the journal continues its last signed checkpoint"));
        }
        Ok(()) if row.is_none() && !files.has_signed()? => {
            return Err(Error::internal("nothing is lost: this journal was never signed"));
        }
        Ok(()) => "the key is missing".to_owned(),
    };
    // If all files are lost, the database still names the origin.
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
        format: "kinerja.loss.v1".to_owned(),
        at: machine_now().to_rfc3339(),
        reason: reason.trim().to_owned(),
        finding,
        lost: signed.map(|(_, text)| text),
        entries,
        origin: files.origin_of(number),
        size,
        root,
    };
    begin(files, number, &loss)?;
    sign_checkpoint(&env.clone().signed_by(files.open()?)).await?;
    Ok(loss)
}

/// A replaced key.
#[derive(Clone, Debug)]
pub struct Replaced {
    /// The new public key.
    pub public: String,
    /// The number of entries that the old key had signed, as far as this server knows. A running server continues to
    /// sign with the old key until it is restarted.
    pub signed: u64,
}

/// Replaces the signing key of the current origin by a new one. The old public key stays known, so that its signatures
/// can be verified; the file of the old private key is renamed. Servers use the new one after a restart.
///
/// # Errors
/// There is no key.
pub fn replace_key(files: &JournalFiles) -> Result<Replaced> {
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
    // Fails if the present key is not the one that signed last.
    let signed = match next.exists() {
        // An earlier call was interrupted. It may have listed the new public key already; then `open` refuses the old
        // key.
        true => files.last_signed()?,
        false => files.open()?.latest()?,
    };
    let secret = create_key(&next, &files.origin_of(files.current()))?;
    let signer = Signer::parse(&secret).map_err(Error::internal)?;
    write(&public_keys(&key), &merged([signer.public(), &files.public()?]))?;
    std::fs::rename(&key, &aside).map_err(|error| io_error(&aside, &error))?;
    std::fs::rename(&next, &key).map_err(|error| io_error(&key, &error))?;
    let public = files.open()?.public().lines().next().unwrap_or_default().to_owned();
    Ok(Replaced { public, signed: signed.map_or(0, |(checkpoint, _)| checkpoint.size) })
}

/// Creates the folder of an origin with its key. If this fails, there is no folder.
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
    // The file also lists the earlier keys, so that old receipts and checkpoints can be verified.
    write(&public_keys(&key), &format!("{}{}", notary.public(), files.public()?))?;
    write(&folder.path().join(LOSS), &format!("{}\n", serde_json::to_string_pretty(loss)?))?;
    let path = folder.keep();
    let shared = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&path, shared).map_err(|error| io_error(&path, &error))?;
    let place: &Path = &beside(&target, "");
    std::fs::rename(&path, place).map_err(|error| io_error(place, &error))
}
