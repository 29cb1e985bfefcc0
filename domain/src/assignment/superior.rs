//! The superiors of an assignment, by day. `Assignment::superior` repeats today's superior.

use super::Assignment;
use crate::{Key, Refusal, error::unless_refused, id::AssignmentId, time::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A superior with the first day under them. Their days end when the days of the next superior in the list begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DatedSuperior {
    /// The superior's assignment.
    pub superior: AssignmentId,
    /// The first day.
    pub from: Date,
    /// Whether the assignment had ended by this day. If so, the superior has only its unfinished work, because the
    /// superior of its last day has left.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub after_end: bool,
}

/// Days under one superior.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnderSuperior {
    /// The superior's assignment.
    pub superior: AssignmentId,
    /// The first day.
    pub from: Date,
    /// End date (exclusive); `None` while it lasts.
    pub to: Option<Date>,
}

impl Assignment {
    /// Sets the only superior, from the first day on.
    #[must_use]
    pub fn under(self, superior: Option<AssignmentId>) -> Self {
        let from = self.valid_from;
        let superiors = superior.map(|superior| DatedSuperior { superior, from, after_end: false });
        let superiors = superiors.into_iter().collect();
        Self { superior, superiors, ..self }
    }

    /// The superior on a day. Before the first day: the superior of the first day. After the end: the superior of the
    /// last day, or the one who has taken over the unfinished work since then.
    #[must_use]
    pub fn superior_on(&self, day: Date) -> Option<AssignmentId> {
        let of_work = self.superiors.iter().rev().find(|one| one.after_end && one.from <= day);
        let day = self.last_day().map_or(day, |last| day.min(last)).max(self.valid_from);
        let within = || self.superiors.iter().rev().find(|one| !one.after_end && one.from <= day);
        of_work.or_else(within).map(|one| one.superior)
    }

    /// The superiors with their days, oldest first, up to the end of the assignment.
    pub fn superiors_by_day(&self) -> impl Iterator<Item = UnderSuperior> {
        let days = self.dated(|one| !one.after_end && self.valid_to.is_none_or(|end| one.from < end));
        days.into_iter().map(|days| UnderSuperior { to: days.to.or(self.valid_to), ..days })
    }

    /// Like [`Self::superiors_by_day`], with the superiors who have the unfinished work after the end.
    pub fn superiors_of_work(&self) -> impl Iterator<Item = UnderSuperior> {
        self.superiors_by_day().chain(self.dated(|one| one.after_end))
    }

    /// The selected superiors, each until the next selected one begins.
    fn dated(&self, which: impl Fn(&DatedSuperior) -> bool) -> Vec<UnderSuperior> {
        let some: Vec<&DatedSuperior> = self.superiors.iter().filter(|one| which(one)).collect();
        let next = some.iter().skip(1).map(|next| Some(next.from)).chain([None]);
        let under =
            |(one, to): (&&DatedSuperior, _)| UnderSuperior { superior: one.superior, from: one.from, to };
        some.iter().zip(next).map(under).collect()
    }

    /// The same assignment, with today's superior in `superior`, or the superior of the last day or of the unfinished
    /// work if it has ended.
    #[must_use]
    pub fn with_superior_of(self, today: Date) -> Self {
        Self { superior: self.superior_on(today), ..self }
    }

    /// Corrects the first day. The first superior applies from then on.
    #[must_use]
    pub fn starting(&self, valid_from: Date, today: Date) -> Self {
        let mut superiors = self.superiors.clone();
        // Only the last of the superiors up to the new first day still applies.
        while superiors.get(1).is_some_and(|second| second.from <= valid_from) {
            superiors.remove(0);
        }
        if let Some(first) = superiors.first_mut() {
            let began_with_it = first.from == self.valid_from || first.from < valid_from;
            first.from = if began_with_it { valid_from } else { first.from };
        }
        Self { valid_from, superiors, ..self.clone() }.with_superior_of(today)
    }

