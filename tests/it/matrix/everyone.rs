//! Everyone in a generated city queries every person, plan, activity and evaluation by its id. The answers must follow
//! the documented rules, which `service::testing::sight` computes from the stored rows.

use crate::support::{Client, On, TestApp, ids::global, run_in_a_city_of};
use serde_json::{Value, json};
use service::testing::{
    guests,
    sight::{City, Sight, Thing},
};

/// Environment variable with the number of people in the city, who then all send the queries. CONTRIBUTING.md has the
/// command. In the short form, every tenth of 60 people sends them.
const PEOPLE: &str = "KINERJA_MATRIX_PEOPLE";
/// Objects in a request.
const AT_ONCE: usize = 100;

const DOCUMENT: &str = "query($ids: [ID!]!) { nodes(ids: $ids) {
    ... on Staff { nip } ... on Plan { id } ... on Activity { id } ... on Evaluation { resultRating } __typename } }";

fn people() -> u32 {
    std::env::var(PEOPLE).map_or(60, |text| text.parse().expect("a number"))
}

/// The part of an object that an answer shows.
fn shown(node: &Value) -> Sight {
    let more = ["nip", "resultRating"].iter().any(|field| node.get(field).is_some_and(Value::is_string));
    match (node.as_object(), more) {
        (None, _) => Sight::Nothing,
        (Some(_), false) => Sight::Part,
        (Some(_), true) => Sight::More,
    }
}

/// The part of an object that a person should see. An object without ratings and NIP has only a first part.
fn expected(city: &City, who: domain::id::StaffId, thing: &Thing) -> Sight {
    match city.sight(who, thing) {
        Sight::More if !thing.has_more => Sight::Part,
        sight => sight,
    }
}

async fn everyone(app: TestApp) {
    let app = app.without_limits();
    let city = City::read(&app.env).await.expect("a city");
    let step = if std::env::var_os(PEOPLE).is_some() { 1 } else { 10 };
    let (mut checks, mut findings, mut hidden, mut differ) = (0_u64, Vec::new(), 0_u64, 0_u64);
    let others = city.people.iter().cycle().skip(1);
    for (who, other) in city.people.iter().zip(others).step_by(step) {
        let token = guests::session_of(&app.env, *who).await.expect("a session");
        let client = Client::new(&app, Some(token));
        for things in city.things.chunks(AT_ONCE) {
            let wanted: Vec<String> = things.iter().map(|one| global(one.kind as u8, one.id)).collect();
            let answer = client.ok(DOCUMENT, json!({ "ids": wanted })).await;
            let nodes = answer["nodes"].as_array().expect("nodes");
            assert_eq!(nodes.len(), things.len());
            for (thing, node) in things.iter().zip(nodes) {
                let (should, does) = (expected(&city, *who, thing), shown(node));
                checks += 1;
                hidden += u64::from(should == Sight::Nothing);
                differ += u64::from(expected(&city, *other, thing) != does);
                if should != does {
                    findings.push(format!("{who}: {thing:?}: {should:?} expected, {does:?} found"));
                }
            }
        }
    }
    findings.truncate(20);
    println!(
        "{checks} checks of {} people and {} objects, {hidden} of them hidden",
        city.people.len(),
        city.things.len()
    );
    assert!(findings.is_empty(), "{findings:#?}");
    assert!(
        differ > checks / 100,
        "control: only {differ} of {checks} answers differ from what the next person sees"
    );
    assert!(hidden > checks / 4 && hidden < checks, "{hidden} of {checks} are hidden");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everyone_sees_of_everything_what_the_rules_say_sqlite() {
    run_in_a_city_of(On::Sqlite, people(), everyone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everyone_sees_of_everything_what_the_rules_say_postgres() {
    run_in_a_city_of(On::Postgres, people(), everyone).await;
}
