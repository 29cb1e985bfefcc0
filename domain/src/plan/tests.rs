//! The state tables of plans and revisions, and the effect of each verb.

mod content;
mod walk;

use super::*;
use crate::{
    Code, Key, Refusal,
    action::PlanAction::{self, *},
    assignment::Assignment,
    decision::Decision,
    staff::EmploymentKind,
    testing::*,
};
use RevisionStatus as Rev;
use strum::IntoEnumIterator;

fn returned() -> Decision {
    Decision::Return { reason: "Target belum jelas".to_owned() }
}

/// The allowed actions in each state, written by hand; all others are refused.
fn table() -> Vec<(PlanStatus, Option<Rev>, Vec<PlanAction>)> {
    use PlanStatus::*;
    let approved = [LinkPlanResult, CancelPlan, ClosePlan, GiveFeedback, RequestFeedback, HoldDialogue];
    let with = |more: &[PlanAction]| [&approved, more].concat();
    vec![
        (
            Draft,
            None,
            vec![
                UpdatePlan,
                SubmitPlan,
                LinkPlanResult,
                CancelPlan,
                GiveFeedback,
                RequestFeedback,
                HoldDialogue,
            ],
        ),
        (
            Submitted,
            None,
            vec![
                WithdrawPlan,
                ReviewPlan,
                LinkPlanResult,
                CancelPlan,
                GiveFeedback,
                RequestFeedback,
                HoldDialogue,
            ],
        ),
        (
            Returned,
            None,
            vec![
                UpdatePlan,
                SubmitPlan,
                LinkPlanResult,
                CancelPlan,
                GiveFeedback,
                RequestFeedback,
                HoldDialogue,
            ],
        ),
        (Approved, None, with(&[RevisePlan])),
        (Approved, Some(Rev::Draft), with(&[UpdatePlan, SubmitPlan])),
        (Approved, Some(Rev::Submitted), with(&[WithdrawPlan, ReviewPlan])),
        (Approved, Some(Rev::Returned), with(&[UpdatePlan, SubmitPlan])),
        (Approved, Some(Rev::Withdrawn), with(&[RevisePlan])),
        (Closed, None, vec![GiveFeedback, RequestFeedback, HoldDialogue]),
        (Cancelled, None, vec![]),
    ]
}

/// Runs the action with valid input.
fn perform(plan: &Plan, action: PlanAction, context: &PlanContext<'_>) -> Result<(), Vec<Refusal>> {
    let now = at("2026-02-01 10:00");
    match action {
        UpdatePlan => plan.update(content(), &references(), context).map(drop),
        SubmitPlan => plan.submit(context, now).map(drop),
        WithdrawPlan => Ok(plan.withdraw(context).map(drop)?),
        ReviewPlan => Ok(plan.review(&Decision::Approve, context, now).map(drop)?),
        RevisePlan => Ok(plan.revise(RevisionId(uuid(9)), "Perubahan tugas", context, now).map(drop)?),
        LinkPlanResult => {
            plan.link_result(RESULT, SUPERIORS_RESULT, &[SUPERIORS_RESULT].into(), context).map(drop)
        }
        CancelPlan => Ok(plan.cancel("Salah penempatan", context).map(drop)?),
        ClosePlan => Ok(plan.close(context).map(drop)?),
        GiveFeedback | RequestFeedback | HoldDialogue => Ok(plan.permits(action, context)?),
    }
}

#[test]
fn each_state_allows_only_the_actions_in_the_table() {
    let year = year();
    let context = plan_context(&year[0]);
    for (status, open, allowed) in table() {
        let plan = plan_in(status, open);
        for action in PlanAction::iter() {
            let expected = allowed.contains(&action);
            assert_eq!(plan.permits(action, &context).is_ok(), expected, "{status} {open:?} {action}");
            match perform(&plan, action, &context) {
                Ok(()) => assert!(expected, "{status} {open:?} {action}"),
                Err(refusals) => {
                    assert!(!expected, "{status} {open:?} {action}: {refusals:?}");
                    let mut names: Vec<String> = allowed.iter().map(ToString::to_string).collect();
                    names.sort();
                    let Code::InvalidTransition { from, allowed: mut actual } = refusals[0].code.clone()
                    else {
                        panic!("{refusals:?}");
                    };
                    actual.sort();
                    assert_eq!((from, actual), (status.to_string(), names));
                }
            }
        }
    }
}

#[test]
fn a_final_annual_evaluation_locks_the_plan() {
    let year = year();
    let context = PlanContext { annual_final: true, any_final: true, ..plan_context(&year[0]) };
    for (status, open, allowed) in table() {
        for action in allowed {
            let free = matches!(action, ClosePlan | GiveFeedback | RequestFeedback | HoldDialogue);
            let result = plan_in(status, open).permits(action, &context);
            assert_eq!(result.is_ok(), free, "{status} {open:?} {action}");
        }
    }
}

