//! Who has power over the result of a ratee on a day.

use super::{Assignment, Post, WhoRates, who_rates};
use crate::{
    id::{AssignmentId, StaffId},
    time::Date,
};
use std::collections::BTreeMap;

/// The power over a person's result. The weaker power comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Power {
    /// The power of the rater's superior: to sign, to reopen a delivered result, to recommend.
    RatersSuperior,
    /// The power of the rater.
    Rater,
}

/// Finds everyone with power over the result of a ratee on a day, with the stronger power of each. Includes the holder
/// of a post, the person who acts for it, and the last holder of a vacant post. Nobody has power over themselves.
/// `posts` returns the assignments above.
///
/// # Errors
/// The id of an assignment that `posts` does not return.
pub fn powers<'a>(
    ratee: &Assignment,
    day: Date,
    posts: impl Fn(AssignmentId) -> Option<&'a Post>,
) -> Result<BTreeMap<StaffId, Power>, AssignmentId> {
    let mut powers = BTreeMap::new();
    let (WhoRates::Person(found) | WhoRates::Vacant(found)) = who_rates(ratee, day, &posts)? else {
        return Ok(powers);
    };
    // The rater is added last: for a person with both powers, the stronger one replaces the weaker.
    for (acting, power) in [(found.superior, Power::RatersSuperior), (Some(found.rater), Power::Rater)] {
        let Some(acting) = acting else { continue };
        let post = posts(acting.post).ok_or(acting.post)?;
        let people = post.acting_on(day).map(|one| one.staff).chain([acting.staff]);
        powers.extend(people.filter(|staff| *staff != ratee.staff).map(|staff| (staff, power)));
    }
    Ok(powers)
}
