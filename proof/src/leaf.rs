//! The leaf: the bytes of an entry that the tree proves.
//!
//! A leaf contains who did what, when and to which object, and a salted commitment to the payload (reason, images
//! before and after). The payload is not part of the leaf: the law may require its erasure, and the proof stays valid.
//! The salt is erased with the payload, so that no one can guess a rating with five possible values from the
//! commitment.

use crate::Hash;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The format of the bytes. Every new format gets a new name, so that no two formats share a leaf.
pub const FORMAT: &str = "kinerja.entry.v1";

/// The kind of an entry that records the erasure of an earlier entry's payload.
pub const ERASURE: &str = "ENTRY_ERASED";

/// The subject kind of an [`ERASURE`]. The subject id is the id of the erased entry.
pub const ENTRY: &str = "ENTRY";

/// The actor of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Actor {
    /// `STAFF`, `API_KEY` or `SYSTEM`.
    pub kind: String,
    /// `None` for the system itself.
    pub id: Option<Uuid>,
}

/// The changed object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Subject {
    /// The kind of object.
    pub kind: String,
    /// The id of the object.
    pub id: Uuid,
    /// The version after the change.
    pub version: i32,
}

/// An entry without its payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Leaf {
    /// The number in the journal, from 1.
    pub number: u64,
    /// The id of the entry.
    pub event_id: Uuid,
    /// The agency that the changed object belongs to.
    pub agency_id: Uuid,
    /// What happened.
    pub kind: String,
    /// When it happened, in microseconds since 1970.
    #[serde(with = "crate::time::micros")]
    pub at: i64,
    /// The actor of the change.
    pub actor: Actor,
    /// The changed object.
    pub subject: Subject,
    /// The id of the request that made the change.
    pub request_id: Option<Uuid>,
    /// The salted commitment to the payload, see [`commitment`].
    pub commitment: String,
}

impl Leaf {
    /// The bytes to hash. The format name and texts have a length prefix, optional ids have a flag, numbers have a
    /// fixed width. So two different leaves never have the same bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(320);
        text(&mut bytes, FORMAT);
        bytes.extend(self.number.to_be_bytes());
        bytes.extend(self.event_id.as_bytes());
        bytes.extend(self.agency_id.as_bytes());
        text(&mut bytes, &self.kind);
        bytes.extend(self.at.to_be_bytes());
        text(&mut bytes, &self.actor.kind);
        optional_id(&mut bytes, self.actor.id);
        text(&mut bytes, &self.subject.kind);
        bytes.extend(self.subject.id.as_bytes());
        bytes.extend(self.subject.version.to_be_bytes());
        optional_id(&mut bytes, self.request_id);
        text(&mut bytes, &self.commitment);
        bytes
    }

    /// The leaf hash of RFC 6962.
    #[must_use]
    pub fn hash(&self) -> Hash {
        tlog_tiles::record_hash(&self.bytes()).into()
    }

    /// The id of the entry that this entry erases; none if it is not an erasure.
    #[must_use]
    pub fn erases(&self) -> Option<Uuid> {
        (self.kind == ERASURE && self.subject.kind == ENTRY).then_some(self.subject.id)
    }
}

/// The payload of an entry: it can contain personal data, and can be erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Payload {
    /// A random text, so that no one can guess the payload from the commitment.
    pub salt: String,
    /// The reason for the change.
    pub reason: Option<String>,
    /// The image of the object before the change: the JSON text, byte for byte as stored.
    pub before: Option<String>,
    /// The image of the object after the change.
    pub after: Option<String>,
}

impl Payload {
    /// The commitment to the payload.
    #[must_use]
    pub fn commitment(&self) -> String {
        commitment(&self.salt, self.reason.as_deref(), self.before.as_deref(), self.after.as_deref())
    }
}

/// The commitment to a payload: SHA-256 over the length-prefixed parts, in hexadecimal. An absent part differs from an
/// empty one.
#[must_use]
pub fn commitment(salt: &str, reason: Option<&str>, before: Option<&str>, after: Option<&str>) -> String {
    let mut hasher = Sha256::new();
    for part in [Some(salt), reason, before, after] {
        match part {
            Some(text) => {
                hasher.update([1]);
                hasher.update((text.len() as u64).to_be_bytes());
                hasher.update(text);
            }
            None => hasher.update([0]),
        }
    }
    format!("{:x}", hasher.finalize())
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_be_bytes());
    bytes.extend(text.as_bytes());
}

fn optional_id(bytes: &mut Vec<u8>, id: Option<Uuid>) {
    match id {
        Some(id) => {
            bytes.push(1);
            bytes.extend(id.as_bytes());
        }
        None => bytes.push(0),
    }
}
