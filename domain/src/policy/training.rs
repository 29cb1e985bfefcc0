//! Rights on trainings. Everyone records their own; the performance team or an admin of the unit verifies them.

use super::{Allowed, Relation, Relations, Right};
use crate::{Key, Refusal, action::TrainingAction, actor::Actor, id::StaffId, training::Training};
use strum::IntoEnumIterator;

/// The table of rights.
#[must_use]
pub const fn right(action: TrainingAction) -> Right {
    match action {
        TrainingAction::VerifyTraining => {
            Right::new(&[Relation::Team, Relation::Admin], Key::OnlyTeamVerifies)
        }
        TrainingAction::WithdrawTraining => Right::new(&[Relation::Owner], Key::OnlyOwner),
    }
}

/// The relations of an actor to a training, without the chain of superiors.
#[must_use]
pub fn relations(actor: &Actor, training: &Training) -> Relations {
    Relations::of_person(actor, training.staff, training.unit)
}

/// Checks whether the actor may run the action on the training.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide(action: TrainingAction, relations: &Relations) -> Result<(), Refusal> {
    right(action).decide(relations)
}

/// Checks whether the actor may record trainings: every person may, for themselves. Returns the person.
///
/// # Errors
/// `FORBIDDEN` for API keys.
pub fn decide_record(actor: &Actor) -> Result<StaffId, Refusal> {
    actor.staff().ok_or_else(|| super::forbidden(Key::OnlyOwner))
}

/// Lists all actions on the training and whether the actor can run them now.
#[must_use]
pub fn allowed_actions(training: &Training, relations: &Relations) -> Vec<Allowed> {
    TrainingAction::iter()
        .map(|action| Allowed {
            action: action.into(),
            refusal: decide(action, relations).and_then(|()| training.permits(action)).err(),
            who_can: match action {
                TrainingAction::WithdrawTraining => vec![training.staff],
                TrainingAction::VerifyTraining => Vec::new(),
            },
        })
        .collect()
}
