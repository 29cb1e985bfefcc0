//! Random people make random changes in random organisations: no change gives its actor power over results.
//!
//! The tests check this without the code under test: they compute who has power over whom before and after each step,
//! and remember who issued which code.

mod act;
mod chain;
mod left_out;
mod plots;
mod rank;
mod recorded;
mod result;
mod world;

use super::{Separation, Way};
use crate::{
    db::{Db, Options},
    env::{Clock, Env},
    error::{Error, Result},
    journal,
    testing::{
        TestDb,
        city::{self, Person},
        template::Template,
    },
};
use act::Act;
use domain::{assignment::Capacity, id::StaffId, staff::EmploymentKind};
use plots::{Plots, Step, rated};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};
use strum::IntoEnumIterator;
use world::World;

/// Environment variable with the number of steps for each database. CONTRIBUTING.md has the command.
const STEPS: &str = "KINERJA_POWER_STEPS";
/// Environment variable with the first seed.
const SEED: &str = "KINERJA_POWER_SEED";
/// Steps in one organisation.
const LENGTH: usize = 50;
/// Steps after which a long run says how far it is.
const PROGRESS: usize = 5_000;

fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// A city, which each test copies.
static CITY: Template = Template::with_tables();

/// The first quarter has ended, and its predicates can be set.
fn clock() -> Clock {
    Clock::fixed("2026-04-02T02:00:00Z".parse().expect("an instant"))
}

async fn found(db: Db, folder: &Path) -> Result<()> {
    city::found(&Env::new(db, clock(), folder)).await
}

async fn sqlite() -> TestDb {
    CITY.sqlite(found).await.expect("a database")
}

async fn postgres() -> Option<TestDb> {
    CITY.postgres(found).await.expect("a database")
}

async fn env(db: &TestDb, four_eyes: bool, open: Option<Way>) -> Env {
    // A long run may stand still for a while, such as on a machine that sleeps.
    let options = Options { idle_in_transaction: Duration::from_secs(3_600), ..db.options.clone() };
    let connected = Db::connect(&options).await.expect("a connection");
    let mut env = Env::new(connected, clock(), db.folder.path());
    env.separation = Separation { four_eyes, open, ..Separation::default() };
    env
}

