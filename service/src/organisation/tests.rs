//! Makes random changes in random organisations. On each day everyone must have one rater or be listed in the problems,
//! and nobody may rate themselves. Unfinished work must have the rater that a new search finds. SQL filters, closure
//! and policy must agree.

mod ahead;
mod migration;
mod plain_keys;
mod work;

use super::{
    Among, AssignSuperior, Delegate, EndDelegation, EndStaff, Placement, TransferStaff, UpdateDelegation,
    apply_due, assign_superior, create_staff, delegate, end_delegation, end_staff, renew_at_boundaries,
    transfer_staff, update_delegation,
};
use crate::{
    db::{Db, IdempotencyKey, any_of},
    directory::{ASSIGNED, Raters, problems},
    env::{Clock, Env},
    error::{Error, Result},
    identity::load_actor_in,
    journal,
    organisation::CreateStaff,
    scope, store,
    testing::{TestDb, city},
};
use chrono::Duration;
use domain::{
    actor::Actor,
    assignment::{Assignment, Capacity, Delegation, DelegationChanges, DelegationInput, WhoRates},
    id::{AssignmentId, PositionId, StaffId, UnitId},
    plan::RaterSnapshot,
    policy::{Relations, sees_personal},
    roster::ProblemKind,
    staff::{EmploymentKind, StaffInput},
    time::Date,
};
use entity::{assignment, superior_closure};
use rand::{Rng, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use sea_orm::{Condition, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Environment variable with the number of sequences for each database. CONTRIBUTING.md has the command.
const SEQUENCES: &str = "KINERJA_ROSTER_SEQUENCES";
/// Environment variable with the first seed, so that a long run can continue an earlier one.
const SEED: &str = "KINERJA_ROSTER_SEED";
/// Changes in a sequence.
const CHANGES: usize = 14;

const UNITS: [UnitId; 4] = [city::ROOT, city::OFFICE, city::SECTION, city::OTHER_OFFICE];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everyone_has_a_rater_or_is_listed_in_the_problems_on_sqlite() {
    for seed in seeds(0, 5) {
        run(TestDb::sqlite().await.expect("a database"), seed).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everyone_has_a_rater_or_is_listed_in_the_problems_on_postgresql() {
    for seed in seeds(1_000, 2) {
        let Some(db) = TestDb::postgres().await.expect("a database") else { return };
        run(db, seed).await;
    }
}

/// The negative control: the checks notice wrong rows of superiors.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_rows_are_noticed() {
    for (text, fault) in [
        ("DELETE FROM superior_closure", "the closure differs"),
        ("UPDATE assignment SET superior_id = NULL", "the closure differs"),
        ("UPDATE assignment SET superiors = '[]'", "has neither a rater nor a problem"),
    ] {
        let db = TestDb::sqlite().await.expect("a database");
        let connected = Db::connect(&db.options).await.expect("a connection");
        let now = "2026-03-02T02:00:00Z".parse().expect("an instant");
        let env = Env::new(connected, Clock::fixed(now), db.folder.path());
        city::found(&env).await.expect("a city");
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let honest = World::load(&env).await.fault(&mut rng).await.expect("a check");
        assert_eq!(honest, None);
        crate::testing::sql(&env, text).await.expect("an edit");
        let found = World::load(&env).await.fault(&mut rng).await.expect("a check");
        assert!(found.as_ref().is_some_and(|found| found.contains(fault)), "{text}: {found:?}");
    }
}

/// The seeds of a run: `few` seeds from `first` on, unless the environment variables set other numbers.
fn seeds(first: u64, few: u64) -> std::ops::Range<u64> {
    let number = |variable: &str| std::env::var(variable).ok().and_then(|text| text.parse().ok());
    let first = number(SEED).unwrap_or(first);
    let seeds = first..first + number(SEQUENCES).unwrap_or(few);
    println!("seeds {} to {}", seeds.start, seeds.end - 1);
    seeds
}

async fn run(db: TestDb, seed: u64) {
    let connected = Db::connect(&db.options).await.expect("a connection");
    let now = "2026-03-02T02:00:00Z".parse().expect("an instant");
    let env = Env::new(connected, Clock::fixed(now), db.folder.path());
    city::found(&env).await.expect("a city");
    work::planned(&env).await.expect("plans");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut done = Vec::new();
    for _ in 0..CHANGES {
        let change = World::load(&env).await.change(&mut rng).await;
        match change {
            Ok(what) => done.push(what),
            Err(Error::Refused(_) | Error::NotFound) => {}
            Err(error) => panic!("seed {seed}, after {done:?}: {error}"),
        }
        let world = World::load(&env).await;
        if let Some(fault) = world.fault(&mut rng).await.expect("a check") {
            panic!("seed {seed}, after {done:?}: {fault}");
        }
    }
    journal::sequence(&env).await.expect("numbers");
    let report = journal::verify(&env, Vec::new(), |_| {}).await.expect("an audit");
    assert_eq!(report.findings, [], "seed {seed}, after {done:?}");
    env.db.close().await.expect("closed");
}

/// An organisation as stored.
struct World<'a> {
    env: &'a Env,
    admin: Actor,
    today: Date,
    posts: Vec<Assignment>,
    delegations: Vec<Delegation>,
}

impl<'a> World<'a> {
    async fn load(env: &'a Env) -> Self {
        let admin = load_actor_in(env.db.reader(), env.now(), city::AGENCY, city::Person::Admin.staff());
        let source = env.db.source();
        let admin = admin.await.expect("the admin");
        Self {
            today: env.today(&admin),
            admin,
            env,
            posts: store::assignment::load(source, Condition::all()).await.expect("assignments"),
            delegations: store::delegation::load(source, Condition::all()).await.expect("delegations"),
        }
    }

    fn post(&self, rng: &mut ChaCha8Rng) -> &Assignment {
        self.posts.choose(rng).expect("a post")
    }

    /// A person other than the admin, because the admin must stay.
    fn person(&self, rng: &mut ChaCha8Rng) -> StaffId {
        let others: Vec<StaffId> =
            self.posts.iter().map(|post| post.staff).filter(|staff| !self.admin.is(*staff)).collect();
        *others.choose(rng).expect("a person")
    }

    /// A day around today.
    fn day(&self, rng: &mut ChaCha8Rng, days: std::ops::Range<i64>) -> Date {
        self.today + Duration::days(rng.random_range(days))
    }

    fn placement(&self, rng: &mut ChaCha8Rng) -> Placement {
        Placement {
            unit: *UNITS.choose(rng).expect("a unit"),
            position: PositionId(city::POSITION.0),
            rank: None,
            superior: rng.random_bool(0.8).then(|| self.post(rng).id),
            capacity: Capacity::Definitive,
            leads: rng.random_bool(0.2),
            from: self.day(rng, -20..1),
        }
    }

    /// Makes a random change, which the rules may refuse.
    async fn change(&self, rng: &mut ChaCha8Rng) -> Result<String> {
        let (env, admin) = (self.env, &self.admin);
        let why = || "Uji".to_owned();
        Ok(match rng.random_range(0..10) {
            0 | 1 => {
                let (of, superior) = (self.post(rng), self.post(rng).id);
                let from = self.day(rng, -40..1);
                let (assignment, expected_version) = (of.id, of.version);
                let input = AssignSuperior { assignment, expected_version, superior, from, reason: why() };
                assign_superior(env, admin, IdempotencyKey::NONE, input, false).await?;
                format!("assign {} {superior} {from}", of.id)
            }
            2 | 3 => {
                let (assignment, to) = (self.post(rng).id, self.person(rng));
                let from = self.day(rng, -20..20);
                let until = rng.random_bool(0.7).then(|| from + Duration::days(rng.random_range(1..20)));
                let capacity = if rng.random_bool(0.5) { Capacity::Plt } else { Capacity::Plh };
                let delegation = DelegationInput {
                    delegate: to,
                    capacity,
                    valid_from: from,
                    valid_to: until,
                    reason: why(),
                };
                let input = Delegate { assignment, delegation };
                delegate(env, admin, IdempotencyKey::NONE, input, false).await?;
                format!("delegate {assignment} {to} {from} {until:?}")
            }
            4 => {
                let Some(of) = self.delegations.choose(rng) else { return Ok(String::new()) };
                let open_ended = rng.random_bool(0.3);
                let to = (!open_ended).then(|| self.day(rng, -10..30));
                let changes = DelegationChanges { to, open_ended, ..DelegationChanges::default() };
                let (delegation, expected_version) = (of.id, of.version);
                let input = UpdateDelegation { delegation, expected_version, changes, reason: why() };
                update_delegation(env, admin, IdempotencyKey::NONE, input, false).await?;
                format!("update {} {to:?}", of.id)
            }
            5 => {
                let Some(of) = self.delegations.choose(rng) else { return Ok(String::new()) };
                let to = Some(self.day(rng, -10..10));
                let (delegation, expected_version) = (of.id, of.version);
                let input = EndDelegation { delegation, expected_version, to, reason: why() };
                end_delegation(env, admin, IdempotencyKey::NONE, input, false).await?;
                format!("end {} {to:?}", of.id)
            }
            6 => {
                let staff = self.person(rng);
                let person = store::staff::by_ids(env.db.source(), city::AGENCY, &[staff]).await?;
                let expected_version = person.get(&staff).map_or(1, |person| person.version);
                let successor = rng.random_bool(0.4).then(|| self.post(rng).id);
                let last_day = self.day(rng, -10..1);
                let input = EndStaff { staff, expected_version, last_day, reason: why(), successor };
                end_staff(env, admin, IdempotencyKey::NONE, input, false).await?;
                format!("leaves {staff} {last_day} {successor:?}")
            }
            7 => {
                let of = self.post(rng);
                let (placement, successor) =
                    (self.placement(rng), rng.random_bool(0.4).then(|| self.post(rng).id));
                let (assignment, expected_version) = (of.id, of.version);
                let said = format!("transfer {assignment} {placement:?} {successor:?}");
                let input =
                    TransferStaff { assignment, expected_version, placement, reason: why(), successor };
                transfer_staff(env, admin, IdempotencyKey::NONE, input, false).await?;
                said
            }
            8 => {
                let placement = self.placement(rng);
                let said = format!("create {placement:?}");
                let input = CreateStaff {
                    person: StaffInput {
                        nip: None,
                        name: "Baru Contoh".to_owned(),
                        employment_kind: EmploymentKind::Pns,
                        external_id: Some(crate::env::fresh_id().to_string()),
                    },
                    placement,
                };
                create_staff(env, admin, IdempotencyKey::NONE, input).await?;
                said
            }
            _ => {
                let days = rng.random_range(1..9);
                env.clock.set(env.now() + Duration::days(days));
                let system = Actor { calendar: admin.calendar, ..Actor::system(city::AGENCY) };
                apply_due(env, &system).await?;
                env.write(&system, renew_at_boundaries).await?;
                format!("{days} days")
            }
        })
    }

    /// The first broken rule, if any.
    async fn fault(&self, rng: &mut ChaCha8Rng) -> Result<Option<String>> {
        for on in [self.today, self.day(rng, -40..0), self.day(rng, 1..20)] {
            if let Some(fault) = self.raters(on).await? {
                return Ok(Some(fault));
            }
        }
        if let Some(fault) = self.work().await? {
            return Ok(Some(fault));
        }
        if let Some(fault) = self.closure().await? {
            return Ok(Some(fault));
        }
        self.rights().await
    }

    /// Everyone has one rater or is listed in the problems, and nobody rates themselves.
    async fn raters(&self, on: Date) -> Result<Option<String>> {
        let source = self.env.db.source();
        let found = problems(source, city::AGENCY, &Among::Agency, on, self.today).await?;
        let unrated: BTreeSet<AssignmentId> = found
            .iter()
            .filter(|one| !matches!(one.kind, ProblemKind::TwoHeads | ProblemKind::SuperiorLoop))
            .filter_map(|one| one.assignment)
            .collect();
        let people = store::staff::load(source, Condition::all()).await?;
        let appraised: BTreeSet<StaffId> =
            people.iter().filter(|one| one.employment_kind.is_appraised()).map(|one| one.id).collect();
        let mut raters = Raters::on(city::AGENCY, on);
        for post in self.posts.iter().filter(|post| post.open_on(on)) {
            let answer = raters.find(source, post).await?;
            if let WhoRates::Person(found) = answer {
                let above = found.superior.map(|above| above.staff);
                if found.rater.staff == post.staff
                    || above.is_some_and(|above| [post.staff, found.rater.staff].contains(&above))
                {
                    return Ok(Some(format!("{on}: {} is rated by {found:?}", post.id)));
                }
                if unrated.contains(&post.id) {
                    return Ok(Some(format!("{on}: {} has a rater and a problem", post.id)));
                }
            } else if appraised.contains(&post.staff) && !unrated.contains(&post.id) {
                return Ok(Some(format!("{on}: {} has neither a rater nor a problem: {answer:?}", post.id)));
            }
        }
        let looped = found.iter().find(|one| one.kind == ProblemKind::SuperiorLoop);
        Ok(looped.map(|one| format!("{on}: {:?} is in a loop", one.assignment)))
    }

    /// The chains of superiors, the closure and the filter agree about who is above whom.
    async fn closure(&self) -> Result<Option<String>> {
        let source = self.env.db.source();
        let chains = self.chains();
        let expected: BTreeSet<(Uuid, Uuid)> =
            chains.iter().flat_map(|(of, above)| above.iter().map(|above| (above.0, of.0))).collect();
        let stored: BTreeSet<(Uuid, Uuid)> = superior_closure::Entity::find()
            .all(source.connection)
            .await?
            .into_iter()
            .map(|row| (row.ancestor_id, row.descendant_id))
            .collect();
        if stored != expected {
            return Ok(Some("the closure differs from the chains".to_owned()));
        }
        for post in &self.posts {
            if post.superior != post.superior_on(self.today) {
                return Ok(Some(format!("{} is under {:?} today", post.id, post.superior)));
            }
            let below: BTreeSet<Uuid> = assignment::Entity::find()
                .select_only()
                .column(assignment::Column::Id)
                .filter(scope::below(source.backend, &assignment::Column::Id, &[post.id.0]))
                .into_tuple()
                .all(source.connection)
                .await?
                .into_iter()
                .collect();
            let closure: BTreeSet<Uuid> =
                expected.iter().filter(|(above, _)| *above == post.id.0).map(|(_, below)| *below).collect();
            if below != closure {
                return Ok(Some(format!("the filter below {} differs from the closure", post.id)));
            }
        }
        Ok(None)
    }

    fn chains(&self) -> BTreeMap<AssignmentId, BTreeSet<AssignmentId>> {
        let superiors: BTreeMap<AssignmentId, Option<AssignmentId>> =
            self.posts.iter().map(|post| (post.id, post.superior)).collect();
        let chain = |of: &Assignment| {
            let (mut above, mut at) = (BTreeSet::new(), of.superior);
            while let Some(superior) = at.filter(|superior| above.insert(*superior)) {
                at = superiors.get(&superior).copied().flatten();
            }
            above
        };
        self.posts.iter().map(|post| (post.id, chain(post))).collect()
    }

    /// The filter of personal data and the policy agree for everyone.
    async fn rights(&self) -> Result<Option<String>> {
        let source = self.env.db.source();
        let chains = self.chains();
        let people: BTreeSet<StaffId> = self.posts.iter().map(|post| post.staff).collect();
        for person in people {
            let actor = match load_actor_in(source.connection, self.env.now(), city::AGENCY, person).await {
                Ok(actor) => actor,
                Err(Error::Unauthenticated) => continue,
                Err(error) => return Err(error),
            };
            let ids = self.posts.iter().map(|post| post.id.0);
            let visible: BTreeSet<Uuid> = assignment::Entity::find()
                .select_only()
                .column(assignment::Column::Id)
                .filter(ASSIGNED.personal(source.backend, &actor))
                .filter(any_of(source.backend, (assignment::Entity, assignment::Column::Id), ids))
                .into_tuple()
                .all(source.connection)
                .await?
                .into_iter()
                .collect();
            for post in &self.posts {
                let nobody = RaterSnapshot {
                    assignment: AssignmentId(Uuid::nil()),
                    staff: StaffId(Uuid::nil()),
                    name: String::new(),
                    nip: None,
                    position: String::new(),
                    unit_name: String::new(),
                    capacity: Capacity::Definitive,
                    superior_assignment: None,
                    superior_staff: None,
                };
                let above = chains.get(&post.id).is_some_and(|above| {
                    actor.assignments.union(&actor.acting_for).any(|power| above.contains(power))
                });
                let relations = Relations::of(&actor, post.staff, post.unit, &nobody).with_chain(above);
                if sees_personal(&relations) != visible.contains(&post.id.0) {
                    return Ok(Some(format!("{person} and {}: the filter and the policy differ", post.id)));
                }
            }
        }
        Ok(None)
    }
}
