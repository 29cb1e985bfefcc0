//! Superiors, ends and delegations.

mod outlook;
mod raters;
mod superiors;

use super::*;
use crate::{id::DelegationId, testing::*};

fn new(place: Placement) -> NewAssignment {
    NewAssignment { id: TEACHERS_POST, agency: AGENCY, staff: TEACHER, place }
}

fn place() -> Placement {
    Placement {
        unit: SCHOOL,
        position: PositionId(uuid(30)),
        rank: Some(" iii/b ".to_owned()),
        superior: None,
        capacity: Capacity::Definitive,
        leads: false,
        from: day("2026-01-01"),
    }
}

#[test]
fn an_assignment_needs_a_known_rank_and_another_person_as_superior() {
    let head = assignment(HEADS_POST, HEAD, None);
    let opened = Assignment::open(new(place()), EmploymentKind::Pns, Some(&post(&head))).expect("opened");
    assert_eq!((opened.rank.as_deref(), opened.superior), (Some("III/b"), Some(HEADS_POST)));
    let without = new(Placement { rank: None, ..place() });
    assert!(Assignment::open(without, EmploymentKind::NonAsn, None).is_ok());
    let own = assignment(HEADS_POST, TEACHER, None);
    let ended = Assignment { valid_to: Some(day("2026-01-01")), ..head.clone() };
    let foreign = Assignment { agency: AgencyId(uuid(99)), ..head.clone() };
    for (kind, superior, path, key) in [
        (EmploymentKind::Pppk, &head, "rank", Key::RankOfKind),
        (EmploymentKind::Pns, &own, "superiorAssignmentId", Key::OwnSuperior),
        (EmploymentKind::Pns, &ended, "superiorAssignmentId", Key::AssignmentNotOpen),
        (EmploymentKind::Pns, &foreign, "superiorAssignmentId", Key::NotFound),
    ] {
        let refusals = Assignment::open(new(place()), kind, Some(&post(superior))).expect_err("refused");
        assert_eq!((paths(&refusals), refusals[0].message.key()), (vec![path.to_owned()], key));
    }
}

#[test]
fn an_assignment_is_current_until_its_end_date() {
    let open = assignment(TEACHERS_POST, TEACHER, None);
    let closed = open.close(day("2026-07-01"), day("2026-03-02")).expect("closed");
    for (on, valid) in
        [("2019-12-31", false), ("2020-01-01", true), ("2026-06-30", true), ("2026-07-01", false)]
    {
        assert_eq!(closed.open_on(day(on)), valid, "{on}");
    }
    assert_eq!(closed.last_day(), Some(day("2026-06-30")));
    assert!(open.close(day("2020-01-01"), day("2026-03-02")).is_err(), "it can't end before it begins");
    assert!(closed.close(day("2026-07-01"), day("2026-03-02")).is_err(), "it can't end twice");
    assert!(closed.close(day("2026-06-01"), day("2026-03-02")).is_ok(), "it can end earlier");
}

#[test]
fn an_update_checks_the_rank() {
    let post = teachers_post();
    let raised = post.update(Edit::Set("IV/a"), Some(true), EmploymentKind::Pns).expect("updated");
    assert_eq!((raised.rank.as_deref(), raised.leads), (Some("IV/a"), true));
    assert!(post.update(Edit::Set("V"), None, EmploymentKind::Pns).is_err());
}

fn delegation(change: impl FnOnce(&mut DelegationInput)) -> Result<Delegation, Vec<Refusal>> {
    let mut new = DelegationInput {
        delegate: CHIEF,
        capacity: Capacity::Plh,
        valid_from: day("2026-03-01"),
        valid_to: Some(day("2026-03-15")),
        reason: "Cuti".to_owned(),
    };
    change(&mut new);
    Delegation::create(DelegationId(uuid(50)), new, &post(&assignment(HEADS_POST, HEAD, None)))
}

