//! Rows that contradict each other about who a person is.

use super::*;
use crate::assignment::Capacity;

const NIP: &str = "199001012015011001";

/// A stored person with both ids.
fn known() -> Sheets {
    let mut known = sheets();
    for person in &mut known.staff {
        person.row = 0;
    }
    known.staff[0].nip = Some(NIP.to_owned());
    known
}

fn by_nip(row: u32, nip: &str) -> StaffRow {
    StaffRow { nip: Some(nip.to_owned()), external_id: None, name: "Orang p1".to_owned(), ..person(row, "x") }
}

fn found(staff: Vec<StaffRow>, superiors: Vec<SuperiorRow>, known: &Sheets) -> Vec<(u32, String, Key)> {
    let file = Sheets { staff, superiors, ..Sheets::default() };
    summary(&checked(&file, known)).into_iter().map(|(_, row, column, key)| (row, column, key)).collect()
}

#[test]
fn two_rows_of_one_person_are_found_also_without_a_common_id() {
    let rows = || vec![by_nip(2, NIP), person(3, "p1")];
    let expected = [(3, "externalId".to_owned(), Key::ImportPersonTwice)];
    assert_eq!(found(rows(), Vec::new(), &known()), expected);
    let unlinked = Sheets { staff: Vec::new(), ..known() };
    assert_eq!(found(rows(), Vec::new(), &unlinked), [], "nothing says that they are one person");
    // Both ids in a third row.
    let both = StaffRow { nip: Some(NIP.to_owned()), ..person(4, "p1") };
    let linked = found(vec![by_nip(2, NIP), both], Vec::new(), &known());
    assert_eq!(linked, [(4, "nip".to_owned(), Key::RowTwice)], "the same id twice is one finding");
    // A corrected NIP is free for a new person.
    let corrected = StaffRow { nip: Some("199001012015011009".to_owned()), ..person(2, "p1") };
    assert_eq!(found(vec![corrected, by_nip(3, NIP)], Vec::new(), &known()), []);

    let superiors = || vec![superior(2, "p1", "p2"), superior(3, NIP, "p3")];
    let expected = [(3, "staff".to_owned(), Key::ImportPersonTwice)];
    let without_superiors = Sheets { superiors: Vec::new(), ..known() };
    assert_eq!(found(Vec::new(), superiors(), &without_superiors), expected);
}

#[test]
fn a_corrected_nip_of_a_new_person_changes_neither_counts_nor_superiors_of_the_other() {
    let corrected = "199001012015011009";
    let mut known = known();
    known.superiors = vec![superior(0, NIP, "p2"), superior(0, "p2", "p3")];
    let file = Sheets {
        staff: vec![
            StaffRow { nip: Some(corrected.to_owned()), ..person(2, "p1") },
            StaffRow { name: "Orang baru".to_owned(), ..by_nip(3, NIP) },
        ],
        superiors: vec![superior(2, corrected, "p2"), superior(3, NIP, "p2")],
        ..Sheets::default()
    };
    let kinds: Vec<_> = changes(&file, &known).into_iter().map(|one| (one.sheet, one.kind)).collect();
    let expected = [
        (RowKind::Staff, ChangeKind::Update),
        (RowKind::Staff, ChangeKind::Create),
        (RowKind::Superior, ChangeKind::Unchanged),
        (RowKind::Superior, ChangeKind::Create),
    ];
    assert_eq!(kinds, expected);
    // The new person may be above the people who were above the other: this is no loop.
    let superiors = vec![superior(2, "p3", NIP)];
    assert_eq!(summary(&checked(&Sheets { superiors, ..file }, &known)), []);
}

#[test]
fn an_id_that_is_the_other_id_of_another_person_is_named() {
    let other = "199001012015011002";
    let row = StaffRow { nip: Some(other.to_owned()), ..person(2, NIP) };
    let expected = [(2, "externalId".to_owned(), Key::ImportIdOfOther)];
    assert_eq!(found(vec![row.clone()], Vec::new(), &known()), expected);
    // Also between two rows of the file.
    let rows = vec![by_nip(3, NIP), row.clone()];
    let in_both = [expected[0].clone(), (3, "nip".to_owned(), Key::ImportIdOfOther)];
    assert_eq!(found(rows, Vec::new(), &Sheets { staff: Vec::new(), ..known() }), in_both);
    // The NIP of the same person as their external id is no contradiction.
    let own = StaffRow { nip: Some(other.to_owned()), ..person(2, other) };
    assert_eq!(found(vec![own], Vec::new(), &known()), []);
    // The list of changes says what happens.
    let mut stored = known();
    stored.staff[1].external_id = Some(NIP.to_owned());
    let file = Sheets { staff: vec![by_nip(2, NIP)], ..Sheets::default() };
    let change = changes(&file, &stored).into_iter().next().expect("a change");
    assert_eq!(change.label, "Orang p1", "the NIP decides");
}

#[test]
fn an_acting_row_describes_the_person_whose_id_it_has() {
    let acting = |name: &str| StaffRow {
        name: name.to_owned(),
        capacity: Some(Capacity::Plt),
        position_code: "LAIN".to_owned(),
        ..by_nip(2, NIP)
    };
    let mut known = known();
    known.positions.push(PositionRow { code: "LAIN".to_owned(), row: 0, ..known.positions[0].clone() });
    assert_eq!(found(vec![acting("Drs. ORANG P1, M.Si.")], Vec::new(), &known), [], "titles may differ");
    let expected = |column: &str| [(2, column.to_owned(), Key::ImportActingDiffers)];
    assert_eq!(found(vec![acting("Nama Lain")], Vec::new(), &known), expected("name"));
    let kind = crate::staff::EmploymentKind::Pppk;
    let other_kind = StaffRow { employment_kind: kind, ..acting("Orang p1") };
    assert_eq!(found(vec![other_kind], Vec::new(), &known), expected("employmentKind"));
    let of_two = StaffRow { external_id: Some("p2".to_owned()), ..acting("Orang p1") };
    assert_eq!(found(vec![of_two], Vec::new(), &known), expected("externalId"));
}
