//! A position in the journal names the entry that it follows.
//!
//! A number alone is ambiguous: a database that was restored from a backup, or a standby that was promoted before it
//! had received everything, uses the numbers of lost entries again. So a position also has a mark of its entry, which
//! is different in another history. ADR 38 explains it.

use sha2::{Digest, Sha256};
use std::fmt;
use uuid::Uuid;

/// A position in the journal: directly after one entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Position {
    /// The number of the entry; 0 before the first one.
    pub number: i64,
    /// The mark of the entry. `None` for the position before the first entry, and in cursors of releases that had no
    /// marks.
    pub mark: Option<Mark>,
}

/// Six bytes of a hash of an entry's id. The id is random, so the entry that has the same number in another history has
/// another mark.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark([u8; 6]);

impl Mark {
    /// The mark of an entry.
    #[must_use]
    pub fn of(entry: Uuid) -> Self {
        let hash = Sha256::digest(entry.as_bytes());
        let mut mark = [0; 6];
        mark.copy_from_slice(&hash[..6]);
        Self(mark)
    }

    /// Parses twelve lower-case hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 12 || !text.bytes().all(is_digit) {
            return None;
        }
        let bytes = u64::from_str_radix(text, 16).ok()?.to_be_bytes();
        bytes[2..].try_into().ok().map(Self)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Position {
    /// The position directly after this entry.
    #[must_use]
    pub fn after(number: i64, entry: Uuid) -> Self {
        Self { number, mark: Some(Mark::of(entry)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_has_one_text() {
        let mark = Mark::of(Uuid::from_u128(7));
        let text = mark.to_string();
        assert_eq!((text.len(), Mark::parse(&text)), (12, Some(mark)));
        for other in ["", "+00000000000", "00000000000", "0000000000000", "ABCDEFABCDEF", "00000000000ä"] {
            assert_eq!(Mark::parse(other), None, "{other}");
        }
    }
}
