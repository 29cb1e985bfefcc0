//! Delegations of an assignment's powers.

use super::{Capacity, Post};
use crate::{
    Key, Message, Refusal,
    error::{reason, unless_refused},
    id::{AgencyId, AssignmentId, DelegationId, StaffId},
    time::Date,
};
use serde::{Deserialize, Serialize};

/// A delegation of an assignment's powers to another person (Plt, Plh).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// Its id.
    pub id: DelegationId,
    /// The agency.
    pub agency: AgencyId,
    /// The delegated assignment.
    pub assignment: AssignmentId,
    /// The person who receives the powers.
    pub delegate: StaffId,
    /// Plt or Plh.
    pub capacity: Capacity,
    /// The first day.
    pub valid_from: Date,
    /// End date (exclusive); `None` while open-ended.
    pub valid_to: Option<Date>,
    /// The reason.
    pub reason: String,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// Input for a new delegation; the fields are those of [`Delegation`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Delegation")]
pub struct DelegationInput {
    pub delegate: StaffId,
    pub capacity: Capacity,
    #[serde(rename = "from")]
    pub valid_from: Date,
    /// End date (exclusive); open-ended when absent.
    #[serde(rename = "to")]
    pub valid_to: Option<Date>,
    pub reason: String,
}

/// Changes of a delegation; absent fields stay as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DelegationChanges {
    /// Plt or Plh.
    pub capacity: Option<Capacity>,
    /// The first day.
    pub from: Option<Date>,
    /// End date (exclusive).
    pub to: Option<Date>,
    /// Removes the end date; excludes `to`.
    pub open_ended: bool,
}

impl Delegation {
    /// Delegates an assignment's powers. A vacant position (ended assignment) may be delegated.
    ///
    /// Only one person acts for an assignment at a time. A Plh acts only for a definitive holder who is away (SE BKN
    /// 1/2021), never for a Plt: the delegation of the Plt must end first.
    ///
    /// # Errors
    /// A refusal for each broken rule: the holder as their own delegate, a capacity other than Plt or Plh, dates
    /// before the assignment or in the wrong order, days on which somebody else acts, no reason.
    pub fn create(id: DelegationId, new: DelegationInput, post: &Post) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let why = reason("reason", &new.reason).map_err(|refusal| refusals.push(refusal)).unwrap_or_default();
        let delegation = Self {
            id,
            agency: post.agency,
            assignment: post.id,
            delegate: new.delegate,
            capacity: new.capacity,
            valid_from: new.valid_from,
            valid_to: new.valid_to,
            reason: why,
            version: 1,
        };
        let mut broken = delegation.check(post);
        broken.append(&mut refusals);
        unless_refused(delegation, broken)
    }

    /// Changes the capacity or the days. Final ratings keep the rater who made them.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` if it has ended; a refusal for each rule of [`Self::create`] that it would break.
    pub fn update(&self, changes: DelegationChanges, post: &Post, today: Date) -> Result<Self, Vec<Refusal>> {
        self.must_not_have_ended_by(today)?;
        let to = if changes.open_ended { None } else { changes.to.or(self.valid_to) };
        let next = Self {
            capacity: changes.capacity.unwrap_or(self.capacity),
            valid_from: changes.from.unwrap_or(self.valid_from),
            valid_to: to,
            ..self.clone()
        };
        let mut refusals = next.check(post);
        if changes.open_ended && changes.to.is_some() {
            refusals.push(Refusal::input(["openEnded"], Key::EndOrOpenEnded));
        }
        unless_refused(next, refusals)
    }

    fn check(&self, post: &Post) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        if self.delegate == post.staff && post.open_on(self.valid_from) {
            refusals.push(Refusal::input(["delegateId"], Key::OwnDelegate));
        }
        if self.capacity == Capacity::Definitive {
            refusals.push(Refusal::input(["capacity"], Key::DelegateActs));
        }
        if self.valid_to.is_some_and(|end| end <= self.valid_from) {
            let next = self.valid_from.succ_opt().unwrap_or(self.valid_from);
            let message = Message::new(Key::DelegationBeforeStart).with("day", self.valid_from);
            refusals.push(Refusal::input(["to"], message.with("next", next)));
        }
        if self.valid_from < post.valid_from || post.is_withdrawn() {
            refusals.push(Refusal::input(["from"], Key::AssignmentNotOpen));
        }
        if let Some(other) = post.delegations.iter().find(|other| self.overlaps(other)) {
            let message = match other.valid_to {
                Some(to) => Message::new(Key::DelegatedAlready).with("to", to),
                None => Message::new(Key::DelegatedOpenEnded),
            };
            refusals.push(Refusal::input(["from"], message.with("from", other.valid_from)));
        }
        refusals
    }

    /// Whether another delegation has days in common with it.
    fn overlaps(&self, other: &Self) -> bool {
        let begins_before = |one: &Self, end: Option<Date>| end.is_none_or(|end| one.valid_from < end);
        // A delegation that was ended before its first day has no days.
        let has_days = other.valid_to.is_none_or(|end| other.valid_from < end);
        self.id != other.id
            && has_days
            && begins_before(self, other.valid_to)
            && begins_before(other, self.valid_to)
    }

    /// Whether the delegation is current on a day.
    #[must_use]
    pub fn open_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day < end)
    }

    /// Refuses to change it after its end.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` if it has ended.
    pub fn must_not_have_ended_by(&self, day: Date) -> Result<(), Refusal> {
        if self.valid_to.is_some_and(|end| end <= day) { Err(Refusal::ended()) } else { Ok(()) }
    }

    /// Ends the delegation early; `on` is the end date (exclusive). A delegation that has not begun ends on its
    /// first day.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` if it has ended by then.
    pub fn end(&self, on: Date) -> Result<Self, Refusal> {
        let on = on.max(self.valid_from);
        self.must_not_have_ended_by(on)?;
        Ok(Self { valid_to: Some(on), ..self.clone() })
    }
}
