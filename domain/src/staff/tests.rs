//! Tests of people (NIP, leaving) and of positions.

use super::*;
use crate::testing::*;

fn new(input: StaffInput) -> NewStaff {
    NewStaff { id: TEACHER, agency: AGENCY, input, source: None }
}

fn teacher() -> StaffInput {
    StaffInput {
        nip: Some("19800101 200501 2 003".to_owned()),
        name: " Rina, S.Pd. ".to_owned(),
        employment_kind: EmploymentKind::Pns,
        external_id: None,
    }
}

#[test]
fn a_nip_is_normalised_or_missing() {
    let staff = Staff::create(new(teacher())).expect("a person");
    assert_eq!((staff.nip.as_deref(), staff.name.as_str()), (Some("198001012005012003"), "Rina, S.Pd."));
    for nip in [None, Some(" ".to_owned())] {
        let input = StaffInput { nip, external_id: Some("A-1".to_owned()), ..teacher() };
        assert_eq!(Staff::create(new(input)).expect("a person").nip, None);
    }
    let input = StaffInput { nip: Some("12".to_owned()), name: String::new(), ..teacher() };
    let bad = Staff::create(new(input));
    assert_eq!(paths(&bad.expect_err("refused")), ["name", "nip"]);
}

#[test]
fn everyone_in_the_civil_service_has_a_nip_or_an_external_id() {
    use strum::IntoEnumIterator;
    for employment_kind in EmploymentKind::iter() {
        for blank in [None, Some(" ".to_owned())] {
            let input = StaffInput { nip: blank.clone(), external_id: blank, employment_kind, ..teacher() };
            match Staff::create(new(input)) {
                Ok(_) => assert_eq!(employment_kind, EmploymentKind::NonAsn),
                Err(refusals) => {
                    assert_eq!(
                        (paths(&refusals), refusals[0].message.key()),
                        (vec!["nip".to_owned()], Key::NoIdentity)
                    );
                }
            }
        }
    }
    let staff = Staff::create(new(teacher())).expect("a person");
    let cleared = StaffChanges { nip: Edit::Clear, ..StaffChanges::default() };
    assert_eq!(paths(&staff.update(cleared.clone()).expect_err("refused")), ["nip"]);
    let known = Staff { external_id: Some("A-1".to_owned()), ..staff.clone() };
    assert_eq!(known.update(cleared.clone()).expect("changed").nip, None);
    let outside = Staff { employment_kind: EmploymentKind::NonAsn, ..staff.clone() };
    let outside = outside.update(cleared).expect("changed");
    let hired = StaffChanges { employment_kind: Some(EmploymentKind::Pns), ..StaffChanges::default() };
    assert_eq!(paths(&outside.update(hired).expect_err("refused")), ["nip"]);
    // A person who was stored with neither, before this rule existed, can still change other data.
    let stored = Staff { nip: None, ..staff };
    let renamed = StaffChanges { name: Some("Rina".to_owned()), ..StaffChanges::default() };
    assert_eq!(stored.update(renamed).expect("changed").name, "Rina");
}

#[test]
fn an_unusual_nip_is_a_warning() {
    assert!(Staff::create(new(teacher())).expect("a person").warnings().is_empty());
    let input = StaffInput { employment_kind: EmploymentKind::Pppk, ..teacher() };
    let unusual = Staff::create(new(input)).expect("a person");
    assert_eq!(unusual.warnings().iter().map(Message::key).collect::<Vec<_>>(), [Key::NipKind]);
}

#[test]
fn a_person_who_has_left_cannot_be_changed() {
    let staff = Staff::create(new(teacher())).expect("a person");
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
