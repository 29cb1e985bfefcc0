//! Plans that end early: the parts that stay with them, and what happens to each evaluation.

use super::*;
use crate::{evaluation::AfterEnding, id::PeriodId, period::Period, time::Date};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// The numbers of the parts that a plan with the days `own` holds; 0 is the year.
fn held(own: (&str, &str), others: &[(&str, &str)], periods: &[Period]) -> Vec<i32> {
    let days = |(first, last): &(&str, &str)| (day(first), day(last));
    let others: Vec<_> = others.iter().map(days).collect();
    let held = periods_held(days(&own), &others, &BTreeSet::new(), periods);
    periods.iter().filter(|period| held.contains(&period.id)).map(|period| period.part).collect()
}

#[test]
fn a_part_belongs_to_each_assignment_that_has_a_month_of_it() {
    let year = year();
    type Row<'a> = (&'a str, &'a [i32], &'a [i32]);
    // The first day of the new assignment, the parts of the old one, the parts of the new one.
    let table: [Row<'_>; 11] = [
        ("2026-01-16", &[], &[0, 1, 2, 3, 4]),
        ("2026-01-17", &[0, 1], &[0, 1, 2, 3, 4]),
        ("2026-03-31", &[0, 1], &[0, 2, 3, 4]),
        ("2026-04-01", &[0, 1], &[0, 2, 3, 4]),
        ("2026-04-16", &[0, 1], &[0, 2, 3, 4]),
        ("2026-04-17", &[0, 1, 2], &[0, 2, 3, 4]),
        ("2026-06-16", &[0, 1, 2], &[0, 2, 3, 4]),
        ("2026-06-17", &[0, 1, 2], &[0, 3, 4]),
        ("2026-07-01", &[0, 1, 2], &[0, 3, 4]),
        ("2026-12-16", &[0, 1, 2, 3, 4], &[0, 4]),
        ("2026-12-18", &[0, 1, 2, 3, 4], &[]),
    ];
    for (moved, of_old, of_new) in table {
        let last = day(moved).pred_opt().expect("a day").to_string();
        let (old, new) = (("2026-01-01", last.as_str()), (moved, "2026-12-31"));
        assert_eq!(held(old, &[new], &year), of_old, "old, {moved}");
        assert_eq!(held(new, &[old], &year), of_new, "new, {moved}");
    }
    // A person who leaves keeps the part of their last day; one who returns has the part of their first.
    assert_eq!(held(("2026-01-01", "2026-07-01"), &[], &year), [0, 1, 2, 3]);
    assert_eq!(held(("2026-12-31", "2026-12-31"), &[], &year), [0, 4]);
    // An acting assignment at the same time takes no month from the other one.
    let (whole, acting) = (("2026-01-01", "2026-12-31"), ("2026-05-10", "2026-08-20"));
    assert_eq!(held(whole, &[acting], &year), [0, 1, 2, 3, 4]);
    assert_eq!(held(acting, &[whole], &year), [0, 2, 3]);
    assert_eq!(held(("2026-05-02", "2026-05-01"), &[], &year), [0; 0]);
    // A month that final ratings of an earlier plan cover stays with that plan.
    let rated = [day("2026-04-01")].into();
    let of = |own: (&str, &str)| periods_held((day(own.0), day(own.1)), &[], &rated, &year);
    assert!(of(("2026-04-15", "2026-04-30")).is_empty());
    assert!(of(("2026-04-15", "2026-06-30")).contains(&year[2].id));
}

