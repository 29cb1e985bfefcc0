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
//! The name of the key is the origin of the checkpoint. The time is an extension line. The server claims it, so that
//! people can find the checkpoint of a day; it proves nothing. A note can have further signatures (of witnesses, or of
//! the next key during a key change); unknown ones are ignored.

use crate::{Hash, time, tree};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use signed_note::{Note, NoteError, StandardSigner, StandardVerifier, Verifier, VerifierList};

/// The prefix of the extension line with the time.
const TIME: &str = "time ";

/// A checkpoint: the size and root of the tree. [`Keys::open`] returns it only if a known key signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The journal: the name of its key.
    pub origin: String,
    /// The number of entries.
    pub size: u64,
    /// The root of the tree over the entries.
    pub root: Hash,
    /// The time of signing in microseconds since 1970, if the checkpoint states it.
    pub at: Option<i64>,
}

/// Why a checkpoint or a key is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text is not a signed checkpoint.
    #[error("not a signed checkpoint")]
    Malformed,
    /// No known key signed it.
    #[error("no known key signed the checkpoint")]
    Unsigned,
    /// The signature of a known key is invalid.
    #[error("the signature of the checkpoint is invalid")]
    BadSignature,
    /// The key that signed it belongs to another journal.
    #[error("the key of another journal signed the checkpoint")]
    OtherOrigin,
    /// The text is not a key.
    #[error("not a key")]
    BadKey,
}

impl Checkpoint {
    /// The time of signing, as text.
    #[must_use]
    pub fn time(&self) -> Option<String> {
        self.at.map(time::text)
    }

    /// The text to sign.
    fn text(&self) -> Result<Vec<u8>, CheckpointError> {
        let extension = self.at.map(|at| format!("{TIME}{}\n", time::text(at))).unwrap_or_default();
        tlog_tiles::Checkpoint::new(&self.origin, self.size, self.root.into(), &extension)
            .map(|checkpoint| checkpoint.to_bytes())
            .map_err(|_| CheckpointError::Malformed)
    }

