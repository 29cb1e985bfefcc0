//! Rows of the sheets: raw texts and typed rows.
//!
//! Units and positions are identified by code, people by NIP or external id. Parsing ignores white space around texts
//! and the letter case of list values.

use super::{Finding, Fixer, RowKind, Severity, excerpt};
use crate::{
    Key, Message, Refusal,
    assignment::Capacity,
    error::{optional_text, text},
    nip, rank,
    staff::{EmploymentKind, PositionKind},
    time::Date,
    unit::{CODE_MAX, NAME_MAX, UnitKind},
};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A raw row of units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the cells of UnitRow")]
pub struct RawUnit {
    pub code: String,
    pub name: String,
    pub kind: String,
    pub parent_code: String,
    pub external_id: String,
}

/// A row of units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRow {
    /// The row of the sheet, from 1.
    pub row: u32,
    /// The code that identifies the unit.
    pub code: String,
    /// The name.
    pub name: String,
    /// Its kind.
    pub kind: UnitKind,
    /// The code of the unit above; none on the root.
    pub parent_code: Option<String>,
    /// Its id in the source.
    pub external_id: Option<String>,
}

/// A raw row of positions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the cells of PositionRow")]
pub struct RawPosition {
    pub code: String,
    pub name: String,
    pub kind: String,
    pub level: String,
}

/// A row of positions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PositionRow {
    /// The row of the sheet, from 1.
    pub row: u32,
    /// The code that identifies the position.
    pub code: String,
    /// The name.
    pub name: String,
    /// Its kind.
    pub kind: PositionKind,
    /// The level of a functional position.
    pub level: Option<String>,
}

/// A raw row of people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the cells of StaffRow")]
pub struct RawStaff {
    pub nip: String,
    pub external_id: String,
    pub name: String,
    pub employment_kind: String,
    pub unit_code: String,
    pub position_code: String,
    pub rank: String,
    pub capacity: String,
    pub leads: String,
    pub valid_from: String,
}

/// A row of people with their assignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffRow {
    /// The row of the sheet, from 1.
    pub row: u32,
    /// The NIP, 18 digits.
    pub nip: Option<String>,
    /// The person's id in the source.
    pub external_id: Option<String>,
    /// The name with titles.
    pub name: String,
    /// The employment kind.
    pub employment_kind: EmploymentKind,
    /// The code of the unit.
    pub unit_code: String,
    /// The code of the position.
    pub position_code: String,
    /// The rank, in canonical spelling.
    pub rank: Option<String>,
    /// The capacity; DEFINITIVE if the cell is empty.
    pub capacity: Capacity,
    /// Whether the person heads the unit.
    pub leads: bool,
    /// The first day of the assignment, if given.
    pub valid_from: Option<Date>,
}

impl StaffRow {
    /// The key of the person: the NIP, or else the external id.
    #[must_use]
    pub fn key(&self) -> &str {
        self.nip.as_deref().or(self.external_id.as_deref()).unwrap_or_default()
    }

    /// Whether a NIP or external id identifies this person.
    #[must_use]
    pub fn is_known_as(&self, key: &str) -> bool {
        self.nip.as_deref() == Some(key) || self.external_id.as_deref() == Some(key)
    }
}

/// A raw row of superiors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the cells of SuperiorRow")]
pub struct RawSuperior {
    pub staff: String,
    pub superior: String,
}

/// A row of superiors: NIP or external id of both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuperiorRow {
    /// The row of the sheet, from 1.
    pub row: u32,
    /// The person.
    pub staff: String,
    /// The superior.
    pub superior: String,
}

/// A parsed row and its findings; no row if parsing failed.
type Parsed<T> = (Option<T>, Vec<Finding>);

/// Parses a row of units.
#[must_use]
pub fn parse_unit(row: u32, raw: &RawUnit) -> Parsed<UnitRow> {
    let mut cells = Cells::new(RowKind::Unit, row);
    let code = cells.text("code", &raw.code, CODE_MAX);
    let name = cells.text("name", &raw.name, NAME_MAX);
    let kind = cells.word("kind", &raw.kind, None);
    let parent_code = cells.optional("parentCode", &raw.parent_code, CODE_MAX);
    let external_id = cells.optional("externalId", &raw.external_id, NAME_MAX);
    cells.done(kind.map(|kind| UnitRow { row, code, name, kind, parent_code, external_id }))
}

/// Parses a row of positions.
#[must_use]
pub fn parse_position(row: u32, raw: &RawPosition) -> Parsed<PositionRow> {
    let mut cells = Cells::new(RowKind::Position, row);
    let code = cells.text("code", &raw.code, CODE_MAX);
    let name = cells.text("name", &raw.name, NAME_MAX);
    let kind = cells.word("kind", &raw.kind, None);
    let level = cells.optional("level", &raw.level, CODE_MAX);
    if level.is_some() && kind.is_some_and(|kind| kind != PositionKind::Functional) {
        cells.finding(Refusal::input(["level"], Key::LevelOfFunctional), Fixer::Importer, Severity::Error);
    }
    cells.done(kind.map(|kind| PositionRow { row, code, name, kind, level }))
}

