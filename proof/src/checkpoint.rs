//! Signed checkpoints: C2SP tlog-checkpoint in a C2SP signed-note, with Ed25519.
//!
//! ```text
//! kinerja.example.go.id/journal
//! 20852163
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//! time 2026-11-24T05:41:00.000000Z
//!
//! — kinerja.example.go.id/journal Az3grlgt…
//! ```
//!
//! The name of the key is the origin of the checkpoint. The time is an extension line: what the server says, for
//! people who look for the checkpoint of a day; nothing is proven by it. A note may carry the signatures of others
//! (witnesses, the next key while keys change); unknown ones are ignored.

use crate::{Hash, time, tree};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use signed_note::{Note, NoteError, StandardSigner, StandardVerifier, Verifier, VerifierList};

/// The extension line with the time.
const TIME: &str = "time ";

/// What a checkpoint says. One that came out of [`Keys::open`] was signed by a known key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which journal: the name of its key.
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
    /// When it was made, in microseconds since 1970, if it says so.
    pub at: Option<i64>,
}

/// Why a checkpoint or a key is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text is no signed checkpoint.
    #[error("not a signed checkpoint")]
    Malformed,
    /// No known key signed it.
    #[error("no known key signed the checkpoint")]
    Unsigned,
    /// A known key is named, but its signature does not fit.
    #[error("the signature of the checkpoint does not fit")]
    BadSignature,
    /// The key that signed it belongs to another journal.
    #[error("the key of another journal signed the checkpoint")]
    OtherOrigin,
    /// The text is no key.
    #[error("not a key")]
    BadKey,
}

impl Checkpoint {
    /// When it was made, as a text.
    #[must_use]
    pub fn time(&self) -> Option<String> {
        self.at.map(time::text)
    }

    /// The text that is signed.
    fn text(&self) -> Result<Vec<u8>, CheckpointError> {
        let extension = self.at.map(|at| format!("{TIME}{}\n", time::text(at))).unwrap_or_default();
        tlog_tiles::Checkpoint::new(&self.origin, self.size, self.root.into(), &extension)
            .map(|checkpoint| checkpoint.to_bytes())
            .map_err(|_| CheckpointError::Malformed)
    }

    fn parse(text: &[u8]) -> Result<Self, CheckpointError> {
        let checkpoint = tlog_tiles::Checkpoint::from_bytes(text).map_err(|_| CheckpointError::Malformed)?;
        // One text for one meaning: what was parsed must be written the same way.
        if checkpoint.to_bytes() != text || checkpoint.size() > tree::MAX_SIZE {
            return Err(CheckpointError::Malformed);
        }
        let at = checkpoint
            .extension()
            .lines()
            .find_map(|line| line.strip_prefix(TIME))
            .map(|written| time::parse(written).ok_or(CheckpointError::Malformed))
            .transpose()?;
        Ok(Self {
            origin: checkpoint.origin().to_owned(),
            size: checkpoint.size(),
            root: (*checkpoint.hash()).into(),
            at,
        })
    }
}

/// Why nothing is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The tree does not go on from the checkpoint that was signed last.
    #[error(transparent)]
    Split(#[from] Split),
    /// The stored nodes do not suffice for showing that it does.
    #[error(transparent)]
    Tree(#[from] tree::TreeError),
    /// There is nothing that could be signed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// A private key: it signs checkpoints. It belongs outside the database, in a file with one line,
/// `PRIVATE+KEY+<name>+<id>+<base64>`.
pub struct Signer {
    signer: StandardSigner,
    secret: String,
    public: String,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.public)
    }
}

/// The first byte of an encoded key: Ed25519.
const ED25519: u8 = 1;

