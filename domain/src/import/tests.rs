//! Parsing of rows, checks across sheets, and the list of changes.

mod identity;

use super::*;
use crate::{Key, time::Date};

fn unit(row: u32, code: &str, parent: &str) -> UnitRow {
    let kind = if parent.is_empty() { "agency" } else { "opd" };
    let raw = RawUnit {
        code: code.to_owned(),
        name: format!("Unit {code}"),
        kind: kind.to_owned(),
        parent_code: parent.to_owned(),
        ..RawUnit::default()
    };
    parse_unit(row, &raw).0.expect("a unit")
}

fn raw_person(external_id: &str) -> RawStaff {
    RawStaff {
        external_id: external_id.to_owned(),
        name: format!("Orang {external_id}"),
        employment_kind: "PNS".to_owned(),
        unit_code: "A".to_owned(),
        position_code: "GURU".to_owned(),
        rank: "III/a".to_owned(),
        ..RawStaff::default()
    }
}

fn person(row: u32, external_id: &str) -> StaffRow {
    parse_staff(row, &raw_person(external_id)).0.expect("a person")
}

fn superior(row: u32, staff: &str, superior: &str) -> SuperiorRow {
    parse_superior(row, &RawSuperior { staff: staff.to_owned(), superior: superior.to_owned() })
        .0
        .expect("a row")
}

fn sheets() -> Sheets {
    let raw = RawPosition {
        code: "GURU".to_owned(),
        name: "Guru".to_owned(),
        kind: "functional".to_owned(),
        level: "Ahli Muda".to_owned(),
    };
    Sheets {
        units: vec![unit(2, "R", ""), unit(3, "A", "R")],
        positions: vec![parse_position(2, &raw).0.expect("a position")],
        staff: vec![person(2, "p1"), person(3, "p2"), person(4, "p3")],
        superiors: vec![superior(2, "p2", "p1"), superior(3, "p3", "p2")],
    }
}

/// All findings of the checks, by sheet and row.
fn checked(sheets: &Sheets, known: &Sheets) -> Vec<Finding> {
    let mut findings = Findings::new(usize::MAX);
    check(sheets, known, &RefusedRows::default(), &mut findings);
    let mut listed = findings.into_parts().0;
    listed.sort_by_key(|finding| (finding.sheet, finding.row));
    listed
}

/// Sheet, row, column and key of each finding.
fn summary(findings: &[Finding]) -> Vec<(RowKind, u32, String, Key)> {
    findings
        .iter()
        .map(|one| (one.sheet, one.row, one.refusal.path.join("."), one.refusal.message.key()))
        .collect()
}

#[test]
fn parsing_accepts_spaces_and_any_letter_case() {
    let raw = RawStaff {
        nip: " 19641215 199003 1 009 ".to_owned(),
        employment_kind: " pppk part-time ".to_owned(),
        rank: " ix ".to_owned(),
        capacity: "plt".to_owned(),
        leads: "Ya".to_owned(),
        valid_from: "2026-01-01".to_owned(),
        ..raw_person("")
    };
    let (row, findings) = parse_staff(7, &raw);
    let row = row.expect("a row");
    assert_eq!((row.key(), row.rank.as_deref(), row.leads()), ("196412151990031009", Some("IX"), true));
    assert!(row.is_known_as("196412151990031009") && !row.is_known_as(""));
    assert_eq!(row.capacity, Some(crate::assignment::Capacity::Plt));
    assert_eq!(findings.len(), 1, "the NIP belongs to a PNS: {findings:?}");
    assert_eq!((findings[0].severity, findings[0].fixer), (Severity::Warning, Fixer::PersonnelAgency));
}

#[test]
fn all_findings_of_a_row_name_who_can_fix_them() {
    let raw = RawStaff {
        nip: "12".to_owned(),
        name: String::new(),
        rank: "V/x".to_owned(),
        capacity: "boss".to_owned(),
        leads: "maybe".to_owned(),
        valid_from: "01/02/26".to_owned(),
        ..raw_person("p1")
    };
    let (row, findings) = parse_staff(7, &raw);
    assert_eq!(row, None);
    let mut fixers: Vec<_> =
        findings.iter().map(|one| (one.refusal.path.join("."), one.fixer, one.row)).collect();
    fixers.sort();
    let importer = |column: &str| (column.to_owned(), Fixer::Importer, 7);
    let personnel = |column: &str| (column.to_owned(), Fixer::PersonnelAgency, 7);
    assert_eq!(
        fixers,
        [
            importer("capacity"),
            importer("leads"),
            importer("name"),
            personnel("nip"),
            personnel("rank"),
            importer("validFrom")
        ]
    );
    let unidentified = RawStaff { external_id: String::new(), ..raw_person("p1") };
    assert_eq!(
        summary(&parse_staff(7, &unidentified).1),
        [(RowKind::Staff, 7, "nip".to_owned(), Key::NoIdentity)]
    );
    assert_eq!(parse_unit(2, &RawUnit::default()).1.len(), 3);
    assert_eq!(parse_position(2, &RawPosition::default()).1.len(), 3);
    assert_eq!(parse_superior(2, &RawSuperior::default()).1.len(), 2);
}

