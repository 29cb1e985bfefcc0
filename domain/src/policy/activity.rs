//! Rights on activities. The rater is that of the plan.

use super::{Allowed, Relation, Right, Standing};
use crate::{
    Key, Refusal,
    action::ActivityAction,
    activity::{Activity, ActivityContext},
    actor::Actor,
    plan::Plan,
};
use strum::IntoEnumIterator;

/// The table of rights.
#[must_use]
pub const fn right(action: ActivityAction) -> Right {
    match action {
        ActivityAction::RecordActivities | ActivityAction::SubmitActivities => {
            Right::new(&[Relation::Owner], Key::OnlyOwner)
        }
        ActivityAction::ReviewActivities => Right::new(&[Relation::Rater], Key::OnlyRater),
    }
}

/// Whether the actor may do this to the activity.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide(action: ActivityAction, standing: &Standing) -> Result<(), Refusal> {
    right(action).decide(standing)
}

/// Whether the actor may report activities under a plan: its owner only.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide_create(actor: &Actor, plan: &Plan) -> Result<(), Refusal> {
    if actor.is(plan.staff) { Ok(()) } else { Err(super::forbidden(Key::OnlyOwner)) }
}

/// What the actor can do to the activity now.
#[must_use]
pub fn allowed_actions(
    activity: &Activity,
    standing: &Standing,
    context: &ActivityContext<'_>,
) -> Vec<Allowed> {
    ActivityAction::iter()
        .map(|action| Allowed {
            action: action.into(),
            refusal: decide(action, standing).and_then(|()| activity.permits(action, context)).err(),
            who_can: right(action).who_can(activity.staff, &context.plan.rater),
        })
        .collect()
}