/// Parses a row of people.
#[must_use]
pub fn parse_staff(row: u32, raw: &RawStaff) -> Parsed<StaffRow> {
    let mut cells = Cells::new(RowKind::Staff, row);
    let external_id = cells.optional("externalId", &raw.external_id, NAME_MAX);
    let name = cells.text("name", &raw.name, NAME_MAX);
    let employment_kind: Option<EmploymentKind> = cells.word("employmentKind", &raw.employment_kind, None);
    let unit_code = cells.text("unitCode", &raw.unit_code, CODE_MAX);
    let position_code = cells.text("positionCode", &raw.position_code, CODE_MAX);
    let capacity = cells.word("capacity", &raw.capacity, Some(Capacity::Definitive));
    let leads = cells.yes_or_no("leads", &raw.leads);
    let valid_from = cells.date("validFrom", &raw.valid_from);
    let mut nip = None;
    if !crate::text::is_blank(&raw.nip) {
        let report = nip::check(&raw.nip, employment_kind);
        for error in report.errors {
            cells.finding(Refusal::input(["nip"], error), Fixer::PersonnelAgency, Severity::Error);
        }
        for warning in report.warnings {
            cells.finding(Refusal::input(["nip"], warning), Fixer::PersonnelAgency, Severity::Warning);
        }
        nip = report.normalised;
    } else if external_id.is_none() {
        cells.finding(
            Refusal::input(["nip"], Key::ImportNoIdentity),
            Fixer::PersonnelAgency,
            Severity::Error,
        );
    }
    let rank = employment_kind.filter(|_| !raw.rank.trim().is_empty()).and_then(|kind| {
        rank::parse(&excerpt(raw.rank.trim()), kind)
            .map_err(|refusal| cells.finding(refusal, Fixer::PersonnelAgency, Severity::Error))
            .ok()
    });
    let typed = employment_kind.zip(capacity).map(|(employment_kind, capacity)| StaffRow {
        row,
        nip,
        external_id,
        name,
        employment_kind,
        unit_code,
        position_code,
        rank,
        capacity,
        leads,
        valid_from,
    });
    cells.done(typed)
}

/// Parses a row of superiors.
#[must_use]
pub fn parse_superior(row: u32, raw: &RawSuperior) -> Parsed<SuperiorRow> {
    let mut cells = Cells::new(RowKind::Superior, row);
    let staff = identity(&cells.text("staff", &raw.staff, NAME_MAX));
    let superior = identity(&cells.text("superior", &raw.superior, NAME_MAX));
    cells.done(Some(SuperiorRow { row, staff, superior }))
}

/// Removes the spaces of a NIP; returns any other id unchanged.
fn identity(value: &str) -> String {
    nip::check(value, None).normalised.unwrap_or_else(|| value.to_owned())
}

/// Parser for the cells of one row, with the findings so far.
struct Cells {
    sheet: RowKind,
    row: u32,
    findings: Vec<Finding>,
}

impl Cells {
    const fn new(sheet: RowKind, row: u32) -> Self {
        Self { sheet, row, findings: Vec::new() }
    }

    fn finding(&mut self, refusal: Refusal, fixer: Fixer, severity: Severity) {
        self.findings.push(Finding { sheet: self.sheet, row: self.row, refusal, fixer, severity });
    }

    fn typing_errors(&mut self, refusals: Vec<Refusal>) {
        for refusal in refusals {
            self.finding(refusal, Fixer::Importer, Severity::Error);
        }
    }

    fn unknown(&mut self, column: &str, value: &str) {
        let message = Message::new(Key::Unknown).with("field", column).with("value", excerpt(value));
        self.typing_errors(vec![Refusal::input([column], message)]);
    }

    fn text(&mut self, column: &str, value: &str, max: usize) -> String {
        let mut refusals = Vec::new();
        let value = text(column, value, max, &mut refusals);
        self.typing_errors(refusals);
        value
    }

    fn optional(&mut self, column: &str, value: &str, max: usize) -> Option<String> {
        let mut refusals = Vec::new();
        let value = optional_text(column, Some(value), max, &mut refusals);
        self.typing_errors(refusals);
        value
    }

    /// Parses a list value; ignores letter case and accepts spaces or hyphens for underscores.
    fn word<T: FromStr>(&mut self, column: &str, value: &str, default: Option<T>) -> Option<T> {
        let value = value.trim();
        if value.is_empty() {
            if default.is_none() {
                self.typing_errors(vec![Refusal::required(column)]);
            }
            return default;
        }
        let parsed = value.to_uppercase().replace([' ', '-'], "_").parse().ok();
        if parsed.is_none() {
            self.unknown(column, value);
        }
        parsed
    }

    fn yes_or_no(&mut self, column: &str, value: &str) -> bool {
        match value.trim().to_lowercase().as_str() {
            "ya" | "y" | "yes" | "true" | "1" => true,
            "" | "tidak" | "t" | "no" | "n" | "false" | "0" => false,
            other => {
                self.unknown(column, other);
                false
            }
        }
    }

    fn date(&mut self, column: &str, value: &str) -> Option<Date> {
        let value = value.trim();
        if value.is_empty() {
            return None;
        }
        let parsed = Date::parse_from_str(value, "%Y-%m-%d").ok();
        if parsed.is_none() {
            self.unknown(column, value);
        }
        parsed
    }

    fn done<T>(self, row: Option<T>) -> Parsed<T> {
        let refused = self.findings.iter().any(|finding| finding.severity == Severity::Error);
        (row.filter(|_| !refused), self.findings)
    }
}
