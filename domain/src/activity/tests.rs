//! The state table, and which input is refused or flagged.

use super::*;
use crate::{
    Key, Refusal,
    action::ActivityAction::{self, *},
    decision::Decision,
    evaluation::EvaluationStatus,
    period::Period,
    plan::{Plan, PlanStatus, RevisionStatus},
    testing::*,
};
use strum::IntoEnumIterator;

const RECEIVED: &str = "2026-02-02 16:00";

fn create_with(
    plan: &Plan,
    parts: &[PartState],
    received: &str,
    change: impl FnOnce(&mut ActivityInput),
) -> Result<Activity, Vec<Refusal>> {
    let mut input = lesson();
    change(&mut input);
    let new = NewActivity { id: ActivityId(uuid(300)), client_key: uuid(301), input };
    Activity::create(new, &activity_context(plan, parts), at(received))
}

fn create(received: &str, change: impl FnOnce(&mut ActivityInput)) -> Result<Activity, Vec<Refusal>> {
    create_with(&approved(), &parts(None), received, change)
}

fn activity_in(status: ActivityStatus) -> Activity {
    Activity { status, ..create(RECEIVED, |_| ()).expect("an activity") }
}

fn perform(activity: &Activity, action: ActivityAction, parts: &[PartState]) -> Result<(), Vec<Refusal>> {
    let plan = approved();
    let context = activity_context(&plan, parts);
    match action {
        RecordActivities => activity.edit(lesson(), &context, at(RECEIVED)).map(drop),
        SubmitActivities => Ok(activity.submit(&context).map(drop)?),
        ReviewActivities => Ok(activity.review(&Decision::Approve, &context, at(RECEIVED)).map(drop)?),
        DiscardActivities => Ok(activity.discard(&context).map(drop)?),
        WithdrawActivities => Ok(activity.withdraw(&context).map(drop)?),
        ReopenActivities => Ok(activity.reopen(&context).map(drop)?),
        AnswerMarks => Ok(activity.answer_marks("Tim yang sama", &context, at(RECEIVED)).map(drop)?),
    }
}

/// The allowed actions in each state, written by hand.
const TABLE: [(ActivityStatus, &[ActivityAction]); 5] = [
    (ActivityStatus::Draft, &[RecordActivities, SubmitActivities, DiscardActivities, AnswerMarks]),
    (ActivityStatus::Submitted, &[ReviewActivities, WithdrawActivities, AnswerMarks]),
    (ActivityStatus::Approved, &[ReopenActivities, AnswerMarks]),
    (ActivityStatus::Returned, &[RecordActivities, SubmitActivities, AnswerMarks]),
    (ActivityStatus::Discarded, &[]),
];

#[test]
fn each_state_allows_only_the_actions_in_the_table() {
    assert_eq!(TABLE.len(), ActivityStatus::iter().count());
    let (plan, parts) = (approved(), parts(Some(EvaluationStatus::RatedDraft)));
    for (status, allowed) in TABLE {
        let activity = activity_in(status);
        for action in ActivityAction::iter() {
            let expected = allowed.contains(&action);
            assert_eq!(activity.permits(action, &activity_context(&plan, &parts)).is_ok(), expected);
            assert_eq!(perform(&activity, action, &parts).is_ok(), expected, "{status} {action}");
        }
    }
}

#[test]
fn a_final_evaluation_or_a_closed_part_locks_activities() {
    for evaluation in EvaluationStatus::iter() {
        let parts = parts(Some(evaluation));
        for (status, allowed) in TABLE {
            for action in allowed {
                let result = perform(&activity_in(status), *action, &parts);
                assert_eq!(result.is_ok(), !evaluation.is_final(), "{evaluation} {status} {action}");
            }
        }
        let result = create_with(&approved(), &parts, RECEIVED, |_| ());
        match result {
            Ok(_) => assert!(!evaluation.is_final()),
            Err(refusals) => assert_eq!(refusals[0].message.key(), Key::LockedByEvaluation),
        }
    }
    let mut parts = parts(None);
    for part in &mut parts {
        part.period = closed(&part.period);
    }
    for (status, allowed) in TABLE {
        for action in allowed {
            assert_eq!(perform(&activity_in(status), *action, &parts), Err(vec![Refusal::period_closed()]));
        }
    }
    assert_eq!(
        create_with(&approved(), &parts, RECEIVED, |_| ()).expect_err("closed"),
        [Refusal::period_closed()]
    );
}

