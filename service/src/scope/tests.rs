//! Tests that the SQL conditions and `domain::policy` agree, for every person and every row of random organisations.
//! The rows are written in a unit of work that is rolled back.

mod rows;

use super::*;
use crate::{
    db::Db,
    env::{Clock, Env},
    error::{Error, Result},
    identity::load_actor_in,
    store,
    testing::{TestDb, id},
};
use domain::{
    actor::{Identity, Role},
    assignment::Capacity,
    id::{AgencyId, ApiKeyId, AssignmentId, StaffId, UnitId},
    plan::RaterSnapshot,
    policy::{self, Relations, sees_personal},
    time::Date,
};
use entity::{assignment, correction, plan};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use sea_orm::{EntityTrait, QueryFilter, QuerySelect};
use std::collections::BTreeSet;

/// When a dated row is valid, compared with today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Now,
    Past,
    Future,
}

impl When {
    fn days(self) -> (Date, Option<Date>) {
        let day = |year| Date::from_ymd_opt(year, 1, 1).expect("a day");
        match self {
            Self::Now => (day(2025), Some(day(2027))),
            Self::Past => (day(2024), Some(day(2025))),
            Self::Future => (day(2027), None),
        }
    }
}

#[derive(Clone, Debug)]
struct Post {
    staff: usize,
    unit: usize,
    superior: Option<usize>,
    leads: bool,
    when: When,
}

#[derive(Clone, Debug)]
struct Row {
    post: usize,
    rater_post: usize,
    rater: usize,
    foreign: bool,
}

/// A random organisation. Numbers are indexes into the lists; unit 0 is the root.
#[derive(Clone, Debug)]
struct World {
    /// The parents of the units from unit 1 on.
    parents: Vec<usize>,
    people: usize,
    posts: Vec<Post>,
    delegations: Vec<(usize, usize, When)>,
    /// The person, the role, the unit, and whether the grant was revoked.
    roles: Vec<(usize, Role, usize, bool)>,
    rows: Vec<Row>,
}

fn when() -> impl Strategy<Value = When> {
    prop_oneof![6 => Just(When::Now), 1 => Just(When::Past), 1 => Just(When::Future)]
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![3 => Just(Role::PerformanceTeam), 3 => Just(Role::Admin), 1 => Just(Role::Auditor)]
}

fn world() -> impl Strategy<Value = World> {
    (1..5_usize, 2..7_usize, 2..9_usize).prop_flat_map(|(units, people, posts)| {
        let parents: Vec<_> = (1..units).map(|unit| 0..unit).collect();
        let post = (0..people, 0..units, prop::option::weighted(0.8, 0..posts), any::<bool>(), when())
            .prop_map(|(staff, unit, superior, leads, when)| Post { staff, unit, superior, leads, when });
        let row = (0..posts, 0..posts, 0..people, prop::bool::weighted(0.1))
            .prop_map(|(post, rater_post, rater, foreign)| Row { post, rater_post, rater, foreign });
        (
            parents,
            prop::collection::vec(post, posts),
            prop::collection::vec((0..posts, 0..people, when()), 0..3),
            prop::collection::vec((0..people, role(), 0..units, prop::bool::weighted(0.2)), 0..3),
            prop::collection::vec(row, 1..7),
        )
            .prop_map(move |(parents, posts, delegations, roles, rows)| {
                World { parents, people, posts, delegations, roles, rows }.made_valid()
            })
    })
}

const AGENCY: AgencyId = AgencyId(unit(0).0);
const ELSEWHERE: AgencyId = AgencyId(unit(99).0);

const fn unit(number: usize) -> UnitId {
    UnitId(id(0x9_1000 + number as u128))
}

const fn person(number: usize) -> StaffId {
    StaffId(id(0x9_2000 + number as u128))
}

const fn post(number: usize) -> AssignmentId {
    AssignmentId(id(0x9_3000 + number as u128))
}

impl World {
    /// Removes what the database rejects: people who are their own superior or rater, and duplicate roles.
    fn made_valid(mut self) -> Self {
        for number in 0..self.posts.len() {
            self.posts[number].superior = self.posts[number].superior.filter(|superior| *superior != number);
        }
        for row in &mut self.rows {
            if row.rater == self.posts[row.post].staff {
                row.rater = (row.rater + 1) % self.people;
            }
        }
        let mut granted = BTreeSet::new();
        self.roles
            .retain(|(person, role, unit, revoked)| *revoked || granted.insert((*person, *role, *unit)));
        self
    }

