//! Everyone in a generated city queries every person, plan, activity and evaluation by its id. The answers must follow
//! the documented rules, which `service::testing::visible` computes from the stored rows.

use crate::support::{Client, On, TestApp, ids::global, run_in_a_city_of};
use serde_json::{Value, json};
use service::testing::{
    guests,
    visible::{City, Object, VisiblePart},
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
fn shown(node: &Value) -> VisiblePart {
    let more = ["nip", "resultRating"].iter().any(|field| node.get(field).is_some_and(Value::is_string));
    match (node.as_object(), more) {
        (None, _) => VisiblePart::Nothing,
        (Some(_), false) => VisiblePart::Part,
        (Some(_), true) => VisiblePart::More,
    }
}

/// The part of an object that a person should see. An object without ratings and NIP has only a first part.
fn expected(city: &City, who: domain::id::StaffId, object: &Object) -> VisiblePart {
    match city.visible_part(who, object) {
        VisiblePart::More if !object.has_more => VisiblePart::Part,
        part => part,
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
        for objects in city.objects.chunks(AT_ONCE) {
            let wanted: Vec<String> = objects.iter().map(|one| global(one.kind as u8, one.id)).collect();
            let answer = client.ok(DOCUMENT, json!({ "ids": wanted })).await;
            let nodes = answer["nodes"].as_array().expect("nodes");
            assert_eq!(nodes.len(), objects.len());
            for (object, node) in objects.iter().zip(nodes) {
                let (should, does) = (expected(&city, *who, object), shown(node));
                checks += 1;
                hidden += u64::from(should == VisiblePart::Nothing);
                differ += u64::from(expected(&city, *other, object) != does);
                if should != does {
                    findings.push(format!("{who}: {object:?}: {should:?} expected, {does:?} found"));
                }
            }
        }
    }
    findings.truncate(20);
    println!(
        "{checks} checks of {} people and {} objects, {hidden} of them hidden",
        city.people.len(),
        city.objects.len()
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