impl Signer {
    /// A key from 32 random bytes. Its name is the origin of the checkpoints: the address of the server without
    /// scheme, such as `kinerja.example.go.id/journal`, without spaces and plus signs.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, CheckpointError> {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        let encoded = [&[ED25519], key.verifying_key().to_bytes().as_slice()].concat();
        let id = signed_note::key_id(name, &encoded);
        let secret = STANDARD.encode([&[ED25519], seed.as_slice()].concat());
        Self::parse(&format!("PRIVATE+KEY+{name}+{id:08x}+{secret}"))
    }

    /// Reads the line of a key file.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let text = text.trim();
        let signer = StandardSigner::new(text).map_err(|_| CheckpointError::BadKey)?;
        let name = signed_note::Signer::name(&signer).to_owned();
        // Base64 may itself have plus signs: the key is all that follows the fourth one.
        let encoded = text.splitn(5, '+').nth(4).and_then(|key| STANDARD.decode(key).ok());
        let seed: [u8; 32] = encoded
            .and_then(|bytes| bytes.get(1..).and_then(|seed| seed.try_into().ok()))
            .ok_or(CheckpointError::BadKey)?;
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        let public = signed_note::new_ed25519_verifier_key(&name, &key.verifying_key());
        Ok(Self { signer, secret: text.to_owned(), public })
    }

    /// The line for the key file. Whoever has it can sign.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// The public key, `<name>+<id>+<base64>`, for everybody who verifies.
    #[must_use]
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The name of the key, which is the origin of its checkpoints.
    #[must_use]
    pub fn origin(&self) -> &str {
        signed_note::Signer::name(&self.signer)
    }

    /// A signed checkpoint that follows the last one which was signed, proven from the stored nodes (those that
    /// [`tree::nodes_for_consistency`] names). So a database that was restored from an old backup, or rewritten, gets
    /// no signature: a log never signs two histories.
    pub fn sign_following(
        &self,
        last: Option<&Checkpoint>,
        (size, root): (u64, Hash),
        at: Option<i64>,
        nodes: &(impl tree::NodeReader + ?Sized),
    ) -> Result<String, SignError> {
        if let Some(last) = last {
            let next = Checkpoint { origin: self.origin().to_owned(), size, root, at };
            let proof = (last.size < size).then(|| Consistency::new(last.size, size, nodes)).transpose()?;
            follows(last, &next, proof.as_ref())?;
        }
        Ok(self.sign(size, root, at)?)
    }

    /// A signed checkpoint. The caller sees to it that the tree extends all that were signed before: see
    /// [`Signer::sign_following`].
    pub fn sign(&self, size: u64, root: Hash, at: Option<i64>) -> Result<String, CheckpointError> {
        let checkpoint = Checkpoint { origin: self.origin().to_owned(), size, root, at };
        let mut note = Note::new(&checkpoint.text()?, &[]).map_err(|_| CheckpointError::Malformed)?;
        note.add_sigs(&[&self.signer]).map_err(|_| CheckpointError::BadKey)?;
        String::from_utf8(note.to_bytes()).map_err(|_| CheckpointError::Malformed)
    }

    /// Adds this key's signature to a checkpoint that another key signed: while keys change, both sign.
    pub fn countersign(&self, signed: &str) -> Result<String, CheckpointError> {
        let mut note = Note::from_bytes(signed.as_bytes()).map_err(|_| CheckpointError::Malformed)?;
        Checkpoint::parse(note.text())?;
        note.add_sigs(&[&self.signer]).map_err(|_| CheckpointError::BadKey)?;
        String::from_utf8(note.to_bytes()).map_err(|_| CheckpointError::Malformed)
    }
}

/// The public keys that are believed: the present one and those before it.
pub struct Keys {
    list: VerifierList,
    names: Vec<String>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Keys").field(&self.names).finish()
    }
}

impl Keys {
    /// Reads public keys, `<name>+<id>+<base64>` each. The same key twice is one key.
    pub fn parse<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> Result<Self, CheckpointError> {
        let mut verifiers: Vec<StandardVerifier> = Vec::new();
        let mut known: Vec<String> = Vec::new();
        for text in texts {
            let text = text.as_ref().trim();
            if !known.iter().any(|known| known == text) {
                verifiers.push(StandardVerifier::new(text).map_err(|_| CheckpointError::BadKey)?);
                known.push(text.to_owned());
            }
        }
        if verifiers.is_empty() {
            return Err(CheckpointError::BadKey);
        }
        let names = verifiers.iter().map(|verifier| verifier.name().to_owned()).collect();
        let verifiers =
            verifiers.into_iter().map(|verifier| Box::new(verifier) as Box<dyn Verifier>).collect();
        Ok(Self { list: VerifierList::new(verifiers), names })
    }

