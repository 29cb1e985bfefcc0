//! The documents that ship with the server, and how a document is read.

use super::{Fault, Regulation, RegulationDocument, RegulationRef};
use crate::{Key, Message, time::Date};
use std::sync::OnceLock;

/// The code of the regulation in force: PermenPANRB 6/2022.
pub const PERMENPANRB_6_2022: &str = "PERMENPANRB-6-2022";
/// The code of the numeric scheme before it: PP 30/2019 with PermenPANRB 8/2021.
pub const PP_30_2019: &str = "PP-30-2019";

/// The texts of the shipped documents, the one in force first.
pub const SHIPPED_TEXTS: [&str; 2] = [
    include_str!("../../regulations/permenpanrb-6-2022.toml"),
    include_str!("../../regulations/pp-30-2019.toml"),
];

impl RegulationDocument {
    /// Reads TOML and judges it.
    ///
    /// # Errors
    /// That it can't be read, with the place; or all faults of what it says.
    pub fn from_toml(text: &str) -> Result<Self, Vec<Fault>> {
        let read = toml::from_str::<Self>(text).map_err(|error| unread(&error));
        read.and_then(Self::judged)
    }

    /// Reads JSON and judges it.
    ///
    /// # Errors
    /// As [`Self::from_toml`].
    pub fn from_json(text: &str) -> Result<Self, Vec<Fault>> {
        let read = serde_json::from_str::<Self>(text).map_err(|error| unread(&error));
        read.and_then(Self::judged)
    }

    fn judged(self) -> Result<Self, Vec<Fault>> {
        let faults = self.validate();
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }
}

fn unread(error: &impl ToString) -> Vec<Fault> {
    let message = Message::new(Key::RegulationUnread).with("error", error.to_string().trim());
    vec![Fault { path: String::new(), message }]
}

/// The documents that ship with the server, the one in force first.
#[must_use]
pub fn shipped_documents() -> &'static [RegulationDocument] {
    static DOCUMENTS: OnceLock<Vec<RegulationDocument>> = OnceLock::new();
    // A test holds that each can be read.
    DOCUMENTS.get_or_init(|| {
        SHIPPED_TEXTS.iter().filter_map(|text| RegulationDocument::from_toml(text).ok()).collect()
    })
}

/// A shipped document by its reference.
#[must_use]
pub fn shipped_document(reference: &RegulationRef) -> Option<&'static RegulationDocument> {
    shipped_documents().iter().find(|document| document.reference() == *reference)
}

/// The regulations that ship with the server, the one in force first.
#[must_use]
pub fn shipped() -> Vec<Regulation> {
    shipped_documents().iter().map(RegulationDocument::summary).collect()
}

/// The first of the documents that is in force on a day and complete: what evaluations are made with.
#[must_use]
pub fn in_force_on<'a>(
    documents: impl IntoIterator<Item = &'a RegulationDocument>,
    day: Date,
) -> Option<&'a RegulationDocument> {
    documents.into_iter().find(|document| document.summary().in_force_on(day) && document.is_complete())
}
