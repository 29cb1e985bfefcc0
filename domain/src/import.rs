//! Import of a whole organisation: checks of the sheets, and a list of the changes.
//!
//! Parses rows of texts into typed rows. Findings name the row and who can fix it. `service/src/import` reads the
//! files.

mod acting;
pub mod cell;
mod changes;
mod check;
mod findings;
mod rows;
pub mod siasn;
#[cfg(test)]
mod tests;
pub mod words;

pub use acting::acting_rows;
pub use changes::{Change, ChangeKind, changes, complete};
pub use check::{LooseRow, RefusedRows, Sheets, by_name, check, implausible_dates, without_level};
pub use findings::{Findings, Unlisted};
pub use rows::{
    Parsed, PositionRow, RawPosition, RawStaff, RawSuperior, RawUnit, StaffRow, SuperiorRow, UnitRow,
    parse_position, parse_staff, parse_superior, parse_unit,
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
    /// A sheet that is not imported, or the file as a whole.
    Other,
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
    /// The cell; none if the finding concerns the whole row or a column that the file does not have.
    #[serde(default)]
    pub cell: Option<Cell>,
}

/// A cell of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Its place as spreadsheets show it, such as `C7`.
    pub place: String,
    /// The header of its column, as in the file.
    pub column: String,
}

impl Finding {
    /// A finding in a row.
    #[must_use]
    pub const fn new(sheet: RowKind, row: u32, refusal: Refusal, fixer: Fixer, severity: Severity) -> Self {
        Self { sheet, row, refusal, fixer, severity, cell: None }
    }

    /// An error or warning for the author of the file.
    #[must_use]
    pub const fn for_importer(sheet: RowKind, row: u32, refusal: Refusal, severity: Severity) -> Self {
        Self::new(sheet, row, refusal, Fixer::Importer, severity)
    }

    /// Adds the cell. The sentence then names the column as the file names it.
    #[must_use]
    pub fn at(mut self, cell: Cell) -> Self {
        self.refusal.message = self.refusal.message.with_field(&cell.column);
        self.cell = Some(cell);
        self
    }
}

/// The number of characters of a text from a file that messages and labels show.
const EXCERPT: usize = 200;

/// The first 200 characters of a text from a file, with `…` if it is longer.
#[must_use]
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A sentence about a word, a rank or a day never quotes a text with this many digits or more: it is a NIK, NPWP or
/// telephone number from another column.
const HIDDEN_DIGITS: usize = 8;

/// A text as a sentence quotes it: an [`excerpt`], or `…` if it has many digits.
#[must_use]
pub fn shown(text: &str) -> String {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if digits >= HIDDEN_DIGITS { "…".to_owned() } else { excerpt(text) }
}
