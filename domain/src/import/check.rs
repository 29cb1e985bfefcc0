//! Checks across all sheets, and the changes that an import would make.

use super::{
    Finding, Findings, Fixer, PositionRow, RowKind, Severity, StaffRow, SuperiorRow, UnitRow,
    acting::acting_rows,
};
use crate::{Key, Message, Refusal, nip, time::Date, tree, unit::UnitKind};
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

/// Kind of change that an import makes for a row.
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
pub enum ChangeKind {
    /// Creates an object.
    Create,
    /// Changes an object.
    Update,
    /// Changes nothing.
    Unchanged,
}

/// The change that an import makes for one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The sheet.
    pub sheet: RowKind,
    /// The row of the sheet, from 1.
    pub row: u32,
    /// The kind of change.
    pub kind: ChangeKind,
    /// A label for people: code and name, or two names.
    pub label: String,
}

/// Names in a loop of superiors that the message shows.
const SHOWN_NAMES: usize = 10;

/// Checks all sheets together and adds findings: duplicates, unknown references, loops of units or superiors, units
/// with two heads. Rows that could not be parsed are not included.
pub fn check(sheets: &Sheets, known: &Sheets, findings: &mut Findings) {
    let acting = acting_rows(sheets, known);
    let mut checks = Checks(findings);
    checks.units(sheets, known);
    checks.positions(sheets);
    checks.staff(sheets, known, &acting);
    checks.superiors(sheets, known, &acting);
}

/// Warns about dates in the NIP of a row that are implausible on a day, see [`nip::implausible`].
pub fn implausible_nips(sheets: &Sheets, today: Date) -> impl Iterator<Item = Finding> {
    let (sheet, fixer, severity) = (RowKind::Staff, Fixer::PersonnelAgency, Severity::Warning);
    sheets.staff.iter().flat_map(move |row| {
        let warnings = row.nip.iter().flat_map(move |nip| nip::implausible(nip, today));
        warnings.map(move |warning| {
            let refusal = Refusal::input(["nip"], warning);
            Finding { sheet, row: row.row, refusal, fixer, severity }
        })
    })
}

/// Lists the change for each row, compared with the stored data.
#[must_use]
pub fn changes(sheets: &Sheets, known: &Sheets) -> Vec<Change> {
    let known_units: BTreeMap<&str, &UnitRow> =
        known.units.iter().map(|unit| (unit.code.as_str(), unit)).collect();
    let known_positions: BTreeMap<&str, &PositionRow> =
        known.positions.iter().map(|position| (position.code.as_str(), position)).collect();
    let units = sheets.units.iter().map(|row| {
        let before = known_units.get(row.code.as_str()).copied();
        let after = UnitRow {
            row: before.map_or(0, |before| before.row),
            external_id: row
                .external_id
                .clone()
                .or_else(|| before.and_then(|before| before.external_id.clone())),
            ..row.clone()
        };
        Change {
            sheet: RowKind::Unit,
            row: row.row,
            kind: kind_of(before, &after),
            label: format!("{} {}", row.code, row.name),
        }
    });
    let positions = sheets.positions.iter().map(|row| {
        let before = known_positions.get(row.code.as_str()).copied();
        let after = PositionRow { row: before.map_or(0, |before| before.row), ..row.clone() };
        Change {
            sheet: RowKind::Position,
            row: row.row,
            kind: kind_of(before, &after),
            label: format!("{} {}", row.code, row.name),
        }
    });
    let acting = acting_rows(sheets, known);
    let stored = People::of(&[known], &acting);
    let people = People::of(&[known, sheets], &acting);
    let staff = sheets.staff.iter().map(|row| {
        if acting.contains(&row.row) {
            let (sheet, row, label) = (RowKind::Staff, row.row, row.name.clone());
            return Change { sheet, row, kind: ChangeKind::Create, label };
        }
        let before = stored.find_row(row);
        let after = before.map_or_else(|| row.clone(), |before| completed(row, before));
        Change { sheet: RowKind::Staff, row: row.row, kind: kind_of(before, &after), label: row.name.clone() }
    });
    let before = people.edges(&known.superiors);
    let superiors = sheets.superiors.iter().map(|row| {
        let kind = match people.number(&row.staff).and_then(|staff| before.get(&staff)) {
            None => ChangeKind::Create,
            Some(superior) if people.number(&row.superior) == Some(*superior) => ChangeKind::Unchanged,
            Some(_) => ChangeKind::Update,
        };
        let label = format!("{} < {}", people.name(&row.staff), people.name(&row.superior));
        Change { sheet: RowKind::Superior, row: row.row, kind, label }
    });
    units.chain(positions).chain(staff).chain(superiors).collect()
}

fn kind_of<T: PartialEq>(before: Option<&T>, after: &T) -> ChangeKind {
    match before {
        None => ChangeKind::Create,
        Some(before) if before == after => ChangeKind::Unchanged,
        Some(_) => ChangeKind::Update,
    }
}

/// Fills empty cells of a known person from the stored row: an empty cell changes nothing.
fn completed(row: &StaffRow, before: &StaffRow) -> StaffRow {
    StaffRow {
        row: before.row,
        nip: row.nip.clone().or_else(|| before.nip.clone()),
        external_id: row.external_id.clone().or_else(|| before.external_id.clone()),
        rank: row.rank.clone().or_else(|| before.rank.clone()),
        valid_from: row.valid_from.or(before.valid_from),
        ..row.clone()
    }
}

