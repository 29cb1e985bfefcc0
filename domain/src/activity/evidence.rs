//! Evidence (bukti dukung) that work was done. The server never opens a link.

use crate::{
    Key, Refusal,
    error::{TEXT_MAX, optional_text, text, unless_refused},
    id::EvidenceId,
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// Maximum number of pieces of evidence of an activity or a realisation.
pub const EVIDENCE_MAX: usize = 20;
/// Maximum length of a label, in characters.
const LABEL_MAX: usize = 120;

/// Kind of evidence.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EvidenceKind {
    /// A link, such as to a cloud drive.
    Link,
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Its id.
    pub id: EvidenceId,
    /// Its kind.
    pub kind: EvidenceKind,
    /// An `http` or `https` address, at most 2,000 characters.
    pub url: String,
    /// A label, at most 120 characters.
    pub label: Option<String>,
    /// SHA-256 of the bytes in hexadecimal; `None` for a link.
    pub hash: Option<String>,
    /// When it was added.
    pub added_at: Instant,
}

/// A link that a client gives as evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EvidenceLink {
    /// `http` or `https`.
    pub url: String,
    /// The link's label.
    pub label: Option<String>,
}

impl Evidence {
    /// Creates a link.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` at `url` or `label`: not a web address, too long, or with white space or control
    /// characters.
    pub fn link(id: EvidenceId, url: &str, label: Option<&str>, at: Instant) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let url = text("url", url, TEXT_MAX, &mut refusals);
        if refusals.is_empty() && !is_web_address(&url) {
            refusals.push(Refusal::input(["url"], Key::NotAWebAddress));
        }
        let label = optional_text("label", label, LABEL_MAX, &mut refusals);
        if label.as_deref().is_some_and(|label| label.chars().any(is_hidden)) {
            refusals.push(Refusal::input(["label"], Key::HiddenCharacters));
        }
        unless_refused(Self { id, kind: EvidenceKind::Link, url, label, hash: None, added_at: at }, refusals)
    }
}

fn is_web_address(url: &str) -> bool {
    let Some((scheme, address)) = url.split_once("://") else { return false };
    let authority = address.split(['/', '?', '#']).next().unwrap_or_default();
    // Links can fake their host with a user name before an `@`.
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
        && authority.starts_with(|first: char| first.is_alphanumeric() || first == '[')
        && !authority.contains('@')
        && !url.contains('\\')
        && !url.chars().any(|letter| letter.is_whitespace() || is_hidden(letter))
}

/// Whether it is a control character or changes the direction of text.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn link(url: &str, label: Option<&str>) -> Result<Evidence, Vec<Refusal>> {
        Evidence::link(EvidenceId(Uuid::nil()), url, label, Instant::default())
    }

    #[test]
    fn only_web_addresses_are_links() {
        for good in [
            "https://drive.example/f?id=1#x",
            "http://10.0.0.1:80/a",
            "HTTPS://Example.id",
            "https://[::1]/",
            "https://dokumén.id/é",
        ] {
            assert!(link(good, None).is_ok(), "{good}");
        }
        for bad in [
            "",
            "drive.example",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://",
            "https:///x",
            "https://a b",
            "https://user@evil.example/",
            "https://good.example\\@evil.example",
            "https://a/\u{202e}gpj",
            "://x",
            "https://://x",
        ] {
            assert!(link(bad, None).is_err(), "{bad}");
        }
        assert!(link(&format!("https://a/{}", "x".repeat(1_990)), None).is_ok());
        assert!(link(&format!("https://a/{}", "x".repeat(1_991)), None).is_err());
    }

    #[test]
    fn a_label_is_short_and_has_no_hidden_characters() {
        assert_eq!(link("https://a", Some("  ")).expect("a link").label, None);
        assert!(link("https://a", Some(&"x".repeat(121))).is_err());
        assert!(link("https://a", Some("a\u{202e}b")).is_err());
    }
}
