//! Dry run of adding a regulation: findings, and differences from the previous version.

use super::{Format, LoadedRegulation, hash};
use crate::{
    env::Env,
    error::{Error, Result},
    upload,
};
use domain::{
    Key, Refusal,
    action::OrganisationAction,
    actor::Actor,
    id::{RegulationId, UploadId},
    policy::organisation::{Scope, decide},
    regulation::{Finding, Regulation, RegulationDocument, RegulationRef},
};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};

/// Maximum size of a document, in bytes.
pub const MAX_BYTES: i64 = 1024 * 1024;
/// Maximum number of differences that are listed.
pub const MAX_DIFFERENCES: usize = 200;

/// A difference from the previous version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The path, for example `unit_head.value.GOOD`.
    pub path: String,
    /// The old value; `None` if the path is new.
    pub before: Option<String>,
    /// The new value; `None` if the path was removed.
    pub after: Option<String>,
}

/// Result of a dry run.
#[derive(Clone, Debug)]
pub struct RegulationCheck {
    /// All errors; empty if the document can be added.
    pub findings: Vec<Finding>,
    /// The document; `None` if it can't be read or is invalid.
    pub document: Option<RegulationDocument>,
    /// The hash of the text.
    pub sha256: String,
    /// The stored regulation with the same text, if there is one. The same text is not added again.
    pub stored: Option<RegulationId>,
    /// The previous version, with which the document is compared.
    pub before: Option<RegulationRef>,
    /// Differences from the previous version, at most [`MAX_DIFFERENCES`].
    pub differences: Vec<Difference>,
    /// Number of all differences.
    pub total_differences: usize,
    /// Whether the document is complete, so that new evaluations can use it once it is in force.
    pub serves_evaluations: bool,
}

impl RegulationCheck {
    /// Summary of the document.
    #[must_use]
    pub fn head(&self) -> Option<Regulation> {
        self.document.as_ref().map(RegulationDocument::summary)
    }
}

/// An uploaded document.
pub(super) struct ReceivedDocument {
    pub text: String,
    pub format: Format,
    pub read: std::result::Result<RegulationDocument, Vec<Finding>>,
}

/// Reads an uploaded document; for admins of the agency.
pub(super) async fn receive_document(env: &Env, actor: &Actor, upload: UploadId) -> Result<ReceivedDocument> {
    decide(OrganisationAction::AddRegulation, actor, Scope::default())?;
    let (name, bytes) = upload::read_received(env, actor, upload, MAX_BYTES).await?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Error::from(Refusal::input(["uploadId"], Key::RegulationNotText)))?;
    let named_json = name.to_ascii_lowercase().ends_with(".json");
    let named_toml = name.to_ascii_lowercase().ends_with(".toml");
    let json = named_json || (!named_toml && text.trim_start().starts_with('{'));
    let format = if json { Format::Json } else { Format::Toml };
    let read = format.read(&text);
    Ok(ReceivedDocument { text, format, read })
}

/// Checks an uploaded document; for admins of the agency.
pub async fn check_regulation(env: &Env, actor: &Actor, upload: UploadId) -> Result<RegulationCheck> {
    let received = receive_document(env, actor, upload).await?;
    let known = env.regulations().all(env.db.source(), actor.agency).await?;
    let sha256 = hash(&received.text);
    let document = match received.read {
        Ok(document) => document,
        Err(findings) => {
            return Ok(RegulationCheck {
                findings,
                document: None,
                sha256,
                stored: None,
                before: None,
                differences: Vec::new(),
                total_differences: 0,
                serves_evaluations: false,
            });
        }
    };
    let same = known.iter().find(|one| one.document.reference() == document.reference());
    let stored = same.filter(|one| one.stored.sha256 == sha256).map(|one| one.stored.id);
    let findings = match same {
        Some(_) if stored.is_none() => {
            vec![Finding { path: "version".to_owned(), message: exists(&document) }]
        }
        _ => Vec::new(),
    };
    let before = predecessor(&known, &document);
    let mut differences = match before {
        Some(before) => differences(&before.document, &document)?,
        None => Vec::new(),
    };
    let total_differences = differences.len();
    differences.truncate(MAX_DIFFERENCES);
    let serves_evaluations = document.is_complete();
    Ok(RegulationCheck {
        findings,
        sha256,
        stored,
        before: before.map(|before| before.document.reference()),
        differences,
        total_differences,
        serves_evaluations,
        document: Some(document),
    })
}

/// The message that this version is already stored with another text.
pub(super) fn exists(document: &RegulationDocument) -> domain::Message {
    domain::Message::new(Key::RegulationExists).with("code", &document.code).with("version", document.version)
}

/// The newest stored version of the same code that is older than the document.
fn predecessor<'a>(
    known: &'a [Arc<LoadedRegulation>],
    document: &RegulationDocument,
) -> Option<&'a Arc<LoadedRegulation>> {
    known
        .iter()
        .filter(|one| one.head().code == document.code && one.head().version < document.version)
        .max_by_key(|one| one.head().version)
}

fn differences(before: &RegulationDocument, after: &RegulationDocument) -> Result<Vec<Difference>> {
    let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
    leaves(&serde_json::to_value(before)?, String::new(), &mut old);
    leaves(&serde_json::to_value(after)?, String::new(), &mut new);
    let paths: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    Ok(paths
        .into_iter()
        .filter(|path| old.get(*path) != new.get(*path))
        .map(|path| Difference {
            path: path.clone(),
            before: old.get(path).cloned(),
            after: new.get(path).cloned(),
        })
        .collect())
}

fn leaves(value: &Value, path: String, found: &mut BTreeMap<String, String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                leaves(value, below(name), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                leaves(value, below(&index.to_string()), found);
            }
        }
        Value::String(text) => {
            found.insert(path, text.clone());
        }
        other => {
            found.insert(path, other.to_string());
        }
    }
}
