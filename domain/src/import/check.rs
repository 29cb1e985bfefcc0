//! Checks across all sheets.

mod identity;

use super::{
    Finding, Findings, Fixer, PositionRow, RowKind, Severity, StaffRow, SuperiorRow, UnitRow,
    acting::acting_rows, changes::People, excerpt,
};
use crate::{
    Key, Message, Refusal, nip,
    staff::{PositionKind, Staff},
    time::Date,
    tree,
    unit::UnitKind,
};
use chrono::Datelike;
use identity::ids_of;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The rows of all sheets, or the stored data in the same form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheets {
    /// Units.
    pub units: Vec<UnitRow>,
    /// Positions.
    pub positions: Vec<PositionRow>,
    /// People with their assignment.
    pub staff: Vec<StaffRow>,
    /// The superior of each person.
    pub superiors: Vec<SuperiorRow>,
}

/// A unit as messages name it: its name with its code.
#[must_use]
pub fn by_name(name: &str, code: &str) -> String {
    format!("\"{} ({})\"", excerpt(name), excerpt(code))
}

/// Maximum number of names that the message about a loop of superiors shows.
const SHOWN_NAMES: usize = 10;

/// The rows that could not be parsed, by the codes and ids that they define. Rows that refer to them get no extra
/// finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefusedRows {
    /// Units by code.
    pub units: BTreeMap<String, u32>,
    /// Positions by code.
    pub positions: BTreeMap<String, u32>,
    /// People by NIP and external id.
    pub people: BTreeMap<String, u32>,
    /// People who have left, by NIP and external id.
    pub left: BTreeMap<String, Staff>,
    /// The cells of these rows that can be checked, so that one run finds all mistakes of a row.
    pub loose: Vec<LooseRow>,
}

impl RefusedRows {
    /// Adds further rows.
    pub fn extend(&mut self, further: Self) {
        self.units.extend(further.units);
        self.positions.extend(further.positions);
        self.people.extend(further.people);
        self.left.extend(further.left);
        self.loose.extend(further.loose);
    }
}

/// The cells of a refused row that could be parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LooseRow {
    /// The sheet.
    pub sheet: RowKind,
    /// The row of the sheet, from 1.
    pub row: u32,
    /// The codes and ids to which the row refers, by field.
    pub references: Vec<(&'static str, String)>,
    /// Values that only one row may have, by field.
    pub keys: Vec<(&'static str, String)>,
    /// The NIP of a person.
    pub nip: Option<String>,
    /// The first day of an assignment.
    pub valid_from: Option<Date>,
}

impl LooseRow {
    /// A row of which no cell can be checked.
    #[must_use]
    pub const fn new(sheet: RowKind, row: u32) -> Self {
        Self { sheet, row, references: Vec::new(), keys: Vec::new(), nip: None, valid_from: None }
    }
}

/// Checks all sheets together and adds findings: duplicates, unknown references, loops of units or superiors, units
/// with two heads. `sheets` does not contain the rows that could not be parsed. If other rows refer to such a row, one
/// of its findings gives their number.
pub fn check<'a>(
    sheets: &'a Sheets,
    known: &'a Sheets,
    refused: &'a RefusedRows,
    findings: &'a mut Findings,
) {
    let acting = acting_rows(sheets, known);
    let codes = Codes::of(sheets, known);
    let mut checks = Checks { findings, refused, codes, follow_ups: BTreeMap::new() };
    checks.units(sheets, known);
    checks.positions(sheets, known);
    checks.staff(sheets, known, &acting);
    checks.identities(sheets, known, &acting);
    checks.acting_identities(sheets, known, &acting);
    checks.heads(sheets, known, &acting);
    checks.superiors(sheets, known, &acting);
    checks.loose(sheets, known, &acting);
    checks.count_follow_ups();
}

/// Finds new functional positions without a level. A stored one without a level stays as it is.
pub fn without_level(sheets: &Sheets, known: &Sheets) -> impl Iterator<Item = Finding> {
    let stored: BTreeSet<String> = known.positions.iter().map(|position| position.code.clone()).collect();
    let is_new = move |row: &&PositionRow| !stored.contains(&row.code);
    let functional = |row: &&PositionRow| row.kind == PositionKind::Functional && row.level.is_none();
    sheets.positions.iter().filter(functional).filter(is_new).map(|row| {
        let message = Message::new(Key::ImportNoLevel)
            .with("field", "level")
            .with_words("allowed", &crate::scoring::Label::same(&super::words::LEVELS.join(", ")));
        let refusal = Refusal::input(["level"], message);
        Finding::for_importer(RowKind::Position, row.row, refusal, Severity::Error)
    })
}

