//! Trusted documents: the operations that apps were built with, identified by the SHA-256 of their text.
//!
//! A request may name one (`documentId: "sha256:…"`) instead of sending its text. If the server has a manifest, people
//! without a role may run nothing else; a document sent as text is trusted if the manifest contains it.

use domain::actor::{Actor, Identity};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::{borrow::Cow, collections::HashMap, path::Path};

/// The prefix of a document's id. No GraphQL document starts like this, because at its top level no colon follows a
/// name.
const PREFIX: &str = "sha256:";

/// The documents of a manifest. The guard keeps them once they are validated.
#[derive(Debug, Default)]
pub struct Documents(HashMap<[u8; 32], String>);

/// Why a manifest can't be loaded.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The file can't be read.
    #[error(transparent)]
    File(#[from] std::io::Error),
    /// The file is not a JSON object of texts.
    #[error("not a JSON object of ids and documents: {0}")]
    Json(#[from] serde_json::Error),
    /// An id does not match its text.
    #[error("{0} is not the SHA-256 of its text")]
    Hash(String),
    /// A text is not a GraphQL document.
    #[error("{0} is not a GraphQL document")]
    Document(String),
    /// The manifest has no documents.
    #[error("no documents")]
    Empty,
}

impl Documents {
    /// Loads a manifest: a JSON object of ids (with `sha256:` or, as relay-compiler writes them, without) and texts.
    ///
    /// # Errors
    /// The file can't be read, an id does not match its text, or a text is not a document.
    pub fn load(file: &Path) -> Result<Self, ManifestError> {
        let text = std::fs::read_to_string(file)?;
        Self::read(&text)
    }

    /// Parses the text of a manifest.
    ///
    /// # Errors
    /// As [`Documents::load`].
    pub fn read(manifest: &str) -> Result<Self, ManifestError> {
        let texts: HashMap<String, String> = serde_json::from_str(manifest)?;
        let mut documents = HashMap::with_capacity(texts.len());
        for (id, text) in texts {
            let hash = hash(&text);
            if parse_hash(id.strip_prefix(PREFIX).unwrap_or(&id)) != Some(hash) {
                return Err(ManifestError::Hash(id));
            }
            if !document::is_document(&text) {
                return Err(ManifestError::Document(id));
            }
            documents.insert(hash, text);
        }
        if documents.is_empty() {
            return Err(ManifestError::Empty);
        }
        Ok(Self(documents))
    }

    /// The document with this id.
    pub(super) fn get(&self, id: &str) -> Option<&str> {
        self.0.get(&parse_hash(id)?).map(String::as_str)
    }

    /// Whether a text is one of the documents.
    pub(super) fn contains(&self, text: &str) -> bool {
        self.0.contains_key(&hash(text))
    }
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// Parses 64 hexadecimal digits.
fn parse_hash(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| !pair.starts_with('+'))?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}

/// The id, if the query names a document instead of containing one.
pub(super) fn id(query: &str) -> Option<&str> {
    query.strip_prefix(PREFIX)
}

/// How a request gives its document.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DocumentSource<'a> {
    #[serde(borrow)]
    query: Option<Cow<'a, str>>,
    #[serde(borrow)]
    document_id: Option<Cow<'a, str>>,
}

impl DocumentSource<'_> {
    /// Whether it either contains a document or names one.
    pub(super) fn is_unambiguous(&self) -> bool {
        self.query.is_some() != self.document_id.is_some()
    }

    /// The id with its prefix; it replaces the document's text in the request.
    pub(super) fn into_id(self) -> Option<String> {
        let id = self.document_id?;
        Some(if id.starts_with(PREFIX) { id.into_owned() } else { format!("{PREFIX}{id}") })
    }
}

/// The id of the document that the JSON of a request names, if it names one.
///
/// # Errors
/// A request that both names and contains a document, or an id that is not a string.
pub(super) fn document_id(json: &[u8]) -> Result<Option<String>, ()> {
    // Parse requests twice only if they may name a document.
    if !json.windows(12).any(|part| part == b"\"documentId\"") {
        return Ok(None);
    }
    match serde_json::from_slice::<DocumentSource<'_>>(json) {
        Ok(source) if source.is_unambiguous() => Ok(source.into_id()),
        // A variable may have this name.
        Ok(source) if source.document_id.is_none() => Ok(None),
        _ => Err(()),
    }
}

/// Whether a person may only run trusted documents if there is a manifest: everyone without a role.
pub(super) fn needs_trusted_documents(actor: Option<&Actor>) -> bool {
    actor.is_none_or(|actor| match actor.identity {
        Identity::ApiKey(_) | Identity::System => false,
        Identity::Staff(_) => {
            !(actor.auditor
                || actor.admin.is_any()
                || actor.performance_team.is_any()
                || actor.reporting.is_any())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{ serviceConfig { version } }";

    fn id_of(text: &str) -> String {
        hash(text).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn a_manifest_is_read_with_and_without_the_prefix() {
        let digits = id_of(TEXT);
        for id in [digits.clone(), format!("{PREFIX}{digits}"), digits.to_uppercase()] {
            let documents = Documents::read(&serde_json::json!({ id: TEXT }).to_string()).expect("read");
            assert!(documents.get(&digits).is_some() && documents.contains(TEXT));
            assert!(documents.get(&digits[1..]).is_none() && !documents.contains("{ __typename }"));
        }
    }

    #[test]
    fn an_invalid_manifest_is_refused() {
        for (manifest, expected) in [
            ("{}".to_owned(), "no documents"),
            (r#"{"sha256:00": "{ a }"}"#.to_owned(), "sha256:00 is not the SHA-256"),
            (serde_json::json!({ id_of(TEXT): "{ other }" }).to_string(), "is not the SHA-256"),
            (serde_json::json!({ id_of("{"): "{" }).to_string(), "is not a GraphQL document"),
        ] {
            let error = Documents::read(&manifest).expect_err(&manifest);
            assert!(error.to_string().contains(expected), "{error}");
        }
    }

    #[test]
    fn a_request_names_or_contains_a_document() {
        let document_id = |json: &str| document_id(json.as_bytes());
        assert_eq!(document_id(r#"{"query":"{a}","variables":{"documentId":"x"}}"#), Ok(None));
        assert_eq!(document_id(r#"{"query":"{a}"}"#), Ok(None));
        assert_eq!(document_id(r#"{"documentId":"sha256:aa"}"#), Ok(Some("sha256:aa".to_owned())));
        assert_eq!(document_id(r#"{"documentId":"aa"}"#), Ok(Some("sha256:aa".to_owned())));
        assert_eq!(document_id(r#"{"documentId":"aa","query":"{a}"}"#), Err(()));
        assert_eq!(document_id(r#"{"documentId":1}"#), Err(()));
    }
}
