//! Opaque random tokens. The server returns each token once and stores only its hash.

use crate::env::random;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// Purpose of a token, recognisable by its prefix, for example in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Short-lived access to the API.
    Access,
    /// Gets a new access token.
    Refresh,
    /// API key of a reporting tool.
    ApiKey,
    /// Makes a device known at its next login.
    Device,
}

impl Purpose {
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Access => "kna_",
            Self::Refresh => "knr_",
            Self::ApiKey => "knk_",
            Self::Device => "knd_",
        }
    }
}

/// Creates a token of 256 random bits.
pub(super) fn issue(purpose: Purpose) -> String {
    format!("{}{}", purpose.prefix(), URL_SAFE_NO_PAD.encode(random::<32>()))
}

/// Length of the part that all refresh tokens of a session share: 18 bytes in base64.
const FAMILY_LETTERS: usize = 24;

/// Creates the shared part of a session's refresh tokens. It follows the prefix and identifies the session even for a
/// very old token.
pub(super) fn family() -> String {
    URL_SAFE_NO_PAD.encode(random::<18>())
}

/// Creates a refresh token of a session.
pub(super) fn refresh(family: &str) -> String {
    format!("{}{family}{}", Purpose::Refresh.prefix(), URL_SAFE_NO_PAD.encode(random::<32>()))
}

/// Returns the part that a refresh token shares with the others of its session.
pub(super) fn family_of(refresh_token: &str) -> Option<&str> {
    refresh_token.strip_prefix(Purpose::Refresh.prefix())?.get(..FAMILY_LETTERS)
}

/// Creates a one-time code that people can type: four groups of four letters and digits that are not easily confused.
pub(super) fn issue_code() -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let letters: Vec<char> =
        random::<16>().iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    in_groups(&letters)
}

/// Converts a typed code to the form in which it was issued. The typed code may lack the dashes, have spaces, and be in
/// lower case.
pub(super) fn normalise_code(typed: &str) -> String {
    let letters: Vec<char> =
        typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect();
    in_groups(&letters)
}

fn in_groups(letters: &[char]) -> String {
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Returns the stored hash of a token. An unsalted hash is enough for 256 random bits.
pub(crate) fn hash(token: &str) -> String {
    format!("{:x}", Sha256::digest(token.as_bytes()))
}
