//! Who heads each unit and who rates whom, before and after an import.

use super::stored_people;
use crate::import::{Sheets, StaffRow, UnitRow, siasn::SiasnRows};
use std::collections::{BTreeMap, BTreeSet};

/// The heads and parents of units after the import, and who rates whom before it.
pub(super) struct Chart<'a> {
    /// The person that heads each unit, by code: `pns_id` or NIP.
    pub heads: BTreeMap<&'a str, &'a str>,
    /// The unit above each unit, by code.
    pub parents: BTreeMap<&'a str, &'a str>,
    /// The stored people by external id, and their superiors.
    stored: BTreeMap<&'a str, &'a StaffRow>,
    rated_by: BTreeMap<&'a str, &'a str>,
    known_heads: BTreeMap<&'a str, &'a StaffRow>,
    known_parents: BTreeMap<&'a str, &'a str>,
    names: BTreeMap<&'a str, &'a str>,
}

impl<'a> Chart<'a> {
    pub fn new(rows: &'a SiasnRows, known: &'a Sheets, file: &'a Sheets) -> Self {
        let key = |row: &'a StaffRow| row.external_id.as_deref().or(row.nip.as_deref());
        let known_heads: BTreeMap<&str, &StaffRow> =
            known.staff.iter().filter(|row| row.leads()).map(|row| (row.unit_code.as_str(), row)).collect();
        let stored = stored_people(known);
        let mut moved: BTreeSet<&str> = BTreeSet::new();
        for row in &file.staff {
            let keys = [row.nip.as_deref(), row.external_id.as_deref()];
            let before = keys.into_iter().flatten().find_map(|key| stored.get(key)).copied();
            moved.extend(before.filter(|before| before.unit_code != row.unit_code).and_then(&key));
        }
        // A stored head stays unless they move, or the file names another person.
        let stays = known_heads
            .iter()
            .filter_map(|(unit, row)| Some((*unit, key(row).filter(|key| !moved.contains(key))?)));
        let mut heads: BTreeMap<&str, &str> = stays.collect();
        let by_id: BTreeMap<&str, &UnitRow> =
            file.units.iter().filter_map(|unit| Some((unit.external_id.as_deref()?, unit))).collect();
        let people: BTreeSet<&str> =
            known.staff.iter().chain(&file.staff).filter_map(|row| row.external_id.as_deref()).collect();
        for unit in &rows.units {
            let Some(row) = by_id.get(unit.id.as_str()) else { continue };
            if let Some(head) = unit.head.as_deref().filter(|head| people.contains(head)) {
                heads.insert(&row.code, head);
            }
        }
        let parents_of = |units: &'a [UnitRow]| {
            units.iter().filter_map(|unit| Some((unit.code.as_str(), unit.parent_code.as_deref()?)))
        };
        let known_parents: BTreeMap<&str, &str> = parents_of(&known.units).collect();
        let parents = parents_of(&known.units).chain(parents_of(&file.units)).collect();
        let stored = known.staff.iter().filter_map(|row| Some((row.external_id.as_deref()?, row))).collect();
        let rated_by =
            known.superiors.iter().map(|row| (row.staff.as_str(), row.superior.as_str())).collect();
        let units = known.units.iter().chain(&file.units);
        let names = units.map(|unit| (unit.code.as_str(), unit.name.as_str())).collect();
        Self { heads, parents, stored, rated_by, known_heads, known_parents, names }
    }

    /// The name of a unit for people; `None` for an unknown unit.
    pub fn name(&self, code: &str) -> Option<&str> {
        self.names.get(code).copied()
    }

    /// Whether the office has chosen the superior of a stored person. This is so if the person stays in their unit and
    /// the superior is not the stored head of that unit; for a head, not the stored head of the unit above.
    pub fn has_own_superior(&self, row: &StaffRow) -> bool {
        let Some(before) = row.external_id.as_deref().and_then(|id| self.stored.get(id)) else {
            return false;
        };
        let superior = [before.nip.as_deref(), before.external_id.as_deref()]
            .into_iter()
            .flatten()
            .find_map(|key| self.rated_by.get(key));
        let Some(superior) = superior.filter(|_| before.unit_code == row.unit_code) else { return false };
        let unit = before.unit_code.as_str();
        let derived = match self
            .known_heads
            .get(unit)
            .filter(|head| head.row == before.row && head.key() == before.key())
        {
            Some(_) => self.known_parents.get(unit).and_then(|parent| self.known_heads.get(parent)),
            None => self.known_heads.get(unit),
        };
        !derived.is_some_and(|head| head.is_known_as(superior))
    }
}
