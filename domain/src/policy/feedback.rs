//! Rights on feedback: who may give it in which direction, who may reply, and who sees the author.

use super::{Allowed, Relations, forbidden};
use crate::{
    Key, Refusal,
    action::{Action, FeedbackAction, RequestAction},
    actor::Actor,
    assignment::Assignment,
    feedback::{Feedback, FeedbackDirection, FeedbackRequest},
    id::AssignmentId,
    time::Date,
};
use chrono::Datelike;
use std::collections::BTreeSet;
use strum::IntoEnumIterator;

/// The assignments of a person, with everyone above the open ones in the chain of superiors.
#[derive(Clone, Copy, Debug)]
pub struct Posts<'a> {
    /// All assignments, also those that have ended.
    pub assignments: &'a [Assignment],
    /// The assignments above those that are open today.
    pub above: &'a BTreeSet<AssignmentId>,
}

impl Posts<'_> {
    fn open(&self, today: Date) -> impl Iterator<Item = &Assignment> {
        self.assignments.iter().filter(move |one| one.open_on(today))
    }

    fn is_above(&self, other: &Self) -> bool {
        self.assignments.iter().any(|one| other.above.contains(&one.id))
    }

    /// Whether an assignment of another person was the direct superior of one of these assignments this year.
    fn were_below(&self, other: &Self, today: Date) -> bool {
        let from = Date::from_ymd_opt(today.year(), 1, 1).unwrap_or(today);
        let reported_to = |superior: AssignmentId| other.assignments.iter().any(|one| one.id == superior);
        self.assignments.iter().flat_map(Assignment::superiors_by_day).any(|days| {
            reported_to(days.superior) && days.from <= today && days.to.is_none_or(|to| to > from)
        })
    }
}

/// The directions in which the actor may give feedback to another person today, or to themselves. A person who acts for
/// the superior of a colleague has two directions and chooses one.
#[must_use]
pub fn directions(
    actor: &Actor,
    author: &Posts<'_>,
    recipient: &Posts<'_>,
    (is_own, today): (bool, Date),
) -> Vec<FeedbackDirection> {
    if is_own {
        return vec![FeedbackDirection::Own];
    }
    let is_above = author.is_above(recipient);
    let is_below = recipient.is_above(author);
    let acts_above = actor.acting_for.iter().any(|post| recipient.above.contains(post));
    let heads = recipient.open(today).any(|one| actor.headed.covers(one.unit));
    let works_beside = author.open(today).any(|mine| {
        recipient.open(today).any(|theirs| {
            let same_superior = mine.superior.is_some() && mine.superior == theirs.superior;
            same_superior || (mine.unit == theirs.unit && !mine.leads && !theirs.leads)
        })
    });
    FeedbackDirection::iter()
        .filter(|direction| match direction {
            FeedbackDirection::Superior => is_above || acts_above || heads,
            FeedbackDirection::Peer => works_beside && !is_above && !is_below,
            FeedbackDirection::Subordinate => author.were_below(recipient, today),
            FeedbackDirection::Own => false,
        })
        .collect()
}

/// Chooses the direction of feedback: the direction that the author names, or the author's only direction.
///
/// # Errors
/// `FORBIDDEN` if the author has no direction, or not the one that they name; `BAD_USER_INPUT` if they have several and
/// name none.
pub fn choose(
    directions: &[FeedbackDirection],
    named: Option<FeedbackDirection>,
) -> Result<FeedbackDirection, Refusal> {
    match (named, directions) {
        (Some(named), all) if all.contains(&named) => Ok(named),
        (Some(_), _) | (None, []) => Err(forbidden(Key::OnlyColleagues)),
        (None, [only]) => Ok(*only),
        (None, _) => Err(Refusal::input(["direction"], Key::DirectionNeeded)),
    }
}

/// Whether the actor sees the author of feedback in confidence. Only the rater of the plan does. The person that it is
/// about never does, because nobody is their own rater.
#[must_use]
pub const fn sees_author(relations: &Relations) -> bool {
    relations.rater && !relations.owner
}

/// Checks whether the actor may run the action on feedback: only its recipient may.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide(action: FeedbackAction, actor: &Actor, feedback: &Feedback) -> Result<(), Refusal> {
    match action {
        FeedbackAction::ReplyFeedback if actor.is(feedback.recipient) => Ok(()),
        FeedbackAction::ReplyFeedback => Err(forbidden(Key::OnlyOwner)),
    }
}

/// Lists all actions on feedback and whether the actor can run them now.
#[must_use]
pub fn allowed_actions(actor: &Actor, feedback: &Feedback) -> Vec<Allowed> {
    FeedbackAction::iter()
        .map(|action| Allowed {
            action: action.into(),
            refusal: decide(action, actor, feedback).and_then(|()| feedback.may_be_replied_to()).err(),
            who_can: vec![feedback.recipient],
        })
        .collect()
}

/// Checks whether the actor may answer a request for feedback: only the person who was asked may.
///
/// # Errors
/// `FORBIDDEN`.
pub fn decide_answer(action: RequestAction, actor: &Actor, request: &FeedbackRequest) -> Result<(), Refusal> {
    match action {
        RequestAction::DeclineFeedback if actor.is(request.to) => Ok(()),
        RequestAction::DeclineFeedback => Err(forbidden(Key::OnlyAsked)),
    }
}

/// Lists all actions on a request for feedback and whether the actor can run them now. For everyone but the person who
/// was asked, the list is the same with and without an answer.
#[must_use]
pub fn request_actions(actor: &Actor, request: &FeedbackRequest) -> Vec<Allowed> {
    let refusal = decide_answer(RequestAction::DeclineFeedback, actor, request)
        .and_then(|()| request.must_be_unanswered())
        .err();
    [Action::GiveFeedback, Action::DeclineFeedback]
        .into_iter()
        .map(|action| Allowed { action, refusal: refusal.clone(), who_can: vec![request.to] })
        .collect()
}
