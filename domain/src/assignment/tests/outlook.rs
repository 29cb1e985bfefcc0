//! The organisation on a later day, after scheduled changes.

use super::*;
use crate::{
    id::ScheduledChangeId,
    scheduled::{PlannedChange, ScheduledChange, ScheduledStatus},
};
use std::collections::BTreeSet;

const OPENED: AssignmentId = AssignmentId(uuid::Uuid::from_u128(78));

fn change(of: StaffId, on: &str, change: PlannedChange) -> ScheduledChange {
    ScheduledChange {
        id: ScheduledChangeId(uuid(1)),
        agency: AGENCY,
        staff: of,
        unit: SCHOOL,
        change,
        effective_on: day(on),
        reason: "Uji".to_owned(),
        status: ScheduledStatus::Scheduled,
        scheduled_by: None,
        scheduled_at: at("2026-03-02 09:00"),
        ended_at: None,
        refusals: Vec::new(),
        version: 1,
    }
}

fn ends(who: StaffId, on: &str, successor: Option<AssignmentId>) -> ScheduledChange {
    let last_day = day(on).pred_opt().expect("a day");
    change(who, on, PlannedChange::Ending { last_day, successor })
}

fn under(post: AssignmentId, of: StaffId, superior: AssignmentId, on: &str) -> ScheduledChange {
    change(of, on, PlannedChange::Superior { assignment: post, superior })
}

fn moves(post: AssignmentId, of: StaffId, superior: AssignmentId, on: &str) -> ScheduledChange {
    let planned = PlannedChange::Transfer {
        assignment: post,
        unit: SCHOOL,
        position: PositionId(uuid(31)),
        rank: None,
        superior: Some(superior),
        capacity: Capacity::Definitive,
        leads: false,
        successor: None,
        opens: Some(OPENED),
    };
    change(of, on, planned)
}

/// The teacher is under the head, who is under the chief. `acts` is a person who acts for the head from 1 March on.
fn outlook(acts: Option<StaffId>, changes: &[ScheduledChange]) -> Outlook {
    let chief = assignment(CHIEFS_POST, CHIEF, None);
    let head = assignment(HEADS_POST, HEAD, Some(&chief));
    let teacher = assignment(TEACHERS_POST, TEACHER, Some(&head));
    let mut posts = [&chief, &head, &teacher].map(post);
    posts[1].delegations.extend(acts.map(|delegate| Delegation {
        id: DelegationId(uuid(50)),
        agency: AGENCY,
        assignment: HEADS_POST,
        delegate,
        capacity: Capacity::Plh,
        valid_from: day("2026-03-01"),
        valid_to: None,
        reason: "Cuti".to_owned(),
        version: 1,
    }));
    let people = [TEACHER, HEAD, CHIEF, STRANGER].map(|who| (who, EmploymentKind::Pns)).into();
    let mut outlook = Outlook::of(posts, people, BTreeSet::new());
    changes.iter().for_each(|change| outlook.apply(change));
    outlook
}

fn superior(outlook: &Outlook, of: AssignmentId, on: &str) -> Option<AssignmentId> {
    outlook.post(of).expect("a changed post").superior_on(day(on))
}

#[test]
fn without_changes_nothing_is_foreseen() {
    let none = outlook(None, &[]);
    assert!(none.is_empty() && none.post(TEACHERS_POST).is_none() && none.changed().next().is_none());
}

#[test]
fn another_superior_applies_from_the_day_on() {
    let found = outlook(None, &[under(TEACHERS_POST, TEACHER, CHIEFS_POST, "2026-07-01")]);
    assert_eq!(superior(&found, TEACHERS_POST, "2026-06-30"), Some(HEADS_POST));
    assert_eq!(superior(&found, TEACHERS_POST, "2026-07-01"), Some(CHIEFS_POST));
}

