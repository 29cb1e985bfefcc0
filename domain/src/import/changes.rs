//! The changes that an import would make, and the stored values that replace empty cells.

use super::{PositionRow, RowKind, Sheets, StaffRow, SuperiorRow, UnitRow, acting::acting_rows};
use crate::{assignment::Capacity, staff::PositionKind};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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

/// Replaces empty cells and absent columns by stored values, so that they change nothing. A person who moves to another
/// unit does not head it, and a person who moves to another post holds it definitively.
#[must_use]
pub fn complete(file: &Sheets, known: &Sheets) -> Sheets {
    let mut sheets = file.clone();
    let units: BTreeMap<&str, &UnitRow> = known.units.iter().map(|unit| (unit.code.as_str(), unit)).collect();
    for row in &mut sheets.units {
        let before = units.get(row.code.as_str());
        let parent = || before.and_then(|before| before.parent_code.clone());
        row.parent_code = row.parent_code.take().or_else(parent);
    }
    let positions: BTreeMap<&str, &PositionRow> =
        known.positions.iter().map(|position| (position.code.as_str(), position)).collect();
    for row in sheets.positions.iter_mut().filter(|row| row.kind == PositionKind::Functional) {
        let level = || positions.get(row.code.as_str()).and_then(|before| before.level.clone());
        row.level = row.level.take().or_else(level);
    }
    let acting = acting_rows(file, known);
    let people = People::stored(known, file);
    for row in &mut sheets.staff {
        let before = people.find_row(row).filter(|_| !acting.contains(&row.row));
        let in_unit = before.filter(|before| before.unit_code == row.unit_code);
        let in_post = in_unit.filter(|before| before.position_code == row.position_code);
        let capacity = in_post.map_or(Capacity::Definitive, StaffRow::capacity);
        row.capacity = row.capacity.or(Some(capacity));
        row.leads = row.leads.or(Some(in_unit.is_some_and(StaffRow::leads)));
    }
    sheets
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
    let stored = People::stored(known, sheets);
    let people = People::all(known, sheets, &acting);
    let staff = sheets.staff.iter().map(|row| {
        if acting.contains(&row.row) {
            let (sheet, row, label) = (RowKind::Staff, row.row, row.name.clone());
            return Change { sheet, row, kind: ChangeKind::Create, label };
        }
        let before = stored.find_row(row);
        let after = before.map_or_else(|| row.clone(), |before| filled_from(row, before));
        Change { sheet: RowKind::Staff, row: row.row, kind: kind_of(before, &after), label: row.name.clone() }
    });
    let before = People::edges_of_stored(known);
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
fn filled_from(row: &StaffRow, before: &StaffRow) -> StaffRow {
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
#[derive(Default)]
pub(super) struct People<'a> {
    pub rows: Vec<&'a StaffRow>,
    by_nip: BTreeMap<&'a str, usize>,
    by_id: BTreeMap<&'a str, usize>,
    /// The person of each row of the file.
    of_rows: BTreeMap<u32, usize>,
}

impl<'a> People<'a> {
    /// The stored people. A NIP that the file corrects finds nobody: another row of the file can have such a NIP.
    pub fn stored(known: &'a Sheets, file: &Sheets) -> Self {
        let mut people = Self::default();
        for row in &known.staff {
            people.add(row);
        }
        for row in &file.staff {
            let known = row.external_id.as_deref().and_then(|id| people.by_id.get(id)).copied();
            let old = known.and_then(|number| people.rows.get(number)).and_then(|one| one.nip.as_deref());
            if let Some(old) = old.filter(|old| row.nip.as_ref().is_some_and(|nip| nip != old)) {
                people.by_nip.remove(old);
            }
        }
        people
    }

    /// The stored people and those of the file.
    pub fn all(known: &'a Sheets, file: &'a Sheets, acting: &BTreeSet<u32>) -> Self {
        let mut people = Self::stored(known, file);
        for row in file.staff.iter().filter(|row| !acting.contains(&row.row)) {
            let number = people.add(row);
            people.of_rows.insert(row.row, number);
        }
        people
    }

    fn add(&mut self, row: &'a StaffRow) -> usize {
        let number = self.of(row).unwrap_or(self.rows.len());
        match self.rows.get_mut(number) {
            Some(earlier) => *earlier = row,
            None => self.rows.push(row),
        }
        if let Some(nip) = row.nip.as_deref() {
            self.by_nip.entry(nip).or_insert(number);
        }
        if let Some(id) = row.external_id.as_deref() {
            self.by_id.entry(id).or_insert(number);
        }
        number
    }

    /// The person whom the ids of a row name. An id in the wrong column names a person only if nothing contradicts it.
    fn of(&self, row: &StaffRow) -> Option<usize> {
        let (nip, id) = (row.nip.as_deref(), row.external_id.as_deref());
        let is_without_nip = |number: &usize| self.rows.get(*number).is_some_and(|one| one.nip.is_none());
        let by_nip = nip.and_then(|nip| self.by_nip.get(nip));
        let by_id = || id.and_then(|id| self.by_id.get(id));
        let nip_as_id = || nip.and_then(|nip| self.by_id.get(nip)).filter(|number| is_without_nip(number));
        let id_as_nip = || id.filter(|_| nip.is_none()).and_then(|id| self.by_nip.get(id));
        by_nip.or_else(by_id).or_else(nip_as_id).or_else(id_as_nip).copied()
    }

    pub fn number(&self, key: &str) -> Option<usize> {
        self.by_nip.get(key).or_else(|| self.by_id.get(key)).copied()
    }

    pub fn with_nip(&self, nip: &str) -> Option<usize> {
        self.by_nip.get(nip).copied()
    }

    pub fn with_external_id(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The person of a row of the file.
    pub fn of_row(&self, row: u32) -> Option<usize> {
        self.of_rows.get(&row).copied()
    }

    pub fn find_row(&self, row: &StaffRow) -> Option<&'a StaffRow> {
        self.of(row).and_then(|number| self.rows.get(number).copied())
    }

    fn name<'b>(&'b self, key: &'b str) -> &'b str {
        self.number(key).and_then(|number| self.rows.get(number)).map_or(key, |row| row.name.as_str())
    }

    /// Maps each stored person to their superior. The stored rows have the stored NIPs, also those that the file
    /// corrects and gives to another person. The numbers of the people are those of [`Self::all`].
    pub fn edges_of_stored(known: &Sheets) -> BTreeMap<usize, usize> {
        People::stored(known, &Sheets::default()).edges(&known.superiors)
    }

    /// Maps each person to their superior; omits unknown people.
    pub fn edges(&self, rows: &[SuperiorRow]) -> BTreeMap<usize, usize> {
        rows.iter().filter_map(|row| self.number(&row.staff).zip(self.number(&row.superior))).collect()
    }
}
