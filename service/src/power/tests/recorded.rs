//! What nobody chooses about their results of the first quarter, which is over: who acts for the recorded rater, who is the
//! superior of that rater, and whether the evaluation is cancelled. Nobody leaves a post before a change of it comes that
//! another person scheduled.

use super::world::World;
use domain::{
    id::{AssignmentId, StaffId},
    scheduled::ScheduledChange,
    time::Date,
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The state of the results of some people that can still change.
pub(super) struct Recorded {
    raters: BTreeSet<AssignmentId>,
    acting: BTreeSet<(AssignmentId, StaffId, Date)>,
    superiors: BTreeMap<AssignmentId, AssignmentId>,
    results: BTreeSet<Uuid>,
    /// The changes of their posts that other people scheduled.
    waiting: Vec<ScheduledChange>,
}

impl Recorded {
    pub fn of(world: &World, people: &BTreeSet<StaffId>) -> Self {
        let of_others = |one: &&ScheduledChange| {
            let by_others = one.scheduled_by.is_none_or(|by| !people.contains(&by));
            by_others && people.contains(&one.staff) && !ends_first(world, one)
        };
        let waiting = world.scheduled.iter().filter(of_others).cloned().collect();
        let own = world.evaluations.iter().filter(|one| one.open);
        let own = own.filter(|one| people.contains(&one.ratee) && world.is_appraised(one.ratee));
        let (results, raters) = own.map(|one| (one.id, one.rater_post)).unzip();
        let (acting, superiors) = (acting(world, &raters), superiors(world, &raters));
        Self { raters, acting, superiors, results, waiting }
    }

    /// What a change chose, if anything.
    pub fn broken_in(&self, world: &World) -> Option<String> {
        let now = acting(world, &self.raters);
        if let Some((post, person, _)) = now.difference(&self.acting).next() {
            return Some(format!("let {person} act for {post}, which rated them"));
        }
        let now = superiors(world, &self.raters);
        let another = |(post, before): &(&AssignmentId, &AssignmentId)| {
            now.get(*post).is_some_and(|superior| superior != *before)
        };
        if let Some((post, _)) = self.superiors.iter().find(another) {
            return Some(format!("chose the superior of {post}, which rated them"));
        }
        let still_waits = |one: &&ScheduledChange| world.scheduled.iter().any(|now| now.id == one.id);
        let mut waiting = self.waiting.iter().filter(still_waits);
        if let Some(change) = waiting.find(|one| ends_first(world, one)) {
            return Some(format!("left the post before {change:?}"));
        }
        let cancelled = world.evaluations.iter().find(|one| one.cancelled && self.results.contains(&one.id));
        cancelled.map(|one| format!("cancelled their evaluation {}", one.id))
    }
}

/// Whether the assignment of a scheduled change ends before the day of the change.
fn ends_first(world: &World, change: &ScheduledChange) -> bool {
    let post = change.change.assignment().and_then(|id| world.post(id));
    post.and_then(|post| post.valid_to).is_some_and(|end| end <= change.effective_on)
}

fn acting(world: &World, posts: &BTreeSet<AssignmentId>) -> BTreeSet<(AssignmentId, StaffId, Date)> {
    let of_posts = world.delegations.iter().filter(|one| posts.contains(&one.assignment));
    let each_day = |one: &domain::assignment::Delegation| {
        let (post, person) = (one.assignment, one.delegate);
        let (from, to) = (one.valid_from, one.valid_to);
        let lasts = move |day: &Date| from <= *day && to.is_none_or(|end| end > *day);
        world.days().into_iter().filter(lasts).map(move |day| (post, person, day)).collect::<Vec<_>>()
    };
    of_posts.flat_map(each_day).collect()
}

fn superiors(world: &World, posts: &BTreeSet<AssignmentId>) -> BTreeMap<AssignmentId, AssignmentId> {
    let [today, ..] = world.days();
    let superior = |id: &AssignmentId| Some((*id, world.post(*id)?.superior_on(today)?));
    posts.iter().filter_map(superior).collect()
}
