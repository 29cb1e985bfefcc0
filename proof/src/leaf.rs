//! Which bytes of an entry are proven.
//!
//! The leaf holds who did what, when, to which object, and a salted commitment to the payload (reason, images before
//! and after). The payload itself is no part of it: the law may have it erased, and the proof still stands. The salt
//! is erased with it, so that nobody can guess a rating of five values from its commitment.

use crate::Hash;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The form of the bytes. Another form gets another name, so that no two forms have a leaf in common.
pub const FORM: &str = "kinerja.entry.v1";

/// The kind of the entry which tells that an earlier entry's payload was erased.
pub const ERASURE: &str = "ENTRY_ERASED";

/// The kind of the subject of an [`ERASURE`]; its id is the id of the entry that was erased.
pub const ENTRY: &str = "ENTRY";

/// Who acted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Actor {
    /// `STAFF`, `API_KEY` or `SYSTEM`.
    pub kind: String,
    /// None for the system itself.
    pub id: Option<Uuid>,
}

/// What was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Subject {
    /// The kind of object.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// Its version after the change.
    pub version: i32,
}

/// All of an entry but its payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Leaf {
    /// Its place in the journal, from 1.
    pub number: u64,
    /// The id of the entry.
    pub event_id: Uuid,
    /// The agency that the changed object belongs to.
    pub agency_id: Uuid,
    /// What happened.
    pub kind: String,
    /// When, in microseconds since 1970.
    #[serde(with = "crate::time::micros")]
    pub at: i64,
    /// Who did it.
    pub actor: Actor,
    /// To what.
    pub subject: Subject,
    /// The request that it was done in.
    pub request_id: Option<Uuid>,
    /// The salted commitment to the payload, see [`commitment`].
    pub commitment: String,
}

impl Leaf {
    /// The bytes that are hashed: texts and the form carry their length, what may be missing carries a flag, numbers
    /// have a fixed width. So two different leaves never have the same bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(320);
        text(&mut bytes, FORM);
        bytes.extend(self.number.to_be_bytes());
        bytes.extend(self.event_id.as_bytes());
        bytes.extend(self.agency_id.as_bytes());
        text(&mut bytes, &self.kind);
        bytes.extend(self.at.to_be_bytes());
        text(&mut bytes, &self.actor.kind);
        maybe(&mut bytes, self.actor.id);
        text(&mut bytes, &self.subject.kind);
        bytes.extend(self.subject.id.as_bytes());
        bytes.extend(self.subject.version.to_be_bytes());
        maybe(&mut bytes, self.request_id);
        text(&mut bytes, &self.commitment);
        bytes
    }

    /// The leaf hash of RFC 6962.
    #[must_use]
    pub fn hash(&self) -> Hash {
        tlog_tiles::record_hash(&self.bytes()).into()
    }

    /// The entry whose payload this entry tells to have been erased.
    #[must_use]
    pub fn erases(&self) -> Option<Uuid> {
        (self.kind == ERASURE && self.subject.kind == ENTRY).then_some(self.subject.id)
    }
}

/// What an entry says of people; erasable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Payload {
    /// Random, so that the rest can't be guessed from its commitment.
    pub salt: String,
    /// The reason given.
    pub reason: Option<String>,
    /// The image of the object before, JSON byte by byte as it is stored.
    pub before: Option<String>,
    /// The image after.
    pub after: Option<String>,
}

impl Payload {
    /// The commitment to it.
    #[must_use]
    pub fn commitment(&self) -> String {
        commitment(&self.salt, self.reason.as_deref(), self.before.as_deref(), self.after.as_deref())
    }
}

/// SHA-256 over the salt and the length-prefixed parts, in hexadecimal. An absent part differs from an empty one.
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

fn maybe(bytes: &mut Vec<u8>, id: Option<Uuid>) {
    match id {
        Some(id) => {
            bytes.push(1);
            bytes.extend(id.as_bytes());
        }
        None => bytes.push(0),
    }
}