    /// Assigns another superior from a day on, until the day of the next recorded change. From the end of the
    /// assignment on, the superior has only its unfinished work. `above` returns the superior's assignment and those
    /// above it.
    ///
    /// # Errors
    /// A refusal for each broken rule: the same person, a superior's assignment without holder and acting person on
    /// that day, a loop of superiors on any day, a day before the assignment.
    pub fn assign_superior<'a>(
        &self,
        superior: &super::Post,
        from: Date,
        today: Date,
        above: impl Fn(AssignmentId) -> Option<&'a Self>,
    ) -> Result<Self, Vec<Refusal>> {
        let mut refusals = self.check_superior(superior, from);
        let to = self.superiors.iter().map(|one| one.from).find(|other| *other > from);
        if would_loop(self.id, UnderSuperior { superior: superior.id, from, to }, above) {
            refusals.push(Refusal::input(["superiorAssignmentId"], Key::SuperiorLoop));
        }
        if from < self.valid_from {
            refusals.push(Refusal::input(["from"], Key::AssignmentNotOpen));
        }
        unless_refused(self.with_superior_from(superior.id, from, today), refusals)
    }

    /// Places the assignment under the successor of its superior: from the day on which the superior's post is vacant,
    /// or from the successor's first day if that is later. If the assignment has ended, the successor gets its
    /// unfinished work. `above` returns the successor's assignment and those above it.
    ///
    /// Returns `None` for the successor's own assignment, whose superior is set by a separate change, and for an ended
    /// assignment above the successor.
    ///
    /// # Errors
    /// As [`Self::assign_superior`], if the assignment has not ended.
    pub fn follow<'a>(
        &self,
        successor: &super::Post,
        vacant_on: Date,
        today: Date,
        above: impl Fn(AssignmentId) -> Option<&'a Self>,
    ) -> Result<Option<Self>, Vec<Refusal>> {
        if self.id == successor.id {
            return Ok(None);
        }
        let first = vacant_on.max(successor.valid_from).max(self.valid_from);
        if !self.has_ended_by(today) {
            return self.assign_superior(successor, first, today, above).map(Some);
        }
        let is_above = above(self.id).is_some();
        Ok((!is_above).then(|| self.with_superior_from(successor.id, first, today)))
    }

    /// Gives the assignment another superior from a day on, without a check. From its end on, the superior has only its
    /// unfinished work. The caller ensures that no loop forms.
    #[must_use]
    pub fn with_superior_from(&self, superior: AssignmentId, from: Date, today: Date) -> Self {
        let mut superiors: Vec<DatedSuperior> =
            self.superiors.iter().copied().filter(|one| one.from != from).collect();
        superiors.push(DatedSuperior { superior, from, after_end: self.has_ended_by(from) });
        superiors.sort_by_key(|one| one.from);
        superiors.dedup_by_key(|one| (one.superior, one.after_end));
        Self { superiors, ..self.clone() }.with_superior_of(today)
    }
}

/// Whether the child would be above itself on any of these days. Also terminates on a loop that does not contain the
/// child.
fn would_loop<'a>(
    child: AssignmentId,
    new: UnderSuperior,
    above: impl Fn(AssignmentId) -> Option<&'a Assignment>,
) -> bool {
    let mut open = vec![new];
    let mut visited = BTreeSet::new();
    while let Some(days) = open.pop() {
        if days.superior == child {
            return true;
        }
        if !visited.insert(days) {
            continue;
        }
        let Some(at) = above(days.superior) else { continue };
        // An ended assignment keeps its last superior, until another one has its unfinished work.
        let of_work: Vec<UnderSuperior> = at.superiors_of_work().collect();
        let begins = of_work.iter().skip(1).map(|next| Some(next.from)).chain([None]);
        for (next, end) in of_work.iter().zip(begins) {
            let to = [end, days.to].into_iter().flatten().min();
            let from = next.from.max(days.from);
            if to.is_none_or(|to| from < to) {
                open.push(UnderSuperior { superior: next.superior, from, to });
            }
        }
    }
    false
}