    /// The numbers of a unit and of all units below it.
    fn below(&self, top: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::from([top]);
        // A parent has a smaller number than its children.
        for (index, parent) in self.parents.iter().enumerate() {
            if found.contains(parent) {
                found.insert(index + 1);
            }
        }
        found
    }

    fn coverage(&self, tops: impl IntoIterator<Item = usize>) -> Coverage {
        let tops: BTreeSet<usize> = tops.into_iter().collect();
        if tops.is_empty() {
            return Coverage::Nothing;
        }
        if tops.contains(&0) {
            return Coverage::Everything;
        }
        Coverage::Units(tops.into_iter().flat_map(|top| self.below(top)).map(unit).collect())
    }

    /// Builds the actor that `load_actor_in` should load for a person.
    fn actor(&self, who: usize) -> Actor {
        let own = |post: &&(usize, &Post)| post.1.staff == who && post.1.when == When::Now;
        let acted_for: BTreeSet<usize> = self
            .delegations
            .iter()
            .filter(|(_, delegate, when)| *delegate == who && *when == When::Now)
            .map(|(of, _, _)| *of)
            .collect();
        let posts: Vec<_> = self.posts.iter().enumerate().collect();
        let coverage_of = |role: Role| {
            let grants =
                self.roles.iter().filter(move |grant| (grant.0, grant.1, grant.3) == (who, role, false));
            self.coverage(grants.map(|grant| grant.2))
        };
        Actor {
            identity: Identity::Staff(person(who)),
            assignments: posts.iter().filter(own).map(|(number, _)| post(*number)).collect(),
            acting_for: acted_for.iter().map(|of| post(*of)).collect(),
            headed: self.coverage(
                posts
                    .iter()
                    .filter(|one| own(one) || acted_for.contains(&one.0))
                    .filter(|one| one.1.leads)
                    .map(|one| one.1.unit),
            ),
            performance_team: coverage_of(Role::PerformanceTeam),
            admin: coverage_of(Role::Admin),
            auditor: coverage_of(Role::Auditor) != Coverage::Nothing,
            ..Actor::system(AGENCY)
        }
    }

    /// Whether the chain of superiors of a post contains one of these assignments.
    fn is_below(&self, of: usize, superiors: &[Uuid]) -> bool {
        let (mut at, mut visited) = (self.posts[of].superior, BTreeSet::new());
        while let Some(superior) = at.filter(|superior| visited.insert(*superior)) {
            if superiors.contains(&post(superior).0) {
                return true;
            }
            at = self.posts[superior].superior;
        }
        false
    }

    fn relations(&self, actor: &Actor, of: usize, rater: Option<(usize, usize)>) -> Relations {
        let owner = self.posts[of].staff;
        let unrelated = (usize::from(u16::MAX), usize::from(u16::MAX));
        let (rater_post, rater) = rater.unwrap_or(unrelated);
        let rater = RaterSnapshot {
            assignment: post(rater_post),
            staff: person(rater),
            name: String::new(),
            nip: None,
            position: String::new(),
            unit_name: String::new(),
            capacity: Capacity::Definitive,
            superior_assignment: None,
            superior_staff: None,
        };
        Relations::of(actor, person(owner), unit(self.posts[of].unit), &rater)
            .with_chain(self.is_below(of, &own_and_acted_for(actor)))
    }

