//! Computes who has power over whom and who knows which password, independently of the code under test.

use super::{
    act::Act,
    result::{self, Work},
};
use crate::{env::Env, error::Result, identity::load_actor_in, store, testing::city};
use chrono::Duration;
use domain::{
    actor::{Actor, Coverage, Role},
    assignment::{Assignment, Delegation, Post, WhoRates, who_rates},
    id::{AssignmentId, RoleGrantId, StaffId, UnitId},
    staff::{Staff, StaffStatus},
    time::Date,
};
use entity::role_grant;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use std::collections::{BTreeMap, BTreeSet, HashMap};

type People = BTreeSet<StaffId>;

/// What a person has power over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Over {
    /// The result of a person on a day.
    Ratee(StaffId, Date),
    /// The predicate of a unit on a day.
    Unit(UnitId, Date),
    /// The units of a performance team.
    Team(UnitId),
}

/// How strong the power is: 1 for the rater's superior, 2 for the rater.
type Powers = BTreeMap<StaffId, BTreeMap<Over, u8>>;

/// An organisation as stored, with the facts that the test remembers.
pub(super) struct World {
    env: Env,
    pub people: Vec<Staff>,
    pub left: Vec<StaffId>,
    pub posts: Vec<Assignment>,
    pub delegations: Vec<Delegation>,
    pub units: Vec<UnitId>,
    pub plans: Vec<Work>,
    pub evaluations: Vec<Work>,
    pub admins: Vec<StaffId>,
    pub grants: Vec<RoleGrantId>,
    teams: Vec<(StaffId, UnitId)>,
    all: HashMap<AssignmentId, Post>,
    /// Who can act through each account, besides its person.
    hands: BTreeMap<StaffId, People>,
    /// The unused codes, each with the people who may know it.
    codes: BTreeMap<StaffId, (String, People)>,
    /// Who gave power to each person.
    givers: BTreeMap<StaffId, People>,
}

impl World {
    pub async fn new(env: &Env) -> Self {
        let mut world = Self {
            env: env.clone(),
            people: Vec::new(),
            left: Vec::new(),
            posts: Vec::new(),
            delegations: Vec::new(),
            units: Vec::new(),
            plans: Vec::new(),
            evaluations: Vec::new(),
            admins: Vec::new(),
            grants: Vec::new(),
            teams: Vec::new(),
            all: HashMap::new(),
            hands: BTreeMap::new(),
            codes: BTreeMap::new(),
            givers: BTreeMap::new(),
        };
        world.load().await.expect("an organisation");
        world
    }

    async fn load(&mut self) -> Result<()> {
        let source = self.env.db.source();
        let people = store::staff::load(source, Condition::all()).await?;
        self.left = people.iter().filter(|one| one.status == StaffStatus::Ended).map(|one| one.id).collect();
        self.people = people.into_iter().filter(|one| one.status == StaffStatus::Active).collect();
        self.posts = store::assignment::load(source, Condition::all()).await?;
        self.delegations = store::delegation::load(source, Condition::all()).await?;
        let ids: Vec<AssignmentId> = self.posts.iter().map(|post| post.id).collect();
        self.all = store::assignment::posts(source, city::AGENCY, &ids).await?;
        let today = city_day(&self.env);
        let units = store::org_unit::load(source, Condition::all(), today).await?;
        self.units = units.into_iter().map(|unit| unit.id).collect();
        (self.plans, self.evaluations) = result::load(&self.env).await?;
        let grants = role_grant::Entity::find()
            .filter(role_grant::Column::RevokedAt.is_null())
            .all(source.connection)
            .await?;
        let of = |role: Role| grants.iter().filter(move |grant| grant.role == role.to_string());
        self.admins = of(Role::Admin).map(|grant| StaffId(grant.staff_id)).collect();
        self.teams =
            of(Role::PerformanceTeam).map(|grant| (StaffId(grant.staff_id), UnitId(grant.unit_id))).collect();
        self.grants = grants.iter().map(|grant| RoleGrantId(grant.id)).collect();
        Ok(())
    }

    pub fn post(&self, id: AssignmentId) -> Option<&Assignment> {
        self.all.get(&id).map(|post| &post.assignment)
    }

    pub fn pending(&self) -> Vec<StaffId> {
        self.codes.keys().copied().collect()
    }

    pub fn code_of(&self, staff: StaffId) -> Option<String> {
        self.codes.get(&staff).map(|(code, _)| code.clone())
    }

    pub async fn activate_all(&mut self) -> Result<()> {
        for staff in self.pending() {
            self.step(None, Act::Activate(staff)).await?;
        }
        Ok(())
    }

