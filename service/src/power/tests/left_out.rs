//! How many statements it takes to find who can issue the codes that the actor may not issue.

use super::{super::account_refusals, act::Act, env, postgres, sqlite, world::World};
use crate::testing::{
    TestDb,
    city::{self, Person},
};
use domain::{actor::Actor, id::StaffId};
use std::collections::BTreeSet;

/// The statements of one unit of work in which the refusals are made. A change of this number is a decision.
const STATEMENTS: u64 = 10;

async fn take_the_same_number_of_statements(db: TestDb) {
    let env = env(&db, true, None).await;
    let mut world = World::new(&env).await;
    let admin = Person::Admin.staff();
    world.step(None, Act::GrantAdmin(Person::Stranger.staff(), city::ROOT)).await.expect("a second admin");
    // The admin gives power to two people in different units.
    for (ratee, rater) in [(Person::Employee, Person::Outsider), (Person::Peer, Person::Auditor)] {
        let act = Act::Assign(ratee.assignment(), rater.assignment(), 0);
        assert_eq!(world.step(Some(admin), act).await.expect("assigned"), None);
    }
    let mut counts = Vec::new();
    for people in [
        vec![Person::Outsider],
        vec![Person::Outsider, Person::Auditor],
        vec![Person::Outsider, Person::Auditor, Person::Manager, Person::Head, Person::Peer, Person::Team],
    ] {
        let people: BTreeSet<StaffId> = people.into_iter().map(Person::staff).collect();
        let asked = people.clone();
        let before = env.db.statements();
        let refusals = env
            .write(&Actor::system(city::AGENCY), move |tx| async move {
                account_refusals(&tx, admin, &asked).await
            })
            .await
            .expect("refusals");
        counts.push(env.db.statements() - before);
        assert_eq!(refusals.keys().copied().collect::<BTreeSet<_>>(), people);
        let others = |refusal: &domain::Refusal| format!("{:?}", refusal).contains("Stranger Contoh");
        assert!(refusals.values().all(others), "{refusals:?}");
    }
    assert_eq!(counts, [STATEMENTS; 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_take_the_same_number_of_statements_on_sqlite() {
    take_the_same_number_of_statements(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_take_the_same_number_of_statements_on_postgresql() {
    if let Some(db) = postgres().await {
        take_the_same_number_of_statements(db).await;
    }
}