    fn parse(text: &[u8]) -> Result<Self, CheckpointError> {
        let checkpoint = tlog_tiles::Checkpoint::from_bytes(text).map_err(|_| CheckpointError::Malformed)?;
        // Only the canonical form is accepted: the parsed checkpoint must serialise to the same text.
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

/// Why a checkpoint was not signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The tree does not extend the last signed checkpoint.
    #[error(transparent)]
    Inconsistent(#[from] Inconsistency),
    /// Stored nodes that the consistency proof needs are missing.
    #[error(transparent)]
    Tree(#[from] tree::TreeError),
    /// The checkpoint can't be written or signed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// A private key that signs checkpoints. Keep it outside the database, in a file with one line,
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

/// The first byte of an encoded Ed25519 key.
const ED25519: u8 = 1;

impl Signer {
    /// Creates a key from 32 random bytes. The name is the origin of the checkpoints: the address of the server without
    /// the scheme, such as `kinerja.example.go.id/journal`. It must not contain spaces or plus signs.
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
        // Base64 can contain plus signs: the key is everything after the fourth one.
        let encoded = text.splitn(5, '+').nth(4).and_then(|key| STANDARD.decode(key).ok());
        let seed: [u8; 32] = encoded
            .and_then(|bytes| bytes.get(1..).and_then(|seed| seed.try_into().ok()))
            .ok_or(CheckpointError::BadKey)?;
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        let public = signed_note::new_ed25519_verifier_key(&name, &key.verifying_key());
        Ok(Self { signer, secret: text.to_owned(), public })
    }

    /// The line for the key file. Anyone who has it can sign.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// The public key, `<name>+<id>+<base64>`, for verifiers.
    #[must_use]
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The name of the key, which is the origin of its checkpoints.
    #[must_use]
    pub fn origin(&self) -> &str {
        signed_note::Signer::name(&self.signer)
    }

    /// Signs a checkpoint if it extends the last signed one. The consistency proof is built from the stored nodes that
    /// [`tree::nodes_for_consistency`] names. So a database that was rewritten, or restored from an old backup, gets no
    /// signature: a log must never sign two histories.
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

    /// Signs a checkpoint without comparing it with earlier ones. The caller must ensure that the tree extends them;
    /// see [`Signer::sign_following`].
    pub fn sign(&self, size: u64, root: Hash, at: Option<i64>) -> Result<String, CheckpointError> {
        let checkpoint = Checkpoint { origin: self.origin().to_owned(), size, root, at };
        let mut note = Note::new(&checkpoint.text()?, &[]).map_err(|_| CheckpointError::Malformed)?;
        note.add_sigs(&[&self.signer]).map_err(|_| CheckpointError::BadKey)?;
        String::from_utf8(note.to_bytes()).map_err(|_| CheckpointError::Malformed)
    }

    /// Adds this key's signature to a checkpoint that another key signed. During a key change, both keys sign.
    pub fn countersign(&self, signed: &str) -> Result<String, CheckpointError> {
        let mut note = Note::from_bytes(signed.as_bytes()).map_err(|_| CheckpointError::Malformed)?;
        Checkpoint::parse(note.text())?;
        note.add_sigs(&[&self.signer]).map_err(|_| CheckpointError::BadKey)?;
        String::from_utf8(note.to_bytes()).map_err(|_| CheckpointError::Malformed)
    }
}

/// The trusted public keys: the current one and earlier ones.
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
    /// Parses public keys, each `<name>+<id>+<base64>`. Duplicates are ignored.
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

    /// Verifies the signature of a checkpoint with these keys, and parses the checkpoint.
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

/// The format name of a [`Consistency`].
pub const CONSISTENCY: &str = "kinerja.consistency.v1";

/// The proof that a newer tree extends an older one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Consistency {
    /// [`CONSISTENCY`].
    pub format: String,
    /// The size of the older tree.
    pub from: u64,
    /// The size of the newer tree.
    pub to: u64,
    /// The hashes of the proof.
    pub proof: Vec<Hash>,
}

impl Consistency {
    /// Builds the proof from stored nodes, see [`tree::nodes_for_consistency`].
    pub fn new(
        from: u64,
        to: u64,
        nodes: &(impl tree::NodeReader + ?Sized),
    ) -> Result<Self, tree::TreeError> {
        Ok(Self { format: CONSISTENCY.to_owned(), from, to, proof: tree::consistency(from, to, nodes)? })
    }
}

/// Why it is not proven that two checkpoints are of one journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Inconsistency {
    /// The checkpoints name different journals.
    #[error("the checkpoints are of different journals")]
    OtherOrigin,
    /// Two histories of the same length: someone was shown a different journal.
    #[error("two checkpoints of {size} entries have different roots: the history was forked")]
    Forked {
        /// The size of both checkpoints.
        size: u64,
    },
    /// The newer checkpoint is smaller: entries were removed.
    #[error("the journal shrank from {from} to {to} entries")]
    Shrunk {
        /// The older size.
        from: u64,
        /// The newer size.
        to: u64,
    },
    /// The sizes differ and there is no proof, so nothing is known.
    #[error("the consistency proof from {from} to {to} entries is missing")]
    Unproven {
        /// The smaller size.
        from: u64,
        /// The larger size.
        to: u64,
    },
    /// The proof is invalid.
    #[error(
        "the journal of {to} entries does not extend the journal of {from} entries: the history was rewritten"
    )]
    Rewritten {
        /// The smaller size.
        from: u64,
        /// The larger size.
        to: u64,
    },
}

/// Checks that the newer checkpoint extends the older one.
pub fn follows(old: &Checkpoint, new: &Checkpoint, proof: Option<&Consistency>) -> Result<(), Inconsistency> {
    if old.origin != new.origin {
        return Err(Inconsistency::OtherOrigin);
    }
    let (from, to) = (old.size, new.size);
    match from.cmp(&to) {
        std::cmp::Ordering::Greater => Err(Inconsistency::Shrunk { from, to }),
        std::cmp::Ordering::Equal if old.root == new.root => Ok(()),
        std::cmp::Ordering::Equal => Err(Inconsistency::Forked { size: from }),
        std::cmp::Ordering::Less => match proof {
            // Every journal extends the empty one. Check that the older root is the empty root.
            None if from == 0 && tree::extends((0, old.root), (to, new.root), &[]) => Ok(()),
            None => Err(Inconsistency::Unproven { from, to }),
            Some(proof)
                if proof.format == CONSISTENCY
                    && (proof.from, proof.to) == (from, to)
                    && tree::extends((from, old.root), (to, new.root), &proof.proof) =>
            {
                Ok(())
            }
            Some(_) => Err(Inconsistency::Rewritten { from, to }),
        },
    }
}

/// Checks that two checkpoints, in any order, are of one journal.
pub fn agree(one: &Checkpoint, other: &Checkpoint, proofs: &[Consistency]) -> Result<(), Inconsistency> {
    let (old, new) = if one.size <= other.size { (one, other) } else { (other, one) };
    let proof = proofs.iter().find(|proof| (proof.from, proof.to) == (old.size, new.size));
    follows(old, new, proof)
}
