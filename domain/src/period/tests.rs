//! Years with their parts and days, and what a period permits on which day.

use super::*;
use crate::{Locale, testing::paths, time::Calendar};
use proptest::prelude::*;
use uuid::Uuid;

fn year(year: i32, cycle: Cycle) -> Result<Vec<Period>, Vec<Refusal>> {
    let mut next = 0;
    let new = NewYear { year, cycle, plan_deadline: None, report_days: None, rating_days: None };
    open_year(AgencyId(Uuid::from_u128(1)), &new, || {
        next += 1;
        PeriodId(Uuid::from_u128(next))
    })
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

#[test]
fn a_year_has_its_usual_deadlines() {
    let periods = year(2026, Cycle::Quarterly).expect("a year");
    assert_eq!(periods.len(), 5);
    assert_eq!((periods[0].starts_on, periods[0].ends_on), (day("2026-01-01"), day("2026-12-31")));
    assert_eq!(periods[0].plan_deadline, day("2026-01-31"));
    assert_eq!(periods[0].rating_deadline, day("2027-01-31"));
    assert_eq!((periods[2].starts_on, periods[2].ends_on), (day("2026-04-01"), day("2026-06-30")));
    assert_eq!(periods[2].report_deadline, day("2026-07-07"));
    assert_eq!(periods[2].rating_deadline, day("2026-07-14"));
    assert_eq!(periods[2].parent, Some(periods[0].id));
    assert_eq!(periods[0].parent, None);
}

#[test]
fn invalid_input_is_refused() {
    assert!(year(2020, Cycle::Monthly).is_err());
    assert!(year(2101, Cycle::Monthly).is_err());
    assert!(year(i32::MAX, Cycle::Monthly).is_err());
    let new = NewYear {
        year: 2026,
        cycle: Cycle::Monthly,
        plan_deadline: Some(day("2025-12-31")),
        report_days: Some(91),
        rating_days: Some(91),
    };
    let refusals =
        open_year(AgencyId(Uuid::from_u128(1)), &new, || PeriodId(Uuid::nil())).expect_err("refused");
    let paths: Vec<_> = refusals.iter().map(|refusal| refusal.path.join(".")).collect();
    assert_eq!(paths, ["reportDays", "ratingDays", "planDeadline"]);
}

/// Noon in Jakarta on a day.
fn noon(text: &str) -> Instant {
    Calendar::JAKARTA.start_of(day(text)) + chrono::Duration::hours(12)
}

/// Closes a period without unfinished work.
fn close(period: &Period, open_parts: usize, on: &str) -> Result<Period, Refusal> {
    let closing = Closing { open_parts, unfinished: &[], confirm: false };
    period.close(&closing, Calendar::JAKARTA, noon(on))
}

#[test]
fn a_year_closes_once_and_after_its_parts() {
    let periods = year(2026, Cycle::Monthly).expect("a year");
    let close = |period: &Period, open| close(period, open, "2027-01-05");
    let refusal = close(&periods[0], 3).expect_err("open parts");
    assert_eq!(refusal.message.key(), Key::PartsOpen);
    let closed = close(&periods[0], 0).expect("closed");
    assert_eq!((closed.is_open(), closed.closed_at), (false, Some(noon("2027-01-05"))));
    assert!(close(&closed, 0).is_err());
    assert_eq!(closed.must_be_open(), Err(Refusal::period_closed()));
    assert!(close(&periods[1], 11).is_ok(), "a part can close before the others");
}

#[test]
fn a_period_closes_from_its_last_day() {
    let periods = year(2026, Cycle::Quarterly).expect("a year");
    for (period, today, opens_on) in [
        (&periods[0], "2026-12-30", Some("2026-12-31")),
        (&periods[0], "2026-12-31", None),
        (&periods[0], "2027-01-01", None),
        (&periods[1], "2026-02-28", Some("2026-03-31")),
        (&periods[1], "2026-03-30", Some("2026-03-31")),
        (&periods[1], "2026-03-31", None),
        (&periods[1], "2026-04-01", None),
    ] {
        let found = close(period, 0, today).err();
        assert_eq!(found, opens_on.map(|first| Refusal::too_early(day(first))), "{} {today}", period.part);
    }
}

#[test]
fn unfinished_work_needs_a_confirmation() {
    let quarter = &year(2026, Cycle::Quarterly).expect("a year")[1];
    let unfinished = [(Unfinished::ActivityNotReviewed, 2), (Unfinished::EvaluationNotFinal, 13)];
    let attempt = |confirm, on: &str| {
        let closing = Closing { open_parts: 0, unfinished: &unfinished, confirm };
        quarter.close(&closing, Calendar::JAKARTA, noon(on))
    };
    let refusal = attempt(false, "2026-04-20").expect_err("unfinished");
    assert_eq!((refusal.path, refusal.message.key()), (vec!["confirm".to_owned()], Key::ClosingUnfinished));
    let text = refusal.message.render(Locale::En);
    assert!(text.contains("Activities not reviewed: 2; Ratings not final: 13"), "{text}");
    assert!(refusal.message.render(Locale::Id).contains("Penilaian belum final: 13"));
    assert!(attempt(true, "2026-04-20").is_ok());
    assert_eq!(
        attempt(true, "2026-03-30"),
        Err(Refusal::too_early(day("2026-03-31"))),
        "no confirmation helps"
    );
}

#[test]
fn a_closed_period_is_reopened_with_a_reason_after_its_year() {
    let periods = year(2026, Cycle::Quarterly).expect("a year");
    let (year, quarter) = (&periods[0], &periods[1]);
    let refusal = quarter.reopen("Keliru", Some(year)).expect_err("it is open");
    assert_eq!(refusal.message.key(), Key::InvalidTransition);
    let closed = close(quarter, 0, "2026-04-20").expect("closed");
    assert_eq!(closed.reopen(" ", Some(year)).expect_err("no reason").path, ["reason"]);
    let again = closed.reopen("Keliru", Some(year)).expect("reopened");
    assert_eq!((again.is_open(), again.closed_at), (true, None));
    let closed_year = close(year, 0, "2027-01-05").expect("closed");
    let refusal = closed.reopen("Keliru", Some(&closed_year)).expect_err("the year is closed");
    assert_eq!(refusal.message.key(), Key::YearClosed);
    assert!(closed_year.reopen("Keliru", None).is_ok());
}

#[test]
fn the_days_of_a_period_change_within_their_ranges() {
    let periods = year(2026, Cycle::Quarterly).expect("a year");
    let (year, quarter) = (&periods[0], &periods[1]);
    let days = PeriodDays::default();
    let unchanged = quarter.update(days).expect("nothing to refuse");
    assert_eq!(&unchanged, quarter);
    let all = PeriodDays {
        plan_deadline: None,
        rating_from: Some(day("2026-03-31")),
        report_deadline: Some(day("2026-06-29")),
        rating_deadline: Some(day("2026-06-29")),
    };
    let next = quarter.update(all).expect("changed");
    assert_eq!(
        (next.rating_from, next.report_deadline, next.rating_deadline),
        (day("2026-03-31"), day("2026-06-29"), day("2026-06-29"),)
    );
    let refused = |period: &Period, days: PeriodDays| paths(&period.update(days).expect_err("refused"));
    for (from, valid) in
        [("2025-12-31", false), ("2026-01-01", true), ("2026-03-31", true), ("2026-04-01", false)]
    {
        let days = PeriodDays { rating_from: Some(day(from)), ..days };
        assert_eq!(quarter.update(days).is_ok(), valid, "{from}");
    }
    let early = PeriodDays { report_deadline: Some(day("2026-03-30")), ..days };
    assert_eq!(refused(quarter, early), ["reportDeadline"]);
    let late = PeriodDays { report_deadline: Some(day("2026-06-30")), ..days };
    assert_eq!(refused(quarter, late), ["reportDeadline", "ratingDeadline"]);
    let before_report = PeriodDays { rating_deadline: Some(day("2026-04-06")), ..days };
    assert_eq!(refused(quarter, before_report), ["ratingDeadline"]);
    let after_rating = PeriodDays { report_deadline: Some(day("2026-04-15")), ..days };
    assert_eq!(refused(quarter, after_rating), ["ratingDeadline"], "it would end before the reports");
    let plans = PeriodDays { plan_deadline: Some(day("2026-02-28")), ..days };
    assert_eq!(refused(quarter, plans), ["planDeadline"], "it belongs to the year");
    assert_eq!(year.update(plans).expect("changed").plan_deadline, day("2026-02-28"));
    let closed = close(quarter, 0, "2026-04-20").expect("closed");
    assert_eq!(closed.update(all), Err(vec![Refusal::period_closed()]));
}

#[test]
fn drafts_of_ratings_begin_ten_days_before_the_end() {
    let periods = year(2026, Cycle::Quarterly).expect("a year");
    assert_eq!(periods[0].rating_from, day("2026-12-21"));
    assert_eq!(periods[1].rating_from, day("2026-03-21"));
    let months = year(2028, Cycle::Monthly).expect("a year");
    assert_eq!(months[2].rating_from, day("2028-02-19"));
}

#[test]
fn an_image_without_the_field_has_the_default() {
    let quarter = &year(2026, Cycle::Quarterly).expect("a year")[1];
    let mut image = serde_json::to_value(quarter).expect("JSON");
    image.as_object_mut().expect("an object").remove("rating_from");
    assert_eq!(&serde_json::from_value::<Period>(image).expect("a period"), quarter);
}

proptest! {
    #[test]
    fn the_parts_cover_the_year_without_gap_or_overlap(number in FIRST_YEAR..=LAST_YEAR, monthly: bool) {
        let cycle = if monthly { Cycle::Monthly } else { Cycle::Quarterly };
        let periods = year(number, cycle).expect("a year");
        let (whole, parts) = periods.split_first().expect("a year");
        prop_assert_eq!(parts.len() as u32, cycle.parts());
        let mut next = whole.starts_on;
        for part in parts {
            prop_assert_eq!(part.starts_on, next);
            next = part.ends_on.succ_opt().expect("a day");
        }
        prop_assert_eq!(whole.ends_on.succ_opt(), Some(next));
    }
}