/// Closes and removes a database: thousands of them would fill the disk.
async fn close(env: Env, db: TestDb) {
    env.db.close().await.expect("closed");
    db.remove().await.expect("removed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gains_power_by_their_own_change_on_sqlite() {
    random("SQLite", number(STEPS, 300), async || Some(sqlite().await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gains_power_by_their_own_change_on_postgresql() {
    random("PostgreSQL", number(STEPS, 100), postgres).await;
}

async fn random(name: &str, steps: usize, database: impl AsyncFn() -> Option<TestDb>) {
    let first = number(SEED, 1) as u64;
    let (mut made, mut seed) = (0, first);
    let begun = Instant::now();
    // How often each kind of change succeeded.
    let mut effective: BTreeMap<String, usize> = BTreeMap::new();
    while made < steps {
        let Some(db) = database().await else { return };
        // Every fifth organisation is without four eyes.
        let env = env(&db, seed % 5 != 0, None).await;
        let length = LENGTH.min(steps - made);
        let (Steps { done, .. }, violation) = random_steps(&env, seed, length).await;
        if let Some(violation) = violation {
            panic!("seed {seed}, after {done:#?}: {violation}");
        }
        made += length;
        for said in &done {
            let kind = said.split(' ').nth(1).and_then(|act| act.split('(').next()).unwrap_or_default();
            *effective.entry(kind.to_owned()).or_default() += 1;
        }
        journal::sequence(&env).await.expect("numbers");
        let report = journal::verify(&env, Vec::new(), |_| {}).await.expect("an audit");
        assert_eq!(report.findings, [], "seed {seed}, after {done:#?}");
        close(env, db).await;
        seed += 1;
        if made % PROGRESS == 0 {
            println!("{name}: {made} steps, {} seconds", begun.elapsed().as_secs());
        }
    }
    let sum: usize = effective.values().sum();
    println!(
        "{name}: {made} steps in {} seconds, {sum} of them changed something, seeds {first} to {}: {effective:?}",
        begun.elapsed().as_secs(),
        seed - 1
    );
    let rated = effective.contains_key("Rate") && effective.contains_key("Finalise");
    assert!(rated || steps < 1_000, "nobody rated: {effective:?}");
}

/// The steps that were made in one organisation.
#[derive(Default)]
struct Steps {
    tried: usize,
    /// Those that changed something.
    done: Vec<String>,
}

/// Makes random steps in one organisation; returns them, and the first violation.
async fn random_steps(env: &Env, seed: u64, length: usize) -> (Steps, Option<String>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut world, mut plots) = (World::new(env).await, Plots::default());
    let mut steps = Steps::default();
    while steps.tried < length {
        steps.tried += 1;
        let (actor, act) = Act::random(&world, &mut plots, &mut rng);
        let said = format!("{} {act:?}", actor.map_or("operator".to_owned(), |staff| staff.to_string()));
        match world.step(actor, act).await {
            Ok(None) => steps.done.push(said),
            Ok(Some(violation)) => return (steps, Some(format!("{said}: {violation}"))),
            Err(Error::Refused(_) | Error::NotFound | Error::Forbidden | Error::Unauthenticated) => {}
            Err(error) => panic!("seed {seed}, after {:#?}: {said}: {error}", steps.done),
        }
    }
    (steps, None)
}

/// If a test turns off the check of a way, random changes find it. Prints how many steps this takes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes; CONTRIBUTING.md has the command"]
async fn random_changes_find_each_open_way() {
    let (first, most) = (number(SEED, 1) as u64, number(STEPS, 10_000));
    let mut missed = Vec::new();
    for way in Way::iter() {
        let (mut made, mut found) = (0, None);
        for seed in first.. {
            let db = sqlite().await;
            let env = env(&db, true, Some(way)).await;
            let (steps, violation) = random_steps(&env, seed, LENGTH).await;
            env.db.close().await.expect("closed");
            made += steps.tried;
            found = violation;
            if found.is_some() || made >= most {
                break;
            }
        }
        match &found {
            Some(violation) => println!("{way:?}: found at step {made}: {violation}"),
            None => missed.push(way),
        }
    }
    assert_eq!(missed, [], "not found in {most} steps each");
}

/// The steps of an attack on each way; the last step is the violation.
fn attack(way: Way) -> Vec<Step> {
    let (admin, own) = (Person::Admin.staff(), Person::Admin.assignment());
    match way {
        Way::RecordedRater => {
            let mut steps = rated(admin, own);
            let by_operator = Act::Assign(own, Person::Stranger.assignment(), 0);
            let former = Person::Secretary.assignment();
            let acting = Act::Delegate(former, Person::Outsider.staff(), Capacity::Plh, 0, None);
            steps.extend([Step::Do(None, by_operator), Step::Do(Some(admin), acting)]);
            steps
        }
        Way::OwnCancellation => {
            let mut steps: Vec<Step> = rated(admin, own).into_iter().take(2).collect();
            let above = Some(Person::Secretary.assignment());
            let moved = Act::Transfer(own, city::OTHER_OFFICE, above, None, false, -91);
            steps.push(Step::Do(Some(admin), moved));
            steps
        }
        _ => organisational(way).into_iter().map(|(by, act)| Step::Do(by, act)).collect(),
    }
}

/// The steps of the attacks that need no result.
fn organisational(way: Way) -> Vec<(Option<StaffId>, Act)> {
    let (admin, own) = (Person::Admin.staff(), Person::Admin.assignment());
    let (head, mayor) = (Person::Head, Person::Mayor.assignment());
    let (secretary, outsider) = (Person::Secretary.assignment(), Person::Outsider);
    let (other, friend) = (Person::Auditor.staff(), outsider.staff());
    let head_is_admin = (None, Act::GrantAdmin(head.staff(), city::ROOT));
    let second_admin = (None, Act::GrantAdmin(other, city::ROOT));
    match way {
        Way::Predicate => vec![
            (Some(admin), Act::Delegate(mayor, head.staff(), Capacity::Plt, 0, None)),
            (Some(head.staff()), Act::Predicate(city::OFFICE)),
        ],
        Way::Superior => vec![(Some(admin), Act::ImportSuperior(Person::Employee.staff(), admin))],
        Way::Leads => vec![(Some(admin), Act::Leads(admin, true))],
        Way::OwnRater => vec![(Some(admin), Act::IssueCode(Person::Secretary.staff()))],
        Way::RatersPost => vec![(Some(admin), Act::Delegate(secretary, friend, Capacity::Plh, 0, None))],
        Way::RatersSuperior => {
            vec![(Some(admin), Act::Delegate(secretary, Person::Mayor.staff(), Capacity::Plh, 0, None))]
        }
        Way::ActingRater => vec![
            (None, Act::Delegate(secretary, friend, Capacity::Plh, -1, None)),
            (Some(admin), Act::EndDelegation(secretary, friend, 0)),
        ],
        Way::SuperiorOfRater => vec![
            (None, Act::Assign(Person::Auditor.assignment(), mayor, 0)),
            (Some(admin), Act::Assign(secretary, Person::Auditor.assignment(), 0)),
        ],
        Way::EmploymentKind => vec![(Some(admin), Act::Kind(admin, EmploymentKind::NonAsn))],
        Way::CodeFirst => vec![
            second_admin,
            (Some(admin), Act::IssueCode(friend)),
            (Some(other), Act::Assign(Person::Admin.assignment(), outsider.assignment(), 0)),
        ],
        Way::LaterRater => vec![
            (None, Act::Delegate(secretary, friend, Capacity::Plh, 3, None)),
            (Some(admin), Act::IssueCode(friend)),
        ],
        Way::ControlledPredicate => {
            vec![head_is_admin, (Some(head.staff()), Act::IssueCode(Person::Team.staff()))]
        }
        Way::Training => vec![
            second_admin,
            (Some(admin), Act::Train),
            (Some(admin), Act::IssueCode(other)),
            (Some(other), Act::Verify(admin)),
        ],
        Way::Cancel => vec![
            second_admin,
            (Some(other), Act::Assign(own, outsider.assignment(), 5)),
            (Some(admin), Act::Cancel(admin)),
        ],
        Way::Defeat => vec![
            second_admin,
            (Some(other), Act::Assign(own, outsider.assignment(), 5)),
            (Some(admin), Act::Transfer(own, city::OTHER_OFFICE, Some(secretary), None, false, 0)),
        ],
        Way::MovedUnit => {
            vec![head_is_admin, (Some(head.staff()), Act::MoveUnit(city::OFFICE, city::OTHER_OFFICE))]
        }
        Way::OwnTeam => vec![head_is_admin, (Some(head.staff()), Act::GrantTeam(friend, city::OFFICE))],
        Way::NotHeading => vec![head_is_admin, (Some(head.staff()), Act::Leads(head.staff(), false))],
        Way::Code => vec![
            (Some(admin), Act::Assign(Person::Employee.assignment(), Person::Outsider.assignment(), 0)),
            (Some(admin), Act::IssueCode(Person::Outsider.staff())),
        ],
        Way::RecordedRater | Way::OwnCancellation => Vec::new(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_known_way_is_closed_and_noticed_when_it_is_open_on_sqlite() {
    known_ways(async || Some(sqlite().await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_known_way_is_closed_and_noticed_when_it_is_open_on_postgresql() {
    known_ways(postgres).await;
}

async fn known_ways(database: impl AsyncFn() -> Option<TestDb>) {
    for way in Way::iter() {
        for open in [None, Some(way)] {
            let Some(db) = database().await else { return };
            let env = env(&db, true, open).await;
            let mut world = World::new(&env).await;
            let mut steps = attack(way);
            let last = steps.pop().expect("the attack");
            for step in steps {
                let (actor, act) = step.resolve(&world).expect("a preparation");
                assert_eq!(world.step(actor, act).await.expect("a preparation"), None, "{way:?}");
            }
            let (actor, act) = last.resolve(&world).expect("the attack");
            let ended = world.step(actor, act).await;
            match open {
                None => assert!(matches!(ended, Err(Error::Refused(_))), "{way:?} is open: {ended:?}"),
                Some(_) => assert!(matches!(ended, Ok(Some(_))), "{way:?} is not noticed: {ended:?}"),
            }
            close(env, db).await;
        }
    }
}

/// An admin controls the account of a person who later becomes a member of the performance team over the admin's unit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_controlled_account_cannot_set_the_predicate_of_its_controllers_unit() {
    let (head, outsider) = (Person::Head.staff(), Person::Outsider.staff());
    for (four_eyes, refused) in [(true, true), (false, false)] {
        let db = sqlite().await;
        let env = env(&db, four_eyes, None).await;
        let mut world = World::new(&env).await;
        world.step(None, Act::GrantAdmin(head, city::ROOT)).await.expect("an admin");
        world.step(Some(head), Act::IssueCode(outsider)).await.expect("a code");
        world.activate_all().await.expect("activated");
        world.step(None, Act::GrantTeam(outsider, city::OFFICE)).await.expect("a member of the team");
        let ended = world.step(Some(outsider), Act::Predicate(city::OFFICE)).await;
        match refused {
            true => assert!(matches!(ended, Err(Error::Refused(_))), "{ended:?}"),
            false => assert!(matches!(ended, Ok(None)), "{ended:?}"),
        }
    }
}

/// A person who controls the account of an admin can't use it as the second person, even after they lose control.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_with_a_code_of_the_actor_is_no_second_person() {
    let (admin, puppet, rater) = (Person::Admin.staff(), Person::Auditor.staff(), Person::Outsider.staff());
    let give = |to: Person| Act::Assign(Person::Employee.assignment(), to.assignment(), 0);
    for (steps, refused) in [
        (vec![(admin, Act::IssueCode(rater)), (puppet, give(Person::Outsider))], false),
        (
            vec![
                (admin, Act::IssueCode(puppet)),
                (admin, Act::IssueCode(rater)),
                (puppet, give(Person::Outsider)),
            ],
            true,
        ),
        (vec![(admin, Act::IssueCode(puppet)), (puppet, give(Person::Admin))], true),
        (
            vec![
                (admin, Act::IssueCode(puppet)),
                (puppet, give(Person::Outsider)),
                (admin, Act::IssueCode(rater)),
            ],
            true,
        ),
        (vec![(admin, Act::Nip(rater, 77)), (admin, give(Person::Outsider))], true),
        (vec![(admin, give(Person::Outsider)), (admin, Act::Nip(rater, 77))], true),
        (vec![(admin, give(Person::Outsider)), (puppet, Act::Nip(rater, 77))], false),
    ] {
        let db = sqlite().await;
        let env = env(&db, true, None).await;
        let mut world = World::new(&env).await;
        world.step(None, Act::GrantAdmin(puppet, city::ROOT)).await.expect("a second admin");
        let mut steps = steps;
        let (actor, last) = steps.pop().expect("a step");
        let said = format!("{steps:?}, {last:?}");
        for (actor, act) in steps {
            let issued = matches!(act, Act::IssueCode(_));
            assert_eq!(world.step(Some(actor), act).await.expect("a preparation"), None, "{said}");
            if issued {
                world.activate_all().await.expect("activated");
            }
        }
        let ended = world.step(Some(actor), last).await;
        match refused {
            true => assert!(matches!(ended, Err(Error::Refused(_))), "{said}: {ended:?}"),
            false => assert!(matches!(ended, Ok(None)), "{said}: {ended:?}"),
        }
    }
}

/// Power over a person ends with their assignment, so a rater who reinstates them would give power to themselves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rater_cannot_reinstate_a_person_they_rated() {
    let (admin, manager) = (Person::Admin.staff(), Person::Manager.staff());
    let (employee, root) = (Person::Employee.staff(), city::ROOT);
    for four_eyes in [true, false] {
        for (actor, refused) in [(manager, true), (admin, false)] {
            let db = sqlite().await;
            let env = env(&db, four_eyes, None).await;
            let mut world = World::new(&env).await;
            world.step(None, Act::GrantAdmin(manager, root)).await.expect("a second admin");
            world.step(Some(admin), Act::End(employee, None)).await.expect("an end");
            let ended = world.step(Some(actor), Act::Reinstate(employee, None)).await;
            match refused {
                true => assert!(matches!(ended, Err(Error::Refused(_))), "{actor}: {ended:?}"),
                false => assert!(matches!(ended, Ok(None)), "{actor}: {ended:?}"),
            }
        }
    }
}
