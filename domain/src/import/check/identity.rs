//! Rows that contradict each other about who a person is.

use super::{Checks, Fixer, People, RowKind, Sheets, StaffRow};
use crate::{Key, Message, text::sort_key};
use std::collections::{BTreeMap, BTreeSet};

impl Checks<'_> {
    /// Finds two rows of one person that have no id in common. Also finds a NIP that is the external id of another
    /// person, and an external id that is the NIP of another person. `acting` are the numbers of the acting rows.
    pub(super) fn identities(&mut self, sheets: &Sheets, known: &Sheets, acting: &BTreeSet<u32>) {
        let people = People::all(known, sheets, acting);
        let mut first_rows: BTreeMap<usize, u32> = BTreeMap::new();
        let mut ids: BTreeSet<(&str, &str)> = BTreeSet::new();
        for row in &sheets.staff {
            let Some(person) = people.of_row(row.row) else { continue };
            let given = [("nip", row.nip.as_deref()), ("externalId", row.external_id.as_deref())];
            let given = given.into_iter().filter_map(|(column, id)| Some((column, id?)));
            // The same id in two rows has a finding of its own.
            let is_new = given.clone().filter(|id| !ids.insert(*id)).count() == 0;
            let first = *first_rows.entry(person).or_insert(row.row);
            if is_new && first != row.row {
                let column = given.clone().next().map_or("nip", |(column, _)| column);
                let message = Message::new(Key::ImportPersonTwice).with("row", first);
                self.push(RowKind::Staff, row.row, column, message, Fixer::Importer);
            }
            for (column, id) in given {
                let other = if column == "nip" { people.with_external_id(id) } else { people.with_nip(id) };
                let Some(other) = other.filter(|other| *other != person) else { continue };
                // Ids that are already stored for this person change nothing.
                if known.staff.iter().any(|one| (&one.nip, &one.external_id) == (&row.nip, &row.external_id))
                {
                    continue;
                }
                let name = people.rows.get(other).map_or("", |other| other.name.as_str());
                let message = Message::new(Key::ImportIdOfOther)
                    .with("field", column)
                    .with("value", id)
                    .with("person", name);
                self.push(RowKind::Staff, row.row, column, message, Fixer::PersonnelAgency);
            }
        }
    }

    /// Finds acting rows whose name, employment kind or external id differs from the person with the row's NIP. With a
    /// mistyped NIP, the wrong person would get the powers of the post.
    pub(super) fn acting_identities(&mut self, sheets: &Sheets, known: &Sheets, acting: &BTreeSet<u32>) {
        let people = People::all(known, sheets, acting);
        for row in sheets.staff.iter().filter(|row| acting.contains(&row.row)) {
            let Some(own) = people.find_row(row) else { continue };
            let id_differs = match (&row.nip, &row.external_id) {
                (Some(nip), Some(id)) => {
                    people.with_external_id(id).is_some_and(|one| people.with_nip(nip) != Some(one))
                }
                _ => false,
            };
            let differs = [
                ("externalId", id_differs),
                ("name", !is_same_name(&row.name, &own.name)),
                ("employmentKind", row.employment_kind != own.employment_kind),
            ];
            for (column, _) in differs.into_iter().filter(|(_, differs)| *differs) {
                let message =
                    Message::new(Key::ImportActingDiffers).with("field", column).with("person", &own.name);
                self.push(RowKind::Staff, row.row, column, message, Fixer::Importer);
            }
        }
    }

    /// Finds people with two rows in the sheet of superiors, one with their NIP and one with their external id.
    pub(super) fn superior_twice(&mut self, sheets: &Sheets, people: &People<'_>) {
        let mut first_rows: BTreeMap<usize, (u32, &str)> = BTreeMap::new();
        for row in &sheets.superiors {
            let Some(person) = people.number(&row.staff) else { continue };
            let (first, key) = *first_rows.entry(person).or_insert((row.row, &row.staff));
            // The same id in two rows has a finding of its own.
            if first != row.row && key != row.staff {
                let message = Message::new(Key::ImportPersonTwice).with("row", first);
                self.push(RowKind::Superior, row.row, "staff", message, Fixer::Importer);
            }
        }
    }
}

/// Whether two texts can be the name of one person: titles may be missing in one of them.
fn is_same_name(left: &str, right: &str) -> bool {
    let (left, right) = (sort_key(left), sort_key(right));
    let words = |name: &'_ str| name.split(' ').map(str::to_owned).collect::<BTreeSet<_>>();
    let (left, right) = (words(&left), words(&right));
    left.is_subset(&right) || right.is_subset(&left)
}

/// The NIP and the external id of a person.
pub(super) fn ids_of(row: &StaffRow) -> impl Iterator<Item = &str> {
    [row.nip.as_deref(), row.external_id.as_deref()].into_iter().flatten()
}