    /// Returns the first difference between the policy and the conditions for plans and assignments, if any.
    async fn difference<C: sea_orm::ConnectionTrait>(
        &self,
        db: &C,
        backend: Backend,
        filter: &Owned<plan::Column>,
    ) -> Result<Option<String>> {
        let now = "2026-03-02T02:00:00Z".parse().map_err(Error::internal)?;
        let mut actors = vec![Actor::system(AGENCY)];
        actors.push(Actor {
            identity: Identity::ApiKey(ApiKeyId(id(1))),
            reporting: Coverage::Everything,
            ..Actor::system(AGENCY)
        });
        actors.push(Actor { agency: ELSEWHERE, admin: Coverage::Everything, auditor: true, ..self.actor(0) });
        for who in 0..self.people {
            let actor = load_actor_in(db, now, AGENCY, person(who)).await?;
            let (found, wanted) = (format!("{actor:?}"), format!("{:?}", self.actor(who)));
            if found != wanted {
                return Ok(Some(format!("person {who} is {found}, not {wanted}")));
            }
            actors.push(actor);
        }
        for actor in &actors {
            let plans: BTreeSet<Uuid> = plan::Entity::find()
                .select_only()
                .column(plan::Column::Id)
                .filter(filter.personal(backend, actor))
                .into_tuple()
                .all(db)
                .await?
                .into_iter()
                .collect();
            for (number, row) in self.rows.iter().enumerate() {
                let agency = if row.foreign { ELSEWHERE } else { AGENCY };
                let relations = self.relations(actor, row.post, Some((row.rater_post, row.rater)));
                let wanted = agency == actor.agency && sees_personal(&relations);
                if plans.contains(&id(0x9_9000 + number as u128)) != wanted {
                    return Ok(Some(format!("plan {number} for {actor:?}: the policy says {wanted}")));
                }
            }
            let corrections: BTreeSet<Uuid> = correction::Entity::find()
                .select_only()
                .column(correction::Column::Id)
                .filter(store::correction::visible(backend, actor))
                .into_tuple()
                .all(db)
                .await?
                .into_iter()
                .collect();
            for number in 0..self.rows.len() {
                let one = self.correction(number);
                let wanted = policy::correction::sees(actor, &one);
                if corrections.contains(&one.id.0) != wanted {
                    return Ok(Some(format!("correction {number} for {actor:?}: the policy says {wanted}")));
                }
            }
            let posts: BTreeSet<Uuid> = assignment::Entity::find()
                .select_only()
                .column(assignment::Column::Id)
                .filter(crate::directory::ASSIGNED.personal(backend, actor))
                .into_tuple()
                .all(db)
                .await?
                .into_iter()
                .collect();
            for number in 0..self.posts.len() {
                let relations = self.relations(actor, number, None);
                let wanted = actor.agency == AGENCY && sees_personal(&relations);
                if posts.contains(&post(number).0) != wanted {
                    return Ok(Some(format!("post {number} for {actor:?}: the policy says {wanted}")));
                }
            }
        }
        Ok(None)
    }
}

async fn check(
    env: &Env,
    world: World,
    filter: &'static Owned<plan::Column>,
) -> std::result::Result<(), TestCaseError> {
    let done: Result<()> = env
        .write(&Actor::system(AGENCY), move |tx| async move {
            world.insert(tx.connection()).await?;
            let posts: Vec<AssignmentId> = (0..world.posts.len()).map(post).collect();
            store::superior::derive(&tx, &posts).await?;
            // An error in both cases, so that the unit of work is rolled back.
            Err(match world.difference(tx.connection(), tx.backend(), filter).await? {
                Some(difference) => Error::internal(difference),
                None => Error::NotFound,
            })
        })
        .await;
    match done {
        Err(Error::NotFound) => Ok(()),
        other => Err(TestCaseError::fail(format!("{other:?}"))),
    }
}

/// Compares the policy with the SQL conditions on this many random organisations; the error is the first difference.
fn run(
    cases: u32,
    db: impl Future<Output = Result<Option<TestDb>>>,
    filter: &'static Owned<plan::Column>,
) -> std::result::Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let Some(db) = runtime.block_on(db).expect("a database") else { return Ok(()) };
    let env = runtime.block_on(async {
        let connected = Db::connect(&db.options).await.expect("a connection");
        Env::new(connected, Clock::system(), db.folder.path())
    });
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    runner
        .run(&world(), |world| runtime.block_on(check(&env, world, filter)))
        .map_err(|failure| failure.to_string())
}

async fn sqlite() -> Result<Option<TestDb>> {
    TestDb::sqlite().await.map(Some)
}

#[test]
fn sql_conditions_match_the_policy_on_sqlite() {
    assert_eq!(run(500, sqlite(), &store::plan::OWNED), Ok(()));
}

#[test]
fn sql_conditions_match_the_policy_on_postgresql() {
    assert_eq!(run(150, TestDb::postgres(), &store::plan::OWNED), Ok(()));
}

/// The negative control: the test finds conditions that use a wrong column or omit one.
#[test]
fn a_wrong_sql_condition_is_detected() {
    static NO_RATER: Owned<plan::Column> = Owned { rater: None, ..store::plan::OWNED };
    static NO_CHAIN: Owned<plan::Column> =
        Owned { assignment: plan::Column::RaterAssignmentId, ..store::plan::OWNED };
    static NO_UNIT: Owned<plan::Column> = Owned { unit: plan::Column::AgencyId, ..store::plan::OWNED };
    static NO_OWNER: Owned<plan::Column> = Owned { staff: plan::Column::RaterStaffId, ..store::plan::OWNED };
    for broken in [&NO_RATER, &NO_CHAIN, &NO_UNIT, &NO_OWNER] {
        let found = run(400, sqlite(), broken).expect_err("a difference");
        assert!(found.contains("the policy says"), "{found}");
    }
}
