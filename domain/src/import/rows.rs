//! Rows of the sheets: raw texts and typed rows.
//!
//! Units and positions are identified by code, people by NIP or external id. Parsing removes what spreadsheets add to
//! texts, and knows the words of real lists. A cell that it does not understand is an error, never a default.

use super::{
    Finding, Fixer, RowKind, Severity,
    cell::{clean, clean_code, clean_number, has_lost_digits, is_name, says_nothing},
    excerpt, shown,
    words::{self, Words},
};
use crate::{
    Key, Message, Refusal,
    assignment::Capacity,
    error::{optional_text, text},
    nip, rank,
    staff::{EmploymentKind, PositionKind, must_be_identified},
    time::Date,
    unit::{CODE_MAX, NAME_MAX, UnitKind},
};
use serde::{Deserialize, Serialize};

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
    pub rank_title: String,
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
    /// The capacity, if given.
    pub capacity: Option<Capacity>,
    /// Whether the person heads the unit, if given.
    pub leads: Option<bool>,
    /// The first day of the assignment, if given.
    pub valid_from: Option<Date>,
}

impl StaffRow {
    /// The capacity; DEFINITIVE if none is given.
    #[must_use]
    pub fn capacity(&self) -> Capacity {
        self.capacity.unwrap_or(Capacity::Definitive)
    }

    /// Whether the person heads the unit; `false` if nothing is given.
    #[must_use]
    pub fn leads(&self) -> bool {
        self.leads.unwrap_or_default()
    }