    /// Everyone who can act through an account, now or with a code that was issued.
    fn hands_of(&self, person: StaffId) -> People {
        let known = self.hands.get(&person).into_iter().flatten();
        let codes = self.codes.get(&person).into_iter().flat_map(|(_, people)| people);
        known.chain(codes).copied().chain([person]).collect()
    }

    /// Makes a change as a person, or as an operator; returns which rule it broke.
    pub async fn step(&mut self, actor: Option<StaffId>, act: Act) -> Result<Option<String>> {
        let env = self.env.clone();
        let by = match actor {
            Some(person) => load_actor_in(env.db.reader(), env.now(), city::AGENCY, person).await?,
            None => {
                Actor { admin: Coverage::Everything, ..crate::identity::system(&env, city::AGENCY).await? }
            }
        };
        let four_eyes = env.separation.four_eyes;
        let before = self.powers().await?;
        let controlled = self.controlled_raters();
        let may_rate = match &act {
            Act::Review(of) | Act::Rate(of) | Act::Finalise(of) => Some(self.raters_in(of.assignment)),
            _ => None,
        };
        let (posts, units, people) = (self.posts.clone(), self.units.clone(), self.people.clone());
        // The actor, and the people who can act through the actor's account.
        let selves = match actor {
            Some(person) if four_eyes => self.hands_of(person),
            one => one.into_iter().collect(),
        };
        let raters_before: Vec<(StaffId, People)> =
            selves.iter().map(|one| (*one, self.raters_of(*one))).collect();
        let issued = act.run(self, &env, &by).await;
        self.load().await?;
        let issued = issued?;
        if let (Act::Predicate(unit), Some(person)) = (&act, actor)
            && self.headed(person, *unit)
        {
            return Ok(Some(format!("{person} set the predicate of the unit that they head")));
        }
        if let (Some(raters), Some(person)) = (may_rate, actor)
            && !raters.contains(&person)
        {
            return Ok(Some(format!("{person} decided on a result, and {raters:?} may")));
        }
        if matches!(act, Act::Days(_)) {
            self.givers.clear();
            return Ok(None);
        }
        let renamed = |person: &StaffId| {
            let nip = |all: &[Staff]| all.iter().find(|one| one.id == *person).map(|one| one.nip.clone());
            nip(&people) != nip(&self.people)
        };
        if !matches!(&act, Act::Nip(person, _) if !renamed(person)) {
            self.remember(actor, &act, issued);
        }
        if four_eyes
            && matches!(&act, Act::IssueCode(_) | Act::IssueCodes(_) | Act::Nip(..))
            && let Some(both) = self.controlled_raters().difference(&controlled).next()
        {
            return Ok(Some(format!("{} can act as their rater {}", both.1, both.0)));
        }
        let mut after = self.powers().await?;
        for over in after.values_mut() {
            over.retain(|over, _| !matches!(over, Over::Unit(unit, _) if !units.contains(unit)));
        }
        let gained: People = after
            .iter()
            .filter(|(person, over)| is_more(before.get(*person), over))
            .map(|(person, _)| *person)
            .collect();
        if let Some(giver) = actor {
            let own = if four_eyes { self.hands_of(giver) } else { [giver].into() };
            for person in &gained {
                let of_person = if four_eyes { self.hands_of(*person) } else { [*person].into() };
                if let Some(both) = own.intersection(&of_person).next() {
                    return Ok(Some(format!("{giver} gave power to {person}: {both} can be both")));
                }
                self.givers.entry(*person).or_default().extend(own.iter().copied());
            }
            for (one, before) in &raters_before {
                let moved = self.posts.iter().any(|post| post.staff == *one && !posts.contains(post));
                let raters = if moved { self.raters_of(*one) } else { self.ranked(*one, 2) };
                if self.is_appraised(*one) && !raters.is_subset(before) {
                    return Ok(Some(format!("{giver} chose who rates {one}: {raters:?}, not {before:?}")));
                }
            }
        }
        self.givers.retain(|person, _| after.get(person).is_some_and(|over| !over.is_empty()));
        for (person, givers) in self.givers.iter().filter(|_| four_eyes) {
            if let Some(both) = self.hands_of(*person).intersection(givers).next() {
                return Ok(Some(format!("{both} gave power to {person} and can use the account")));
            }
        }
        Ok(None)
    }

    fn remember(&mut self, actor: Option<StaffId>, act: &Act, issued: Vec<(StaffId, String)>) {
        let hands = actor.map(|person| self.hands_of(person)).unwrap_or_default();
        for (person, code) in issued {
            self.codes.insert(person, (code, hands.clone()));
        }
        match act {
            Act::Activate(person) => {
                let (_, people) = self.codes.remove(person).unwrap_or_default();
                self.hands.insert(*person, people);
            }
            Act::Nip(person, _) => self.hands.entry(*person).or_default().extend(hands),
            // A person who returns needs a new code.
            Act::Reinstate(person, Some(_)) => {
                self.codes.remove(person);
            }
            _ => {}
        }
    }

