//! A parameter of a regulation: a value, its source, and how certain it is.

use crate::{Key, Message, Refusal};
use serde::{Deserialize, Serialize};

/// How certain a value is.
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
    /// Read in the legal text, or printed identically by several agencies that applied it.
    Certain,
    /// Our choice: the text is silent or sources differ.
    Uncertain,
}

/// A parameter with its confidence. If the value is absent, an agency has to fill it in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Parameter<T> {
    /// The value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<T>,
    /// How certain the value is.
    pub confidence: Confidence,
    /// The legal source. Required if the value is certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// An explanation. Required if the value is uncertain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl<T> Parameter<T> {
    /// Returns the value.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` with the path, if an agency still has to fill in the parameter.
    pub fn require(&self, path: &str) -> Result<&T, Refusal> {
        self.value.as_ref().ok_or_else(|| parameter_missing(path))
    }
}

/// The refusal for a required parameter without a value.
#[must_use]
pub fn parameter_missing(path: &str) -> Refusal {
    Refusal::input(["regulation"], Message::new(Key::RegulationParameterMissing).with("field", path))
}

/// The path and confidence of a parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The path in the document: `numeric.bands.1`.
    pub path: String,
    /// How certain the value is.
    pub confidence: Confidence,
    /// The legal source.
    pub source: Option<String>,
    /// An explanation.
    pub note: Option<String>,
    /// Whether an agency still has to fill in the value.
    pub missing: bool,
}

/// The marks of all parameters of a document.
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
