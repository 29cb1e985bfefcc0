//! Computes how strong the power of people over one person is.

use domain::{
    assignment::{Assignment, Post, WhoRates, who_rates},
    id::{AssignmentId, StaffId},
    time::Date,
};
use std::collections::{BTreeMap, HashMap};

/// The people with power over one person: 1 for the rater's superior, 2 for the rater.
pub(super) type Ranks = BTreeMap<StaffId, u8>;

/// Finds who has power over the results of a ratee on a day. `posts` are all posts of the organisation.
pub(super) fn over_in(posts: &HashMap<AssignmentId, Post>, ratee: &Assignment, day: Date) -> Ranks {
    let (WhoRates::Person(found) | WhoRates::Vacant(found)) =
        who_rates(ratee, day, |id| posts.get(&id)).expect("known posts")
    else {
        return Ranks::new();
    };
    let mut people = Ranks::new();
    for (acting, rank) in [(found.superior, 1), (Some(found.rater), 2)] {
        let Some(acting) = acting else { continue };
        let post = &posts[&acting.post];
        people.extend(post.acting_on(day).map(|one| (one.staff, rank)));
        people.insert(acting.staff, rank);
    }
    people.remove(&ratee.staff);
    people
}
