//! Every sequence of verbs keeps the invariants of a plan.

use super::*;
use proptest::prelude::*;

/// One step of a walk: an action, and whether a review approves.
fn step() -> impl Strategy<Value = (PlanAction, bool)> {
    (proptest::sample::select(PlanAction::iter().collect::<Vec<_>>()), any::<bool>())
}

fn walk(plan: &Plan, action: PlanAction, approve: bool, context: &PlanContext<'_>) -> Option<Plan> {
    let now = at("2026-02-01 10:00");
    match action {
        UpdatePlan => plan.update(content(), &references(), context).ok(),
        SubmitPlan => plan.submit(context, now).ok(),
        WithdrawPlan => plan.withdraw(context).ok(),
        ReviewPlan => {
            let decision = if approve { Decision::Approve } else { returned() };
            plan.review(&decision, context, now).ok()
        }
        RevisePlan => plan.revise(RevisionId(uuid(9)), "Perubahan", context, now).ok(),
        LinkPlanResult => {
            plan.link_result(RESULT, SUPERIORS_RESULT, &[SUPERIORS_RESULT].into(), context).ok()
        }
        CancelPlan => plan.cancel("Salah", context).ok(),
        ClosePlan => plan.close(context).ok(),
        GiveFeedback | RequestFeedback | HoldDialogue => None,
    }
}

proptest! {
    #[test]
    fn invariants_hold_after_any_sequence_of_verbs(steps in proptest::collection::vec(step(), 0..40)) {
        let year = year();
        let context = plan_context(&year[0]);
        let mut plan = draft();
        for (action, approve) in steps {
            // Skip half of the closing actions, so walks get longer.
            if matches!(action, CancelPlan | ClosePlan) && approve {
                continue;
            }
            let Some(next) = walk(&plan, action, approve, &context) else { continue };
            prop_assert!(!plan.status.is_terminal(), "a closed or cancelled plan does not change");
            plan = next;
            let open = plan.revisions.iter().filter(|revision| revision.status.is_open()).count();
            let in_force = plan.revisions.iter().filter(|revision| revision.status == Rev::Approved).count();
            prop_assert!(open <= 1 && in_force <= 1);
            prop_assert_eq!(plan.effective().is_some(), matches!(plan.status, PlanStatus::Approved | PlanStatus::Closed));
            match plan.status {
                PlanStatus::Draft | PlanStatus::Submitted | PlanStatus::Returned => {
                    let status = plan.revisions[0].status.to_string();
                    prop_assert_eq!((plan.revisions.len(), status), (1, plan.status.to_string()));
                }
                PlanStatus::Approved => {}
                PlanStatus::Closed | PlanStatus::Cancelled => prop_assert_eq!(open, 0),
            }
            for (index, revision) in plan.revisions.iter().enumerate() {
                prop_assert_eq!(revision.number as usize, index + 1);
            }
            prop_assert!(plan.revisions.iter().all(|revision| revision.content.ids() == content().ids()));
        }
    }
}
