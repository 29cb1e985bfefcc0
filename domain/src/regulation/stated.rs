//! A value of a regulation with how sure we are of it.

use crate::{Key, Message, Refusal};
use serde::{Deserialize, Serialize};

/// How sure we are of a value.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Read in the text or printed alike by several who applied it.
    Certain,
    /// Our choice where the text is silent, or sources differ.
    Uncertain,
}

/// A value with its mark. Without a value it is a parameter that an agency has to fill in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Stated<T> {
    /// The value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<T>,
    /// How sure we are.
    pub confidence: Confidence,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What is to be known about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl<T> Stated<T> {
    /// The value.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` that names the parameter, if an agency has still to fill it in.
    pub fn need(&self, path: &str) -> Result<&T, Refusal> {
        self.value.as_ref().ok_or_else(|| missing(path))
    }
}

/// A parameter of the regulation that is needed here and has no value.
#[must_use]
pub fn missing(path: &str) -> Refusal {
    Refusal::input(["regulation"], Message::new(Key::RegulationParameterMissing).with("path", path))
}

/// The mark of a value, with its place in the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The place: `numeric.bands.1`.
    pub path: String,
    /// How sure we are.
    pub confidence: Confidence,
    /// Where it stands.
    pub source: Option<String>,
    /// What is to be known about it.
    pub note: Option<String>,
    /// Whether an agency has still to fill it in.
    pub missing: bool,
}

/// All marks of a document in the order of its fields.
pub(super) fn marks(document: &impl Serialize) -> Vec<Mark> {
    let mut found = Vec::new();
    if let Ok(value) = serde_json::to_value(document) {
        walk(&value, &mut Vec::new(), &mut found);
    }
    found
}

fn walk(value: &serde_json::Value, path: &mut Vec<String>, found: &mut Vec<Mark>) {
    match value {
        serde_json::Value::Object(fields) => {
            let text = |name: &str| fields.get(name).and_then(|value| value.as_str()).map(str::to_owned);
            if let Some(confidence) =
                fields.get("confidence").and_then(|value| serde_json::from_value(value.clone()).ok())
            {
                found.push(Mark {
                    path: path.join("."),
                    confidence,
                    source: text("source"),
                    note: text("note"),
                    missing: !fields.contains_key("value"),
                });
                return;
            }
            for (name, value) in fields {
                path.push(name.clone());
                walk(value, path, found);
                path.pop();
            }
        }
        serde_json::Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                path.push(index.to_string());
                walk(value, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}
