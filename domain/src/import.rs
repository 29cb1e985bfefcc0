//! Reading a whole organisation in: pure checks of the sheets, and what would change.
//!
//! Rows come as texts and become typed; problems name the row and who can fix it. What may not be put here:
//! reading files (`service/src/import`).

mod check;
mod rows;
#[cfg(test)]
mod tests;

pub use check::{Change, ChangeKind, Sheets, changes, check};
pub use rows::{
    PositionRow, RawPosition, RawStaff, RawSuperior, RawUnit, StaffRow, SuperiorRow, UnitRow, parse_position,
    parse_staff, parse_superior, parse_unit,
};

use crate::Refusal;
use serde::{Deserialize, Serialize};

/// Which sheet a row is of.
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
    /// Who is whose superior.
    Superior,
}

/// Who can put a problem right.
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
    /// Who made the file: a typing error.
    Importer,
    /// The admin of the unit: a wrong unit, position or superior.
    UnitAdmin,
    /// The personnel agency (BKPSDM, BKN): a wrong NIP or rank.
    PersonnelAgency,
}

/// How bad a problem is.
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
    /// The import is refused.
    Error,
    /// Worth a look; the import goes on.
    Warning,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The sheet.
    pub sheet: RowKind,
    /// The row of the sheet, from 1.
    pub row: u32,
    /// What is wrong, with the column as its path.
    pub refusal: Refusal,
    /// Who can put it right.
    pub fixer: Fixer,
    /// How bad it is.
    pub severity: Severity,
}
