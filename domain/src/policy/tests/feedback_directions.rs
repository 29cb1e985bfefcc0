//! Who may give feedback in which direction: the table of a small office.

use super::*;
use crate::{
    assignment::{Assignment, DatedSuperior},
    feedback::{FeedbackDirection, FeedbackDirection::*},
    policy::feedback::{Posts, choose, directions},
};
use std::collections::BTreeSet;

const TODAY: &str = "2026-06-01";

fn post_of(number: u128, staff: StaffId, unit: UnitId, superior: Option<&Assignment>) -> Assignment {
    Assignment { unit, ..assignment(AssignmentId(uuid(number)), staff, superior) }
}

fn ids(posts: &[&Assignment]) -> BTreeSet<AssignmentId> {
    posts.iter().map(|one| one.id).collect()
}

#[test]
fn follow_from_superiors_and_units() {
    let (office, section, other) = (UnitId(uuid(70)), UnitId(uuid(71)), UnitId(uuid(72)));
    let people: Vec<StaffId> = (80..88).map(|number| StaffId(uuid(number))).collect();
    let head = Assignment { leads: true, ..post_of(60, people[0], office, None) };
    let manager = Assignment { leads: true, ..post_of(61, people[1], section, Some(&head)) };
    let anna = post_of(62, people[2], section, Some(&manager));
    let budi = post_of(63, people[3], section, Some(&manager));
    // In the same unit, but under the head.
    let citra = post_of(64, people[4], section, Some(&head));
    // Under the same manager, but elsewhere.
    let dedi = post_of(65, people[5], other, Some(&manager));
    let stranger = post_of(66, people[6], other, None);
    let chains = [
        (&head, vec![]),
        (&manager, vec![&head]),
        (&anna, vec![&manager, &head]),
        (&budi, vec![&manager, &head]),
        (&citra, vec![&head]),
        (&dedi, vec![&manager, &head]),
        (&stranger, vec![]),
    ];
    let between = |from: usize, to: usize| {
        let above = |index: usize| ids(&chains[index].1);
        let (mine, theirs) = (above(from), above(to));
        let author = Posts { assignments: std::slice::from_ref(chains[from].0), above: &mine };
        let recipient = Posts { assignments: std::slice::from_ref(chains[to].0), above: &theirs };
        let actor = person(chains[from].0.staff, &[chains[from].0.id]);
        directions(&actor, &author, &recipient, (from == to, day(TODAY)))
    };
    let names = ["head", "manager", "anna", "budi", "citra", "dedi", "stranger"];
    // Rows: who gives; columns: to whom, in the order of the names.
    let table: [[&[FeedbackDirection]; 7]; 7] = [
        [&[Own], &[Superior], &[Superior], &[Superior], &[Superior], &[Superior], &[]],
        [&[Subordinate], &[Own], &[Superior], &[Superior], &[Peer], &[Superior], &[]],
        [&[], &[Subordinate], &[Own], &[Peer], &[Peer], &[Peer], &[]],
        [&[], &[Subordinate], &[Peer], &[Own], &[Peer], &[Peer], &[]],
        [&[Subordinate], &[Peer], &[Peer], &[Peer], &[Own], &[], &[]],
        [&[], &[Subordinate], &[Peer], &[Peer], &[], &[Own], &[Peer]],
        [&[], &[], &[], &[], &[], &[Peer], &[Own]],
    ];
    for (from, row) in table.iter().enumerate() {
        for (to, expected) in row.iter().enumerate() {
            assert_eq!(&between(from, to), expected, "{} to {}", names[from], names[to]);
        }
    }
}

#[test]
fn include_former_superiors_of_the_year_and_acting_ones() {
    let section = UnitId(uuid(71));
    let (boss, former, anna, budi) = (
        post_of(61, StaffId(uuid(81)), section, None),
        post_of(62, StaffId(uuid(82)), UnitId(uuid(73)), None),
        post_of(63, StaffId(uuid(83)), section, None),
        post_of(64, StaffId(uuid(84)), section, None),
    );
    let moved = |from: &str| {
        let first = DatedSuperior { superior: former.id, from: day("2020-01-01"), after_end: false };
        let second = DatedSuperior { superior: boss.id, from: day(from), after_end: false };
        Assignment { superior: Some(boss.id), superiors: vec![first, second], ..anna.clone() }
    };
    let none = BTreeSet::new();
    let of = |post: &Assignment, above: &BTreeSet<AssignmentId>, to: &Assignment| {
        let author = Posts { assignments: std::slice::from_ref(post), above };
        let recipient = Posts { assignments: std::slice::from_ref(to), above: &none };
        directions(&person(post.staff, &[post.id]), &author, &recipient, (false, day(TODAY)))
    };
    let above = ids(&[&boss]);
    assert_eq!(of(&moved("2026-03-01"), &above, &former), [Subordinate], "a superior of this year");
    assert_eq!(of(&moved("2025-11-01"), &above, &former), [], "a superior of last year");
    assert_eq!(of(&moved("2026-01-01"), &above, &former), [], "a superior until the end of last year");
    // Budi acts for the superior of a colleague: two directions, so they must choose.
    let mut acting = person(budi.staff, &[budi.id]);
    acting.acting_for.insert(boss.id);
    let (budi, anna) = (budi.under(Some(boss.id)), anna.under(Some(boss.id)));
    let author = Posts { assignments: std::slice::from_ref(&budi), above: &above };
    let recipient = Posts { assignments: std::slice::from_ref(&anna), above: &above };
    let both = directions(&acting, &author, &recipient, (false, day(TODAY)));
    assert_eq!(both, [Superior, Peer]);
    assert_eq!(choose(&both, None).map_err(|refusal| refusal.path), Err(vec!["direction".to_owned()]));
    assert_eq!(choose(&both, Some(Peer)), Ok(Peer));
    assert_eq!(choose(&both, Some(Subordinate)).map_err(|refusal| refusal.code), Err(crate::Code::Forbidden));
    assert_eq!(choose(&[], None).map_err(|refusal| refusal.code), Err(crate::Code::Forbidden));
}

#[test]
fn never_show_the_author_to_the_person() {
    assert_eq!(who(crate::policy::feedback::sees_author), ["rater", "deputy"]);
}
