//! Transfers that were recorded by mistake: another one with the same first day replaces them.

use super::{Assignment, Placement};
use crate::{Key, Message, Refusal, id::AssignmentId, time::Date};

/// The number of days in which a mistake can be undone: a transfer counted from its first day, the end of an assignment
/// from its last day.
pub const UNDO_DAYS: i64 = 31;

/// What a transfer does to the assignment that the person holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// It ends.
    Ends,
    /// It was recorded by mistake and is withdrawn: the transfer has the same first day.
    Replaces,
}

impl Assignment {
    /// Decides what a transfer with a first day does to this assignment.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` if `from` is before the first day of this assignment, or if it is that first day and more than
    /// [`UNDO_DAYS`] days ago.
    pub fn transferred(&self, from: Date, today: Date) -> Result<Transfer, Refusal> {
        let is_recent = (today - self.valid_from).num_days() <= UNDO_DAYS;
        match from.cmp(&self.valid_from) {
            std::cmp::Ordering::Greater => Ok(Transfer::Ends),
            std::cmp::Ordering::Equal if is_recent => Ok(Transfer::Replaces),
            _ => {
                let next = self.valid_from.succ_opt().unwrap_or(self.valid_from);
                let key = if is_recent { Key::TransferBeforeStart } else { Key::TransferTooOld };
                let message = Message::new(key).with("day", self.valid_from).with("next", next);
                Err(Refusal::input(["from"], message.with("days", UNDO_DAYS)))
            }
        }
    }

    /// Withdraws an assignment that was recorded by mistake: it then has no days and no superior. Its history stays in
    /// the journal.
    #[must_use]
    pub fn withdraw(&self) -> Self {
        Self { valid_to: Some(self.valid_from), superior: None, superiors: Vec::new(), ..self.clone() }
    }

    /// Whether the assignment was withdrawn.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        !self.has_days() && !self.never_held
    }

    /// Whether the assignment has days: it was not withdrawn, and somebody has held the post.
    #[must_use]
    pub fn has_days(&self) -> bool {
        self.valid_to != Some(self.valid_from)
    }

    /// Whether this ended assignment continues in place of a withdrawn one: it ended when the withdrawn one began, and
    /// the new placement has its unit, position and capacity.
    #[must_use]
    pub fn continues_as(&self, place: &Placement, withdrawn: &Self) -> bool {
        self.staff == withdrawn.staff
            && self.valid_to == Some(withdrawn.valid_from)
            && self.has_days()
            && (self.unit, self.position, self.capacity) == (place.unit, place.position, place.capacity)
    }

    /// Replaces a withdrawn superior by `instead`; if `instead` is `None`, by the superior before.
    #[must_use]
    pub fn released_from(&self, withdrawn: AssignmentId, instead: Option<AssignmentId>, today: Date) -> Self {
        let mut superiors = self.superiors.clone();
        match instead {
            Some(instead) => {
                let of_withdrawn = superiors.iter_mut().filter(|one| one.superior == withdrawn);
                of_withdrawn.for_each(|one| one.superior = instead);
            }
            None => superiors.retain(|one| one.superior != withdrawn),
        }
        superiors.dedup_by_key(|one| (one.superior, one.after_end));
        Self { superiors, ..self.clone() }.with_superior_of(today)
    }
}