    /// What a signed checkpoint says, if one of these keys signed it.
    pub fn open(&self, signed: &str) -> Result<Checkpoint, CheckpointError> {
        let note = Note::from_bytes(signed.as_bytes()).map_err(|_| CheckpointError::Malformed)?;
        let (by, _) = note.verify(&self.list).map_err(|error| match error {
            NoteError::UnverifiedNote => CheckpointError::Unsigned,
            NoteError::InvalidSignature { .. } => CheckpointError::BadSignature,
            _ => CheckpointError::Malformed,
        })?;
        let checkpoint = Checkpoint::parse(note.text())?;
        if by.iter().any(|signature| signature.name() == checkpoint.origin) {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::OtherOrigin)
        }
    }
}

/// The form of a [`Consistency`].
pub const CONSISTENCY: &str = "kinerja.consistency.v1";

/// The proof that one checkpoint's tree begins with another's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Consistency {
    /// [`CONSISTENCY`].
    pub format: String,
    /// The size of the older tree.
    pub from: u64,
    /// The size of the newer tree.
    pub to: u64,
    /// The hashes.
    pub proof: Vec<Hash>,
}

impl Consistency {
    /// The proof from stored nodes, see [`tree::nodes_for_consistency`].
    pub fn new(
        from: u64,
        to: u64,
        nodes: &(impl tree::NodeReader + ?Sized),
    ) -> Result<Self, tree::TreeError> {
        Ok(Self { format: CONSISTENCY.to_owned(), from, to, proof: tree::consistency(from, to, nodes)? })
    }
}

/// What speaks against two checkpoints being of one journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Split {
    /// They name different journals.
    #[error("the checkpoints are of different journals")]
    OtherOrigin,
    /// Two histories of one length: somebody was shown another journal.
    #[error("two checkpoints of {size} entries have different roots: the history was forked")]
    Forked {
        /// The size of both.
        size: u64,
    },
    /// The newer one is shorter: entries were cut off.
    #[error("the journal shrank from {from} to {to} entries")]
    Shrunk {
        /// The size before.
        from: u64,
        /// The size after.
        to: u64,
    },
    /// No proof was given for sizes that differ, so that nothing is known.
    #[error("no proof of consistency from {from} to {to} entries was given")]
    Unproven {
        /// The smaller size.
        from: u64,
        /// The larger size.
        to: u64,
    },
    /// The proof does not show it.
    #[error(
        "the journal of {to} entries does not begin with that of {from} entries: the history was rewritten"
    )]
    Rewritten {
        /// The smaller size.
        from: u64,
        /// The larger size.
        to: u64,
    },
}

/// Whether the journal of the newer checkpoint goes on where that of the older one ended.
pub fn follows(old: &Checkpoint, new: &Checkpoint, proof: Option<&Consistency>) -> Result<(), Split> {
    if old.origin != new.origin {
        return Err(Split::OtherOrigin);
    }
    let (from, to) = (old.size, new.size);
    match from.cmp(&to) {
        std::cmp::Ordering::Greater => Err(Split::Shrunk { from, to }),
        std::cmp::Ordering::Equal if old.root == new.root => Ok(()),
        std::cmp::Ordering::Equal => Err(Split::Forked { size: from }),
        std::cmp::Ordering::Less => match proof {
            // From nothing every journal follows, if nothing is what the older one says.
            None if from == 0 && tree::extends((0, old.root), (to, new.root), &[]) => Ok(()),
            None => Err(Split::Unproven { from, to }),
            Some(proof)
                if proof.format == CONSISTENCY
                    && (proof.from, proof.to) == (from, to)
                    && tree::extends((from, old.root), (to, new.root), &proof.proof) =>
            {
                Ok(())
            }
            Some(_) => Err(Split::Rewritten { from, to }),
        },
    }
}

/// Whether two checkpoints, no matter which is older, are of one journal.
pub fn agree(one: &Checkpoint, other: &Checkpoint, proofs: &[Consistency]) -> Result<(), Split> {
    let (old, new) = if one.size <= other.size { (one, other) } else { (other, one) };
    let proof = proofs.iter().find(|proof| (proof.from, proof.to) == (old.size, new.size));
    follows(old, new, proof)
}
