//! Random people make random changes in random organisations: no change gives its actor power over results.
//!
//! The tests check this without the code under test: they compute who has power over whom before and after each step,
//! and remember who issued which code.

mod act;
mod chain;
mod left_out;
mod rank;
mod result;
mod world;

use super::{Separation, Way};
use crate::{
    db::Db,
    env::{Clock, Env},
    error::Error,
    journal,
    testing::{
        TestDb,
        city::{self, Person},
    },
};
use act::Act;
use domain::{assignment::Capacity, id::StaffId, staff::EmploymentKind};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use strum::IntoEnumIterator;
use world::World;

/// Environment variable with the number of steps for each database. CONTRIBUTING.md has the command.
const STEPS: &str = "KINERJA_POWER_STEPS";
/// Environment variable with the first seed.
const SEED: &str = "KINERJA_POWER_SEED";
/// Steps in one organisation.
const LENGTH: usize = 50;

fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

async fn env(db: &TestDb, four_eyes: bool, open: Option<Way>) -> Env {
    let connected = Db::connect(&db.options).await.expect("a connection");
    // The first quarter has ended, and its predicates can be set.
    let now = "2026-04-02T02:00:00Z".parse().expect("an instant");
    let mut env = Env::new(connected, Clock::fixed(now), db.folder.path());
    env.separation = Separation { four_eyes, open, ..Separation::default() };
    city::found(&env).await.expect("a city");
    env
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gains_power_by_their_own_change_on_sqlite() {
    random("SQLite", number(STEPS, 300), async || Some(TestDb::sqlite().await.expect("a database"))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gains_power_by_their_own_change_on_postgresql() {
    random("PostgreSQL", number(STEPS, 100), async || TestDb::postgres().await.expect("a database")).await;
}

async fn random(name: &str, steps: usize, database: impl AsyncFn() -> Option<TestDb>) {
    let first = number(SEED, 1) as u64;
    let (mut made, mut seed) = (0, first);
    // How often each kind of change succeeded.
    let mut effective: BTreeMap<String, usize> = BTreeMap::new();
    while made < steps {
        let Some(db) = database().await else { return };
        // Every fifth organisation is without four eyes.
        let env = env(&db, seed % 5 != 0, None).await;
        let length = LENGTH.min(steps - made);
        let (done, violation) = random_steps(&env, seed, length).await;
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
        env.db.close().await.expect("closed");
        seed += 1;
    }
    let sum: usize = effective.values().sum();
    println!(
        "{name}: {made} steps, {sum} of them changed something, seeds {first} to {}: {effective:?}",
        seed - 1
    );
    let rated = effective.contains_key("Rate") && effective.contains_key("Finalise");
    assert!(rated || steps < 1_000, "nobody rated: {effective:?}");
}

/// Makes random steps in one organisation; returns those that changed something, and the first violation.
async fn random_steps(env: &Env, seed: u64, length: usize) -> (Vec<String>, Option<String>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut world = World::new(env).await;
    let mut done = Vec::new();
    for _ in 0..length {
        let (actor, act) = Act::random(&world, &mut rng);
        let said = format!("{} {act:?}", actor.map_or("operator".to_owned(), |staff| staff.to_string()));
        match world.step(actor, act).await {
            Ok(None) => done.push(said),
            Ok(Some(violation)) => return (done, Some(format!("{said}: {violation}"))),
            Err(Error::Refused(_) | Error::NotFound | Error::Forbidden | Error::Unauthenticated) => {}
            Err(error) => panic!("seed {seed}, after {done:#?}: {said}: {error}"),
        }
    }
    (done, None)
}

/// If a test turns off the check of a way, random changes find it. Prints how many organisations this takes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes; CONTRIBUTING.md has the command"]
async fn random_changes_find_each_open_way() {
    let (first, most) = (number(SEED, 1) as u64, number(STEPS, 20_000) / LENGTH);
    let mut missed = Vec::new();
    for way in Way::iter() {
        let mut found = None;
        for seed in first..first + most as u64 {
            let db = TestDb::sqlite().await.expect("a database");
            let env = env(&db, true, Some(way)).await;
            found = random_steps(&env, seed, LENGTH).await.1;
            env.db.close().await.expect("closed");
            if let Some(violation) = &found {
                println!("{way:?}: seed {seed}: {violation}");
                break;
            }
        }
        if found.is_none() {
            missed.push(way);
        }
    }
    assert_eq!(missed, [], "not found in {most} organisations each");
}

/// The steps of an attack on each way; the last step is the violation.
fn attack(way: Way) -> Vec<(Option<StaffId>, Act)> {
    let admin = Person::Admin.staff();
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
            (Some(other), Act::Assign(Person::Admin.assignment(), outsider.assignment(), 5)),
            (Some(admin), Act::Cancel(admin)),
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
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_known_way_is_closed_and_noticed_when_it_is_open() {
    for way in Way::iter() {
        for open in [None, Some(way)] {
            let db = TestDb::sqlite().await.expect("a database");
            let env = env(&db, true, open).await;
            let mut world = World::new(&env).await;
            let mut steps = attack(way);
            let last = steps.pop().expect("the attack");
            for (actor, act) in steps {
                assert_eq!(world.step(actor, act).await.expect("a preparation"), None, "{way:?}");
            }
            let ended = world.step(last.0, last.1).await;
            match open {
                None => assert!(matches!(ended, Err(Error::Refused(_))), "{way:?} is open: {ended:?}"),
                Some(_) => assert!(matches!(ended, Ok(Some(_))), "{way:?} is not noticed: {ended:?}"),
            }
        }
    }
}

/// An admin controls the account of a person who later becomes a member of the performance team over the admin's unit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_controlled_account_cannot_set_the_predicate_of_its_controllers_unit() {
    let (head, outsider) = (Person::Head.staff(), Person::Outsider.staff());
    for (four_eyes, refused) in [(true, true), (false, false)] {
        let db = TestDb::sqlite().await.expect("a database");
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
        let db = TestDb::sqlite().await.expect("a database");
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
            let db = TestDb::sqlite().await.expect("a database");
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