#[test]
fn a_delegation_needs_another_person_valid_dates_and_a_reason() {
    let made = delegation(|_| ()).expect("made");
    assert!(made.open_on(day("2026-03-14")) && !made.open_on(day("2026-03-15")));
    type Change = fn(&mut DelegationInput);
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

#[test]
fn only_one_person_acts_at_a_time() {
    let mut heads = post(&assignment(HEADS_POST, HEAD, None));
    heads.delegations.push(delegation(|_| ()).expect("made"));
    let other = |from: &str, to: Option<&str>| {
        let new = DelegationInput {
            delegate: STRANGER,
            capacity: Capacity::Plt,
            valid_from: day(from),
            valid_to: to.map(day),
            reason: "Cuti".to_owned(),
        };
        Delegation::create(DelegationId(uuid(51)), new, &heads)
    };
    for (from, to, accepted) in [
        ("2026-02-01", Some("2026-03-01"), true),
        ("2026-02-01", Some("2026-03-02"), false),
        ("2026-02-01", None, false),
        ("2026-03-01", Some("2026-03-15"), false),
        ("2026-03-14", None, false),
        ("2026-03-15", None, true),
    ] {
        let made = other(from, to);
        assert_eq!(made.is_ok(), accepted, "{from} {to:?}");
        if let Err(refusals) = made {
            assert_eq!(
                (paths(&refusals), refusals[0].message.key()),
                (vec!["from".to_owned()], Key::DelegatedAlready)
            );
        }
    }
    // A delegation that was ended before its first day has no days.
    heads.delegations[0] = heads.delegations[0].end(day("2026-02-01")).expect("ended");
    let new = DelegationInput {
        delegate: STRANGER,
        capacity: Capacity::Plt,
        valid_from: day("2026-02-01"),
        valid_to: None,
        reason: "Cuti".to_owned(),
    };
    assert!(Delegation::create(DelegationId(uuid(51)), new, &heads).is_ok());
}

#[test]
fn the_days_of_a_delegation_change_until_it_has_ended() {
    let heads = post(&assignment(HEADS_POST, HEAD, None));
    let made = delegation(|_| ()).expect("made");
    let today = day("2026-03-05");
    let change = |changes| made.update(changes, &heads, today);
    let to = |to: &str| DelegationChanges { to: Some(day(to)), ..DelegationChanges::default() };
    assert_eq!(change(to("2026-04-01")).expect("changed").valid_to, Some(day("2026-04-01")));
    let open = DelegationChanges { open_ended: true, ..DelegationChanges::default() };
    assert_eq!(change(open).expect("changed").valid_to, None);
    let from = DelegationChanges { from: Some(day("2026-03-03")), ..DelegationChanges::default() };
    assert_eq!(change(from).expect("changed").valid_from, day("2026-03-03"));
    let both = DelegationChanges { open_ended: true, ..to("2026-04-01") };
    assert_eq!(paths(&change(both).expect_err("refused")), ["openEnded"]);
    assert_eq!(paths(&change(to("2026-03-01")).expect_err("refused")), ["to"]);
    for (today, open) in [("2026-03-14", true), ("2026-03-15", false), ("2026-03-16", false)] {
        assert_eq!(made.update(to("2026-05-01"), &heads, day(today)).is_ok(), open, "{today}");
    }
}

#[test]
fn a_transfer_with_the_first_day_of_an_assignment_replaces_it_for_a_month() {
    let post = Assignment { valid_from: day("2026-03-02"), ..teachers_post() };
    for (from, today, expected) in [
        ("2026-03-03", "2026-03-03", Ok(Transfer::Ends)),
        ("2026-03-02", "2026-03-02", Ok(Transfer::Replaces)),
        ("2026-03-02", "2026-04-02", Ok(Transfer::Replaces)),
        ("2026-03-02", "2026-04-03", Err(Key::TransferTooOld)),
        ("2026-03-01", "2026-03-02", Err(Key::TransferBeforeStart)),
        ("2026-03-01", "2026-04-03", Err(Key::TransferTooOld)),
    ] {
        let found = post.transferred(day(from), day(today)).map_err(|refusal| refusal.message.key());
        assert_eq!(found, expected, "{from} {today}");
    }
}

#[test]
fn a_withdrawn_assignment_has_no_days_and_the_earlier_one_continues() {
    let wrong = Assignment { valid_from: day("2026-03-02"), ..teachers_post() }.under(Some(HEADS_POST));
    let withdrawn = wrong.withdraw();
    assert!(withdrawn.is_withdrawn() && !withdrawn.open_on(day("2026-03-02")));
    assert_eq!((withdrawn.superior, withdrawn.superiors_by_day().count()), (None, 0));
    let before =
        Assignment { id: AssignmentId(uuid(77)), valid_to: Some(day("2026-03-02")), ..teachers_post() };
    let right = Placement { unit: before.unit, position: before.position, ..place() };
    assert!(before.continues_as(&right, &wrong));
    for other in [
        Placement { unit: UnitId(uuid(78)), ..right.clone() },
        Placement { capacity: Capacity::Plt, ..right.clone() },
    ] {
        assert!(!before.continues_as(&other, &wrong));
    }
    let earlier = Assignment { valid_to: Some(day("2026-03-01")), ..before };
    assert!(!earlier.continues_as(&right, &wrong));
    // Nobody acts for it.
    let new = DelegationInput {
        delegate: HEAD,
        capacity: Capacity::Plt,
        valid_from: day("2026-03-05"),
        valid_to: None,
        reason: "Kosong".to_owned(),
    };
    let refusals = Delegation::create(DelegationId(uuid(51)), new, &post(&withdrawn)).expect_err("refused");
    assert_eq!(refusals[0].message.key(), Key::AssignmentNotOpen);
}

#[test]
fn people_below_a_withdrawn_assignment_get_the_correct_or_the_earlier_superior() {
    let [wrong, right] = [AssignmentId(uuid(77)), AssignmentId(uuid(78))];
    let dated = |superior, from: &str| DatedSuperior { superior, from: day(from), after_end: false };
    let below = Assignment {
        superiors: vec![dated(HEADS_POST, "2026-01-01"), dated(wrong, "2026-03-02")],
        superior: Some(wrong),
        ..teachers_post()
    };
    let on = day("2026-03-02");
    let after = below.released_from(wrong, Some(right), on);
    assert_eq!((after.superior, after.superiors.len()), (Some(right), 2));
    let after = below.released_from(wrong, None, on);
    assert_eq!((after.superior, after.superiors), (Some(HEADS_POST), vec![dated(HEADS_POST, "2026-01-01")]));
    let new = Assignment { superiors: vec![dated(wrong, "2026-03-02")], superior: Some(wrong), ..below };
    assert_eq!(new.released_from(wrong, None, on).superior, None);
}

#[test]
fn unfinished_work_gets_a_superior_after_the_end() {
    let [successor, next] = [AssignmentId(uuid(77)), AssignmentId(uuid(78))];
    let end = day("2026-03-02");
    let ended = Assignment { valid_to: Some(end), ..teachers_post() }.under(Some(HEADS_POST));
    let after = ended.with_superior_from(successor, day("2026-04-01"), day("2026-04-01"));
    assert_eq!(after.superior, Some(successor));
    assert!(after.superiors_by_day().eq(ended.superiors_by_day()), "its own days keep their superior");
    for (on, superior) in [
        ("2026-02-01", HEADS_POST),
        ("2026-03-31", HEADS_POST),
        ("2026-04-01", successor),
        ("2027-01-01", successor),
    ] {
        assert_eq!(after.superior_on(day(on)), Some(superior), "{on}");
    }
    let later = after.with_superior_from(next, day("2026-05-01"), day("2026-04-01"));
    assert_eq!((later.superior, later.superior_on(day("2026-05-01"))), (Some(successor), Some(next)));
    let of_work: Vec<_> = later.superiors_of_work().map(|one| (one.superior, one.to)).collect();
    let expected = [(HEADS_POST, Some(end)), (successor, Some(day("2026-05-01"))), (next, None)];
    assert_eq!(of_work, expected);
    // Only a takeover of unfinished work writes the field: images of all other assignments keep their form.
    assert!(!serde_json::to_string(&ended).expect("an image").contains("after_end"));
    assert_eq!(after.reopen(day("2026-04-02")).superiors_by_day().count(), 2);
    // A change on a day before the end corrects the history.
    let corrected = ended.with_superior_from(successor, day("2026-02-15"), day("2026-04-01"));
    assert_eq!((corrected.superior, corrected.superiors_by_day().count()), (Some(successor), 2));
}

#[test]
fn a_first_day_stays_beside_the_end_of_the_earlier_assignment() {
    let own = Assignment { valid_from: day("2026-07-01"), ..teachers_post() };
    let earlier = |end: &str| Assignment {
        id: AssignmentId(uuid(77)),
        valid_from: day("2026-01-01"),
        valid_to: Some(day(end)),
        ..teachers_post()
    };
    for (end, from, expected) in [
        ("2026-07-01", "2026-06-30", Some(Key::FirstDayOverlaps)),
        ("2026-07-01", "2026-07-01", None),
        ("2026-07-01", "2026-07-02", Some(Key::FirstDayLeavesGap)),
        ("2026-05-01", "2026-04-30", Some(Key::FirstDayOverlaps)),
        ("2026-05-01", "2026-05-01", None),
        ("2026-05-01", "2026-07-02", None),
    ] {
        let found = own.may_begin_on(day(from), &[earlier(end), own.clone()], "Rina Sari");
        assert_eq!(found.err().map(|refusal| refusal.message.key()), expected, "{end} {from}");
    }
}