#[test]
fn an_ending_changes_each_evaluation_by_its_status() {
    use EvaluationStatus::*;
    let year = year();
    let ids = |parts: &[usize]| -> BTreeSet<PeriodId> { parts.iter().map(|part| year[*part].id).collect() };
    // The plan ends on 30 June, and the first two quarters still belong to it.
    let (end, held) = (day("2026-07-01"), ids(&[0, 1, 2]));
    for status in EvaluationStatus::iter() {
        for (index, evaluation) in evaluations().into_iter().enumerate() {
            let evaluation = in_status(evaluation, status);
            let period = year.iter().find(|period| period.id == evaluation.period).expect("its period");
            let reaches = period.ends_on >= end;
            let result = evaluation.after_ending(end, period, &held, "Rina Sari");
            let name = format!("{status} {index}");
            match status {
                Open | SelfReported | RatedDraft if held.contains(&period.id) => {
                    assert_eq!(result, Ok(AfterEnding::Unchanged), "{name}");
                }
                Open | SelfReported | RatedDraft => {
                    let Ok(AfterEnding::Cancelled(after)) = result else { panic!("{name}: {result:?}") };
                    assert_eq!(after.status, Cancelled, "{name}");
                    assert_eq!(after.restore().expect("restored").status, status, "{name}");
                }
                Final if reaches => {
                    let refusal = result.expect_err("refused");
                    assert_eq!(refusal.message.key(), Key::FinalEvaluationTouched, "{name}");
                    let text = refusal.message.render(crate::Locale::En);
                    assert!(text.contains("Rina Sari") && text.contains("2026"), "{text}");
                }
                Cancelled | Final => assert_eq!(result, Ok(AfterEnding::Unchanged), "{name}"),
                _ if reaches => assert_eq!(result, Ok(AfterEnding::Kept), "{name}"),
                _ => assert_eq!(result, Ok(AfterEnding::Unchanged), "{name}"),
            }
        }
    }
}

#[test]
fn an_ending_touches_a_final_part_up_to_its_last_day() {
    let year = year();
    let last = in_status(periodic(), EvaluationStatus::Final);
    for (end, refused) in
        [("2026-03-30", true), ("2026-03-31", true), ("2026-04-01", false), ("2026-04-02", false)]
    {
        let result = last.after_ending(day(end), &year[1], &BTreeSet::new(), "Rina Sari");
        assert_eq!(result.is_err(), refused, "{end}");
    }
}

#[test]
fn only_an_unfinished_evaluation_is_cancelled_and_only_a_cancelled_one_restored() {
    for status in EvaluationStatus::iter() {
        let evaluation = in_status(periodic(), status);
        assert_eq!(evaluation.cancel().is_ok(), status.is_unfinished(), "{status}");
        assert_eq!(evaluation.restore().is_ok(), status == EvaluationStatus::Cancelled, "{status}");
    }
}

#[test]
fn the_year_needs_a_reason_for_a_part_that_no_evaluation_covers() {
    let evaluation = in_status(annual(), EvaluationStatus::RatedDraft);
    let missing = year()[2].id;
    let fixture = EvaluationFixture { unrated: [missing].into(), ..EvaluationFixture::of(&evaluation) };
    let context = fixture.at(at("2027-01-20 10:00"));
    let refusals = evaluation.finalise(Finalisation::default(), &context).expect_err("a gap");
    assert_eq!(paths(&refusals), ["gapReasons"]);
    let gap = Gap { period: missing, reason: "Belum ada SKP".to_owned() };
    let explained = Finalisation { gap_reasons: vec![gap], ..Finalisation::default() };
    assert!(evaluation.finalise(explained, &context).is_ok());
}

proptest! {
    /// However a year is divided, each month belongs to exactly one plan. So each part belongs to at least one plan.
    #[test]
    fn no_month_belongs_to_two_assignments(cuts in prop::collection::btree_set(2_u32..=365, 0..5)) {
        let year = year();
        let first = day("2026-01-01");
        let on = |number: u32| first + chrono::Days::new(u64::from(number) - 1);
        let starts: Vec<Date> = std::iter::once(1).chain(cuts.iter().copied()).map(on).collect();
        let posts: Vec<(Date, Date)> = starts
            .iter()
            .enumerate()
            .map(|(index, from)| {
                let next = starts.get(index + 1).and_then(|next| next.pred_opt());
                (*from, next.unwrap_or(day("2026-12-31")))
            })
            .collect();
        let months = crate::scoring::months_of_parts(&posts);
        prop_assert_eq!(months.iter().sum::<u32>(), 12);
        let mut covered = BTreeSet::new();
        for (index, own) in posts.iter().enumerate() {
            let others: Vec<_> = posts.iter().filter(|post| *post != own).copied().collect();
            let held = periods_held(*own, &others, &BTreeSet::new(), &year);
            prop_assert_eq!(held.is_empty(), months[index] == 0);
            covered.extend(held);
        }
        prop_assert_eq!(covered.len(), 5);
    }
}
