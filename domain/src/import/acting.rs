//! Rows of acting posts: a person who holds a definitive post can act for another one (Plt, Plh) at the same time.

use super::{Sheets, StaffRow};
use crate::assignment::Capacity;
use std::collections::{BTreeMap, BTreeSet};

/// Selects the rows of people that describe an acting post, not the assignment of the person: the person has a
/// definitive post in another row or in the stored data. Returns the row numbers.
#[must_use]
pub fn acting_rows(sheets: &Sheets, known: &Sheets) -> BTreeSet<u32> {
    let mut definitive: BTreeMap<&str, &StaffRow> = BTreeMap::new();
    for row in known.staff.iter().chain(&sheets.staff).filter(|row| row.capacity() == Capacity::Definitive) {
        for key in [row.nip.as_deref(), row.external_id.as_deref()].into_iter().flatten() {
            definitive.insert(key, row);
        }
    }
    let is_acting = |row: &&StaffRow| {
        let keys = [row.nip.as_deref(), row.external_id.as_deref()];
        let own = keys.into_iter().flatten().find_map(|key| definitive.get(key));
        // The same post with another capacity is a correction.
        row.capacity() != Capacity::Definitive
            && own.is_some_and(|own| {
                (&own.unit_code, &own.position_code) != (&row.unit_code, &row.position_code)
            })
    };
    sheets.staff.iter().filter(is_acting).map(|row| row.row).collect()
}