#[test]
fn a_plan_must_be_in_force() {
    for status in PlanStatus::iter() {
        let plan = plan_in(status, None);
        let result = create_with(&plan, &parts(None), RECEIVED, |_| ());
        assert_eq!(result.is_ok(), status == PlanStatus::Approved, "{status}");
        let parts = parts(None);
        let decided = activity_in(ActivityStatus::Submitted)
            .permits(ReviewActivities, &activity_context(&plan, &parts));
        let in_force = matches!(status, PlanStatus::Approved | PlanStatus::Closed);
        assert_eq!(
            decided.is_ok(),
            in_force,
            "activities submitted before a transfer can still be reviewed: {status}"
        );
    }
}

#[test]
fn refusals_name_the_invalid_field() {
    type Change = fn(&mut ActivityInput);
    let cases: [(&[&str], Change); 12] = [
        (&["endedAt"], |input| input.ended_at = input.started_at),
        (&["endedAt"], |input| input.started_at = input.ended_at - chrono::Duration::minutes(24 * 60 + 1)),
        (&["description"], |input| input.description = "  ".to_owned()),
        (&["description"], |input| input.description = "x".repeat(2_001)),
        (&["measure"], |input| input.measure = Some("x".repeat(101))),
        (&["realisation"], |input| input.realisation = Some("-0.01".parse().expect("a decimal"))),
        (&["planResultId"], |input| {
            input.result = Some(SUPERIORS_RESULT);
            input.action_plan = None;
        }),
        (&["actionPlanId"], |input| input.action_plan = Some(ActionPlanId(uuid(999)))),
        (&["claimedAt"], |input| input.claimed_at = Some(at("2026-02-02 16:06"))),
        (&["endedAt"], |input| input.ended_at = at("2026-02-02 16:06")),
        (&["startedAt", "actionPlanId"], |input| {
            input.started_at = at("2025-12-31 08:00");
            input.ended_at = at("2025-12-31 09:00");
        }),
        (&["startedAt", "endedAt"], |input| {
            input.started_at = at("2026-02-03 08:00");
            input.ended_at = at("2026-02-03 09:00");
        }),
    ];
    for (expected, change) in cases {
        let refusals = create(RECEIVED, change).expect_err("refused");
        assert_eq!(paths(&refusals), expected);
    }
    assert!(
        create(RECEIVED, |input| input.ended_at = at("2026-02-02 16:05")).is_ok(),
        "the clock may be a little ahead"
    );
}

#[test]
fn a_night_shift_belongs_to_the_day_it_begins() {
    let night = |from: &str, to: &str| {
        let (from, to) = (at(from), at(to));
        create("2026-04-02 08:00", |input| {
            input.started_at = from;
            input.ended_at = to;
            input.action_plan = None;
        })
    };
    let shift = night("2026-03-31 20:00", "2026-04-01 20:00").expect("24 hours");
    assert_eq!(shift.period, year()[1].id, "the first quarter");
    // 00:30 in Jakarta is the previous day in UTC.
    let early = night("2026-04-01 00:30", "2026-04-01 02:00").expect("an activity");
    assert_eq!(early.period, year()[2].id, "the second quarter");
}

#[test]
fn an_activity_later_than_seven_days_stays_flagged_as_late() {
    for (received, late) in [("2026-02-09 23:59", false), ("2026-02-10 00:00", true)] {
        assert_eq!(create(received, |_| ()).expect("an activity").late, late, "{received}");
    }
    let (plan, parts) = (approved(), parts(None));
    let context = activity_context(&plan, &parts);
    let late = create("2026-02-10 00:00", |_| ()).expect("an activity");
    let moved =
        ActivityInput { started_at: at("2026-02-10 08:00"), ended_at: at("2026-02-10 09:00"), ..lesson() };
    assert!(
        late.edit(moved, &context, at("2026-02-10 10:00")).expect("edited").late,
        "the flag is permanent"
    );
    let fresh = create(RECEIVED, |_| ()).expect("an activity");
    let reworded = ActivityInput { description: "Mengajar IPA".to_owned(), ..lesson() };
    assert!(!fresh.edit(reworded, &context, at("2026-03-20 10:00")).expect("edited").late, "same day");
    let backdated =
        ActivityInput { started_at: at("2026-01-12 08:00"), ended_at: at("2026-01-12 09:00"), ..lesson() };
    assert!(fresh.edit(backdated, &context, at("2026-02-02 17:00")).expect("edited").late, "moved back");
}

#[test]
fn moving_into_or_out_of_a_locked_part_is_refused() {
    let plan = approved();
    let mut parts = parts(None);
    let activity = create("2026-04-02 08:00", |_| ()).expect("an activity");
    let second_quarter = ActivityInput {
        started_at: at("2026-04-01 08:00"),
        ended_at: at("2026-04-01 09:00"),
        action_plan: None,
        ..lesson()
    };
    let edit = |parts: &[PartState]| {
        activity
            .edit(second_quarter.clone(), &activity_context(&plan, parts), at("2026-04-02 08:00"))
            .map(drop)
    };
    assert!(edit(&parts).is_ok());
    for locked in [0, 1] {
        parts[locked].evaluation = Some(EvaluationStatus::Final);
        assert_eq!(edit(&parts).expect_err("locked")[0].message.key(), Key::LockedByEvaluation);
        parts[locked].evaluation = None;
    }
}

