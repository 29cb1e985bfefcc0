//! Dated assignments of people to units and superiors, and dated delegations of their powers.
//!
//! A plan, its evaluations and its rater belong to an assignment, not to a person: a transfer closes one
//! assignment and opens another.

mod delegation;
mod outlook;
mod post;
mod power;
mod superior;
#[cfg(test)]
mod tests;
mod withdrawn;

pub use delegation::{Delegation, DelegationChanges, DelegationInput};
pub use outlook::Outlook;
pub use post::{Acting, Post, RaterOnDay, WhoRates, who_rates};
pub use power::{Power, powers};
pub use superior::{DatedSuperior, UnderSuperior};
pub use withdrawn::{Transfer, UNDO_DAYS};

use crate::{
    Edit, Key, Message, Refusal,
    employment::EmploymentKind,
    error::unless_refused,
    id::{AgencyId, AssignmentId, PositionId, StaffId, UnitId},
    rank,
    time::Date,
};
use serde::{Deserialize, Serialize};

/// Capacity in which a person fills a position or acts for its holder.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Capacity {
    /// Definitif: the appointed holder.
    Definitive,
    /// Pelaksana tugas: acting while the position is vacant.
    Plt,
    /// Pelaksana harian: acting while the holder is away.
    Plh,
}

/// A person's assignment to a unit and position (penempatan).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Its id.
    pub id: AssignmentId,
    /// The agency.
    pub agency: AgencyId,
    /// The person. For a post that nobody has held yet: the first person who acts for it.
    pub staff: StaffId,
    /// The unit.
    pub unit: UnitId,
    /// The position.
    pub position: PositionId,
    /// The rank in this assignment, in canonical spelling.
    pub rank: Option<String>,
    /// The assignment of today's direct superior, whose holder is the rater. After the end of this assignment: the
    /// superior of its last day, or the one who has taken over its unfinished work since then.
    pub superior: Option<AssignmentId>,
    /// The superiors by day, oldest first. Journal images older than this field have none.
    #[serde(default)]
    pub superiors: Vec<DatedSuperior>,
    /// The capacity.
    pub capacity: Capacity,
    /// Whether the holder heads the unit.
    pub leads: bool,
    /// The first day.
    pub valid_from: Date,
    /// End date (exclusive); `None` while current. A withdrawn assignment ends on its first day, so it has no days. The
    /// same holds for a post that nobody has held yet.
    pub valid_to: Option<Date>,
    /// Whether nobody has held the post yet. It is vacant from its first day on, and only its powers can be delegated.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub never_held: bool,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// Input for a new assignment; the fields are those of [`Assignment`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Assignment")]
pub struct NewAssignment {
    pub id: AssignmentId,
    pub agency: AgencyId,
    pub staff: StaffId,
    pub place: Placement,
}

/// Where a person is assigned from a day on; the fields are those of [`Assignment`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Assignment")]
pub struct Placement {
    pub unit: UnitId,
    pub position: PositionId,
    pub rank: Option<String>,
    /// The superior's assignment. The caller loads it for [`Assignment::open`].
    pub superior: Option<AssignmentId>,
    pub capacity: Capacity,
    pub leads: bool,
    /// The first day.
    pub from: Date,
}