/// The first year that a date of an assignment can have.
const FIRST_YEAR: i32 = 1950;
/// The first year in which a civil servant can have been born.
const FIRST_BIRTH: i32 = 1900;

/// Finds dates that are impossible or implausible on a day: first days of assignments before 1950, after next year, or
/// before the birth or the appointment that the NIP gives; and dates in a NIP, see [`nip::implausible_dates`]. A NIP with an
/// impossible year is an error; an unusual one is a warning.
pub fn implausible_dates<'a>(
    sheets: &'a Sheets,
    refused: &'a RefusedRows,
    today: Date,
) -> impl Iterator<Item = Finding> + 'a {
    let years = FIRST_YEAR..=today.year().saturating_add(1);
    let parsed = sheets.staff.iter().map(|row| (row.row, row.nip.as_deref(), row.valid_from));
    let loose = refused.loose.iter().filter(|row| row.sheet == RowKind::Staff);
    let loose = loose.map(|row| (row.row, row.nip.as_deref(), row.valid_from));
    parsed.chain(loose).flat_map(move |(number, nip, valid_from)| {
        let wrong = valid_from.filter(|day| !years.contains(&day.year())).map(|day| {
            let message = Message::new(Key::ImportYear).with("field", "validFrom").with("day", day);
            let refusal = Refusal::input(["validFrom"], message);
            Finding::for_importer(RowKind::Staff, number, refusal, Severity::Error)
        });
        let nip = nip.unwrap_or_default();
        let year = |from: usize| nip.get(from..from + 4).and_then(|digits| digits.parse::<i32>().ok());
        // The NIP has the year of birth and that of the appointment.
        let begins = valid_from.map(|day| (day, day.year())).filter(|_| wrong.is_none());
        let unborn_then = begins.filter(|(_, begin)| year(0).is_some_and(|born| born >= *begin));
        let early = begins.filter(|(_, begin)| year(8).is_some_and(|appointed| appointed > *begin));
        let (key, severity) = match unborn_then {
            Some(_) => (Key::ImportYear, Severity::Error),
            None => (Key::ImportBeforeAppointment, Severity::Warning),
        };
        let early = unborn_then.or(early).map(|(day, _)| {
            let message = Message::new(key).with("field", "validFrom").with("day", day);
            Finding::for_importer(RowKind::Staff, number, Refusal::input(["validFrom"], message), severity)
        });
        let impossible = year(0).is_some_and(|year| year < FIRST_BIRTH)
            || year(8).is_some_and(|year| year > today.year().saturating_add(1));
        let severity = if impossible { Severity::Error } else { Severity::Warning };
        let at_nip = move |severity| {
            move |message: Message| {
                let refusal = Refusal::input(["nip"], message);
                Finding::new(RowKind::Staff, number, refusal, Fixer::PersonnelAgency, severity)
            }
        };
        let unborn = year(0).filter(|year| *year > today.year()).map(|_| Message::new(Key::NipBirthDate));
        let unborn = unborn.map(at_nip(Severity::Error));
        let warnings = nip::implausible_dates(nip, today).into_iter().map(at_nip(severity));
        wrong.into_iter().chain(early).chain(unborn).chain(warnings)
    })
}

/// The known codes of units and positions, by their small letters.
struct Codes<'a> {
    units: BTreeMap<String, &'a str>,
    positions: BTreeMap<String, &'a str>,
}

impl<'a> Codes<'a> {
    fn of(sheets: &'a Sheets, known: &'a Sheets) -> Self {
        let small = |code: &'a String| (code.to_lowercase(), code.as_str());
        let units = known.units.iter().chain(&sheets.units);
        let positions = known.positions.iter().chain(&sheets.positions);
        Self {
            units: units.map(|unit| small(&unit.code)).collect(),
            positions: positions.map(|position| small(&position.code)).collect(),
        }
    }

    /// The known code that a reference misspells by small and capital letters.
    fn meant(&self, column: &str, value: &str) -> Option<&'a str> {
        let codes = match column {
            "unitCode" | "parentCode" => &self.units,
            "positionCode" => &self.positions,
            _ => return None,
        };
        codes.get(&value.to_lowercase()).copied()
    }
}

/// The checks of one import.
struct Checks<'a> {
    findings: &'a mut Findings,
    refused: &'a RefusedRows,
    codes: Codes<'a>,
    /// The refused rows to which other rows refer, with the number of those other rows.
    follow_ups: BTreeMap<(RowKind, u32), u32>,
}