/// People by NIP and by external id, without their acting posts. A later row of the same person replaces an earlier
/// one.
struct People<'a> {
    rows: Vec<&'a StaffRow>,
    by_key: BTreeMap<&'a str, usize>,
}

impl<'a> People<'a> {
    fn of(sheets: &[&'a Sheets], acting: &BTreeSet<u32>) -> Self {
        let mut people = Self { rows: Vec::new(), by_key: BTreeMap::new() };
        let rows = sheets.iter().flat_map(|sheets| &sheets.staff);
        for row in rows.filter(|row| !acting.contains(&row.row)) {
            let keys = [row.nip.as_deref(), row.external_id.as_deref()];
            let known = keys.into_iter().flatten().find_map(|key| people.by_key.get(key).copied());
            let number = known.unwrap_or(people.rows.len());
            match people.rows.get_mut(number) {
                Some(earlier) => *earlier = row,
                None => people.rows.push(row),
            }
            for key in keys.into_iter().flatten() {
                people.by_key.entry(key).or_insert(number);
            }
        }
        people
    }

    fn number(&self, key: &str) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    fn find_row(&self, row: &StaffRow) -> Option<&'a StaffRow> {
        [row.nip.as_deref(), row.external_id.as_deref()]
            .into_iter()
            .flatten()
            .find_map(|key| self.number(key))
            .and_then(|number| self.rows.get(number).copied())
    }

    fn name<'b>(&'b self, key: &'b str) -> &'b str {
        self.number(key).and_then(|number| self.rows.get(number)).map_or(key, |row| row.name.as_str())
    }

    /// Maps each person to their superior; omits unknown people.
    fn edges(&self, rows: &[SuperiorRow]) -> BTreeMap<usize, usize> {
        rows.iter().filter_map(|row| self.number(&row.staff).zip(self.number(&row.superior))).collect()
    }
}

/// The checks, which add to the findings.
struct Checks<'a>(&'a mut Findings);

impl Checks<'_> {
    fn push(&mut self, sheet: RowKind, row: u32, column: &str, message: impl Into<Message>, fixer: Fixer) {
        let refusal = Refusal::input([column], message);
        self.0.push(Finding { sheet, row, refusal, fixer, severity: Severity::Error });
    }

    fn unknown(&mut self, sheet: RowKind, row: u32, column: &str, value: &str) {
        let message = Message::new(Key::Unknown).with("field", column).with("value", value);
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
        let merged: BTreeMap<&str, &UnitRow> =
            known.units.iter().chain(&sheets.units).map(|row| (row.code.as_str(), row)).collect();
        let roots = merged.values().filter(|unit| unit.parent_code.is_none()).count();
        for unit in &sheets.units {
            match unit.parent_code.as_deref() {
                Some(parent) if !merged.contains_key(parent) => {
                    self.unknown(sheet, unit.row, "parentCode", parent)
                }
                None if roots > 1 => {
                    self.push(sheet, unit.row, "parentCode", Key::ImportNoRoot, Fixer::UnitAdmin)
                }
                Some(_) | None => {}
            }
            if unit.parent_code.is_none() != (unit.kind == UnitKind::Agency) {
                self.push(sheet, unit.row, "kind", Key::RootIsAgency, Fixer::UnitAdmin);
            }
        }
        if let Some(first) = sheets.units.first().filter(|_| roots == 0) {
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

    fn positions(&mut self, sheets: &Sheets) {
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
        let mut heads: BTreeMap<&str, u32> = BTreeMap::new();
        for person in &sheets.staff {
            if !units.contains_key(person.unit_code.as_str()) {
                self.unknown(sheet, person.row, "unitCode", &person.unit_code);
            }
            if !positions.contains_key(person.position_code.as_str()) {
                self.unknown(sheet, person.row, "positionCode", &person.position_code);
            }
            if person.leads
                && !acting.contains(&person.row)
                && let Some(first) = heads.insert(&person.unit_code, person.row)
            {
                let message =
                    Message::new(Key::ImportManyHeads).with("unit", &person.unit_code).with("row", first);
                self.push(sheet, person.row, "leads", message, Fixer::UnitAdmin);
            }
        }
    }

    fn superiors(&mut self, sheets: &Sheets, known: &Sheets, acting: &BTreeSet<u32>) {
        let sheet = RowKind::Superior;
        let people = People::of(&[known, sheets], acting);
        self.twice(sheet, "staff", sheets.superiors.iter().map(|row| (row.row, Some(row.staff.as_str()))));
        for row in &sheets.superiors {
            for (column, key) in [("staff", &row.staff), ("superior", &row.superior)] {
                if people.number(key).is_none() {
                    self.unknown(sheet, row.row, column, key);
                }
            }
        }
        let mut edges = people.edges(&known.superiors);
        edges.extend(people.edges(&sheets.superiors));
        let rows: BTreeMap<usize, u32> =
            sheets.superiors.iter().filter_map(|row| Some((people.number(&row.staff)?, row.row))).collect();
        for members in tree::loops(&edges) {
            let Some(row) = members.iter().filter_map(|member| rows.get(member)).min() else { continue };
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
}
