//! Rights on activities. Their rater is the rater of the plan.

use super::{Allowed, Relation, Relations, Right};
use crate::{
    Key, Refusal,
    action::ActivityAction,
    activity::{Activity, ActivityContext},
    actor::Actor,
    id::StaffId,
    plan::Plan,
};
use strum::IntoEnumIterator;

/// The table of rights.
#[must_use]
pub const fn right(action: ActivityAction) -> Right {
    match action {
        ActivityAction::RecordActivities
        | ActivityAction::SubmitActivities
        | ActivityAction::DiscardActivities
        | ActivityAction::WithdrawActivities
        | ActivityAction::AnswerMarks => Right::new(&[Relation::Owner], Key::OnlyOwner),
        ActivityAction::ReviewActivities | ActivityAction::ReopenActivities => {
            Right::new(&[Relation::Rater], Key::OnlyRater)
        }
    }
}

/// Checks whether the actor may run the action on the activity.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide(action: ActivityAction, relations: &Relations) -> Result<(), Refusal> {
    right(action).decide(relations)
}

/// Checks whether the actor may report activities under a plan: only its owner may.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide_create(actor: &Actor, plan: &Plan) -> Result<(), Refusal> {
    if actor.is(plan.staff) { Ok(()) } else { Err(super::forbidden(Key::OnlyOwner)) }
}

/// Checks whether the actor may upload evidence: every person may, for their own activities and trainings. Returns
/// the person.
///
/// # Errors
/// `FORBIDDEN` for API keys.
pub fn decide_upload(actor: &Actor) -> Result<StaffId, Refusal> {
    actor.staff().ok_or_else(|| super::forbidden(Key::OnlyOwner))
}

/// Lists all actions on the activity and whether the actor can run them now.
#[must_use]
pub fn allowed_actions(
    activity: &Activity,
    relations: &Relations,
    context: &ActivityContext<'_>,
) -> Vec<Allowed> {
    ActivityAction::iter()
        .map(|action| Allowed {
            action: action.into(),
            refusal: decide(action, relations).and_then(|()| activity.permits(action, context)).err(),
            who_can: right(action).who_can(activity.staff, &context.plan.rater),
        })
        .collect()
}
