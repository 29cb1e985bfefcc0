//! A unit's predicate can be set and changed while the period is open.

use super::*;
use crate::testing::*;

fn input(predicate: OrgUnitPredicate, note: Option<String>) -> UnitPredicateInput {
    UnitPredicateInput { predicate, note, set_by: CHIEF }
}

#[test]
fn a_predicate_can_be_set_and_changed() {
    let (quarter, now) = (&year()[1], at("2026-04-10 10:00"));
    let good = input(OrgUnitPredicate::Good, Some(" ".to_owned()));
    let set = UnitPredicate::set(UnitPredicateId(uuid(800)), SCHOOL, quarter, good, now).expect("set");
    assert_eq!((set.predicate, set.note.as_deref(), set.period), (OrgUnitPredicate::Good, None, quarter.id));
    let poor = input(OrgUnitPredicate::Poor, Some("Target tidak tercapai".to_owned()));
    let changed = set.change(quarter, poor.clone(), at("2026-04-11 10:00")).expect("changed");
    assert_eq!((changed.id, changed.predicate), (set.id, OrgUnitPredicate::Poor));
    assert_eq!(set.change(&closed(quarter), poor, now), Err(vec![Refusal::period_closed()]));
    let long = input(OrgUnitPredicate::Good, Some("x".repeat(2_001)));
    assert_eq!(paths(&set.change(quarter, long, now).expect_err("refused")), ["note"]);
}
