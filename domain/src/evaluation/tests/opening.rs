//! The first day of each step: the day before, on the day, and after it.

use super::*;
use crate::{
    period::Period,
    time::{Calendar, Date},
};

/// The first days of reports, drafts and final ratings.
#[derive(Clone, Copy)]
struct Days {
    report: &'static str,
    rate: &'static str,
    finalise: &'static str,
}

const QUARTER: Days = Days { report: "2026-01-01", rate: "2026-03-21", finalise: "2026-03-31" };
const YEAR: Days = Days { report: "2026-01-01", rate: "2026-12-21", finalise: "2026-12-31" };

/// Checks that an action is refused up to the day before, with the day, and permitted from the day on.
fn opens(evaluation: &Evaluation, fixture: &EvaluationFixture, action: EvaluationAction, first: &str) {
    let first = day(first);
    let status = match action {
        ReportRealisation => EvaluationStatus::Open,
        RateEvaluation => EvaluationStatus::SelfReported,
        FinaliseEvaluation => EvaluationStatus::RatedDraft,
        _ => EvaluationStatus::Final,
    };
    let mut evaluation = in_status(evaluation.clone(), status);
    if action == CloseEvaluation {
        sign_all(&mut evaluation);
    }
    let on = |day: Date| {
        let start = Calendar::JAKARTA.start_of(day);
        [start, start + chrono::Duration::hours(24) - chrono::Duration::microseconds(1)]
    };
    let before = first.pred_opt().expect("a day");
    let after = first.succ_opt().expect("a day");
    for now in on(before) {
        let refusal = evaluation.permits(action, &fixture.at(now)).expect_err("too early");
        assert_eq!(refusal, Refusal::too_early(first), "{action} {now}");
        if !matches!(action, CloseEvaluation | MakeRecommendation) {
            let refusals = perform(&evaluation, action, &fixture.at(now)).expect_err("too early");
            assert_eq!(refusals, [Refusal::too_early(first)], "{action} {now}");
        }
    }
    for now in on(first).into_iter().chain(on(after)) {
        assert_eq!(evaluation.permits(action, &fixture.at(now)), Ok(()), "{action} {now}");
    }
}

fn check(evaluation: &Evaluation, fixture: &EvaluationFixture, days: &Days) {
    opens(evaluation, fixture, ReportRealisation, days.report);
    opens(evaluation, fixture, RateEvaluation, days.rate);
    opens(evaluation, fixture, FinaliseEvaluation, days.finalise);
    if evaluation.kind == EvaluationKind::Annual {
        opens(evaluation, fixture, DeliverEvaluation, days.finalise);
        opens(evaluation, fixture, SignEvaluation, days.finalise);
        opens(evaluation, fixture, MakeRecommendation, days.finalise);
    } else {
        opens(evaluation, fixture, CloseEvaluation, days.finalise);
    }
}

#[test]
fn each_step_of_a_part_and_of_the_year_has_its_first_day() {
    for (evaluation, days) in [(periodic(), QUARTER), (annual(), YEAR)] {
        check(&evaluation, &EvaluationFixture::of(&evaluation), &days);
    }
    let fourth = evaluations().remove(3);
    let days = Days { report: "2026-10-01", ..YEAR };
    check(&fourth, &EvaluationFixture::of(&fourth), &days);
}

#[test]
fn the_agency_decides_when_drafts_begin() {
    for (evaluation, days) in [(periodic(), QUARTER), (annual(), YEAR)] {
        for first in ["2026-02-10", "2026-03-31"] {
            let fixture = EvaluationFixture::of(&evaluation);
            let period = Period { rating_from: day(first), ..fixture.period.clone() };
            let fixture = EvaluationFixture { period, ..fixture };
            check(&evaluation, &fixture, &Days { rate: first, ..days });
        }
    }
}

#[test]
fn a_plan_that_ends_earlier_is_rated_from_its_last_day() {
    let ending = |evaluation: &Evaluation, last: &str| {
        let fixture = EvaluationFixture::of(evaluation);
        let plan = Plan { ends_on: day(last), ..fixture.plan.clone() };
        EvaluationFixture { plan, ..fixture }
    };
    // In the part, before and after the first day of drafts.
    for last in ["2026-02-14", "2026-03-25"] {
        let days = Days { rate: last, finalise: last, ..QUARTER };
        check(&periodic(), &ending(&periodic(), last), &days);
        check(&annual(), &ending(&annual(), last), &days);
    }
    // After the part: only the year is rated earlier.
    check(&periodic(), &ending(&periodic(), "2026-05-20"), &QUARTER);
    let days = Days { rate: "2026-05-20", finalise: "2026-05-20", ..YEAR };
    check(&annual(), &ending(&annual(), "2026-05-20"), &days);
}

#[test]
fn a_plan_that_begins_later_is_reported_from_its_first_day() {
    let fixture = EvaluationFixture::of(&periodic());
    let plan = Plan { starts_on: day("2026-02-16"), ..fixture.plan.clone() };
    let fixture = EvaluationFixture { plan, ..fixture };
    check(&periodic(), &fixture, &Days { report: "2026-02-16", ..QUARTER });
}

#[test]
fn the_day_is_named_in_both_languages() {
    let refusal = Refusal::too_early(day("2026-03-31"));
    assert_eq!(refusal.code, Code::TooEarly { opens_on: day("2026-03-31") });
    for locale in [crate::Locale::Id, crate::Locale::En] {
        assert!(refusal.message.render(locale).contains("2026-03-31"));
    }
}

#[test]
fn an_answer_to_a_result_has_no_first_day() {
    for (action, status) in
        [(AcknowledgeEvaluation, EvaluationStatus::Delivered), (ReopenEvaluation, EvaluationStatus::Final)]
    {
        let evaluation = in_status(annual(), status);
        let fixture = EvaluationFixture::of(&evaluation);
        assert_eq!(evaluation.permits(action, &fixture.at(at("2026-02-10 10:00"))), Ok(()), "{action}");
    }
}

#[test]
fn the_rater_of_a_person_who_has_left_does_not_wait_for_a_report() {
    let open = periodic();
    let fixture = EvaluationFixture::of(&open);
    let plan = crate::plan::Plan { ends_on: day("2026-02-20"), ..fixture.plan.clone() };
    let fixture = EvaluationFixture { plan, ..fixture };
    for (now, has_left, key) in [
        ("2026-02-19 09:00", true, Some(Key::TooEarly)),
        ("2026-02-20 09:00", false, Some(Key::ReportAwaited)),
        ("2026-02-21 09:00", false, Some(Key::ReportAwaited)),
        ("2026-02-21 09:00", true, None),
    ] {
        let context = EvaluationContext { has_left, ..fixture.at(at(now)) };
        let refused = open.permits(RateEvaluation, &context).err();
        assert_eq!(refused.map(|refusal| refusal.message.key()), key, "{now} {has_left}");
    }
}
