//! Trusted documents: the operations that apps were built with.
//!
//! A request may name such a document (`documentId: "sha256:…"`, or the extension `persistedQuery` of Apollo's clients)
//! instead of sending its text. If the server has a manifest, people without a role may run no other documents. A
//! document sent as text is trusted if the manifest contains it, in any layout and with `__typename` added anywhere.

use domain::actor::{Actor, Identity};
use moka::sync::Cache;
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, HashSet, hash_map::Entry},
    fs, io,
    path::{Path, PathBuf},
};

/// The prefix of a document's id. No GraphQL document starts like this, because a name at the top level is never
/// followed by a colon.
const PREFIX: &str = "sha256:";
/// `format` of the manifests of Apollo's tools.
const APOLLO: &str = "apollo-persisted-query-manifest";
/// Maximum number of cached comparisons of a text with the manifest.
const COMPARED: u64 = 4_096;

type Hash = [u8; 32];

/// The documents of the manifests. The guard caches each document after it has validated it.
#[derive(Debug)]
pub struct Documents {
    /// The texts by their SHA-256.
    texts: HashMap<Hash, String>,
    /// The hashes of texts by ids that are not a SHA-256: relay-compiler's default is MD5, and Apollo's ids can be any text.
    ids: HashMap<String, Hash>,
    /// The SHA-256 of the texts in canonical form.
    canonical: HashSet<Hash>,
    /// Cached results of comparing other texts with the manifest, by their SHA-256.
    compared: Cache<Hash, bool>,
}

/// Why a manifest can't be loaded.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The file can't be read.
    #[error(transparent)]
    File(#[from] io::Error),
    /// The file is no manifest.
    #[error("neither a JSON object of ids and documents nor a manifest of Apollo's tools: {0}")]
    Json(#[from] serde_json::Error),
    /// A manifest with a format or version that this server does not know.
    #[error("the format {0} in version {1} is unknown")]
    Format(String, u32),
    /// An id does not match its text.
    #[error("{0} is not the SHA-256 of its text")]
    Hash(String),
    /// An id names two documents.
    #[error("{0} names two different documents")]
    Twice(String),
    /// A text is not a GraphQL document.
    #[error("{0} is not a GraphQL document")]
    Document(String),
    /// There are no documents.
    #[error("no documents")]
    Empty,
}

/// A manifest. relay-compiler and this repository's script write an object of ids and texts; Apollo's tools write a
/// list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Manifest {
    Apollo { format: String, version: u32, operations: Vec<Operation> },
    Texts(BTreeMap<String, String>),
}

/// An operation in a manifest of Apollo's tools.
#[derive(Deserialize)]
struct Operation {
    id: String,
    body: String,
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            texts: HashMap::new(),
            ids: HashMap::new(),
            canonical: HashSet::new(),
            compared: Cache::new(COMPARED),
        }
    }
}

impl Documents {
    /// Loads a manifest, or all manifests (`*.json`) in a folder: those of several apps, and of their older versions.
    ///
    /// # Errors
    /// A file can't be read, an id that is a SHA-256 does not match its text, an id names two texts, or a text is not a
    /// document.
    pub fn load(path: &Path) -> Result<Self, ManifestError> {
        let mut documents = Self::default();
        for file in files(path)? {
            documents.add(&fs::read_to_string(file)?)?;
        }
        documents.not_empty()
    }

    /// Parses the text of a manifest.
    ///
    /// # Errors
    /// As [`Documents::load`].
    pub fn read(manifest: &str) -> Result<Self, ManifestError> {
        let mut documents = Self::default();
        documents.add(manifest)?;
        documents.not_empty()
    }

    fn add(&mut self, manifest: &str) -> Result<(), ManifestError> {
        let texts: Vec<(String, String)> = match serde_json::from_str(manifest)? {
            Manifest::Texts(texts) => texts.into_iter().collect(),
            Manifest::Apollo { format, version: 1, operations } if format == APOLLO => {
                operations.into_iter().map(|operation| (operation.id, operation.body)).collect()
            }
            Manifest::Apollo { format, version, .. } => return Err(ManifestError::Format(format, version)),
        };
        for (id, text) in texts {
            let hash = hash(&text);
            let Some(canonical) = document::canonical(&text) else {
                return Err(ManifestError::Document(id));
            };
            let digits = id.strip_prefix(PREFIX);
            match parse_hash(digits.unwrap_or(&id)) {
                Some(named) if named == hash => {}
                None if digits.is_none() => match self.ids.entry(id) {
                    Entry::Occupied(known) if *known.get() != hash => {
                        return Err(ManifestError::Twice(known.key().clone()));
                    }
                    Entry::Occupied(_) => {}
                    Entry::Vacant(free) => {
                        free.insert(hash);
                    }
                },
                _ => return Err(ManifestError::Hash(id)),
            }
            self.canonical.insert(self::hash(&canonical));
            self.texts.insert(hash, text);
        }
        Ok(())
    }

