//! Who has the powers of an assignment on a day, and who rates whom: the direct superior, or the person who acts for
//! them.

use super::{Assignment, Capacity, Delegation};
use crate::{
    id::{AssignmentId, StaffId},
    time::Date,
};
use std::{collections::BTreeSet, ops::Deref};

/// An assignment with its delegations. It is vacant after its holder has left, until someone acts for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// The assignment.
    pub assignment: Assignment,
    /// Its delegations, oldest first.
    pub delegations: Vec<Delegation>,
}

impl Deref for Post {
    type Target = Assignment;

    fn deref(&self) -> &Assignment {
        &self.assignment
    }
}

/// A person with the powers of an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acting {
    /// The assignment.
    pub post: AssignmentId,
    /// The person.
    pub staff: StaffId,
    /// Definitive, or Plt or Plh.
    pub capacity: Capacity,
}

impl Post {
    /// Who has its powers on a day: the acting official first, then the holder. Nobody if it is vacant.
    pub fn acting_on(&self, day: Date) -> impl Iterator<Item = Acting> {
        let delegates = self.delegations.iter().rev().filter(move |one| one.open_on(day));
        let delegates = delegates.map(|one| self.acting(one.delegate, one.capacity));
        delegates.chain(self.assignment.open_on(day).then(|| self.holder()))
    }

    /// Whether somebody has its powers on a day.
    #[must_use]
    pub fn is_filled_on(&self, day: Date) -> bool {
        self.acting_on(day).next().is_some()
    }

    fn holder(&self) -> Acting {
        self.acting(self.assignment.staff, self.assignment.capacity)
    }

    const fn acting(&self, staff: StaffId, capacity: Capacity) -> Acting {
        Acting { post: self.assignment.id, staff, capacity }
    }
}

/// The rater of an assignment with the rater's superior.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RaterOnDay {
    /// The rater.
    pub rater: Acting,
    /// The rater's superior (atasan pejabat penilai); none at the top. Decides objections, so it is never the rater.
    pub superior: Option<Acting>,
}

/// Who rates an assignment on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhoRates {
    /// This person.
    Person(RaterOnDay),
    /// The superior's post is vacant and nobody acts for it. Its last holder stays the rater of record.
    Vacant(RaterOnDay),
    /// The ratee acts for all their superiors, so nobody above can rate.
    NobodyAbove,
    /// The assignment has no superior.
    NoSuperior,
    /// The chain of superiors forms a loop.
    Loop,
}

/// Where a search up the chain of superiors ends.
enum Search {
    Found(Acting),
    /// A vacant post with its last holder.
    Vacant(Acting),
    Top,
    Loop,
}

/// Finds who rates an assignment on a day.
///
/// The rater is the person with the powers of the direct superior's post. Nobody rates themselves: if only the ratee
/// has these powers, because they act for their own superior, the next superior above rates. The rater's superior is
/// the first person above the rater who is neither the ratee nor the rater. `posts` returns the assignments above.
///
/// # Errors
/// The id of an assignment that `posts` does not return.
pub fn who_rates<'a>(
    ratee: &Assignment,
    day: Date,
    posts: impl Fn(AssignmentId) -> Option<&'a Post>,
) -> Result<WhoRates, AssignmentId> {
    let Some(first) = ratee.superior_on(day) else { return Ok(WhoRates::NoSuperior) };
    let mut visited = BTreeSet::from([ratee.id]);
    let found = climb(Some(first), day, &[ratee.staff], &mut visited, &posts)?;
    let (rater, vacant) = match found {
        Search::Found(rater) => (rater, false),
        Search::Vacant(last) => (last, true),
        Search::Top => return Ok(WhoRates::NobodyAbove),
        Search::Loop => return Ok(WhoRates::Loop),
    };
    let above = posts(rater.post).ok_or(rater.post)?.superior_on(day);
    let superior = match climb(above, day, &[ratee.staff, rater.staff], &mut visited, &posts)? {
        Search::Found(superior) | Search::Vacant(superior) => Some(superior),
        Search::Top | Search::Loop => None,
    };
    let found = RaterOnDay { rater, superior };
    Ok(if vacant { WhoRates::Vacant(found) } else { WhoRates::Person(found) })
}

/// Goes up the chain to the first post that is vacant, or whose powers a person outside `except` has.
fn climb<'a>(
    start: Option<AssignmentId>,
    day: Date,
    except: &[StaffId],
    visited: &mut BTreeSet<AssignmentId>,
    posts: &impl Fn(AssignmentId) -> Option<&'a Post>,
) -> Result<Search, AssignmentId> {
    let mut at = start;
    while let Some(id) = at {
        if !visited.insert(id) {
            return Ok(Search::Loop);
        }
        let post = posts(id).ok_or(id)?;
        if let Some(found) = post.acting_on(day).find(|one| !except.contains(&one.staff)) {
            return Ok(Search::Found(found));
        }
        if !post.is_filled_on(day) && !except.contains(&post.assignment.staff) {
            return Ok(Search::Vacant(post.holder()));
        }
        at = post.superior_on(day);
    }
    Ok(Search::Top)
}