#[test]
fn a_closed_year_refuses_changes_of_contents() {
    let year = closed(&year()[0]);
    let context = plan_context(&year);
    for (status, open, allowed) in table() {
        for action in allowed {
            let result = plan_in(status, open).permits(action, &context);
            let free =
                matches!(action, CancelPlan | ClosePlan | GiveFeedback | RequestFeedback | HoldDialogue);
            assert_eq!(
                result,
                if free { Ok(()) } else { Err(Refusal::period_closed()) },
                "{status} {action}"
            );
        }
    }
}

#[test]
fn an_approval_puts_the_contents_into_force() {
    let year = year();
    let context = plan_context(&year[0]);
    let submitted = draft().submit(&context, at("2026-01-10 08:00")).expect("submitted");
    assert_eq!(submitted.status, PlanStatus::Submitted);
    assert_eq!(submitted.effective(), None);
    let back = submitted.review(&returned(), &context, at("2026-01-11 08:00")).expect("returned");
    assert_eq!((back.status, back.revisions[0].status), (PlanStatus::Returned, Rev::Returned));
    assert_eq!(back.decision_note.as_deref(), Some("Target belum jelas"));
    assert_eq!(back.revisions[0].number, 1, "a return keeps the number");
    let again = back.submit(&context, at("2026-01-12 08:00")).expect("submitted");
    let approved = again.review(&Decision::Approve, &context, at("2026-01-13 08:00")).expect("approved");
    assert_eq!((approved.status, approved.revisions[0].status), (PlanStatus::Approved, Rev::Approved));
    assert_eq!(approved.decision_note, None);
    assert_eq!(approved.effective().map(|revision| revision.number), Some(1));
}

#[test]
fn a_return_needs_a_reason() {
    let year = year();
    let plan = plan_in(PlanStatus::Submitted, None);
    let blank = Decision::Return { reason: " ".to_owned() };
    let refusal = plan.review(&blank, &plan_context(&year[0]), at("2026-01-11 08:00")).expect_err("refused");
    assert_eq!((refusal.message.key(), refusal.path), (Key::ReasonRequired, vec!["reason".to_owned()]));
}

#[test]
fn a_withdrawn_plan_is_a_draft_and_a_withdrawn_revision_ends() {
    let year = year();
    let context = plan_context(&year[0]);
    let plan = plan_in(PlanStatus::Submitted, None).withdraw(&context).expect("withdrawn");
    assert_eq!((plan.status, plan.revisions[0].status), (PlanStatus::Draft, Rev::Draft));
    let plan = plan_in(PlanStatus::Approved, Some(Rev::Submitted)).withdraw(&context).expect("withdrawn");
    assert_eq!((plan.status, plan.revisions[1].status), (PlanStatus::Approved, Rev::Withdrawn));
    assert_eq!(plan.effective().map(|revision| revision.number), Some(1));
}

#[test]
fn an_approved_revision_replaces_the_contents_in_force() {
    let year = year();
    let context = plan_context(&year[0]);
    let now = at("2026-06-01 10:00");
    let plan = approved().revise(RevisionId(uuid(72)), "Perubahan tugas", &context, now).expect("revised");
    assert_eq!(plan.current().map(|revision| revision.number), Some(2));
    assert_eq!(plan.effective().map(|revision| revision.number), Some(1), "the old contents stay in force");
    assert_eq!(plan.revisions[1].content, plan.revisions[0].content);
    let plan = plan.submit(&context, now).expect("submitted");
    assert_eq!(plan.status, PlanStatus::Approved);
    let plan = plan.review(&returned(), &context, now).expect("returned");
    assert_eq!((plan.status, plan.revisions[1].status), (PlanStatus::Approved, Rev::Returned));
    let plan = plan.submit(&context, now).expect("submitted");
    let plan = plan.review(&Decision::Approve, &context, now).expect("approved");
    let statuses: Vec<Rev> = plan.revisions.iter().map(|revision| revision.status).collect();
    assert_eq!(statuses, [Rev::Replaced, Rev::Approved]);
    assert_eq!(plan.effective().map(|revision| revision.number), Some(2));
}

#[test]
fn a_revision_needs_a_reason() {
    let year = year();
    let result = approved().revise(RevisionId(uuid(72)), "", &plan_context(&year[0]), at("2026-06-01 10:00"));
    assert_eq!(result.expect_err("refused").message.key(), Key::ReasonRequired);
}

#[test]
fn only_the_first_submission_can_be_late_and_late_ones_are_accepted() {
    let year = year();
    let context = plan_context(&year[0]);
    for (submitted, late) in [("2026-01-31 23:59", false), ("2026-02-01 00:00", true)] {
        let plan = draft().submit(&context, at(submitted)).expect("submitted");
        assert_eq!(plan.late, late, "{submitted}");
    }
    let in_time = draft().submit(&context, at("2026-01-31 10:00")).expect("submitted");
    let again = in_time.withdraw(&context).expect("withdrawn").submit(&context, at("2026-03-01 10:00"));
    assert!(!again.expect("submitted").late, "a plan submitted in time is never late");
    let mid_year = Plan { starts_on: day("2026-07-01"), ..draft() };
    assert_eq!(mid_year.deadline(&year[0]), day("2026-07-31"));
    assert!(!mid_year.submit(&context, at("2026-07-31 10:00")).expect("submitted").late);
}