    fn not_empty(self) -> Result<Self, ManifestError> {
        if self.texts.is_empty() { Err(ManifestError::Empty) } else { Ok(self) }
    }

    /// The document with this id.
    pub(super) fn get(&self, id: &str) -> Option<&str> {
        let hash = self.ids.get(id).copied().or_else(|| parse_hash(id))?;
        self.texts.get(&hash).map(String::as_str)
    }

    /// Whether a text is one of the documents, verbatim or in the layout of a client. Any text that is not verbatim in
    /// the manifest is parsed, so the caller must have checked its size.
    pub(super) fn contains(&self, text: &str) -> bool {
        let hash = hash(text);
        if self.texts.contains_key(&hash) {
            return true;
        }
        self.compared.get_with(hash, || {
            document::canonical(text).is_some_and(|text| self.canonical.contains(&self::hash(&text)))
        })
    }
}

/// The manifests at a path, in the order of their names.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let files = fs::read_dir(path)?.map(|entry| Ok(entry?.path()));
    let mut files = files.collect::<io::Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort_unstable();
    Ok(files)
}

fn hash(text: &str) -> Hash {
    Sha256::digest(text).into()
}

/// Parses 64 hexadecimal digits.
fn parse_hash(digits: &str) -> Option<Hash> {
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

/// Returns the id, if the query names a document instead of containing one.
pub(super) fn id(query: &str) -> Option<&str> {
    query.strip_prefix(PREFIX)
}

/// How a request contains or names its document.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DocumentSource<'a> {
    #[serde(borrow)]
    query: Option<Cow<'a, str>>,
    #[serde(borrow)]
    document_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    extensions: Option<&'a RawValue>,
}

impl<'a> DocumentSource<'a> {
    /// Whether it either contains a document or names one. The extension of Apollo's clients counts only if there is
    /// neither `query` nor `documentId`.
    pub(super) fn is_unambiguous(&self) -> bool {
        match (&self.query, &self.document_id) {
            (Some(_), None) | (None, Some(_)) => true,
            (Some(_), Some(_)) => false,
            (None, None) => self.persisted().is_some(),
        }
    }

    /// The id with its prefix; it replaces the document's text in the request.
    pub(super) fn into_id(self) -> Option<String> {
        let id = match self.document_id {
            Some(id) => id,
            None if self.query.is_none() => self.persisted()?,
            None => return None,
        };
        Some(if id.starts_with(PREFIX) { id.into_owned() } else { format!("{PREFIX}{id}") })
    }

    /// `extensions.persistedQuery.sha256Hash`: the id as Apollo's clients send it.
    fn persisted(&self) -> Option<Cow<'a, str>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Extensions<'a> {
            #[serde(borrow)]
            persisted_query: Persisted<'a>,
        }
        #[derive(Deserialize)]
        struct Persisted<'a> {
            #[serde(borrow, rename = "sha256Hash")]
            id: Cow<'a, str>,
        }
        let extensions: Extensions<'a> = serde_json::from_str(self.extensions?.get()).ok()?;
        Some(extensions.persisted_query.id)
    }
}

/// The id of the document that the JSON of a request names, if it names one.
///
/// # Errors
/// A request that both names and contains a document, or an id that is not a string.
pub(super) fn document_id(json: &[u8]) -> Result<Option<String>, ()> {
    // Parse requests twice only if they may name a document.
    let has = |name: &[u8]| json.windows(name.len()).any(|part| part == name);
    if !has(b"\"documentId\"") && !has(b"\"persistedQuery\"") {
        return Ok(None);
    }
    match serde_json::from_slice::<DocumentSource<'_>>(json) {
        Ok(source) if source.is_unambiguous() => Ok(source.into_id()),
        // `documentId` or `persistedQuery` may also be the name of a variable.
        Ok(source) if source.document_id.is_none() => Ok(None),
        _ => Err(()),
    }
}

