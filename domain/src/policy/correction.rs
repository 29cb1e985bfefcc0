//! Rights on corrections of personnel data. Everyone requests their own; an admin of the unit answers.
//!
//! Superiors have no part in them, and the superior whom a request is about does not see it in any role.

use super::{Allowed, Relation, Relations, Right};
use crate::{Key, Refusal, action::CorrectionAction, actor::Actor, correction::Correction, id::StaffId};
use strum::IntoEnumIterator;

/// The table of rights.
#[must_use]
pub const fn right(action: CorrectionAction) -> Right {
    match action {
        CorrectionAction::ResolveCorrection => Right::new(&[Relation::Admin], Key::OnlyAdminResolves),
        CorrectionAction::WithdrawCorrection => Right::new(&[Relation::Owner], Key::OnlyOwner),
    }
}

/// The relations of an actor to a request. The chain of superiors gives none.
#[must_use]
pub fn relations(actor: &Actor, correction: &Correction) -> Relations {
    Relations::of_person(actor, correction.staff, correction.unit)
}

/// Whether the actor can see the request: the person, admins of the unit and auditors, but never the superior whom it is
/// about. Must match the store's filter.
#[must_use]
pub fn sees(actor: &Actor, correction: &Correction) -> bool {
    let relations = relations(actor, correction);
    let named = correction.recorded.superior().is_some_and(|superior| actor.is(superior));
    let related = relations.owner || relations.admin || relations.auditor;
    actor.agency == correction.agency && actor.staff().is_some() && related && !named
}

/// Checks whether the actor may run the action on the request, which they can see.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide(action: CorrectionAction, relations: &Relations) -> Result<(), Refusal> {
    right(action).decide(relations)
}

/// Checks whether the actor may request corrections: every person may, of their own record. Returns the person.
///
/// # Errors
/// `FORBIDDEN` for API keys.
pub fn decide_request(actor: &Actor) -> Result<StaffId, Refusal> {
    actor.staff().ok_or_else(|| super::forbidden(Key::OnlyOwner))
}

/// Lists all actions on the request and whether the actor can run them now.
#[must_use]
pub fn allowed_actions(correction: &Correction, relations: &Relations) -> Vec<Allowed> {
    CorrectionAction::iter()
        .map(|action| Allowed {
            action: action.into(),
            refusal: decide(action, relations).and_then(|()| correction.permits(action)).err(),
            who_can: match action {
                CorrectionAction::WithdrawCorrection => vec![correction.staff],
                CorrectionAction::ResolveCorrection => Vec::new(),
            },
        })
        .collect()
}