#[test]
fn a_person_who_leaves_has_no_post_and_the_successor_has_the_subordinates() {
    let with = outlook(None, &[ends(HEAD, "2026-07-01", Some(CHIEFS_POST))]);
    assert_eq!(with.post(HEADS_POST).expect("ended").valid_to, Some(day("2026-07-01")));
    assert_eq!(superior(&with, TEACHERS_POST, "2026-07-01"), Some(CHIEFS_POST));
    let without = outlook(None, &[ends(HEAD, "2026-07-01", None)]);
    assert!(without.post(TEACHERS_POST).is_none());
    let below: Vec<AssignmentId> = without.below_changed(day("2026-07-01")).map(|post| post.id).collect();
    assert_eq!(below, [TEACHERS_POST], "their rater may have changed");
    // Someone who leaves stops acting for another person, and their other scheduled changes are cancelled.
    let acting =
        [ends(STRANGER, "2026-07-01", None), under(TEACHERS_POST, STRANGER, CHIEFS_POST, "2026-08-01")];
    let acting = outlook(Some(STRANGER), &acting);
    let delegations = &acting.post(HEADS_POST).expect("changed").delegations;
    assert_eq!(delegations[0].valid_to, Some(day("2026-07-01")));
    assert!(acting.post(TEACHERS_POST).is_none() && acting.refused().is_empty());
}

#[test]
fn a_transfer_ends_one_post_and_opens_another_with_a_known_id() {
    let found = outlook(None, &[moves(TEACHERS_POST, TEACHER, CHIEFS_POST, "2026-07-01")]);
    assert_eq!(found.post(TEACHERS_POST).expect("ended").last_day(), Some(day("2026-06-30")));
    let opened = found.post(OPENED).expect("opened");
    assert_eq!((opened.staff, opened.superior, opened.valid_to), (TEACHER, Some(CHIEFS_POST), None));
    // Later changes find it.
    let then = [
        moves(TEACHERS_POST, TEACHER, CHIEFS_POST, "2026-07-01"),
        under(OPENED, TEACHER, HEADS_POST, "2026-08-01"),
    ];
    assert_eq!(superior(&outlook(None, &then), OPENED, "2026-08-01"), Some(HEADS_POST));
    // On its first day, another transfer replaces it.
    let again = [then[0].clone(), moves(OPENED, TEACHER, HEADS_POST, "2026-07-01")];
    let again = outlook(None, &again);
    assert_eq!(superior(&again, OPENED, "2026-07-01"), Some(HEADS_POST));
}

#[test]
fn a_change_that_the_rules_refuse_is_listed_and_changes_nothing() {
    let gone = outlook(
        None,
        &[ends(CHIEF, "2026-06-01", None), under(TEACHERS_POST, TEACHER, CHIEFS_POST, "2026-07-01")],
    );
    let [(refused, refusals)] = gone.refused() else { panic!("one refusal") };
    assert_eq!((refused.staff, refusals[0].message.key()), (TEACHER, Key::AssignmentNotOpen));
    assert!(gone.post(TEACHERS_POST).is_none());
    let looped = outlook(None, &[ends(CHIEF, "2026-06-01", Some(TEACHERS_POST))]);
    assert_eq!(looped.refused().len(), 1, "the teacher is below the head");
    assert!(looped.post(CHIEFS_POST).is_none(), "the ending is refused as a whole");
}

#[test]
fn a_post_that_nobody_has_held_is_vacant_from_its_first_day() {
    let place = Placement { superior: Some(HEADS_POST), leads: true, ..place() };
    let vacant = Assignment::vacant(new(place), day("2026-03-02"));
    assert!(vacant.never_held && !vacant.has_days() && !vacant.is_withdrawn());
    assert_eq!((vacant.superior, vacant.superiors_by_day().count()), (Some(HEADS_POST), 0));
    assert_eq!(vacant.superiors_of_work().count(), 1);
    let input = delegation_input(TEACHER, "2026-01-01");
    let acted = Delegation::create(DelegationId(uuid(50)), input, &post(&vacant)).expect("delegated");
    let post = Post { assignment: vacant, delegations: vec![acted] };
    assert!(!post.is_filled_on(day("2025-12-31")) && post.is_filled_on(day("2026-01-01")));
    let image = serde_json::to_string(&post.assignment).expect("an image");
    assert_eq!(serde_json::from_str::<Assignment>(&image).expect("the same"), post.assignment);
    assert!(!serde_json::to_string(&teachers_post()).expect("an image").contains("never_held"));
}

fn delegation_input(delegate: StaffId, from: &str) -> DelegationInput {
    let (valid_from, reason) = (day(from), "Kosong".to_owned());
    DelegationInput { delegate, capacity: Capacity::Plt, valid_from, valid_to: None, reason }
}