impl Checks<'_> {
    fn push(&mut self, sheet: RowKind, row: u32, column: &str, message: impl Into<Message>, fixer: Fixer) {
        let refusal = Refusal::input([column], message);
        self.findings.push(Finding::new(sheet, row, refusal, fixer, Severity::Error));
    }

    /// Adds a finding for a reference to something unknown, unless a refused row of the file defines it.
    fn unknown(&mut self, sheet: RowKind, row: u32, column: &str, value: &str) {
        let refused = self.refused;
        let (kind, rows) = match column {
            "unitCode" | "parentCode" => (RowKind::Unit, &refused.units),
            "positionCode" => (RowKind::Position, &refused.positions),
            _ => (RowKind::Staff, &refused.people),
        };
        if let Some(defined) = rows.get(value) {
            *self.follow_ups.entry((kind, *defined)).or_default() += 1;
            return;
        }
        let message = match refused.left.get(value).filter(|_| sheet == RowKind::Superior) {
            Some(left) => Message::new(Key::ImportHasLeftAlready)
                .with("person", &left.name)
                .with("day", left.ended_on.unwrap_or_default()),
            None => match self.codes.meant(column, value) {
                Some(other) => Message::new(Key::ImportCaseOf).with("other", other),
                None => Message::new(Key::Unknown),
            },
        };
        let message = message.with("field", column).with("value", value);
        self.push(sheet, row, column, message, Fixer::UnitAdmin);
    }

    fn twice<'a>(
        &mut self,
        sheet: RowKind,
        column: &str,
        rows: impl Iterator<Item = (u32, Option<&'a str>)>,
    ) {
        let mut first_rows: BTreeMap<&str, u32> = BTreeMap::new();
        for (row, value) in rows {
            let Some(value) = value else { continue };
            if let Some(first) = first_rows.get(value) {
                let message =
                    Message::new(Key::RowTwice).with("field", column).with("value", value).with("row", first);
                self.push(sheet, row, column, message, Fixer::Importer);
            } else {
                first_rows.insert(value, row);
            }
        }
    }

    fn units(&mut self, sheets: &Sheets, known: &Sheets) {
        let sheet = RowKind::Unit;
        self.twice(sheet, "code", sheets.units.iter().map(|row| (row.row, Some(row.code.as_str()))));
        self.cases(sheet, sheets.units.iter().map(|row| (row.row, row.code.as_str())), || {
            known.units.iter().map(|row| row.code.as_str())
        });
        let merged: BTreeMap<&str, &UnitRow> =
            known.units.iter().chain(&sheets.units).map(|row| (row.code.as_str(), row)).collect();
        let roots = merged.values().filter(|unit| unit.parent_code.is_none()).count();
        for unit in &sheets.units {
            match unit.parent_code.as_deref() {
                Some(parent) if !merged.contains_key(parent) => {
                    self.unknown(sheet, unit.row, "parentCode", parent)
                }
                None if roots > 1 && self.refused.units.is_empty() => {
                    self.push(sheet, unit.row, "parentCode", Key::ImportNoRoot, Fixer::UnitAdmin)
                }
                Some(_) | None => {}
            }
            if unit.parent_code.is_none() != (unit.kind == UnitKind::Agency) {
                self.push(sheet, unit.row, "kind", Key::RootIsAgency, Fixer::UnitAdmin);
            }
        }
        if let Some(first) = sheets.units.first().filter(|_| roots == 0 && self.refused.units.is_empty()) {
            self.push(sheet, first.row, "parentCode", Key::ImportNoRoot, Fixer::UnitAdmin);
        }
        let parents: BTreeMap<&str, &str> = merged
            .values()
            .filter_map(|unit| Some((unit.code.as_str(), unit.parent_code.as_deref()?)))
            .collect();
        for members in tree::loops(&parents) {
            let members: BTreeSet<&str> = members.into_iter().collect();
            for unit in sheets.units.iter().filter(|unit| members.contains(unit.code.as_str())) {
                self.push(sheet, unit.row, "parentCode", Key::UnitLoop, Fixer::UnitAdmin);
            }
        }
    }

    /// Finds codes that differ from a stored one, or one of an earlier row, only by small and capital letters.
    fn cases<'a, K: Iterator<Item = &'a str>>(
        &mut self,
        sheet: RowKind,
        rows: impl Iterator<Item = (u32, &'a str)>,
        known: impl Fn() -> K,
    ) {
        let stored: BTreeSet<&str> = known().collect();
        let mut codes: BTreeMap<String, &str> = known().map(|code| (code.to_lowercase(), code)).collect();
        for (row, code) in rows.filter(|(_, code)| !stored.contains(code)) {
            let other = *codes.entry(code.to_lowercase()).or_insert(code);
            if other != code {
                let message = Message::new(Key::ImportCase).with("value", code).with("other", other);
                self.push(sheet, row, "code", message, Fixer::Importer);
            }
        }
    }

    fn positions(&mut self, sheets: &Sheets, known: &Sheets) {
        self.cases(
            RowKind::Position,
            sheets.positions.iter().map(|row| (row.row, row.code.as_str())),
            || known.positions.iter().map(|row| row.code.as_str()),
        );
        let codes = sheets.positions.iter().map(|row| (row.row, Some(row.code.as_str())));
        self.twice(RowKind::Position, "code", codes);
    }

    fn staff(&mut self, sheets: &Sheets, known: &Sheets, acting: &BTreeSet<u32>) {
        let sheet = RowKind::Staff;
        let own = || sheets.staff.iter().filter(|row| !acting.contains(&row.row));
        self.twice(sheet, "nip", own().map(|row| (row.row, row.nip.as_deref())));
        self.twice(sheet, "externalId", own().map(|row| (row.row, row.external_id.as_deref())));
        let posts: Vec<(u32, String)> = sheets
            .staff
            .iter()
            .filter(|row| acting.contains(&row.row))
            .map(|row| (row.row, format!("{} {}", row.unit_code, row.position_code)))
            .collect();
        self.twice(sheet, "positionCode", posts.iter().map(|(row, post)| (*row, Some(post.as_str()))));
        let units: BTreeMap<&str, ()> =
            known.units.iter().chain(&sheets.units).map(|unit| (unit.code.as_str(), ())).collect();
        let positions: BTreeMap<&str, ()> = known
            .positions
            .iter()
            .chain(&sheets.positions)
            .map(|position| (position.code.as_str(), ()))
            .collect();
        for person in &sheets.staff {
            if !units.contains_key(person.unit_code.as_str()) {
                self.unknown(sheet, person.row, "unitCode", &person.unit_code);
            }
            if !positions.contains_key(person.position_code.as_str()) {
                self.unknown(sheet, person.row, "positionCode", &person.position_code);
            }
        }
    }

    /// Finds units with a second head. The other head is in the file, or is stored and not replaced by the file.
    fn heads(&mut self, sheets: &Sheets, known: &Sheets, acting: &BTreeSet<u32>) {
        let sheet = RowKind::Staff;
        let names: BTreeMap<&str, &str> = known
            .units
            .iter()
            .chain(&sheets.units)
            .map(|unit| (unit.code.as_str(), unit.name.as_str()))
            .collect();
        let in_file: BTreeSet<&str> = sheets.staff.iter().flat_map(ids_of).collect();
        let stays = |row: &&StaffRow| row.leads() && !ids_of(row).any(|key| in_file.contains(key));
        let mut heads: BTreeMap<&str, &StaffRow> =
            known.staff.iter().filter(stays).map(|row| (row.unit_code.as_str(), row)).collect();
        for person in sheets.staff.iter().filter(|row| row.leads() && !acting.contains(&row.row)) {
            let Some(first) = heads.insert(&person.unit_code, person) else { continue };
            let message = match first.row {
                0 => Message::new(Key::ImportHeadStays).with("person", &first.name),
                row => Message::new(Key::ImportManyHeads).with("row", row),
            };
            let code = person.unit_code.as_str();
            let message = message.with("unit", by_name(names.get(code).copied().unwrap_or(code), code));
            self.push(sheet, person.row, "leads", message, Fixer::UnitAdmin);
        }
    }

    fn superiors(&mut self, sheets: &Sheets, known: &Sheets, acting: &BTreeSet<u32>) {
        let sheet = RowKind::Superior;
        let people = People::all(known, sheets, acting);
        self.twice(sheet, "staff", sheets.superiors.iter().map(|row| (row.row, Some(row.staff.as_str()))));
        self.superior_twice(sheets, &people);
        for row in &sheets.superiors {
            for (column, key) in [("staff", &row.staff), ("superior", &row.superior)] {
                if people.number(key).is_none() {
                    self.unknown(sheet, row.row, column, key);
                }
            }
        }
        let mut edges = People::edges_of_stored(known);
        edges.extend(people.edges(&sheets.superiors));
        let rows: BTreeMap<usize, u32> =
            sheets.superiors.iter().filter_map(|row| Some((people.number(&row.staff)?, row.row))).collect();
        for mut members in tree::loops(&edges) {
            let Some(row) = members.iter().filter_map(|member| rows.get(member)).min() else { continue };
            // Stored people come in no particular order, so the chain starts at the row that the finding is about.
            let first = members.iter().position(|member| rows.get(member) == Some(row));
            members.rotate_left(first.unwrap_or_default());
            if members.len() == 1 {
                self.push(sheet, *row, "superior", Key::OwnSuperior, Fixer::UnitAdmin);
                continue;
            }
            let names: Vec<&str> = members
                .iter()
                .take(SHOWN_NAMES)
                .chain(members.first())
                .filter_map(|member| people.rows.get(*member).map(|person| person.name.as_str()))
                .collect();
            let chain = match (members.len().saturating_sub(SHOWN_NAMES), names.split_last()) {
                (more @ 1.., Some((first, shown))) => {
                    format!("{} < … (+{more}) < {first}", shown.join(" < "))
                }
                _ => names.join(" < "),
            };
            let message = Message::new(Key::ImportLoop).with("chain", chain);
            self.push(sheet, *row, "superior", message, Fixer::UnitAdmin);
        }
    }

    /// Checks the cells that could be parsed in the refused rows.
    fn loose(&mut self, sheets: &Sheets, known: &Sheets, acting: &BTreeSet<u32>) {
        let refused = self.refused;
        if refused.loose.is_empty() {
            return;
        }
        let people = People::all(known, sheets, acting);
        let units = known.units.iter().chain(&sheets.units).map(|unit| unit.code.as_str());
        let positions = known.positions.iter().chain(&sheets.positions).map(|one| one.code.as_str());
        let (units, positions): (BTreeSet<&str>, BTreeSet<&str>) = (units.collect(), positions.collect());
        for row in &refused.loose {
            for (column, value) in &row.references {
                let is_known = match *column {
                    "unitCode" | "parentCode" => units.contains(value.as_str()),
                    "positionCode" => positions.contains(value.as_str()),
                    _ => people.number(value).is_some(),
                };
                if !is_known {
                    self.unknown(row.sheet, row.row, column, value);
                }
            }
        }
        let loose: BTreeSet<(RowKind, u32)> = refused.loose.iter().map(|one| (one.sheet, one.row)).collect();
        let mut first_rows: BTreeMap<(RowKind, &str, &str), u32> = BTreeMap::new();
        let mut rows: Vec<(RowKind, &str, &str, u32, bool)> = Vec::new();
        let parsed = [
            sheets.units.iter().map(|one| (RowKind::Unit, "code", one.code.as_str(), one.row)).collect(),
            sheets
                .positions
                .iter()
                .map(|one| (RowKind::Position, "code", one.code.as_str(), one.row))
                .collect(),
            sheets
                .superiors
                .iter()
                .map(|one| (RowKind::Superior, "staff", one.staff.as_str(), one.row))
                .collect(),
            sheets
                .staff
                .iter()
                .filter(|one| !acting.contains(&one.row))
                .flat_map(|one| {
                    let keys = [("nip", one.nip.as_deref()), ("externalId", one.external_id.as_deref())];
                    keys.map(|(column, value)| (RowKind::Staff, column, value.unwrap_or_default(), one.row))
                })
                .collect::<Vec<_>>(),
        ];
        rows.extend(
            parsed
                .into_iter()
                .flatten()
                .map(|(sheet, column, value, row)| (sheet, column, value, row, false)),
        );
        for row in &refused.loose {
            rows.extend(
                row.keys.iter().map(|(column, value)| (row.sheet, *column, value.as_str(), row.row, true)),
            );
        }
        rows.sort_by_key(|(.., row, _)| *row);
        for (sheet, column, value, row, is_loose) in
            rows.into_iter().filter(|(_, _, value, ..)| !value.is_empty())
        {
            let first = *first_rows.entry((sheet, column, value)).or_insert(row);
            if first != row && (is_loose || loose.contains(&(sheet, first))) {
                let message =
                    Message::new(Key::RowTwice).with("field", column).with("value", value).with("row", first);
                self.push(sheet, row, column, message, Fixer::Importer);
            }
        }
    }

    /// Adds to each refused row the number of other rows that refer to it.
    fn count_follow_ups(&mut self) {
        for ((sheet, row), count) in std::mem::take(&mut self.follow_ups) {
            let refusal = Refusal {
                path: Vec::new(),
                ..Refusal::input(["row"], Message::new(Key::ImportFollowUps).with("count", count))
            };
            self.findings.push(Finding::for_importer(sheet, row, refusal, Severity::Warning));
        }
    }
}
