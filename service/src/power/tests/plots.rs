//! Plots: several steps of people who are aimed at each other, which unrelated random changes rarely find. Each is a
//! shape of a known attack with random people in its parts; other random changes come between its steps.

use super::{act::Act, result::Work, world::World};
use crate::testing::city;
use domain::{
    assignment::{Assignment, Capacity},
    id::{AssignmentId, StaffId},
    staff::EmploymentKind,
};
use rand::{Rng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use std::collections::VecDeque;

type By = Option<StaffId>;

/// A step of a plot. Plans and results get their ids and versions only when the step's turn comes.
pub(super) enum Step {
    Do(By, Act),
    Review(StaffId),
    Rate(StaffId),
    Finalise(StaffId),
}

/// The steps that are still to be made.
#[derive(Default)]
pub(super) struct Plots(VecDeque<Step>);

/// The people of a plot: an admin who is appraised, their rater, and others.
struct Cast<'a> {
    admin: StaffId,
    own: &'a Assignment,
    rater: &'a Assignment,
    above: &'a Assignment,
    second: StaffId,
    friend: &'a Assignment,
    head: &'a Assignment,
    any: &'a Assignment,
}

impl Step {
    /// The person and the change, now that it is the step's turn.
    pub fn resolve(self, world: &World) -> Option<(By, Act)> {
        let rater = |of: &Work| Some(of.rater);
        let last = |all: &[Work], of: StaffId| all.iter().rfind(|one| one.ratee == of && one.open).cloned();
        match self {
            Self::Do(by, act) => Some((by, act)),
            Self::Review(of) => last(&world.plans, of).map(|work| (rater(&work), Act::Review(work))),
            Self::Rate(of) => last(&world.evaluations, of).map(|work| (rater(&work), Act::Rate(work))),
            Self::Finalise(of) => {
                last(&world.evaluations, of).map(|work| (rater(&work), Act::Finalise(work)))
            }
        }
    }
}

/// A person makes a plan, and their rater decides on it and rates the first quarter.
pub(super) fn rated(person: StaffId, own: AssignmentId) -> Vec<Step> {
    let plan = Step::Do(Some(person), Act::Plan(own));
    vec![plan, Step::Review(person), Step::Rate(person), Step::Finalise(person)]
}

impl<'a> Cast<'a> {
    fn random(world: &'a World, rng: &mut ChaCha8Rng) -> Option<Self> {
        let post = |rng: &mut ChaCha8Rng| {
            let post = world.posts.choose(rng)?;
            world.post_of(post.staff).filter(|found| found.id == post.id)
        };
        let admin = *world.admins.choose(rng)?;
        let own = world.post_of(admin).filter(|_| world.is_appraised(admin))?;
        let rater = world.post(own.superior?)?;
        let above = rater.superior.and_then(|id| world.post(id)).unwrap_or(rater);
        let second = world.people.choose(rng)?.id;
        let heads: Vec<&Assignment> =
            world.posts.iter().filter(|one| one.leads && one.valid_to.is_none()).collect();
        let head = *heads.choose(rng)?;
        let parts = Self { admin, own, rater, above, second, friend: post(rng)?, head, any: post(rng)? };
        let apart =
            parts.friend.staff != admin && parts.second != admin && parts.friend.staff != parts.second;
        apart.then_some(parts)
    }
}

impl Plots {
    /// The next step of the plot that was begun, or the first one of a new plot.
    pub fn next(&mut self, world: &World, rng: &mut ChaCha8Rng) -> Option<(By, Act)> {
        if self.0.is_empty() {
            let cast = Cast::random(world, rng)?;
            self.0.extend(plot(world, &cast, rng)?);
        }
        self.0.pop_front()?.resolve(world)
    }
}

fn plot(world: &World, cast: &Cast<'_>, rng: &mut ChaCha8Rng) -> Option<Vec<Step>> {
    let Cast { admin, own, rater, above, second, friend, head, any } = cast;
    let (admin, second) = (*admin, *second);
    let by = |person: StaffId, act: Act| Step::Do(Some(person), act);
    let operator = |act: Act| Step::Do(None, act);
    let root = city::ROOT;
    let second_admin = || operator(Act::GrantAdmin(second, root));
    let head_is_admin = || operator(Act::GrantAdmin(head.staff, root));
    let acts = |from: i64| Act::Delegate(rater.id, friend.staff, Capacity::Plh, from, None);
    Some(match rng.random_range(0..20) {
        0 => {
            let parent = world.posts.iter().find(|one| one.id == head.superior.unwrap_or(head.id))?;
            let acting = Act::Delegate(parent.id, head.staff, Capacity::Plt, 0, None);
            vec![by(admin, acting), by(head.staff, Act::Predicate(head.unit))]
        }
        1 => vec![by(admin, Act::ImportSuperior(any.staff, admin))],
        2 => vec![by(admin, Act::Leads(admin, true))],
        3 => vec![by(admin, Act::Assign(any.id, friend.id, 0)), by(admin, Act::IssueCode(friend.staff))],
        4 => vec![by(admin, Act::IssueCode(rater.staff))],
        5 => vec![by(admin, acts(rng.random_range(0..5)))],
        6 => vec![by(admin, Act::Delegate(rater.id, above.staff, Capacity::Plh, 0, None))],
        7 => vec![operator(acts(-1)), by(admin, Act::EndDelegation(rater.id, friend.staff, 0))],
        8 => vec![
            operator(Act::Assign(friend.id, above.id, 0)),
            by(admin, Act::Assign(rater.id, friend.id, 0)),
        ],
        9 => vec![by(admin, Act::Kind(admin, EmploymentKind::NonAsn))],
        10 => vec![
            second_admin(),
            by(admin, Act::IssueCode(friend.staff)),
            by(second, Act::Assign(own.id, friend.id, 0)),
        ],
        11 => vec![operator(acts(3)), by(admin, Act::IssueCode(friend.staff))],
        12 => {
            let setter = world.teams().choose(rng).copied().unwrap_or(above.staff);
            vec![head_is_admin(), by(head.staff, Act::IssueCode(setter))]
        }
        13 => vec![
            second_admin(),
            by(admin, Act::Train),
            by(admin, Act::IssueCode(second)),
            by(second, Act::Verify(admin)),
        ],
        14 => {
            let waits = Act::Assign(own.id, friend.id, rng.random_range(4..9));
            let leaves = Act::Transfer(own.id, *world.units.choose(rng)?, own.superior, None, own.leads, 0);
            let defeat = if rng.random_bool(0.5) { Act::Cancel(admin) } else { leaves };
            vec![second_admin(), by(second, waits), by(admin, defeat)]
        }
        15 => vec![head_is_admin(), by(head.staff, Act::MoveUnit(head.unit, *world.units.choose(rng)?))],
        16 => vec![head_is_admin(), by(head.staff, Act::GrantTeam(friend.staff, head.unit))],
        17 => vec![head_is_admin(), by(head.staff, Act::Leads(head.staff, false))],
        18 => {
            let mut steps = rated(admin, own.id);
            steps.extend([second_admin(), by(second, Act::Assign(own.id, any.id, 0)), by(admin, acts(0))]);
            steps
        }
        _ => {
            let mut steps = rated(admin, own.id);
            steps.truncate(2);
            let superior = own.superior;
            steps.push(by(
                admin,
                Act::Transfer(own.id, *world.units.choose(rng)?, superior, None, own.leads, -91),
            ));
            steps
        }
    })
}
