//! Computes who has power over whom and who knows which password, independently of the code under test.

use super::{
    act::Act,
    rank::Ranks,
    recorded::Recorded,
    result::{self, Work},
};
use crate::{
    env::Env,
    error::Result,
    identity::load_actor_in,
    store::{self, org_unit::Tree},
    testing::city,
};
use chrono::Duration;
use domain::{
    actor::{Actor, Coverage, Role},
    assignment::{Assignment, Delegation, Post},
    id::{AssignmentId, RoleGrantId, StaffId, UnitId},
    scheduled::{ScheduledChange, ScheduledStatus},
    staff::{EmploymentKind, Staff, StaffStatus},
    time::Date,
    training::{Training, TrainingStatus},
};
use entity::role_grant;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use std::collections::{BTreeMap, BTreeSet, HashMap};

type People = BTreeSet<StaffId>;

/// The object of a person's power.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Over {
    /// The result of a person on a day.
    Ratee(StaffId, Date),
    /// The predicate of a unit on a day.
    Unit(UnitId, Date),
    /// The units of a performance team: this unit and its subtree.
    Team(UnitId),
}

/// How strong the power is: 1 for the rater's superior, 2 for the rater.
type Powers = BTreeMap<StaffId, BTreeMap<Over, u8>>;

/// An organisation as stored, and what the test remembers about it.
pub(super) struct World {
    pub(super) env: Env,
    pub people: Vec<Staff>,
    pub left: Vec<StaffId>,
    pub posts: Vec<Assignment>,
    pub delegations: Vec<Delegation>,
    pub units: Vec<UnitId>,
    pub plans: Vec<Work>,
    pub evaluations: Vec<Work>,
    /// The trainings that are not verified.
    pub trainings: Vec<Training>,
    /// The changes that wait for their day.
    pub scheduled: Vec<ScheduledChange>,
    pub admins: Vec<StaffId>,
    pub grants: Vec<RoleGrantId>,
    teams: Vec<(StaffId, UnitId)>,
    /// The tree of units on each of [`World::days`].
    trees: Vec<(Date, Tree)>,
    pub(super) all: HashMap<AssignmentId, Post>,
    /// The people who can act through each account, besides its own person.
    hands: BTreeMap<StaffId, People>,
    /// The unused codes, each with the people who may know it.
    codes: BTreeMap<StaffId, (String, People)>,
    /// The people who gave power to each person.
    givers: BTreeMap<StaffId, People>,
    /// The powers since the last change. A refused change leaves them as they are.
    powers: Option<Powers>,
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
            trainings: Vec::new(),
            scheduled: Vec::new(),
            admins: Vec::new(),
            grants: Vec::new(),
            teams: Vec::new(),
            trees: Vec::new(),
            all: HashMap::new(),
            hands: BTreeMap::new(),
            codes: BTreeMap::new(),
            givers: BTreeMap::new(),
            powers: None,
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
        self.trees.clear();
        for day in self.days() {
            let tree = store::org_unit::tree(self.env.db.reader(), city::AGENCY, day).await?;
            self.trees.push((day, tree));
        }
        self.powers = None;
        (self.plans, self.evaluations) = result::load(&self.env).await?;
        self.trainings = store::training::load(source, Condition::all()).await?;
        self.trainings.retain(|one| one.status == TrainingStatus::Recorded);
        self.scheduled = store::scheduled_change::load(source, Condition::all()).await?;
        self.scheduled.retain(|one| one.status == ScheduledStatus::Scheduled);
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

