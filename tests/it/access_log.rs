//! The access log: its entries for reads of ratings and feedback and for refusals, and its readers.

use crate::{
    both,
    support::{Client, EVALUATION, Fields, Person, TestApp, ids, refusals},
    year,
};
use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};
use service::{access, testing::city};
use tower::ServiceExt;

const LOG: &str = "query($filter: AccessFilter, $first: Int, $after: String) {
    accessLog(filter: $filter, first: $first, after: $after) { totalCount pageInfo { endCursor hasNextPage } nodes {
        kind kindLabel day count firstAt lastAt operation objectId actor { id } apiKey { name } staff { id } } } }";

async fn log(app: &TestApp, client: &Client, filter: Value) -> Vec<Value> {
    access::flush(&app.env).await.expect("a flush");
    let found = client.ok(LOG, json!({ "filter": filter, "first": 100 })).await["accessLog"].clone();
    let nodes = found["nodes"].as_array().expect("entries").clone();
    assert_eq!(found["totalCount"], nodes.len());
    nodes
}

/// The readers of an evaluation or feedback, from the access log as a client sees it.
async fn readers(app: &TestApp, client: &Client, kind: &str, object: &Value) -> Vec<String> {
    let of_kind = log(app, client, json!({ "kind": kind })).await;
    let of_object = of_kind.iter().filter(|entry| entry["objectId"] == *object);
    let mut readers: Vec<String> =
        of_object.map(|entry| entry["actor"]["id"].as_str().expect("a person").to_owned()).collect();
    readers.sort();
    readers
}

/// The employee's plan and evaluation of the first quarter, with final ratings.
async fn rated(app: &TestApp) -> (Value, Value) {
    let manager = app.client(Person::Manager).await;
    let plan = year::approved(app).await;
    let evaluation = year::reported_quarter(app, &plan).await;
    let rating = json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED" });
    let draft = manager.act(&EVALUATION, "rateEvaluation", &evaluation, rating).await;
    let reason = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
    (plan, manager.act(&EVALUATION, "finaliseEvaluation", &draft, reason).await)
}

fn sorted(people: &[Person]) -> Vec<String> {
    let mut ids: Vec<String> = people.iter().map(|who| ids::staff(*who)).collect();
    ids.sort();
    ids
}

both!(reads_of_ratings_are_recorded_once_a_reader_and_day, |app: TestApp| async move {
    let (_, evaluation) = rated(&app).await;
    let id = evaluation["id"].clone();
    let auditor = app.client(Person::Auditor).await;
    let employee = app.client(Person::Employee).await;
    // The manager rated, and the answer to the mutation showed the ratings.
    assert_eq!(readers(&app, &auditor, "RATING_READ", &id).await, sorted(&[Person::Manager]));
    let one = json!({ "id": id });
    let (head, team) = (app.client(Person::Head).await, app.client(Person::Team).await);
    // Without a rating in the selection nothing is read.
    let without = "query($id: ID!) { evaluation(id: $id) { id status period { id } } }";
    head.ok(without, one.clone()).await;
    assert_eq!(readers(&app, &auditor, "RATING_READ", &id).await, sorted(&[Person::Manager]));
    // By a list, by id, by an image of the journal, in a past state.
    let list = "{ evaluations(first: 100) { nodes { id predicate } } }";
    head.ok(list, json!({})).await;
    head.ok(list, json!({})).await;
    let node = "query($id: ID!) { node(id: $id) { ... on Evaluation { resultRating } } }";
    team.ok(node, one.clone()).await;
    service::journal::sequence(&app.env).await.expect("numbers");
    let history =
        "query($id: ID!) { evaluation(id: $id) { history(first: 100) { nodes { change { after } } } } }";
    let secretary = app.client(Person::Secretary).await;
    secretary.ok(history, one.clone()).await;
    let past = "query($id: ID!, $at: DateTime!) { evaluationAsOf(id: $id, at: $at) { predicate } }";
    let at = json!({ "id": id, "at": "2027-01-01T00:00:00Z" });
    app.client(Person::Admin).await.ok(past, at).await;
    employee.ok(list, json!({})).await;
    let expected = sorted(&[Person::Manager, Person::Head, Person::Team, Person::Secretary, Person::Admin]);
    assert_eq!(readers(&app, &auditor, "RATING_READ", &id).await, expected);
    // The person sees who read; others see nothing of it.
    assert_eq!(readers(&app, &employee, "RATING_READ", &id).await, expected);
    let own = log(&app, &employee, json!({})).await;
    assert!(own.iter().all(|entry| entry["staff"]["id"] == ids::staff(Person::Employee)), "{own:#?}");
    assert_eq!(own[0]["kindLabel"], "Ratings read");
    for who in [Person::Peer, Person::Head, Person::Admin] {
        assert_eq!(log(&app, &app.client(who).await, json!({})).await, Vec::<Value>::new(), "{who:?}");
    }
    let filter = json!({ "actorId": ids::staff(Person::Head), "from": "2026-04-02", "until": "2026-04-02" });
    assert_eq!(log(&app, &auditor, filter).await.len(), 1);
    assert_eq!(log(&app, &auditor, json!({ "until": "2026-04-01" })).await, Vec::<Value>::new());
    // A read on the next day is another row.
    app.set_clock("2026-04-03T02:00:00Z");
    head.ok(list, json!({})).await;
    let of_head = json!({ "actorId": ids::staff(Person::Head), "kind": "RATING_READ" });
    assert_eq!(log(&app, &auditor, of_head).await.len(), 2);
    // Pages continue.
    let page = auditor.ok(LOG, json!({ "first": 2 })).await["accessLog"].clone();
    let next = json!({ "first": 2, "after": page["pageInfo"]["endCursor"] });
    let next = auditor.ok(LOG, next).await["accessLog"].clone();
    assert_ne!(page["nodes"], next["nodes"]);
    // Entries are removed after their retention time.
    app.set_clock("2028-01-01T02:00:00Z");
    service::tick::tick(&app.env).await.expect("a tick");
    assert_eq!(log(&app, &auditor, json!({})).await, Vec::<Value>::new());
});

