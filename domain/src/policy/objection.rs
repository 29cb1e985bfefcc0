//! Rights on objections. Both sides explain themselves; somebody who neither rated nor reopened the result decides.

use super::{Allowed, Relation, Relations, Right};
use crate::{
    Key, Refusal, action::ObjectionAction, actor::Actor, evaluation::Party, id::StaffId,
    objection::Objection, time::Date,
};
use strum::IntoEnumIterator;

/// The table of rights.
#[must_use]
pub const fn right(action: ObjectionAction) -> Right {
    use Relation::{Decider, Owner, Rater, Team};
    match action {
        ObjectionAction::AnswerObjection => Right::new(&[Owner, Rater], Key::OnlyOwnerOrRater),
        ObjectionAction::AssignObjectionDecider => Right::new(&[Team], Key::OnlyTeamAssigns),
        ObjectionAction::DecideObjection => Right::new(&[Decider], Key::OnlyDecider),
        ObjectionAction::WithdrawObjection => Right::new(&[Owner], Key::OnlyOwner),
    }
}

/// Checks whether the actor may run the action on the objection. The decider can't give an explanation for a side.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide(action: ObjectionAction, relations: &Relations) -> Result<(), Refusal> {
    if action == ObjectionAction::AnswerObjection && relations.decider {
        return Err(super::forbidden(Key::OnlyOwnerOrRater));
    }
    right(action).decide(relations)
}

/// Whether the objection names the actor as the decider. Then they can see it, even if they rated the result
/// themselves.
#[must_use]
pub fn names_decider(actor: &Actor, objection: &Objection) -> bool {
    objection.decider.is_some_and(|staff| actor.is(staff))
        || objection.decider_post.is_some_and(|post| actor.acts_as(post))
}

/// The side for which the actor gives an explanation.
#[must_use]
pub const fn side(relations: &Relations) -> Option<Party> {
    match (relations.owner, relations.rater && !relations.decider) {
        (true, _) => Some(Party::Employee),
        (false, true) => Some(Party::Rater),
        (false, false) => None,
    }
}

/// Lists all actions on the objection and whether the actor can run them now.
#[must_use]
pub fn allowed_actions(objection: &Objection, relations: &Relations, today: Date) -> Vec<Allowed> {
    let of_side = |action| match (action, side(relations)) {
        (ObjectionAction::AnswerObjection, Some(side)) => objection.permits_answer(side, today),
        _ => Ok(()),
    };
    ObjectionAction::iter()
        .map(|action| Allowed {
            action: action.into(),
            refusal: decide(action, relations)
                .and_then(|()| objection.permits(action, today))
                .and_then(|()| of_side(action))
                .err(),
            who_can: who_can(action, objection),
        })
        .collect()
}

fn who_can(action: ObjectionAction, objection: &Objection) -> Vec<StaffId> {
    match action {
        ObjectionAction::DecideObjection => objection.decider.into_iter().collect(),
        other => right(other).who_can(objection.staff, &objection.rater),
    }
}
