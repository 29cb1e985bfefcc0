//! Opaque tokens: random, given out once, stored as a hash only.

use crate::env::random;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// What a token is for; the first letters tell it to a person who finds one in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Access to the API for some minutes.
    Access,
    /// A new access token.
    Refresh,
    /// A reporting tool's key.
    ApiKey,
}

impl Purpose {
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Access => "kna_",
            Self::Refresh => "knr_",
            Self::ApiKey => "knk_",
        }
    }
}

/// A fresh token of 256 random bits.
pub(super) fn issue(purpose: Purpose) -> String {
    format!("{}{}", purpose.prefix(), URL_SAFE_NO_PAD.encode(random::<32>()))
}

/// How long the part of a refresh token is that all those of one session share: 18 bytes.
const FAMILY_LETTERS: usize = 24;

/// What all refresh tokens of a session begin with, after the prefix: an old one betrays itself however old it is.
pub(super) fn family() -> String {
    URL_SAFE_NO_PAD.encode(random::<18>())
}

/// A fresh refresh token of a session.
pub(super) fn refresh(family: &str) -> String {
    format!("{}{family}{}", Purpose::Refresh.prefix(), URL_SAFE_NO_PAD.encode(random::<32>()))
}

/// The part that a refresh token shares with the others of its session.
pub(super) fn family_of(refresh_token: &str) -> Option<&str> {
    refresh_token.strip_prefix(Purpose::Refresh.prefix())?.get(..FAMILY_LETTERS)
}

/// A one-time code that a person can type: four groups of four letters and digits without look-alikes.
pub(super) fn issue_code() -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let letters: Vec<char> =
        random::<16>().iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// What is stored of a token. A plain hash is enough for 256 random bits.
pub(crate) fn hash(token: &str) -> String {
    format!("{:x}", Sha256::digest(token.as_bytes()))
}