    /// The key of the person: the NIP, otherwise the external id.
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
pub type Parsed<T> = (Option<T>, Vec<Finding>);

/// Parses a row of units.
#[must_use]
pub fn parse_unit(row: u32, raw: &RawUnit) -> Parsed<UnitRow> {
    let mut cells = Cells::new(RowKind::Unit, row);
    let code = cells.code("code", &raw.code, CODE_MAX);
    let name = cells.name("name", &raw.name);
    let kind = cells.required_word("kind", &raw.kind);
    let parent_code = cells.optional("parentCode", &raw.parent_code, CODE_MAX);
    let external_id = cells.optional("externalId", &raw.external_id, NAME_MAX);
    cells.done(kind.map(|kind| UnitRow { row, code, name, kind, parent_code, external_id }))
}

/// Parses a row of positions.
#[must_use]
pub fn parse_position(row: u32, raw: &RawPosition) -> Parsed<PositionRow> {
    let mut cells = Cells::new(RowKind::Position, row);
    let code = cells.code("code", &raw.code, CODE_MAX);
    let name = cells.name("name", &raw.name);
    let kind = cells.required_word("kind", &raw.kind);
    let level = cells.level(&raw.level);
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
    let nip = cells.nip(&raw.nip);
    let name = cells.name("name", &raw.name);
    let employment_kind: Option<EmploymentKind> = cells.required_word("employmentKind", &raw.employment_kind);
    let unit_code = cells.code("unitCode", &raw.unit_code, CODE_MAX);
    let position_code = cells.code("positionCode", &raw.position_code, CODE_MAX);
    let rank = cells.rank(raw, employment_kind);
    let capacity = cells.word("capacity", &raw.capacity);
    let leads = cells.yes_or_no("leads", &raw.leads);
    let valid_from = cells.date("validFrom", &raw.valid_from);
    if let Some(nip) = &nip {
        for warning in nip::check(nip, employment_kind).warnings {
            cells.finding(Refusal::input(["nip"], warning), Fixer::PersonnelAgency, Severity::Warning);
        }
    } else if let Err(refusal) = must_be_identified(Some(&clean_number(&raw.nip)), external_id.as_deref()) {
        cells.finding(refusal, Fixer::PersonnelAgency, Severity::Error);
    }
    let typed = employment_kind.map(|employment_kind| StaffRow {
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
    let staff = cells.identity("staff", &raw.staff);
    let superior = cells.identity("superior", &raw.superior);
    cells.done(Some(SuperiorRow { row, staff, superior }))
}

/// Refuses a text that can't be a name; an empty cell has a refusal of its own.
pub(super) fn no_name(column: &str, value: &str) -> Option<Refusal> {
    let message = || Message::new(Key::ImportNoName).with("field", column).with("value", shown(value));
    (!value.is_empty() && !is_name(value)).then(|| Refusal::input([column], message()))
}

/// Refuses a code or an id that says that there is none.
fn no_value(column: &str, value: &str) -> Option<Refusal> {
    let message = || Message::new(Key::ImportNothing).with("field", column).with("value", shown(value));
    says_nothing(value).then(|| Refusal::input([column], message()))
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
        self.findings.push(Finding::new(self.sheet, self.row, refusal, fixer, severity));
    }

    fn typing_errors(&mut self, refusals: Vec<Refusal>) {
        for refusal in refusals {
            self.finding(refusal, Fixer::Importer, Severity::Error);
        }
    }

    fn name(&mut self, column: &str, value: &str) -> String {
        let value = clean(value);
        self.typing_errors(no_name(column, &value).into_iter().collect());
        self.text(column, value, NAME_MAX)
    }

    fn code(&mut self, column: &str, value: &str, max: usize) -> String {
        let value = clean_code(value);
        self.typing_errors(no_value(column, &value).into_iter().collect());
        self.text(column, value, max)
    }

    fn text(&mut self, column: &str, value: String, max: usize) -> String {
        let mut refusals = Vec::new();
        let value = text(column, &value, max, &mut refusals);
        self.typing_errors(refusals);
        value
    }

    fn optional(&mut self, column: &str, value: &str, max: usize) -> Option<String> {
        let value = clean_code(value);
        let mut refusals = Vec::from_iter(no_value(column, &value));
        let value = optional_text(column, Some(&value), max, &mut refusals);
        self.typing_errors(refusals);
        value
    }

    /// The NIP or external id of a person.
    fn identity(&mut self, column: &str, value: &str) -> String {
        let value = clean_number(value);
        if has_lost_digits(&value) {
            self.lost_digits(column, &value, Fixer::Importer);
        }
        self.typing_errors(no_value(column, &value).into_iter().collect());
        self.text(column, value, NAME_MAX)
    }

    /// The 18 digits of a NIP; none if the cell is empty or refused.
    fn nip(&mut self, value: &str) -> Option<String> {
        let value = clean_number(value);
        if value.is_empty() {
            return None;
        }
        if has_lost_digits(&value) {
            self.lost_digits("nip", &value, Fixer::Importer);
            return None;
        }
        let report = nip::check(&value, None);
        for error in report.errors {
            self.finding(Refusal::input(["nip"], error), Fixer::PersonnelAgency, Severity::Error);
        }
        report.normalised
    }

    fn lost_digits(&mut self, column: &str, value: &str, fixer: Fixer) {
        let message = Message::new(Key::ImportLostDigits).with("field", column).with("value", excerpt(value));
        self.finding(Refusal::input([column], message), fixer, Severity::Error);
    }

    fn required_word<T: Words>(&mut self, column: &str, value: &str) -> Option<T> {
        if clean(value).is_empty() {
            self.typing_errors(vec![Refusal::required(column)]);
        }
        self.word(column, value)
    }

    /// The level of a functional position; none if the cell is empty or refused.
    fn level(&mut self, value: &str) -> Option<String> {
        let value = clean(value);
        if value.is_empty() {
            return None;
        }
        let level = words::known_level(&value);
        if level.is_none() {
            let message = Message::new(Key::ImportWord)
                .with("field", "level")
                .with("value", shown(&value))
                .with_words("allowed", &crate::scoring::Label::same(&words::LEVELS.join(", ")));
            self.typing_errors(vec![Refusal::input(["level"], message)]);
        }
        level.map(str::to_owned)
    }

    /// Parses a list value by one of its words; none if the cell is empty or refused.
    fn word<T: Words>(&mut self, column: &str, value: &str) -> Option<T> {
        let value = clean(value);
        if value.is_empty() {
            return None;
        }
        let parsed = T::read(&value);
        if parsed.is_none() {
            let message = Message::new(Key::ImportWord).with("field", column).with("value", shown(&value));
            self.typing_errors(vec![Refusal::input([column], T::allowed(message))]);
        }
        parsed
    }

    /// The rank from the columns of the code and of the title; an error if they differ. Without a kind, it may be a rank of
    /// any kind.
    fn rank(&mut self, raw: &RawStaff, kind: Option<EmploymentKind>) -> Option<String> {
        let mut found: Option<&'static str> = None;
        for (column, value) in [("rank", &raw.rank), ("rankTitle", &raw.rank_title)] {
            let value = excerpt(&clean_code(value));
            if value.is_empty() {
                continue;
            }
            let kinds =
                kind.map_or_else(|| vec![EmploymentKind::Pns, EmploymentKind::Pppk], |kind| vec![kind]);
            let rank = kinds.iter().find_map(|kind| rank::find(&value, *kind));
            let message = match (rank, found) {
                (Some(rank), None) => {
                    found = Some(rank);
                    continue;
                }
                (Some(rank), Some(first)) if rank == first => continue,
                (Some(_), Some(first)) => Message::new(Key::ImportRankDiffers).with("name", first),
                (None, _) if kind == Some(EmploymentKind::NonAsn) => {
                    Message::new(Key::RankOfNone).with_label("kind", EmploymentKind::NonAsn)
                }
                (None, _) => match (rank::code_and_title(&value), kind) {
                    (Some((rank, _)), _) => Message::new(Key::ImportRankDiffers).with("name", rank),
                    (None, Some(kind)) => {
                        let ranks = crate::scoring::Label::same(&rank::of_kind(kind).join(", "));
                        Message::new(Key::RankOfKind).with_label("kind", kind).with_words("allowed", &ranks)
                    }
                    (None, None) => {
                        let ranks = rank::PNS.iter().map(|(rank, _)| *rank).chain(rank::PPPK);
                        let ranks = crate::scoring::Label::same(&ranks.collect::<Vec<_>>().join(", "));
                        Message::new(Key::ImportWord).with_words("allowed", &ranks)
                    }
                },
            };
            let title = rank::code_and_title(&value).filter(|_| rank.is_none()).map(|(_, title)| title);
            let quoted = title.map_or_else(|| shown(&value), str::to_owned);
            let message = message.with("field", column).with("value", quoted);
            self.finding(Refusal::input([column], message), Fixer::PersonnelAgency, Severity::Error);
        }
        found.map(str::to_owned)
    }

    fn yes_or_no(&mut self, column: &str, value: &str) -> Option<bool> {
        let value = clean(value);
        if value.is_empty() {
            return None;
        }
        let parsed = words::yes_or_no(&value);
        if parsed.is_none() {
            let message = Message::new(Key::ImportWord)
                .with("field", column)
                .with("value", shown(&value))
                .with_words("allowed", &crate::scoring::Label::new("ya, tidak", "ya (yes), tidak (no)"));
            self.typing_errors(vec![Refusal::input([column], message)]);
        }
        parsed
    }

    fn date(&mut self, column: &str, value: &str) -> Option<Date> {
        let value = clean_code(value);
        if value.is_empty() {
            return None;
        }
        let parsed = super::cell::day(&value);
        if parsed.is_none() {
            // Days have eight digits, and separators between them.
            let quoted = if value.len() <= 10 && value.contains(['-', '/', '.', ' ']) {
                excerpt(&value)
            } else {
                shown(&value)
            };
            let message = Message::new(Key::ImportDay).with("field", column).with("value", quoted);
            self.typing_errors(vec![Refusal::input([column], message)]);
        }
        parsed
    }

    fn done<T>(self, row: Option<T>) -> Parsed<T> {
        let refused = self.findings.iter().any(|finding| finding.severity == Severity::Error);
        (row.filter(|_| !refused), self.findings)
    }
}
