//! Import of a whole organisation: checks of the sheets, and a list of the changes.
//!
//! Parses rows of texts into typed rows. Findings name the row and who can fix it. `service/src/import` reads the
//! files.

mod acting;
mod check;
mod findings;
mod rows;
#[cfg(test)]
mod tests;

pub use acting::acting_rows;
pub use check::{Change, ChangeKind, Sheets, changes, check, implausible_nips};
pub use findings::{Findings, Unlisted};
pub use rows::{
    PositionRow, RawPosition, RawStaff, RawSuperior, RawUnit, StaffRow, SuperiorRow, UnitRow, parse_position,
    parse_staff, parse_superior, parse_unit,
};

use crate::Refusal;
use serde::{Deserialize, Serialize};

/// Kind of sheet.
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
pub enum RowKind {
    /// Units.
    Unit,
    /// Positions.
    Position,
    /// People with their assignment.
    Staff,
    /// The superior of each person.
    Superior,
}

/// Who can fix a finding.
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
pub enum Fixer {
    /// The author of the file: a typing error.
    Importer,
    /// The admin of the unit: a wrong unit, position or superior.
    UnitAdmin,
    /// The personnel agency (BKPSDM, BKN): a wrong NIP or rank.
    PersonnelAgency,
}

/// Severity of a finding.
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
pub enum Severity {
    /// Stops the import.
    Error,
    /// Should be checked; does not stop the import.
    Warning,
}

/// A finding in a row of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The sheet.
    pub sheet: RowKind,
    /// The row of the sheet, from 1.
    pub row: u32,
    /// The refusal, with the column as its path.
    pub refusal: Refusal,
    /// Who can fix it.
    pub fixer: Fixer,
    /// Its severity.
    pub severity: Severity,
}

/// Characters of a text from a file that messages and labels show.
const EXCERPT: usize = 200;

/// The first 200 characters of a text from a file, with `…` if it is longer.
#[must_use]
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
