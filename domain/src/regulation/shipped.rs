//! The documents that ship with the server, and the parsing of documents.

use super::{Finding, Regulation, RegulationDocument, RegulationRef};
use crate::{Key, Message, time::Date};
use std::sync::OnceLock;

/// The code of the regulation in force: PermenPANRB 6/2022.
pub const PERMENPANRB_6_2022: &str = "PERMENPANRB-6-2022";
/// The code of the numeric scheme before it: PP 30/2019 with PermenPANRB 8/2021.
pub const PP_30_2019: &str = "PP-30-2019";

/// The texts of the shipped documents. The regulation in force comes first.
pub const SHIPPED_TEXTS: [&str; 2] = [
    include_str!("../../regulations/permenpanrb-6-2022.toml"),
    include_str!("../../regulations/pp-30-2019.toml"),
];

impl RegulationDocument {
    /// Parses and validates a TOML document.
    ///
    /// # Errors
    /// The parse error with its position, or every finding of the validation.
    pub fn from_toml(text: &str) -> Result<Self, Vec<Finding>> {
        let read = toml::from_str::<Self>(text).map_err(|error| parse_error(&error));
        read.and_then(Self::validated)
    }

    /// Parses and validates a JSON document.
    ///
    /// # Errors
    /// Same as [`Self::from_toml`].
    pub fn from_json(text: &str) -> Result<Self, Vec<Finding>> {
        let read = serde_json::from_str::<Self>(text).map_err(|error| parse_error(&error));
        read.and_then(Self::validated)
    }

    fn validated(self) -> Result<Self, Vec<Finding>> {
        let findings = self.validate();
        if findings.is_empty() { Ok(self) } else { Err(findings) }
    }
}

fn parse_error(error: &impl ToString) -> Vec<Finding> {
    let message = Message::new(Key::RegulationUnread).with("error", error.to_string().trim());
    vec![Finding { path: String::new(), message }]
}

/// The documents that ship with the server. The one in force comes first.
#[must_use]
pub fn shipped_documents() -> &'static [RegulationDocument] {
    static DOCUMENTS: OnceLock<Vec<RegulationDocument>> = OnceLock::new();
    // A test checks that each document is valid.
    DOCUMENTS.get_or_init(|| {
        SHIPPED_TEXTS.iter().filter_map(|text| RegulationDocument::from_toml(text).ok()).collect()
    })
}

/// The shipped document with this reference.
#[must_use]
pub fn shipped_document(reference: &RegulationRef) -> Option<&'static RegulationDocument> {
    shipped_documents().iter().find(|document| document.reference() == *reference)
}

/// The summaries of the regulations that ship with the server. The one in force comes first.
#[must_use]
pub fn shipped() -> Vec<Regulation> {
    shipped_documents().iter().map(RegulationDocument::summary).collect()
}

/// The document for evaluations on this day: the first one that is complete and in force.
#[must_use]
pub fn in_force_on<'a>(
    documents: impl IntoIterator<Item = &'a RegulationDocument>,
    day: Date,
) -> Option<&'a RegulationDocument> {
    documents.into_iter().find(|document| document.summary().in_force_on(day) && document.is_complete())
}
