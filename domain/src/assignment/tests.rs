//! Superiors, ends and delegations.

use super::*;
use crate::testing::*;

fn new() -> NewAssignment {
    NewAssignment {
        id: TEACHERS_POST,
        agency: AGENCY,
        staff: TEACHER,
        unit: SCHOOL,
        position: PositionId(uuid(30)),
        rank: Some(" iii/b ".to_owned()),
        capacity: Capacity::Definitive,
        leads: false,
        valid_from: day("2026-01-01"),
    }
}

#[test]
fn an_assignment_needs_a_known_rank_and_another_person_as_superior() {
    let head = assignment(HEADS_POST, HEAD, None);
    let opened = Assignment::open(new(), EmploymentKind::Pns, Some(&head)).expect("opened");
    assert_eq!((opened.rank.as_deref(), opened.superior), (Some("III/b"), Some(HEADS_POST)));
    assert!(Assignment::open(NewAssignment { rank: None, ..new() }, EmploymentKind::NonAsn, None).is_ok());
    let own = assignment(HEADS_POST, TEACHER, None);
    let ended = Assignment { valid_to: Some(day("2026-01-01")), ..head.clone() };
    let foreign = Assignment { agency: AgencyId(uuid(99)), ..head.clone() };
    for (kind, superior, path, key) in [
        (EmploymentKind::Pppk, &head, "rank", Key::Unknown),
        (EmploymentKind::Pns, &own, "superiorAssignmentId", Key::OwnSuperior),
        (EmploymentKind::Pns, &ended, "superiorAssignmentId", Key::AssignmentNotOpen),
        (EmploymentKind::Pns, &foreign, "superiorAssignmentId", Key::NotFound),
    ] {
        let refusals = Assignment::open(new(), kind, Some(superior)).expect_err("refused");
        assert_eq!((paths(&refusals), refusals[0].message.key()), (vec![path.to_owned()], key));
    }
}

#[test]
fn an_assignment_is_current_until_its_end_date() {
    let open = assignment(TEACHERS_POST, TEACHER, None);
    let closed = open.close(day("2026-07-01")).expect("closed");
    for (on, valid) in
        [("2019-12-31", false), ("2020-01-01", true), ("2026-06-30", true), ("2026-07-01", false)]
    {
        assert_eq!(closed.open_on(day(on)), valid, "{on}");
    }
    assert_eq!(closed.last_day(), Some(day("2026-06-30")));
    assert!(open.close(day("2020-01-01")).is_err(), "it can't end before it begins");
    assert!(closed.close(day("2026-07-01")).is_err(), "it can't end twice");
    assert!(closed.close(day("2026-06-01")).is_ok(), "it can end earlier");
}

#[test]
fn a_superior_is_another_person_with_an_open_assignment_and_no_loop() {
    let head = assignment(HEADS_POST, HEAD, None);
    let chief = assignment(CHIEFS_POST, CHIEF, Some(&head));
    let teacher = teachers_post();
    let superiors = |id: AssignmentId| {
        [&head, &chief, &teacher].into_iter().find(|one| one.id == id).and_then(|one| one.superior)
    };
    let moved = teacher.assign_superior(&chief, day("2026-03-01"), superiors).expect("assigned");
    assert_eq!(moved.superior, Some(CHIEFS_POST));
    let keys = |result: Result<Assignment, Vec<Refusal>>| -> Vec<Key> {
        result.expect_err("refused").iter().map(|refusal| refusal.message.key()).collect()
    };
    assert_eq!(keys(head.assign_superior(&chief, day("2026-03-01"), superiors)), [Key::SuperiorLoop]);
    assert_eq!(
        keys(head.assign_superior(&head, day("2026-03-01"), superiors)),
        [Key::OwnSuperior, Key::SuperiorLoop]
    );
    let second_post = Assignment { id: AssignmentId(uuid(25)), ..teacher.clone() };
    assert_eq!(keys(teacher.assign_superior(&second_post, day("2026-03-01"), |_| None)), [Key::OwnSuperior]);
    assert_eq!(
        keys(teacher.assign_superior(&chief, day("2019-03-01"), superiors)),
        [Key::AssignmentNotOpen, Key::AssignmentNotOpen]
    );
}

#[test]
fn an_update_checks_the_rank() {
    let post = teachers_post();
    let raised = post.update(Some("IV/a"), Some(true), EmploymentKind::Pns).expect("updated");
    assert_eq!((raised.rank.as_deref(), raised.leads), (Some("IV/a"), true));
    assert!(post.update(Some("V"), None, EmploymentKind::Pns).is_err());
}

fn delegation(change: impl FnOnce(&mut NewDelegation)) -> Result<Delegation, Vec<Refusal>> {
    let mut new = NewDelegation {
        id: DelegationId(uuid(50)),
        delegate: CHIEF,
        capacity: Capacity::Plh,
        valid_from: day("2026-03-01"),
        valid_to: Some(day("2026-03-15")),
        reason: "Cuti".to_owned(),
    };
    change(&mut new);
    Delegation::create(new, &assignment(HEADS_POST, HEAD, None))
}

#[test]
fn a_delegation_needs_another_person_valid_dates_and_a_reason() {
    let made = delegation(|_| ()).expect("made");
    assert!(made.open_on(day("2026-03-14")) && !made.open_on(day("2026-03-15")));
    type Change = fn(&mut NewDelegation);
    let cases: [(&str, Change); 5] = [
        ("delegateId", |new| new.delegate = HEAD),
        ("capacity", |new| new.capacity = Capacity::Definitive),
        ("to", |new| new.valid_to = Some(new.valid_from)),
        ("from", |new| new.valid_from = day("2019-01-01")),
        ("reason", |new| new.reason = " ".to_owned()),
    ];
    for (path, change) in cases {
        assert_eq!(paths(&delegation(change).expect_err("refused")), [path]);
    }
}

#[test]
fn a_delegation_can_end_early_only_once() {
    let made = delegation(|_| ()).expect("made");
    let ended = made.end(day("2026-03-05")).expect("ended");
    assert_eq!(ended.valid_to, Some(day("2026-03-05")));
    assert!(ended.end(day("2026-03-05")).is_err());
    assert!(made.end(day("2026-03-15")).is_err(), "it has ended by then");
    let never = made.end(day("2026-01-01")).expect("ended before it began");
    assert!(!never.open_on(day("2026-03-01")));
}