/// Whether a caller may run only trusted documents on a server with a manifest: true for everyone without a role.
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
    use serde_json::json;

    const TEXT: &str = "{ serviceConfig { version } }";
    const OTHER: &str = "query Who { viewer { roles } }";

    fn id_of(text: &str) -> String {
        hash(text).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn a_manifest_is_read_with_and_without_the_prefix() {
        let digits = id_of(TEXT);
        for id in [digits.clone(), format!("{PREFIX}{digits}"), digits.to_uppercase()] {
            let documents = Documents::read(&json!({ id: TEXT }).to_string()).expect("read");
            assert!(documents.get(&digits).is_some() && documents.contains(TEXT));
            assert!(documents.get(&digits[1..]).is_none() && !documents.contains("{ __typename }"));
        }
    }

    #[test]
    fn ids_that_are_no_sha256_name_their_documents() {
        let apollo = json!({ "format": APOLLO, "version": 1, "operations": [
            { "id": "Config.v1", "name": "Config", "type": "query", "body": TEXT },
            { "id": id_of(OTHER), "name": "Who", "type": "query", "body": OTHER },
        ] });
        let relay = json!({ "0123456789abcdef0123456789abcdef": TEXT, id_of(OTHER): OTHER });
        for (manifest, id) in [(apollo, "Config.v1"), (relay, "0123456789abcdef0123456789abcdef")] {
            let documents = Documents::read(&manifest.to_string()).expect("read");
            for (id, text) in [(id, TEXT), (&id_of(TEXT), TEXT), (&id_of(OTHER), OTHER)] {
                assert_eq!(documents.get(id), Some(text), "{id}");
            }
            assert_eq!(documents.get("other"), None);
        }
    }

    #[test]
    fn a_text_matches_as_clients_print_it() {
        let documents = Documents::read(&json!({ id_of(OTHER): OTHER }).to_string()).expect("read");
        let printed = OTHER.replace("roles", "roles\n    __typename").replace("{ viewer", "{\n  viewer");
        for _ in 0..2 {
            assert!(documents.contains(OTHER) && documents.contains(&printed));
            assert!(!documents.contains(&printed.replace("roles", "roles id")));
            assert!(!documents.contains("{"));
        }
        documents.compared.run_pending_tasks();
        assert_eq!(documents.compared.entry_count(), 3, "compared once");
    }

    #[test]
    fn an_invalid_manifest_is_refused() {
        let operations = json!([{ "id": "a", "body": "{ a }" }, { "id": "a", "body": "{ b }" }]);
        let apollo = |version: u32| json!({ "format": APOLLO, "version": version, "operations": operations });
        for (manifest, expected) in [
            ("{}".to_owned(), "no documents"),
            (r#"{"sha256:00": "{ a }"}"#.to_owned(), "sha256:00 is not the SHA-256"),
            (json!({ id_of(TEXT): "{ other }" }).to_string(), "is not the SHA-256"),
            (json!({ id_of("{"): "{" }).to_string(), "is not a GraphQL document"),
            (json!({ "a": 1 }).to_string(), "neither a JSON object"),
            ("[]".to_owned(), "neither a JSON object"),
            (apollo(1).to_string(), "a names two different documents"),
            (apollo(2).to_string(), "in version 2 is unknown"),
            (json!({ "format": "x", "version": 1, "operations": [] }).to_string(), "the format x"),
        ] {
            let error = Documents::read(&manifest).expect_err(&manifest);
            assert!(error.to_string().contains(expected), "{error}");
        }
    }

    #[test]
    fn a_folder_has_the_manifests_of_several_apps() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: String| fs::write(folder.path().join(name), text).expect("written");
        assert!(matches!(Documents::load(folder.path()), Err(ManifestError::Empty)));
        write("relay.json", json!({ id_of(TEXT): TEXT }).to_string());
        let operations = json!([{ "id": id_of(OTHER), "body": OTHER }]);
        write("apollo.json", json!({ "format": APOLLO, "version": 1, "operations": operations }).to_string());
        write("README.md", "no manifest".to_owned());
        let documents = Documents::load(folder.path()).expect("loaded");
        assert!(documents.contains(TEXT) && documents.contains(OTHER));
        let one = Documents::load(&folder.path().join("relay.json")).expect("loaded");
        assert!(one.contains(TEXT) && !one.contains(OTHER));
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
        let apollo = r#""extensions":{"persistedQuery":{"version":1,"sha256Hash":"aa"}}"#;
        assert_eq!(document_id(&format!("{{{apollo}}}")), Ok(Some("sha256:aa".to_owned())));
        assert_eq!(document_id(&format!("{{{apollo},\"query\":\"{{a}}\"}}")), Ok(None), "the text counts");
        assert_eq!(
            document_id(&format!("{{{apollo},\"documentId\":\"bb\"}}")),
            Ok(Some("sha256:bb".to_owned()))
        );
        assert_eq!(document_id(r#"{"query":"{a}","extensions":{"persistedQuery":7}}"#), Ok(None));
        assert_eq!(document_id(r#"{"extensions":{"persistedQuery":7}}"#), Ok(None));
    }
}
