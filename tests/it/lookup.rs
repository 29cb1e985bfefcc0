//! Looking up a person by NIP: the work of the database does not reveal whether a hidden person exists.

use crate::support::{On, Person};
use service::{
    Env,
    db::{Db, Watch},
    env::Clock,
    identity,
    organisation::{StaffLookup, staff_member},
    testing::{TestDb, city},
};
use std::sync::{Arc, Mutex};

/// A statement without its values.
fn shape(statement: &str) -> String {
    let outside_quotes = statement.split('\'').step_by(2).collect::<Vec<_>>().join("?");
    outside_quotes.chars().filter(|letter| !letter.is_ascii_digit()).collect()
}

async fn same_statements(on: On) {
    let db = match on {
        On::Sqlite => Some(TestDb::sqlite().await.expect("a SQLite database")),
        On::Postgres => TestDb::postgres().await.expect("a PostgreSQL database"),
    };
    let Some(mut db) = db else { return };
    let seen = Arc::new(Mutex::new(Vec::new()));
    let into = seen.clone();
    db.options.watch = Some(Watch::new(move |statement| {
        into.lock().expect("a list").push(shape(&statement.to_string()));
    }));
    let connected = Db::connect(&db.options).await.expect("a connection");
    let now = "2026-03-02T02:00:00Z".parse().expect("an instant");
    let env = Env::new(connected, Clock::fixed(now), db.folder.path());
    city::found(&env).await.expect("a city");
    let token = city::session_of(&env, Person::Employee).await.expect("a session");
    let actor = identity::authenticate(&env, &token).await.expect("a session").actor;
    let look_up = async |by: StaffLookup| {
        seen.lock().expect("a list").clear();
        let found = staff_member(&env, &actor, by).await.expect("an answer");
        (found.map(|person| person.name), seen.lock().expect("a list").clone())
    };
    let nip = |who: Person| StaffLookup::Nip(who.nip().expect("a NIP"));
    let own = look_up(nip(Person::Employee)).await;
    assert!(own.0.is_some(), "one's own NIP is visible");
    let hidden = look_up(nip(Person::Peer)).await;
    let absent = look_up(StaffLookup::Nip("197001011990011999".to_owned())).await;
    let malformed = look_up(StaffLookup::Nip("no NIP at all".to_owned())).await;
    assert_eq!(hidden.0, None, "that of a colleague is not");
    assert!(hidden.1.len() == 2, "{:#?}", hidden.1);
    assert_eq!(absent, hidden, "a NIP that no one has");
    assert_eq!(malformed, hidden, "a text that is no NIP");
    assert_eq!(own.1, hidden.1);
    let (found, external) = look_up(StaffLookup::ExternalId("no such id".to_owned())).await;
    assert_eq!((found, external.len()), (None, hidden.1.len()));
}

mod hidden_and_absent_people_cost_the_same_statements {
    use super::{On, same_statements};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        same_statements(On::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        same_statements(On::Postgres).await;
    }
}