impl Assignment {
    /// Creates an assignment below a superior's.
    ///
    /// # Errors
    /// A refusal for each invalid field: an unknown rank, or a superior who is the same person or whose assignment
    /// nobody holds or acts for on the first day.
    pub fn open(
        new: NewAssignment,
        kind: EmploymentKind,
        superior: Option<&Post>,
    ) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let place = new.place;
        let rank = place
            .rank
            .as_deref()
            .map(str::trim)
            .filter(|rank| !rank.is_empty())
            .and_then(|value| rank::parse(value, kind).map_err(|refusal| refusals.push(refusal)).ok());
        let assignment = Self {
            id: new.id,
            agency: new.agency,
            staff: new.staff,
            unit: place.unit,
            position: place.position,
            rank,
            superior: None,
            superiors: Vec::new(),
            capacity: place.capacity,
            leads: place.leads,
            valid_from: place.from,
            valid_to: None,
            never_held: false,
            version: 1,
        };
        if let Some(superior) = superior {
            refusals.extend(assignment.check_superior(superior, place.from));
        }
        unless_refused(assignment.under(superior.map(|superior| superior.id)), refusals)
    }

    /// Records a post that nobody has held yet, because `new.staff` acts for it from the first day on. The post has no
    /// days.
    #[must_use]
    pub fn vacant(new: NewAssignment, today: Date) -> Self {
        let NewAssignment { id, agency, staff, place } = new;
        let from = place.from;
        let superiors = place.superior.map(|superior| DatedSuperior { superior, from, after_end: true });
        let post = Self {
            id,
            agency,
            staff,
            unit: place.unit,
            position: place.position,
            rank: None,
            superior: None,
            superiors: superiors.into_iter().collect(),
            capacity: place.capacity,
            leads: place.leads,
            valid_from: from,
            valid_to: Some(from),
            never_held: true,
            version: 1,
        };
        post.with_superior_of(today)
    }

    /// Changes the rank, or whether the holder heads the unit.
    ///
    /// # Errors
    /// An unknown rank.
    pub fn update(
        &self,
        new_rank: Edit<&str>,
        leads: Option<bool>,
        kind: EmploymentKind,
    ) -> Result<Self, Refusal> {
        let mut next = self.clone();
        next.rank = match new_rank {
            Edit::Set(value) => Some(rank::parse(value, kind)?),
            edit => edit.map(str::to_owned).apply(next.rank),
        };
        next.leads = leads.unwrap_or(next.leads);
        Ok(next)
    }

    /// Whether the assignment is current on a day.
    #[must_use]
    pub fn open_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day < end)
    }

    /// Whether the assignment has ended by a day.
    #[must_use]
    pub fn has_ended_by(&self, day: Date) -> bool {
        self.valid_to.is_some_and(|end| end <= day)
    }

    /// Refuses to move an assignment or to change its superior after its end.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` if it has ended.
    pub fn must_not_have_ended_by(&self, day: Date) -> Result<(), Refusal> {
        if self.has_ended_by(day) { Err(Refusal::ended()) } else { Ok(()) }
    }

    /// The last day, if an end date is set.
    #[must_use]
    pub fn last_day(&self) -> Option<Date> {
        self.valid_to.and_then(|end| end.pred_opt())
    }

    /// Ends the assignment; `on` is the end date (exclusive). It keeps the superior of its last day.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` if it would end before it begins, `INVALID_TRANSITION` if it has already ended by that day.
    pub fn close(&self, on: Date, today: Date) -> Result<Self, Refusal> {
        if on <= self.valid_from {
            let message = Message::new(Key::LeavesBeforeStart).with("day", self.valid_from);
            return Err(Refusal::input(["on"], message));
        }
        self.must_not_have_ended_by(on)?;
        Ok(Self { valid_to: Some(on), ..self.clone() }.with_superior_of(today))
    }

    /// Continues an ended assignment, because its end was recorded by mistake. A superior who has taken over its
    /// unfinished work is its superior from the day of the takeover.
    #[must_use]
    pub fn reopen(&self, today: Date) -> Self {
        let mut superiors = self.superiors.clone();
        superiors.iter_mut().for_each(|one| one.after_end = false);
        superiors.dedup_by_key(|one| one.superior);
        Self { valid_to: None, superiors, ..self.clone() }.with_superior_of(today)
    }

    /// Checks a corrected first day: it must neither overlap an earlier assignment of the person nor leave days without
    /// an assignment between the two. Parallel assignments, such as an acting one beside a definitive one, are ignored.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` with the last day of the earlier assignment. The sentence calls the person `person`.
    pub fn may_begin_on(&self, from: Date, of_person: &[Self], person: &str) -> Result<(), Refusal> {
        let earlier = of_person.iter().filter(|one| one.id != self.id && one.has_days());
        let ends = earlier.filter_map(|one| one.valid_to).filter(|end| *end <= self.valid_from);
        let Some(end) = ends.max() else { return Ok(()) };
        let key = match end {
            end if from < end => Key::FirstDayOverlaps,
            end if end == self.valid_from && end < from => Key::FirstDayLeavesGap,
            _ => return Ok(()),
        };
        let message = Message::new(key).with("person", person).with("from", from);
        Err(Refusal::input(["validFrom"], message.with("day", end.pred_opt().unwrap_or(end))))
    }

    fn check_superior(&self, superior: &Post, from: Date) -> Vec<Refusal> {
        let mut keys = Vec::new();
        if superior.agency != self.agency {
            return vec![Refusal::not_found(["superiorAssignmentId"])];
        }
        // The last holder of a vacant post can return under the person who acts for it now.
        if superior.staff == self.staff && (superior.open_on(from) || !superior.is_filled_on(from)) {
            keys.push(Key::OwnSuperior);
        }
        if !superior.is_filled_on(from) {
            keys.push(Key::AssignmentNotOpen);
        }
        keys.into_iter().map(|key| Refusal::input(["superiorAssignmentId"], key)).collect()
    }
}
