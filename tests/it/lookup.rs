//! Looking up a person by NIP: nobody learns from the work of the database whether a hidden person exists.

use crate::support::{On, Person};
use axum::{
    body::Body,
    http::{Request, header},
};
use kinerja::http::app::{App, AppSettings};
use serde_json::{Value, json};
use service::{
    Env,
    db::{Db, Watch},
    env::Clock,
    testing::{TestDb, city},
};
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

const LOOKUP: &str = "query($by: StaffLookup!) { staffMember(by: $by) { id name nip } }";

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
    let router = App::new(env.clone(), &AppSettings::default()).expect("an app").router();
    let token = city::session_of(&env, Person::Employee).await.expect("a session");
    let look_up = async |by: Value| {
        let body = json!({ "query": LOOKUP, "variables": { "by": by } }).to_string();
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/graphql-response+json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::from(body))
            .expect("a request");
        seen.lock().expect("a list").clear();
        let response = router.clone().oneshot(request).await.expect("an answer");
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (serde_json::from_slice::<Value>(&bytes).expect("JSON"), seen.lock().expect("a list").clone())
    };
    let nip = |who: Person| json!({ "nip": who.nip().expect("a NIP") });
    // The first request also looks up the token.
    let (own, _) = look_up(nip(Person::Employee)).await;
    assert_ne!(own["data"]["staffMember"], Value::Null, "one's own NIP is visible: {own:#}");
    let hidden = look_up(nip(Person::Peer)).await;
    let absent = look_up(json!({ "nip": "197001011990011999" })).await;
    let malformed = look_up(json!({ "nip": "no NIP at all" })).await;
    let external = look_up(json!({ "externalId": "no such id" })).await;
    assert_eq!(hidden.0, json!({ "data": { "staffMember": null }, "extensions": hidden.0["extensions"] }));
    assert!(hidden.1.len() >= 2, "{:#?}", hidden.1);
    assert_eq!(absent, hidden, "a NIP that nobody has");
    assert_eq!(malformed, hidden, "a text that is no NIP");
    assert_eq!(external.0, hidden.0);
    assert_eq!(external.1.len(), hidden.1.len());
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
