//! Computes how strong the power of people over one person is.

use super::world::{World, city_day};
use domain::{
    assignment::{Assignment, Post, WhoRates, who_rates},
    id::{AssignmentId, StaffId},
    time::Date,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

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

impl World {
    /// All posts as if nobody acted for anybody.
    pub(super) fn without_acting(&self) -> HashMap<AssignmentId, Post> {
        let own = |post: &Post| Post { delegations: Vec::new(), ..post.clone() };
        self.all.iter().map(|(id, post)| (*id, own(post))).collect()
    }

    /// Finds who has power over the results of a ratee on a day.
    pub(super) fn over(&self, ratee: &Assignment, day: Date) -> Ranks {
        over_in(&self.all, ratee, day)
    }

    /// Finds who would have power over the results of a person today if `posts` were all posts.
    pub(super) fn ranks_over(&self, person: StaffId, posts: &HashMap<AssignmentId, Post>) -> Ranks {
        let today = city_day(&self.env);
        let mut ranks = Ranks::new();
        for own in self.posts.iter().filter(|post| post.staff == person && post.open_on(today)) {
            for (person, rank) in over_in(posts, own, today) {
                let strongest = ranks.entry(person).or_insert(rank);
                *strongest = rank.max(*strongest);
            }
        }
        ranks
    }

    /// The person who rates a person today, in the only post of that person.
    pub(super) fn first_rater(&self, person: StaffId) -> Option<StaffId> {
        let today = city_day(&self.env);
        let mut own = self.posts.iter().filter(|post| post.staff == person && post.open_on(today));
        let (only, None) = (own.next()?, own.next()) else { return None };
        match who_rates(only, today, |id| self.all.get(&id)).expect("known posts") {
            WhoRates::Person(found) | WhoRates::Vacant(found) => Some(found.rater.staff),
            _ => None,
        }
    }

    pub(super) fn raters_of(&self, person: StaffId) -> BTreeSet<StaffId> {
        self.ranks_over(person, &self.all).into_keys().collect()
    }

    /// The people who rate in this assignment today: the rater, and those who act for the rater. The superior of an ended
    /// assignment is that of its last day, or of its unfinished work; who acts for that superior changes.
    pub(super) fn raters_in(&self, assignment: AssignmentId) -> BTreeSet<StaffId> {
        let today = city_day(&self.env);
        let over = self.post(assignment).map(|post| self.over(post, today)).unwrap_or_default();
        over.into_iter().filter(|(_, rank)| *rank == 2).map(|(person, _)| person).collect()
    }
}
