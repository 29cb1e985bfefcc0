//! Rights on plans.

use super::{Allowed, Relation, Relations, Right};
use crate::{
    Key, Refusal,
    action::PlanAction,
    actor::Actor,
    assignment::Assignment,
    plan::{Plan, PlanContext},
};
use strum::IntoEnumIterator;

/// The table of rights.
#[must_use]
pub const fn right(action: PlanAction) -> Right {
    use Relation::{Above, Admin, Head, Owner, Rater, RatersSuperior, System};
    match action {
        PlanAction::UpdatePlan | PlanAction::SubmitPlan | PlanAction::WithdrawPlan => {
            Right::new(&[Owner], Key::OnlyOwner)
        }
        PlanAction::ReviewPlan | PlanAction::HoldDialogue => Right::new(&[Rater], Key::OnlyRater),
        PlanAction::RevisePlan | PlanAction::LinkPlanResult | PlanAction::RequestFeedback => {
            Right::new(&[Owner, Rater], Key::OnlyOwnerOrRater)
        }
        PlanAction::CancelPlan => Right::new(&[Admin], Key::OnlyAdmin),
        PlanAction::ClosePlan => Right::new(&[Admin, System], Key::OnlyAdmin),
        PlanAction::GiveFeedback => {
            Right::new(&[Owner, Rater, RatersSuperior, Above, Head], Key::OnlyOwnerOrSuperiors)
        }
    }
}

/// Checks whether the actor may run the action on the plan.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide(action: PlanAction, relations: &Relations) -> Result<(), Refusal> {
    right(action).decide(relations)
}

/// Checks whether the actor may create a plan for an assignment: only its holder may.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide_create(actor: &Actor, assignment: &Assignment) -> Result<(), Refusal> {
    if actor.is(assignment.staff) { Ok(()) } else { Err(super::forbidden(Key::OnlyOwner)) }
}

/// Lists all actions on the plan and whether the actor can run them now.
#[must_use]
pub fn allowed_actions(plan: &Plan, relations: &Relations, context: &PlanContext<'_>) -> Vec<Allowed> {
    PlanAction::iter()
        .map(|action| Allowed {
            action: action.into(),
            refusal: decide(action, relations).and_then(|()| plan.permits(action, context)).err(),
            who_can: right(action).who_can(plan.staff, &plan.rater),
        })
        .collect()
}