both!(reads_of_feedback_are_recorded, |app: TestApp| async move {
    let plan = year::approved(&app).await;
    let manager = app.client(Person::Manager).await;
    let row = &plan["currentRevision"]["results"][0]["id"];
    let input = json!({ "planId": plan["id"], "about": { "planResultId": row }, "text": "Kerja yang rapi." });
    let given = manager.done("giveFeedback", "feedback { id text }", input).await["feedback"].clone();
    let auditor = app.client(Person::Auditor).await;
    // The author has written the feedback, so the answer to the mutation is not a recorded read.
    assert_eq!(readers(&app, &auditor, "FEEDBACK_READ", &given["id"]).await, Vec::<String>::new());
    let node = "query($id: ID!) { node(id: $id) { ... on Feedback { text } } }";
    for who in [Person::Employee, Person::Head, Person::Manager] {
        app.client(who).await.ok(node, json!({ "id": given["id"] })).await;
    }
    assert_eq!(readers(&app, &auditor, "FEEDBACK_READ", &given["id"]).await, sorted(&[Person::Head]));
});

both!(refusals_are_counted_by_day, |app: TestApp| async move {
    let plan = year::approved(&app).await;
    let auditor = app.client(Person::Auditor).await;
    let stranger = app.client(Person::Stranger).await;
    let query = "query($id: ID!) { plan(id: $id) { id } node(id: $id) { id } }";
    for _ in 0..3 {
        stranger.ok(query, json!({ "id": plan["id"] })).await;
    }
    // An admin may see the plan and not review it.
    let admin = app.client(Person::Admin).await;
    let review = json!({ "planId": plan["id"], "expectedVersion": plan["version"], "decision": "APPROVE" });
    let payload = admin.mutate_once("reviewPlan", "errors { code }", review).await;
    assert_eq!(refusals(&payload)[0].code, "FORBIDDEN");
    let mut key = app.anonymous();
    let new = json!({ "name": "Dasbor", "orgUnitId": ids::unit(city::OFFICE) });
    key.token = admin.done("createApiKey", "key", new).await["key"].as_str().map(str::to_owned);
    assert_eq!(key.error("{ staff(first: 1) { nodes { id } } }", json!({})).await, "FORBIDDEN");
    let report = format!("/exports/plan-completion.csv?unit={}&period=2026", ids::unit(city::ROOT));
    let request = Request::get(report)
        .header(header::AUTHORIZATION, format!("Bearer {}", key.token.as_deref().expect("a key")))
        .body(Body::empty());
    app.router.clone().oneshot(request.expect("a request")).await.expect("an answer");
    let refused = log(&app, &auditor, json!({ "kind": "REFUSED" })).await;
    let found = |operation: &str| {
        let of_operation = refused.iter().filter(|entry| entry["operation"] == operation);
        let of = |entry: &Value| {
            let who = entry["actor"]["id"].as_str().or(entry["apiKey"]["name"].as_str()).map(str::to_owned);
            (who, entry["count"].as_i64(), entry["objectId"].clone(), entry.field("staff").clone())
        };
        of_operation.map(of).collect::<Vec<_>>()
    };
    let by = |who: Person| Some(ids::staff(who));
    let (none, id) = (Value::Null, plan["id"].clone());
    assert_eq!(found("plan"), [(by(Person::Stranger), Some(3), id.clone(), none.clone())], "{refused:#?}");
    assert_eq!(found("node"), [(by(Person::Stranger), Some(3), id.clone(), none.clone())]);
    assert_eq!(found("reviewPlan"), [(by(Person::Admin), Some(1), id, none.clone())]);
    let dashboard = Some("Dasbor".to_owned());
    assert_eq!(found("staff"), [(dashboard.clone(), Some(1), none.clone(), none.clone())]);
    let unit = json!(ids::unit(city::ROOT));
    assert_eq!(found("plan-completion.csv"), [(dashboard, Some(1), unit, none)]);
    // The refused person can't see the refusal, and neither can the owner of the plan.
    assert_eq!(log(&app, &stranger, json!({})).await, Vec::<Value>::new());
    let employee = app.client(Person::Employee).await;
    assert_eq!(log(&app, &employee, json!({})).await, Vec::<Value>::new());
});

both!(entries_that_do_not_fit_are_lost_and_counted, |app: TestApp| async move {
    let actor = domain::actor::Actor {
        identity: domain::actor::Identity::Staff(Person::Employee.staff()),
        ..domain::actor::Actor::system(city::AGENCY)
    };
    for number in 0..20_010_u128 {
        let object = service::testing::id(0x10_0000 + number);
        app.env.access().refused(&app.env, &actor, "node", Some(("Plan", object)));
    }
    assert_eq!(app.env.access().lost(), 10);
    assert_eq!(access::flush(&app.env).await.expect("a flush"), 20_000);
    assert_eq!((app.env.access().written(), app.env.access().lost()), (20_000, 10));
});
