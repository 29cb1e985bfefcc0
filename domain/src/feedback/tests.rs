//! Feedback rules.

use super::*;
use crate::testing::*;
use strum::IntoEnumIterator;

fn give_by(
    author: StaffId,
    plan: &Plan,
    change: impl FnOnce(&mut FeedbackInput),
) -> Result<Feedback, Vec<Refusal>> {
    let mut input = FeedbackInput {
        about: FeedbackAbout::Result(RESULT),
        evaluation: None,
        text: " Pembelajaran sudah baik ".to_owned(),
    };
    change(&mut input);
    Feedback::give(FeedbackId(uuid(600)), author, input, plan, at("2026-03-01 10:00"))
}

fn give(plan: &Plan, change: impl FnOnce(&mut FeedbackInput)) -> Result<Feedback, Vec<Refusal>> {
    give_by(HEAD, plan, change)
}

#[test]
fn feedback_goes_to_the_owner_of_the_plan() {
    let given = give(&approved(), |_| ()).expect("given");
    assert_eq!(
        (given.recipient, given.unit, given.text.as_str()),
        (TEACHER, SCHOOL, "Pembelajaran sudah baik")
    );
}

#[test]
fn invalid_feedback_is_refused() {
    type Change = fn(&mut FeedbackInput);
    let cases: [(&str, Change); 3] = [
        ("about.planResultId", |new| new.about = FeedbackAbout::Result(SUPERIORS_RESULT)),
        ("text", |new| new.text = " ".to_owned()),
        ("text", |new| new.text = "x".repeat(2_001)),
    ];
    for (path, change) in cases {
        assert_eq!(paths(&give(&approved(), change).expect_err("refused")), [path]);
    }
    assert_eq!(paths(&give_by(TEACHER, &approved(), |_| ()).expect_err("refused")), ["planId"]);
}

#[test]
fn feedback_needs_an_approved_or_closed_plan() {
    for status in PlanStatus::iter() {
        let expected = matches!(status, PlanStatus::Approved | PlanStatus::Closed);
        assert_eq!(give(&plan_in(status, None), |_| ()).is_ok(), expected, "{status}");
    }
}

#[test]
fn the_object_converts_to_kind_and_id_and_back() {
    for kind in FeedbackKind::iter() {
        let about = FeedbackAbout::new(kind, uuid(5));
        assert_eq!((about.kind(), about.id()), (kind, uuid(5)));
    }
}
