//! A unit's predicate can be set and changed while the period is open, from the day on which ratings are drafted.

use super::*;
use crate::{Code, testing::*};

fn input(predicate: OrgUnitPredicate, note: Option<String>) -> UnitPredicateInput {
    UnitPredicateInput { predicate, note }
}

fn set(period: &Period, input: UnitPredicateInput, now: &str) -> Result<UnitPredicate, Vec<Refusal>> {
    UnitPredicate::set(UnitPredicateId(uuid(800)), SCHOOL, period, input, CHIEF, Calendar::JAKARTA, at(now))
}

#[test]
fn a_predicate_can_be_set_and_changed() {
    let quarter = &year()[1];
    let good = input(OrgUnitPredicate::Good, Some(" ".to_owned()));
    let first = set(quarter, good, "2026-04-10 10:00").expect("set");
    assert_eq!(
        (first.predicate, first.note.as_deref(), first.period),
        (OrgUnitPredicate::Good, None, quarter.id)
    );
    let change = |period: &Period, input: UnitPredicateInput| {
        first.change(period, input, CHIEF, Calendar::JAKARTA, at("2026-04-11 10:00"))
    };
    let poor = input(OrgUnitPredicate::Poor, Some("Target tidak tercapai".to_owned()));
    let changed = change(quarter, poor.clone()).expect("changed");
    assert_eq!((changed.id, changed.predicate), (first.id, OrgUnitPredicate::Poor));
    assert_eq!(change(&closed(quarter), poor), Err(vec![Refusal::period_closed()]));
    let long = input(OrgUnitPredicate::Good, Some("x".repeat(2_001)));
    assert_eq!(paths(&change(quarter, long).expect_err("refused")), ["note"]);
}

#[test]
fn a_predicate_is_set_from_the_day_on_which_ratings_are_drafted() {
    let (year, quarter) = (&year()[0], &year()[1]);
    for (period, now, opens_on) in [
        (quarter, "2026-02-28 10:00", Some("2026-03-21")),
        (quarter, "2026-03-20 23:59", Some("2026-03-21")),
        (quarter, "2026-03-21 00:00", None),
        (quarter, "2026-04-01 00:00", None),
        (year, "2026-12-20 23:59", Some("2026-12-21")),
        (year, "2026-12-21 00:00", None),
        (&Period { rating_from: day("2026-03-01"), ..quarter.clone() }, "2026-03-01 00:00", None),
    ] {
        let found = set(period, input(OrgUnitPredicate::Good, None), now).err();
        let expected = opens_on.map(|opens_on| Code::TooEarly { opens_on: day(opens_on) });
        assert_eq!(found.map(|refusals| refusals[0].code.clone()), expected, "{} {now}", period.part);
    }
}