#[test]
fn a_step_sets_its_row_and_must_belong_to_that_part() {
    let activity = create(RECEIVED, |input| input.result = None).expect("an activity");
    assert_eq!(activity.result, Some(RESULT));
    let unlinked = create(RECEIVED, |input| {
        input.result = None;
        input.action_plan = None;
    });
    assert_eq!(unlinked.expect("to be linked later").result, None);
    let other_part = create("2026-04-02 08:00", |input| {
        input.started_at = at("2026-04-01 08:00");
        input.ended_at = at("2026-04-01 09:00");
    });
    assert_eq!(paths(&other_part.expect_err("refused")), ["actionPlanId"]);
}

#[test]
fn an_activity_keeps_a_row_that_a_revision_removed() {
    let mut plan = plan_in(PlanStatus::Approved, Some(RevisionStatus::Approved));
    plan.revisions[0].status = RevisionStatus::Replaced;
    plan.revisions[1].content.results.clear();
    let parts = parts(None);
    let edited =
        activity_in(ActivityStatus::Returned).edit(lesson(), &activity_context(&plan, &parts), at(RECEIVED));
    assert_eq!(edited.expect("edited").result, Some(RESULT));
    assert!(create_with(&plan, &parts, RECEIVED, |_| ()).is_err());
}

#[test]
fn a_return_needs_a_reason_and_an_approval_clears_it() {
    let (plan, parts) = (approved(), parts(None));
    let context = activity_context(&plan, &parts);
    let submitted = activity_in(ActivityStatus::Submitted);
    let blank = Decision::Return { reason: String::new() };
    assert!(submitted.review(&blank, &context, at(RECEIVED)).is_err());
    let back = Decision::Return { reason: "Bukti belum terbaca".to_owned() };
    let returned = submitted.review(&back, &context, at(RECEIVED)).expect("returned");
    assert_eq!(returned.return_reason.as_deref(), Some("Bukti belum terbaca"));
    let again = returned.submit(&context).expect("submitted");
    let approved = again.review(&Decision::Approve, &context, at(RECEIVED)).expect("approved");
    assert_eq!((approved.status, approved.return_reason), (ActivityStatus::Approved, None));
}

#[test]
fn only_simultaneous_activities_of_the_same_person_overlap() {
    let one = activity_in(ActivityStatus::Draft);
    let shifted = |id: u128, hours: i64| {
        let by = chrono::Duration::minutes(hours * 60);
        Activity {
            id: ActivityId(uuid(id)),
            started_at: one.started_at + by,
            ended_at: one.ended_at + by,
            ..one.clone()
        }
    };
    let others =
        [shifted(401, 4), shifted(402, 5), shifted(403, -5), Activity { staff: HEAD, ..shifted(404, 0) }];
    assert_eq!(one.overlaps(&others.map(|other| other.slot())), [ActivityId(uuid(401))]);
    assert!(one.overlaps(&[one.slot()]).is_empty(), "not with itself");
    let after = Activity { id: ActivityId(uuid(405)), started_at: one.ended_at, ..shifted(405, 5) };
    let before = Activity { id: ActivityId(uuid(406)), ended_at: one.started_at, ..shifted(406, -5) };
    assert!(
        one.overlaps(&[after.slot(), before.slot()]).is_empty(),
        "one starts exactly when the other ends"
    );
}

#[test]
fn the_rater_can_change_until_an_activity_is_approved_or_discarded() {
    let other = crate::plan::RaterSnapshot { staff: CHIEF, assignment: CHIEFS_POST, ..rater() };
    for status in ActivityStatus::iter() {
        let renewed = activity_in(status).renew_rater(&other).rater_staff == CHIEF;
        let is_open = !matches!(status, ActivityStatus::Approved | ActivityStatus::Discarded);
        assert_eq!(renewed, is_open, "{status}");
    }
}

#[test]
fn a_day_outside_the_known_parts_is_refused() {
    let foreign: Vec<PartState> = parts(None)
        .into_iter()
        .map(|part| PartState {
            period: Period { id: PeriodId(part.period.id.0), ends_on: day("2026-01-31"), ..part.period },
            ..part
        })
        .take(1)
        .collect();
    assert_eq!(
        paths(&create_with(&approved(), &foreign, RECEIVED, |_| ()).expect_err("refused")),
        ["startedAt", "actionPlanId"]
    );
}