    /// The members of the performance teams.
    pub fn teams(&self) -> Vec<StaffId> {
        self.teams.iter().map(|(person, _)| *person).collect()
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

    /// A post of a person that is open today.
    pub fn post_of(&self, person: StaffId) -> Option<&Assignment> {
        let today = city_day(&self.env);
        self.posts.iter().find(|post| post.staff == person && post.open_on(today))
    }

    /// Everyone who can act through an account, now or with a code that was issued.
    pub fn hands_of(&self, person: StaffId) -> People {
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
        let before = self.powers();
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
        let raters_before: Vec<(StaffId, Ranks)> =
            selves.iter().map(|one| (*one, self.ranks_over(*one, &self.all))).collect();
        let assigned_before: Vec<Ranks> =
            selves.iter().map(|one| self.ranks_over(*one, &self.without_acting())).collect();
        let first_before: Vec<Option<StaffId>> = selves.iter().map(|one| self.first_rater(*one)).collect();
        let cancelled = match &act {
            Act::Cancel(person) => self.scheduled.iter().find(|change| change.staff == *person).cloned(),
            _ => None,
        };
        let loses = cancelled.as_ref().filter(|change| {
            let of_others = change.scheduled_by.is_none_or(|by| !selves.contains(&by));
            let rates = self.is_appraised(change.staff) && !self.raters_of(change.staff).is_disjoint(&selves);
            of_others && (selves.contains(&change.staff) || rates)
        });
        let loses = loses.map(|change| format!("{actor:?} cancelled {change:?}"));
        let near = self.controlled_otherwise();
        let recorded = Recorded::of(self, &selves);
        let ran = act.run(self, &env, &by).await;
        // A refused change is rolled back, so what is loaded stays true. These two make several changes.
        if ran.is_ok() || matches!(act, Act::Plan(_) | Act::Rate(_)) {
            self.load().await?;
        }
        let issued = ran?;
        if let Some(broken) = loses {
            return Ok(Some(broken));
        }
        if !matches!(act, Act::Days(_))
            && let Some(broken) = recorded.broken_in(self)
        {
            return Ok(Some(format!("{actor:?} {broken}")));
        }
        for one in &selves {
            let broken = match &act {
                Act::Predicate(unit) if self.headed(*one, *unit) => {
                    "set the predicate of the unit that they head"
                }
                Act::Verify(person) if person == one => "verified their own training",
                Act::Kind(person, _) if person == one && self.kind_in(*one, &people) != self.kind(*one) => {
                    "changed their own employment kind"
                }
                _ if self.is_appraised(*one) && self.hid_heading(*one, &posts) => {
                    "hid that they headed a unit"
                }
                _ => continue,
            };
            return Ok(Some(format!("{one} {broken}")));
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
        let gives_control = matches!(&act, Act::IssueCode(_) | Act::IssueCodes(_) | Act::Nip(..));
        if four_eyes && actor.is_some() {
            let more = self.controlled_raters();
            let otherwise = if gives_control { self.controlled_otherwise() } else { near.clone() };
            if let Some(both) = more.difference(&controlled).chain(otherwise.difference(&near)).next() {
                return Ok(Some(format!("{} can act as {}, who has power over them", both.1, both.0)));
            }
        }
        let mut after = self.powers();
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
            let raters_before = raters_before.iter().zip(&assigned_before).zip(&first_before);
            for (((one, before), assigned_before), first) in raters_before {
                let moved = self.posts.iter().any(|post| post.staff == *one && !posts.contains(post));
                let rater = self.first_rater(*one);
                if self.is_appraised(*one) && first.is_some() && rater.is_some() && rater != *first {
                    return Ok(Some(format!("{giver} replaced the rater of {one} with {rater:?}")));
                }
                let assigned = self.ranks_over(*one, &self.without_acting());
                let chosen = |(person, rank): &(&StaffId, &u8)| {
                    let more = before.get(person).is_none_or(|old| *rank > old);
                    let newly = assigned.contains_key(person) && !assigned_before.contains_key(person);
                    more && (moved || **rank == 2 || newly)
                };
                let raters = self.ranks_over(*one, &self.all);
                if self.is_appraised(*one)
                    && let Some((person, _)) = raters.iter().find(chosen)
                {
                    return Ok(Some(format!("{giver} chose {person} to rate {one}, not {before:?}")));
                }
            }
            if matches!(act, Act::MoveUnit(..) | Act::GrantTeam(..)) {
                let own: BTreeSet<UnitId> = self.headed_today(&selves);
                let over_own = |person: &StaffId, over: &Over| {
                    let had = before.get(person).is_some_and(|before| before.contains_key(over));
                    matches!(over, Over::Unit(unit, _) if own.contains(unit)) && !had
                };
                let setter = after.iter().find(|(person, over)| over.keys().any(|one| over_own(person, one)));
                if let Some((person, _)) = setter {
                    return Ok(Some(format!("{giver} chose {person} to set the predicate of their unit")));
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

    pub(super) fn is_appraised(&self, person: StaffId) -> bool {
        self.people.iter().any(|one| one.id == person && one.employment_kind.is_appraised())
    }

    fn kind(&self, person: StaffId) -> Option<EmploymentKind> {
        self.kind_in(person, &self.people)
    }

    fn kind_in(&self, person: StaffId, people: &[Staff]) -> Option<EmploymentKind> {
        people.iter().find(|one| one.id == person).map(|one| one.employment_kind)
    }

    /// Whether a post through which the person headed a unit now says that they did not head it.
    fn hid_heading(&self, person: StaffId, before: &[Assignment]) -> bool {
        let headed = before.iter().filter(|post| post.staff == person && post.leads && post.has_days());
        let begun = |post: &&Assignment| post.valid_from <= city_day(&self.env);
        headed.filter(begun).any(|post| self.post(post.id).is_none_or(|now| !now.leads || now.is_withdrawn()))
    }

    /// The units that these people head today by their own post, as far as they are appraised.
    fn headed_today(&self, people: &People) -> BTreeSet<UnitId> {
        let today = city_day(&self.env);
        let own =
            self.posts.iter().filter(|post| people.contains(&post.staff) && self.is_appraised(post.staff));
        own.filter(|post| post.leads && post.open_on(today)).map(|post| post.unit).collect()
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

    /// The pairs of a person with power over a ratee, today or on a later day, and the ratee, in which the ratee can
    /// act through the person's account.
    fn controlled_raters(&self) -> BTreeSet<(StaffId, StaffId)> {
        let mut pairs = BTreeSet::new();
        for day in self.days() {
            let open = self.posts.iter().filter(|post| post.open_on(day) && self.is_appraised(post.staff));
            for ratee in open {
                pairs.extend(self.over(ratee, day).into_keys().map(|rater| (rater, ratee.staff)));
            }
        }
        self.controlled(pairs)
    }

    /// Pairs like those of [`Self::controlled_raters`], of a person who sets the predicate of a unit and the unit's
    /// head, and of a person who still rates an ended assignment and the ratee.
    fn controlled_otherwise(&self) -> BTreeSet<(StaffId, StaffId)> {
        let today = city_day(&self.env);
        let mut pairs = BTreeSet::new();
        let heads = self.all.values().filter(|post| post.leads);
        let acting: Vec<(StaffId, UnitId)> = heads
            .flat_map(|post| post.acting_on(today).map(|one| (one.staff, post.unit)).collect::<Vec<_>>())
            .collect();
        for own in self.posts.iter().filter(|post| post.leads && post.open_on(today)) {
            let above = |unit: &UnitId| *unit != own.unit && self.tree().subtree(*unit).contains(&own.unit);
            let team = |unit: &UnitId| self.tree().subtree(*unit).contains(&own.unit);
            let setters = acting
                .iter()
                .filter(|(_, unit)| above(unit))
                .chain(self.teams.iter().filter(|(_, unit)| team(unit)));
            pairs.extend(setters.map(|(setter, _)| (*setter, own.staff)));
        }
        for work in self.evaluations.iter().filter(|work| work.open) {
            pairs.extend(self.raters_in(work.assignment).into_iter().map(|rater| (rater, work.ratee)));
        }
        pairs.retain(|(_, ratee)| self.is_appraised(*ratee));
        self.controlled(pairs)
    }

    fn controlled(&self, pairs: BTreeSet<(StaffId, StaffId)>) -> BTreeSet<(StaffId, StaffId)> {
        let both =
            |(rater, ratee): &(StaffId, StaffId)| rater != ratee && self.hands_of(*rater).contains(ratee);
        pairs.into_iter().filter(both).collect()
    }

    pub fn days(&self) -> [Date; 5] {
        [0, 3, 6, 9, 15].map(|days| city_day(&self.env) + Duration::days(days))
    }

    fn tree(&self) -> &Tree {
        &self.trees.first().expect("today").1
    }

    fn powers(&mut self) -> Powers {
        let known = self.powers.take().unwrap_or_else(|| self.compute_powers());
        self.powers.insert(known).clone()
    }

    fn compute_powers(&self) -> Powers {
        let mut powers = Powers::new();
        let mut add = |person: StaffId, over: Over, rank: u8| {
            let strongest = powers.entry(person).or_default().entry(over).or_insert(rank);
            *strongest = rank.max(*strongest);
        };
        for (day, tree) in self.trees.iter().map(|(day, tree)| (*day, tree)) {
            for ratee in self.posts.iter().filter(|post| post.open_on(day)) {
                for (person, rank) in self.over(ratee, day) {
                    add(person, Over::Ratee(ratee.staff, day), rank);
                }
            }
            for post in self.all.values().filter(|post| post.leads) {
                for acting in post.acting_on(day) {
                    for unit in tree.subtree(post.unit) {
                        add(acting.staff, Over::Unit(unit, day), 1);
                    }
                }
            }
            for (person, team) in &self.teams {
                for unit in tree.subtree(*team) {
                    add(*person, Over::Unit(unit, day), 1);
                }
            }
        }
        for (person, unit) in &self.teams {
            add(*person, Over::Team(*unit), 1);
        }
        powers
    }
}

fn is_more(before: Option<&BTreeMap<Over, u8>>, after: &BTreeMap<Over, u8>) -> bool {
    after.iter().any(|(over, rank)| before.and_then(|before| before.get(over)).is_none_or(|old| rank > old))
}

pub(super) fn city_day(env: &Env) -> Date {
    domain::time::Calendar::JAKARTA.day(env.now())
}