#[test]
fn valid_sheets_have_no_findings() {
    assert_eq!(summary(&checked(&sheets(), &Sheets::default())), []);
    assert_eq!(summary(&checked(&sheets(), &sheets())), [], "also when imported again");
    assert_eq!(summary(&checked(&Sheets::default(), &Sheets::default())), []);
}

#[test]
fn duplicates_and_unknown_references_are_found() {
    let mut all = sheets();
    all.units.push(unit(4, "A", "X"));
    all.positions.push(PositionRow { row: 3, ..all.positions[0].clone() });
    all.staff.push(StaffRow { unit_code: "Z".to_owned(), position_code: "Z".to_owned(), ..person(5, "p1") });
    all.superiors.push(superior(4, "p2", "p9"));
    let expected = [
        (RowKind::Unit, 4, "code", Key::RowTwice),
        (RowKind::Unit, 4, "parentCode", Key::Unknown),
        (RowKind::Position, 3, "code", Key::RowTwice),
        (RowKind::Staff, 5, "externalId", Key::RowTwice),
        (RowKind::Staff, 5, "unitCode", Key::Unknown),
        (RowKind::Staff, 5, "positionCode", Key::Unknown),
        (RowKind::Superior, 4, "staff", Key::RowTwice),
        (RowKind::Superior, 4, "superior", Key::Unknown),
    ]
    .map(|(sheet, row, column, key)| (sheet, row, column.to_owned(), key));
    assert_eq!(summary(&checked(&all, &Sheets::default())), expected);
}

#[test]
fn a_reference_with_other_capitals_names_the_known_code() {
    let raw = RawStaff { unit_code: "a".to_owned(), position_code: "Guru".to_owned(), ..raw_person("p9") };
    let row = parse_staff(7, &raw).0.expect("a person");
    let findings = checked(&Sheets { staff: vec![row], ..Sheets::default() }, &sheets());
    let expected = [("unitCode", "\"A\""), ("positionCode", "\"GURU\"")];
    assert_eq!(findings.len(), expected.len(), "{findings:?}");
    for (finding, (column, other)) in findings.iter().zip(expected) {
        let said = finding.refusal.message.render(crate::Locale::Id);
        assert_eq!((finding.refusal.path.as_slice(), finding.row), ([column.to_owned()].as_slice(), 7));
        assert!(said.contains(other) && finding.refusal.message.key() == Key::ImportCaseOf, "{said}");
    }
}

#[test]
fn a_cell_that_says_there_is_nothing_is_no_id_and_no_code() {
    let raw = RawStaff {
        external_id: "NULL".to_owned(),
        unit_code: "nihil".to_owned(),
        position_code: "N/A".to_owned(),
        name: "(null)".to_owned(),
        ..raw_person("p9")
    };
    let (row, findings) = parse_staff(4, &raw);
    assert!(row.is_none());
    let found: Vec<(String, Key)> =
        findings.iter().map(|one| (one.refusal.path.join("."), one.refusal.message.key())).collect();
    for (column, key) in [
        ("externalId", Key::ImportNothing),
        ("unitCode", Key::ImportNothing),
        ("positionCode", Key::ImportNothing),
        ("name", Key::ImportNoName),
    ] {
        assert!(found.contains(&(column.to_owned(), key)), "{column}: {found:?}");
    }
}

#[test]
fn a_loop_of_superiors_is_found_once_with_its_chain() {
    let mut all = sheets();
    all.superiors.push(superior(9, "p1", "p3"));
    let findings = checked(&all, &Sheets::default());
    assert_eq!(summary(&findings), [(RowKind::Superior, 2, "superior".to_owned(), Key::ImportLoop)]);
    assert_eq!(
        findings[0].refusal.message.render(crate::Locale::En),
        "The chain of superiors forms a loop: Orang p2 < Orang p1 < Orang p3 < Orang p2."
    );
    all.superiors = vec![superior(2, "p1", "p1")];
    assert_eq!(summary(&checked(&all, &Sheets::default()))[0].3, Key::OwnSuperior);
    // A loop between the sheet and the stored data.
    let known = sheets();
    let more = Sheets { superiors: vec![superior(5, "p1", "p3")], ..Sheets::default() };
    assert_eq!(
        summary(&checked(&more, &known)),
        [(RowKind::Superior, 5, "superior".to_owned(), Key::ImportLoop)]
    );
    // Stored people come in any order; the chain is the same.
    let reversed = Sheets { staff: known.staff.iter().rev().cloned().collect(), ..known.clone() };
    assert_eq!(checked(&more, &known), checked(&more, &reversed));
    // The sheet also changes another superior, but to an unknown person.
    let more =
        Sheets { superiors: vec![superior(5, "p1", "p3"), superior(6, "p3", "p9")], ..Sheets::default() };
    let keys: Vec<Key> = checked(&more, &known).iter().map(|one| one.refusal.message.key()).collect();
    assert_eq!(keys, [Key::ImportLoop, Key::Unknown], "an unknown superior does not break the loop");
}