    fn is_appraised(&self, person: StaffId) -> bool {
        self.people.iter().any(|one| one.id == person && one.employment_kind.is_appraised())
    }

    fn headed(&self, person: StaffId, unit: UnitId) -> bool {
        let quarter = Date::from_ymd_opt(2026, 1, 1).zip(Date::from_ymd_opt(2026, 3, 31)).expect("days");
        self.is_appraised(person)
            && self.posts.iter().any(|post| {
                (post.staff, post.unit, post.leads) == (person, unit, true)
                    && post.valid_from <= quarter.1
                    && post.valid_to.is_none_or(|end| end > quarter.0)
            })
    }

    /// Who has power over the results of a ratee on a day.
    fn over(&self, ratee: &Assignment, day: Date) -> BTreeMap<StaffId, u8> {
        let (WhoRates::Person(found) | WhoRates::Vacant(found)) =
            who_rates(ratee, day, |id| self.all.get(&id)).expect("known posts")
        else {
            return BTreeMap::new();
        };
        let mut people = BTreeMap::new();
        for (acting, rank) in [(found.superior, 1), (Some(found.rater), 2)] {
            let Some(acting) = acting else { continue };
            let post = &self.all[&acting.post];
            people.extend(post.acting_on(day).map(|one| (one.staff, rank)));
            people.insert(acting.staff, rank);
        }
        people.remove(&ratee.staff);
        people
    }

    fn raters_of(&self, person: StaffId) -> People {
        self.ranked(person, 1)
    }

    /// The people with power of at least this rank over a person today.
    fn ranked(&self, person: StaffId, least: u8) -> People {
        let today = city_day(&self.env);
        let own = self.posts.iter().filter(|post| post.staff == person && post.open_on(today));
        let over = own.flat_map(|post| self.over(post, today));
        over.filter(|(_, rank)| *rank >= least).map(|(person, _)| person).collect()
    }

    /// The people who rate in this assignment, today or on its last day: the rater, and those who act for the rater.
    fn raters_in(&self, assignment: AssignmentId) -> People {
        let today = city_day(&self.env);
        let own = self.post(assignment);
        let last = own.and_then(|post| post.valid_to).map(|end| end - Duration::days(1));
        let day = last.map_or(today, |last| last.min(today));
        let over = own.map(|post| self.over(post, day)).unwrap_or_default();
        over.into_iter().filter(|(_, rank)| *rank == 2).map(|(person, _)| person).collect()
    }

    /// The pairs of rater and ratee in which the ratee can act through the rater's account. The rater has power over
    /// the ratee's result today.
    fn controlled_raters(&self) -> BTreeSet<(StaffId, StaffId)> {
        let pairs = self.people.iter().filter(|one| one.employment_kind.is_appraised()).flat_map(|one| {
            self.raters_of(one.id).into_iter().map(|rater| (rater, one.id)).collect::<Vec<_>>()
        });
        pairs.filter(|(rater, ratee)| self.hands_of(*rater).contains(ratee)).collect()
    }

    async fn powers(&self) -> Result<Powers> {
        let today = city_day(&self.env);
        let mut powers = Powers::new();
        let mut add = |person: StaffId, over: Over, rank: u8| {
            let strongest = powers.entry(person).or_default().entry(over).or_insert(rank);
            *strongest = rank.max(*strongest);
        };
        for day in [0, 3, 6, 9, 15].map(|days| today + Duration::days(days)) {
            for ratee in self.posts.iter().filter(|post| post.open_on(day)) {
                for (person, rank) in self.over(ratee, day) {
                    add(person, Over::Ratee(ratee.staff, day), rank);
                }
            }
            let tree = store::org_unit::tree(self.env.db.reader(), city::AGENCY, day).await?;
            for post in self.all.values().filter(|post| post.leads) {
                for acting in post.acting_on(day) {
                    for unit in tree.subtree(post.unit) {
                        add(acting.staff, Over::Unit(unit, day), 1);
                    }
                }
            }
        }
        for (person, unit) in &self.teams {
            add(*person, Over::Team(*unit), 1);
        }
        Ok(powers)
    }
}

fn is_more(before: Option<&BTreeMap<Over, u8>>, after: &BTreeMap<Over, u8>) -> bool {
    after.iter().any(|(over, rank)| before.and_then(|before| before.get(over)).is_none_or(|old| rank > old))
}

fn city_day(env: &Env) -> Date {
    domain::time::Calendar::JAKARTA.day(env.now())
}
