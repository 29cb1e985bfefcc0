//! Evidence (bukti dukung) that work was done: links, and files that the server keeps. The server never opens a link.

use super::file::MediaType;
use crate::{
    Key, Refusal,
    error::{TEXT_MAX, optional_text, text, unless_refused},
    id::{EvidenceId, UploadId},
    text::is_blank,
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
    /// A link, for example to a cloud drive. Its content can change.
    Link,
    /// A file that the server keeps.
    File,
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Its id.
    pub id: EvidenceId,
    /// Its kind.
    pub kind: EvidenceKind,
    /// An `http` or `https` address, at most 2,000 characters; `None` for a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// A label, at most 120 characters.
    pub label: Option<String>,
    /// SHA-256 of the bytes in hexadecimal; `None` for a link.
    pub hash: Option<String>,
    /// When it was added.
    pub added_at: Instant,
    /// The file; `None` for a link. Stored images of links do not have this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<EvidenceFile>,
}

/// A file that the server has received and keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceFile {
    /// The upload by which the server received it.
    pub upload: UploadId,
    /// Its name, see [`super::file_name`].
    pub name: String,
    /// The type of its bytes.
    pub media_type: MediaType,
    /// Its size, in bytes.
    pub size: i64,
    /// When the server received it completely.
    pub received_at: Instant,
}

/// A file that can become evidence: the server has received it, and the person who reports has uploaded it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedFile {
    /// The file.
    pub file: EvidenceFile,
    /// SHA-256 of its bytes in hexadecimal.
    pub hash: String,
}

/// Evidence as a client gives it: either a link or an uploaded file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GivenEvidence {
    /// `http` or `https`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// An upload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload: Option<UploadId>,
    /// The label.
    pub label: Option<String>,
}

impl From<EvidenceLink> for GivenEvidence {
    fn from(EvidenceLink { url, label }: EvidenceLink) -> Self {
        Self { url: Some(url), upload: None, label }
    }
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
    /// Creates evidence from what a client gave. `find` returns a received file of the person who reports.
    ///
    /// # Errors
    /// As [`Self::link`]; `BAD_USER_INPUT` at `uploadId` if the client gave both a file and a link, or neither;
    /// `NOT_FOUND` at `uploadId` if there is no such file.
    pub fn given(
        id: EvidenceId,
        given: &GivenEvidence,
        find: impl Fn(UploadId) -> Option<ReceivedFile>,
        at: Instant,
    ) -> Result<Self, Vec<Refusal>> {
        let label = given.label.as_deref();
        match (given.url.as_deref().filter(|url| !is_blank(url)), given.upload) {
            (Some(url), None) => Self::link(id, url, label, at),
            (None, Some(upload)) => match find(upload) {
                Some(found) => Self::of_file(id, found, label, at),
                None => Err(Refusal::not_found(["uploadId"]).into()),
            },
            (None, None) if given.url.is_some() => Self::link(id, "", label, at),
            (Some(_), Some(_)) | (None, None) => Err(Refusal::input(["uploadId"], Key::LinkOrFile).into()),
        }
    }

    /// Creates the evidence of a file.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` at `label`: too long, or with hidden characters.
    pub fn of_file(
        id: EvidenceId,
        ReceivedFile { file, hash }: ReceivedFile,
        label: Option<&str>,
        at: Instant,
    ) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let label = checked_label(label, &mut refusals);
        let hash = Some(hash);
        let of_file =
            Self { id, kind: EvidenceKind::File, url: None, label, hash, added_at: at, file: Some(file) };
        unless_refused(of_file, refusals)
    }

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
        let label = checked_label(label, &mut refusals);
        let (kind, url) = (EvidenceKind::Link, Some(url));
        unless_refused(Self { id, kind, url, label, hash: None, added_at: at, file: None }, refusals)
    }

    /// Whether both have the same link or upload and the same label.
    #[must_use]
    pub fn is_of(&self, other: &Self) -> bool {
        let upload = |of: &Self| of.file.as_ref().map(|file| file.upload);
        (self.url.as_ref(), self.label.as_ref(), upload(self))
            == (other.url.as_ref(), other.label.as_ref(), upload(other))
    }
}

fn checked_label(label: Option<&str>, refusals: &mut Vec<Refusal>) -> Option<String> {
    let label = optional_text("label", label, LABEL_MAX, refusals);
    if label.as_deref().is_some_and(|label| label.chars().any(is_hidden)) {
        refusals.push(Refusal::input(["label"], Key::HiddenCharacters));
    }
    label
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

/// Whether a character is a control character or changes the direction of text.
pub(super) fn is_hidden(letter: char) -> bool {
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

    fn file() -> ReceivedFile {
        let file = EvidenceFile {
            upload: UploadId(Uuid::from_u128(1)),
            name: "foto.jpg".to_owned(),
            media_type: MediaType::Jpeg,
            size: 3,
            received_at: Instant::default(),
        };
        ReceivedFile { file, hash: "ab".to_owned() }
    }

    #[test]
    fn evidence_is_either_a_link_or_a_file() {
        let upload = file().file.upload;
        let given = |url: Option<&str>, upload| {
            let given = GivenEvidence { url: url.map(str::to_owned), upload, label: None };
            Evidence::given(
                EvidenceId(Uuid::nil()),
                &given,
                |id| (id == file().file.upload).then(file),
                Instant::default(),
            )
        };
        assert_eq!(given(Some("https://a"), None).expect("a link").kind, EvidenceKind::Link);
        let of_file = given(None, Some(upload)).expect("a file");
        assert_eq!((of_file.kind, of_file.hash.as_deref()), (EvidenceKind::File, Some("ab")));
        assert!(given(Some(" "), Some(upload)).is_ok(), "a blank link is absent");
        let path = |found: Result<Evidence, Vec<Refusal>>| found.expect_err("refused")[0].path.clone();
        let at = |field: &str| Refusal::required(field).path;
        assert_eq!(path(given(Some("https://a"), Some(upload))), at("uploadId"));
        assert_eq!(path(given(None, None)), at("uploadId"));
        assert_eq!(path(given(Some(""), None)), at("url"));
        assert_eq!(path(given(None, Some(UploadId(Uuid::nil())))), at("uploadId"));
    }

    #[test]
    fn images_of_links_keep_their_form() {
        let stored = r#"{"id":"00000000-0000-0000-0000-000000000000","kind":"LINK","url":"https://a","label":null,"hash":null,"added_at":"1970-01-01T00:00:00Z"}"#;
        let read: Evidence = serde_json::from_str(stored).expect("an image of 0.1.0");
        assert_eq!(read, link("https://a", None).expect("a link"));
        assert_eq!(serde_json::to_string(&read).expect("JSON"), stored);
    }

    #[test]
    fn a_label_is_short_and_has_no_hidden_characters() {
        assert_eq!(link("https://a", Some("  ")).expect("a link").label, None);
        assert!(link("https://a", Some(&"x".repeat(121))).is_err());
        assert!(link("https://a", Some("a\u{202e}b")).is_err());
    }
}