#[test]
fn a_unit_tree_has_one_root_no_loop_and_one_head_per_unit() {
    let mut all = sheets();
    all.units.push(unit(4, "Q", ""));
    let keys = |all: &Sheets| -> Vec<Key> {
        checked(all, &Sheets::default()).iter().map(|one| one.refusal.message.key()).collect()
    };
    assert_eq!(keys(&all), [Key::ImportNoRoot, Key::ImportNoRoot]);
    all.units = vec![unit(2, "A", "B"), unit(3, "B", "A")];
    assert_eq!(keys(&all), [Key::ImportNoRoot, Key::UnitLoop, Key::UnitLoop]);
    let mut heads = sheets();
    for person in &mut heads.staff[..2] {
        person.leads = Some(true);
    }
    assert_eq!(keys(&heads), [Key::ImportManyHeads]);
}

#[test]
fn an_import_lists_its_changes() {
    let kinds = |all: &Sheets, known: &Sheets| -> Vec<(RowKind, ChangeKind)> {
        changes(all, known).into_iter().map(|one| (one.sheet, one.kind)).collect()
    };
    let all = sheets();
    assert!(kinds(&all, &Sheets::default()).iter().all(|(_, kind)| *kind == ChangeKind::Create));
    let mut known = all.clone();
    for person in &mut known.staff {
        person.row = 0;
    }
    assert!(kinds(&all, &known).iter().all(|(_, kind)| *kind == ChangeKind::Unchanged));
    let mut next = all.clone();
    next.units[1].name = "Dinas Pendidikan".to_owned();
    next.staff[0].rank = None;
    next.staff[1].nip = Some("196412151990031009".to_owned());
    next.superiors = vec![superior(2, "196412151990031009", "p3"), superior(3, "p3", "p2")];
    let changed: Vec<(RowKind, u32, ChangeKind)> = changes(&next, &known)
        .into_iter()
        .filter(|one| one.kind != ChangeKind::Unchanged)
        .map(|one| (one.sheet, one.row, one.kind))
        .collect();
    assert_eq!(
        changed,
        [
            (RowKind::Unit, 3, ChangeKind::Update),
            (RowKind::Staff, 3, ChangeKind::Update),
            (RowKind::Superior, 2, ChangeKind::Update)
        ],
        "an empty rank changes nothing, and either id identifies a person"
    );
}

#[test]
fn five_thousand_rows_can_be_checked() {
    let mut all = sheets();
    all.staff = (0..5_000).map(|number| person(number + 2, &format!("s{number}"))).collect();
    all.superiors = (1..5_000)
        .map(|number| superior(number + 1, &format!("s{number}"), &format!("s{}", number / 2)))
        .collect();
    assert_eq!(summary(&checked(&all, &Sheets::default())), []);
    assert_eq!(changes(&all, &all).len(), 5_000 + 4_999 + 3);
}

#[test]
fn impossible_years_are_errors_and_unusual_ages_are_warnings() {
    let mut file = sheets();
    let nips = ["000101012024211001", "200001012110011001", "195001012005011001"];
    for (person, nip) in file.staff.iter_mut().zip(nips) {
        person.nip = Some(nip.to_owned());
    }
    file.staff[2].valid_from = Date::from_ymd_opt(205, 3, 1);
    let today = "2026-03-02".parse().expect("a day");
    let findings: Vec<Finding> = implausible_dates(&file, &RefusedRows::default(), today).collect();
    assert_eq!(
        summary(&findings),
        [
            (RowKind::Staff, 2, "nip".to_owned(), Key::NipAge),
            (RowKind::Staff, 3, "nip".to_owned(), Key::NipFutureAppointment),
            (RowKind::Staff, 4, "validFrom".to_owned(), Key::ImportYear),
            (RowKind::Staff, 4, "nip".to_owned(), Key::NipAge),
        ]
    );
    let severities: Vec<Severity> = findings.iter().map(|one| one.severity).collect();
    assert_eq!(severities, [Severity::Error, Severity::Error, Severity::Error, Severity::Warning]);
    for (year, wrong) in [(2110, true), (2027, false), (1950, false), (1949, true)] {
        file.staff = vec![StaffRow { valid_from: Date::from_ymd_opt(year, 1, 1), ..person(2, "p1") }];
        assert_eq!(implausible_dates(&file, &RefusedRows::default(), today).count() > 0, wrong, "{year}");
    }
    file.staff = vec![StaffRow { nip: Some("211001012015011001".to_owned()), ..person(2, "p1") }];
    assert_eq!(
        implausible_dates(&file, &RefusedRows::default(), today).map(|one| one.severity).collect::<Vec<_>>(),
        [Severity::Error]
    );
}