#[test]
fn a_plan_closes_after_its_evaluations_or_by_transfer() {
    let year = year();
    let context = PlanContext { unfinished_periodic: 2, ..plan_context(&year[0]) };
    let refusal = approved().close(&context).expect_err("unfinished");
    assert_eq!(refusal.message.key(), Key::EvaluationsOpen);
    let plan = plan_in(PlanStatus::Approved, Some(Rev::Draft));
    let moved = plan.close_with_assignment(day("2026-07-01"), None, Vec::new()).expect("closed");
    assert_eq!((moved.status, moved.ends_on), (PlanStatus::Closed, day("2026-06-30")));
    assert_eq!(moved.revisions[1].status, Rev::Withdrawn, "an open revision ends with the plan");
    assert!(plan.close_with_assignment(day("2026-01-01"), None, Vec::new()).is_err());
    let one_day = plan.close_with_assignment(day("2026-01-02"), None, Vec::new()).expect("closed");
    assert_eq!((one_day.starts_on, one_day.ends_on), (day("2026-01-01"), day("2026-01-01")));
    let later = plan.close_with_assignment(day("2027-03-01"), None, Vec::new()).expect("closed");
    assert_eq!(later.ends_on, day("2026-12-31"), "the plan ends with its year");
    assert!(draft().close_with_assignment(day("2026-07-01"), None, Vec::new()).is_err());
}

#[test]
fn a_plan_with_a_final_evaluation_cannot_be_cancelled() {
    let year = year();
    let context = PlanContext { any_final: true, ..plan_context(&year[0]) };
    let refusal = approved().cancel("Salah", &context).expect_err("refused");
    assert_eq!(refusal.message.key(), Key::LockedByEvaluation);
    assert!(approved().cancel("", &plan_context(&year[0])).is_err(), "a reason is required");
}

#[test]
fn the_rater_can_change_while_the_plan_is_open_and_is_never_the_owner() {
    let other = RaterSnapshot { staff: CHIEF, ..rater() };
    for (status, open, _) in table() {
        let result = plan_in(status, open).renew_rater(other.clone());
        assert_eq!(result.is_ok(), !status.is_terminal(), "{status}");
    }
    let own = RaterSnapshot { staff: TEACHER, ..rater() };
    assert_eq!(approved().renew_rater(own).expect_err("refused").message.key(), Key::OwnRater);
}

fn create(new: NewPlan<'_>) -> Result<Plan, Vec<Refusal>> {
    Plan::create(new, at("2026-01-05 09:00"))
}

#[test]
fn a_plan_covers_the_days_of_its_assignment_in_the_year() {
    for (from, to, days) in [
        ("2020-01-01", None, Some(("2026-01-01", "2026-12-31"))),
        ("2026-04-01", None, Some(("2026-04-01", "2026-12-31"))),
        ("2026-12-31", None, Some(("2026-12-31", "2026-12-31"))),
        ("2020-01-01", Some("2026-07-01"), Some(("2026-01-01", "2026-06-30"))),
        ("2020-01-01", Some("2026-01-01"), None),
        ("2027-01-01", None, None),
    ] {
        let part = Assignment { valid_from: day(from), valid_to: to.map(day), ..teachers_post() };
        let plan = create(new_plan(&part, &year()[0], &[])).ok();
        let result = plan.map(|plan| (plan.starts_on, plan.ends_on));
        assert_eq!(result, days.map(|(first, last)| (day(first), day(last))), "{from} {to:?}");
    }
}

#[test]
fn a_plan_needs_an_appraised_person_a_rater_and_an_open_year() {
    let (post, year) = (teachers_post(), year());
    let new = || new_plan(&post, &year[0], &[]);
    let key = |new: NewPlan<'_>| create(new).expect_err("refused")[0].message.key();
    assert_eq!(key(NewPlan { kind: EmploymentKind::NonAsn, ..new() }), Key::NotAppraised);
    assert_eq!(key(NewPlan { rater: None, ..new() }), Key::NoRater);
    assert_eq!(
        key(NewPlan { rater: Some(RaterSnapshot { staff: TEACHER, ..rater() }), ..new() }),
        Key::OwnRater
    );
    assert_eq!(key(new_plan(&post, &year[1], &[])), Key::NotFound, "a plan needs a year, not a part");
    assert_eq!(create(new_plan(&post, &closed(&year[0]), &[])), Err(vec![Refusal::period_closed()]));
}

#[test]
fn an_assignment_has_only_one_plan_for_its_days() {
    let (post, year) = (teachers_post(), year());
    let beside = |other: Plan| create(new_plan(&post, &year[0], &[other])).map(drop);
    assert_eq!(beside(draft()).expect_err("refused")[0].message.key(), Key::PlanExists);
    assert!(beside(plan_in(PlanStatus::Closed, None)).is_err());
    assert!(beside(plan_in(PlanStatus::Cancelled, None)).is_ok(), "a cancelled plan does not count");
    assert!(
        beside(Plan { assignment: HEADS_POST, ..draft() }).is_ok(),
        "another assignment has its own plan"
    );
}
