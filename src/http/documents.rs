//! Trusted documents: what apps were built with, known to the server by the SHA-256 of its text.
//!
//! A request may name one (`documentId: "sha256:…"`) in place of sending its text. Where the server is given a
//! manifest, ordinary people may run nothing else; a document that is sent as text counts if it is in the manifest.

use async_graphql::parser::{parse_query, types::ExecutableDocument};
use domain::actor::{Actor, Identity};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::{borrow::Cow, collections::HashMap, path::Path, sync::Arc};

/// What the id of a document begins with. No GraphQL document does: after a name of its top level there is no colon.
const PREFIX: &str = "sha256:";

/// The documents of a manifest, parsed.
#[derive(Debug, Default)]
pub struct Documents(HashMap<[u8; 32], Document>);

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Document {
    pub(super) text: Arc<str>,
    pub(super) parsed: ExecutableDocument,
}

impl Documents {
    /// Reads a manifest: JSON of ids (with `sha256:` or, as relay-compiler writes them, without) and texts.
    ///
    /// # Errors
    /// A file that can't be read, an id that is not that of its text, a text that is no document.
    pub fn load(file: &Path) -> Result<Self, String> {
        let wrong = |what: String| format!("{}: {what}", file.display());
        let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
        Self::read(&text).map_err(wrong)
    }

    /// The same from the text of a manifest.
    ///
    /// # Errors
    /// As [`Documents::load`].
    pub fn read(manifest: &str) -> Result<Self, String> {
        let texts: HashMap<String, String> =
            serde_json::from_str(manifest).map_err(|error| error.to_string())?;
        let mut documents = HashMap::with_capacity(texts.len());
        for (id, text) in texts {
            let hash = hash(&text);
            if number(id.strip_prefix(PREFIX).unwrap_or(&id)) != Some(hash) {
                return Err(format!("{id} is not the SHA-256 of its text"));
            }
            let parsed = parse_query(&text).map_err(|error| format!("{id}: {error}"))?;
            documents.insert(hash, Document { text: text.into(), parsed });
        }
        if documents.is_empty() {
            return Err("no documents".to_owned());
        }
        Ok(Self(documents))
    }

    /// The document that an id names.
    pub(super) fn get(&self, id: &str) -> Option<&Document> {
        self.0.get(&number(id)?)
    }

    /// Whether a text is one of the documents.
    pub(super) fn holds(&self, text: &str) -> bool {
        self.0.contains_key(&hash(text))
    }
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// The 32 bytes of 64 hexadecimal digits.
fn number(digits: &str) -> Option<[u8; 32]> {
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

/// The id in a request that names a document instead of holding one.
pub(super) fn id(query: &str) -> Option<&str> {
    query.strip_prefix(PREFIX)
}

/// What a request says of its document.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Asked<'a> {
    #[serde(borrow)]
    query: Option<Cow<'a, str>>,
    #[serde(borrow)]
    document_id: Option<Cow<'a, str>>,
}

impl Asked<'_> {
    /// Whether it holds a document or names one: one of the two.
    pub(super) fn is_clear(&self) -> bool {
        self.query.is_some() != self.document_id.is_some()
    }

    /// The id, with its prefix; travels in the place of the document's text.
    pub(super) fn into_id(self) -> Option<String> {
        let id = self.document_id?;
        Some(if id.starts_with(PREFIX) { id.into_owned() } else { format!("{PREFIX}{id}") })
    }
}

/// The id of the document that the JSON of a request names; none where it names none.
///
/// # Errors
/// A request that names a document and holds one too, or whose id is no string.
pub(super) fn named(json: &[u8]) -> Result<Option<String>, ()> {
    // The usual request is not read twice.
    if !json.windows(12).any(|part| part == b"\"documentId\"") {
        return Ok(None);
    }
    match serde_json::from_slice::<Asked<'_>>(json) {
        Ok(asked) if asked.is_clear() => Ok(asked.into_id()),
        // A variable may be called so too.
        Ok(asked) if asked.document_id.is_none() => Ok(None),
        _ => Err(()),
    }
}

/// Whether somebody may send only trusted documents, where there is a manifest: whoever has no role.
pub(super) fn is_ordinary(actor: Option<&Actor>) -> bool {
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
            assert!(documents.get(&digits).is_some() && documents.holds(TEXT));
            assert!(documents.get(&digits[1..]).is_none() && !documents.holds("{ __typename }"));
        }
    }

    #[test]
    fn a_manifest_that_is_not_right_is_refused() {
        for (manifest, told) in [
            ("{}".to_owned(), "no documents"),
            (r#"{"sha256:00": "{ a }"}"#.to_owned(), "sha256:00 is not the SHA-256"),
            (serde_json::json!({ id_of(TEXT): "{ other }" }).to_string(), "is not the SHA-256"),
            (serde_json::json!({ id_of("{"): "{" }).to_string(), "expected"),
        ] {
            let error = Documents::read(&manifest).expect_err(&manifest);
            assert!(error.contains(told), "{error}");
        }
    }

    #[test]
    fn a_request_names_a_document_or_holds_one() {
        let named = |json: &str| named(json.as_bytes());
        assert_eq!(named(r#"{"query":"{a}","variables":{"documentId":"x"}}"#), Ok(None));
        assert_eq!(named(r#"{"query":"{a}"}"#), Ok(None));
        assert_eq!(named(r#"{"documentId":"sha256:aa"}"#), Ok(Some("sha256:aa".to_owned())));
        assert_eq!(named(r#"{"documentId":"aa"}"#), Ok(Some("sha256:aa".to_owned())));
        assert_eq!(named(r#"{"documentId":"aa","query":"{a}"}"#), Err(()));
        assert_eq!(named(r#"{"documentId":1}"#), Err(()));
    }
}