#[test]
fn an_absent_column_changes_nothing() {
    let mut known = sheets();
    known.units[1].row = 0;
    for person in &mut known.staff {
        person.row = 0;
    }
    known.staff[0].leads = Some(true);
    known.staff[1].capacity = Some(crate::assignment::Capacity::Plt);
    let mut file = sheets();
    file.units[1].parent_code = None;
    file.positions[0].level = None;
    let done = complete(&file, &known);
    assert_eq!(
        (done.units[1].parent_code.as_deref(), done.positions[0].level.as_deref()),
        (Some("R"), Some("Ahli Muda"))
    );
    assert_eq!(
        (done.staff[0].leads, done.staff[1].capacity),
        (Some(true), Some(crate::assignment::Capacity::Plt))
    );
    assert_eq!(done.staff[2].leads, Some(false));
    // An explicit word changes it.
    file.staff[0].leads = Some(false);
    assert_eq!(complete(&file, &known).staff[0].leads, Some(false));
    // A person who moves to another unit does not head it.
    file.staff[0].leads = None;
    file.staff[0].unit_code = "R".to_owned();
    assert_eq!(complete(&file, &known).staff[0].leads, Some(false));
}

#[test]
fn a_second_head_is_found_also_beside_a_stored_one() {
    let mut known = sheets();
    for person in &mut known.staff {
        person.row = 0;
    }
    known.staff[0].leads = Some(true);
    let head = |row, id: &str| StaffRow { leads: Some(true), ..person(row, id) };
    let file = |staff| Sheets { staff, ..Sheets::default() };
    let keys = |staff| -> Vec<Key> {
        checked(&file(staff), &known).iter().map(|one| one.refusal.message.key()).collect()
    };
    assert_eq!(keys(vec![head(2, "p2")]), [Key::ImportHeadStays]);
    assert_eq!(keys(vec![head(2, "p2"), StaffRow { leads: Some(false), ..person(3, "p1") }]), []);
    assert_eq!(keys(vec![head(2, "p1")]), []);
    assert_eq!(keys(vec![head(2, "p1"), head(3, "p2")]), [Key::ImportManyHeads]);
}

#[test]
fn rows_that_refer_to_a_refused_row_are_counted_there() {
    let mut all = sheets();
    all.units.pop();
    let mut refused = RefusedRows::default();
    refused.units.insert("A".to_owned(), 3);
    let mut findings = Findings::new(usize::MAX);
    check(&all, &Sheets::default(), &refused, &mut findings);
    let listed = findings.into_parts().0;
    assert_eq!(summary(&listed), [(RowKind::Unit, 3, String::new(), Key::ImportFollowUps)]);
    assert!(listed[0].refusal.message.render(crate::Locale::En).starts_with("3 other rows"));
}

#[test]
fn findings_above_the_limit_are_counted_by_row() {
    let mut file = sheets();
    for person in &mut file.staff {
        person.unit_code = "TIDAKADA".to_owned();
        person.position_code = "TIDAKADA".to_owned();
    }
    let all = checked(&file, &Sheets::default());
    let mut findings = Findings::new(1);
    check(&file, &Sheets::default(), &RefusedRows::default(), &mut findings);
    assert!(findings.has_errors());
    let (listed, unlisted) = findings.into_parts();
    assert_eq!(listed.len(), 1);
    assert_eq!(all.len(), 6);
    assert_eq!(unlisted.values().map(|row| row.count()).sum::<u32>(), 5);
    assert_eq!(unlisted.get(&(RowKind::Staff, 3)), Some(&Unlisted { errors: 2, warnings: 0 }));
}

#[test]
fn a_long_loop_shows_its_beginning_and_its_length() {
    let people: Vec<StaffRow> = (0..1_000).map(|number| person(number + 2, &format!("p{number}"))).collect();
    let superiors = (0..1_000)
        .map(|number| superior(number + 2, &format!("p{number}"), &format!("p{}", (number + 1) % 1_000)));
    let file = Sheets { staff: people, superiors: superiors.collect(), ..sheets() };
    let found = checked(&file, &Sheets::default());
    let message = found.first().expect("a loop").refusal.message.render(crate::Locale::En);
    assert!(message.contains("Orang p9 < … (+990) < Orang p0"), "{message}");
}
