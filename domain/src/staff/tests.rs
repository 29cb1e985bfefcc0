//! People: NIP and leaving; positions.

use super::*;
use crate::testing::*;

fn new() -> NewStaff {
    NewStaff {
        id: TEACHER,
        agency: AGENCY,
        nip: Some("19800101 200501 2 003".to_owned()),
        name: " Rina, S.Pd. ".to_owned(),
        employment_kind: EmploymentKind::Pns,
        external_id: None,
        source: None,
    }
}

#[test]
fn a_nip_is_normalised_or_missing() {
    let staff = Staff::create(new()).expect("a person");
    assert_eq!((staff.nip.as_deref(), staff.name.as_str()), (Some("198001012005012003"), "Rina, S.Pd."));
    for nip in [None, Some(" ".to_owned())] {
        assert_eq!(Staff::create(NewStaff { nip, ..new() }).expect("a person").nip, None);
    }
    let bad = Staff::create(NewStaff { nip: Some("12".to_owned()), name: String::new(), ..new() });
    assert_eq!(paths(&bad.expect_err("refused")), ["name", "nip"]);
}

#[test]
fn an_unusual_nip_is_a_warning() {
    assert!(Staff::create(new()).expect("a person").warnings().is_empty());
    let unusual =
        Staff::create(NewStaff { employment_kind: EmploymentKind::Pppk, ..new() }).expect("a person");
    assert_eq!(unusual.warnings().iter().map(Message::key).collect::<Vec<_>>(), [Key::NipKind]);
}

#[test]
fn a_person_who_has_left_cannot_be_changed() {
    let staff = Staff::create(new()).expect("a person");
    let renamed = StaffChanges { name: Some("Rina, M.Pd.".to_owned()), ..StaffChanges::default() };
    let changed = staff.update(renamed.clone()).expect("changed");
    assert_eq!((changed.name.as_str(), &changed.nip), ("Rina, M.Pd.", &staff.nip));
    assert!(staff.end(day("2026-07-01"), " ").is_err());
    let ended = staff.end(day("2026-07-01"), "Pensiun").expect("ended");
    assert_eq!((ended.status, ended.ended_on), (StaffStatus::Ended, Some(day("2026-07-01"))));
    assert!(ended.update(renamed).is_err());
    assert!(ended.end(day("2026-08-01"), "Pensiun").is_err());
}

#[test]
fn only_functional_positions_have_a_level() {
    let input = |kind, level: Option<&str>| PositionInput {
        code: "GURU".to_owned(),
        name: "Guru".to_owned(),
        kind,
        level: level.map(str::to_owned),
    };
    let create = |input| Position::create(PositionId(uuid(30)), AGENCY, input);
    let teacher = create(input(PositionKind::Functional, Some("Ahli Muda"))).expect("a position");
    assert_eq!(
        paths(&create(input(PositionKind::Administrator, Some("Ahli Muda"))).expect_err("refused")),
        ["level"]
    );
    let dropped = teacher.update(input(PositionKind::Implementer, None)).expect("changed");
    assert_eq!((dropped.kind, dropped.level), (PositionKind::Implementer, None));
}

#[test]
fn only_non_asn_people_are_not_appraised() {
    use strum::IntoEnumIterator;
    let not: Vec<_> = EmploymentKind::iter().filter(|kind| !kind.is_appraised()).collect();
    assert_eq!(not, [EmploymentKind::NonAsn]);
}
