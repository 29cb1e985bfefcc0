//! Tests which parts of the journal each person can read: updates, events, histories, and past states.

use crate::{
    both,
    support::{Client, EVALUATION, Person, TestApp, ids, with},
    year,
};
use serde_json::{Value, json};
use service::testing::{city, whole};

/// Numbers the entries written so far, as a running server does on its own.
async fn number_entries(app: &TestApp) {
    service::journal::sequence(&app.env).await.expect("numbers");
}

/// Creates an evaluation of the first quarter that is reported and rated, but not final. Returns the plan and the
/// evaluation.
async fn rated(app: &TestApp) -> (Value, Value) {
    let plan = year::approved(app).await;
    let manager = app.client(Person::Manager).await;
    let evaluation = year::reported_quarter(app, &plan).await;
    app.set_clock("2026-04-03T02:00:00Z");
    let rating = json!({ "resultRating": "BELOW", "resultReason": "Kurang dari sasaran", "behaviourRating": "AS_EXPECTED" });
    let evaluation = manager.act(&EVALUATION, "rateEvaluation", &evaluation, rating).await;
    (plan, evaluation)
}

async fn finalised(app: &TestApp, evaluation: &Value) -> Value {
    app.set_clock("2026-04-05T02:00:00Z");
    let reason = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
    app.client(Person::Manager).await.act(&EVALUATION, "finaliseEvaluation", evaluation, reason).await
}

/// Loads the images in an evaluation's history, with the kind of each entry.
async fn images(client: &Client, evaluation: &Value) -> Vec<(String, String)> {
    let query = "query($id: ID!) { evaluation(id: $id) { history(first: 100) { edges { node {
        kind change { before after } } } } } }";
    let data = client.ok(query, json!({ "id": evaluation["id"] })).await;
    let edges = data["evaluation"]["history"]["edges"].as_array().expect("a history").clone();
    let text = |node: &Value| format!("{} {}", node["change"]["before"], node["change"]["after"]);
    edges
        .iter()
        .map(|edge| (edge["node"]["kind"].as_str().expect("a kind").to_owned(), text(&edge["node"])))
        .collect()
}

/// The kinds of these entries.
fn kinds(images: &[(String, String)]) -> Vec<&str> {
    images.iter().map(|(kind, _)| kind.as_str()).collect()
}

/// Whether an image reveals the rating.
fn reveals_rating(image: &str) -> bool {
    image.contains("BELOW") || image.contains("Kurang dari sasaran")
}

both!(draft_ratings_stay_hidden_in_all_past_images, |app| async move {
    let (_, evaluation) = rated(&app).await;
    number_entries(&app).await;
    let (employee, manager, auditor) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Auditor).await,
    );
    for client in [&employee, &auditor] {
        let found = images(client, &evaluation).await;
        assert!(kinds(&found).contains(&"EVALUATION_RATED"), "the entry itself is visible");
        assert!(found.iter().all(|(_, image)| !reveals_rating(image)), "{found:#?}");
    }
    let found = images(&manager, &evaluation).await;
    let revealing: Vec<_> = found.iter().filter(|(_, image)| reveals_rating(image)).cloned().collect();
    assert_eq!(kinds(&revealing), ["EVALUATION_RATED"], "the rater sees their own draft");

    finalised(&app, &evaluation).await;
    number_entries(&app).await;
    for client in [&employee, &auditor] {
        let found = images(client, &evaluation).await;
        assert!(kinds(&found).contains(&"EVALUATION_FINALISED"), "{found:#?}");
        for (kind, image) in &found {
            // Only this entry reveals the rating: in `after` it is final. The draft in `before` stays hidden.
            let expected = kind == "EVALUATION_FINALISED";
            assert_eq!(reveals_rating(image), expected, "{kind}: {image}");
        }
    }
    // A colleague can't see the evaluation at all.
    let query = "query($id: ID!) { evaluation(id: $id) { id } }";
    let peer = app.client(Person::Peer).await;
    let read = peer.ok(query, json!({ "id": evaluation["id"] })).await;
    assert_eq!(read, json!({ "evaluation": null }));
});

both!(the_state_at_a_past_instant_can_be_read, |app| async move {
    let (plan, evaluation) = rated(&app).await;
    finalised(&app, &evaluation).await;
    number_entries(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let query = "query($id: ID!, $at: DateTime!) { evaluationAsOf(id: $id, at: $at) { status version resultRating } }";
    let at =
        async |client: &Client, at: &str| client.ok(query, json!({ "id": evaluation["id"], "at": at })).await;
    // Query before and after the report, the rating and the finalisation.
    let draft = json!({ "status": "RATED_DRAFT", "version": 3, "resultRating": "BELOW" });
    assert_eq!(at(&manager, "2026-04-04T00:00:00Z").await["evaluationAsOf"], draft);
    let hidden = json!({ "status": "RATED_DRAFT", "version": 3, "resultRating": null });
    assert_eq!(at(&employee, "2026-04-04T00:00:00Z").await["evaluationAsOf"], hidden);
    assert_eq!(at(&employee, "2026-04-02T12:00:00Z").await["evaluationAsOf"]["version"], 2);
    assert_eq!(at(&employee, "2026-04-06T00:00:00Z").await["evaluationAsOf"]["resultRating"], "BELOW");
    let early = at(&employee, "2026-01-01T00:00:00Z").await;
    assert_eq!(early, json!({ "evaluationAsOf": null }), "it did not exist yet");

    let query = "query($id: ID!, $at: DateTime!) { planAsOf(id: $id, at: $at) { status } }";
    let at = json!({ "id": plan["id"], "at": "2026-03-02T03:00:00Z" });
    assert_eq!(employee.ok(query, at.clone()).await["planAsOf"]["status"], "APPROVED");
    assert_eq!(app.client(Person::Peer).await.ok(query, at).await, json!({ "planAsOf": null }));
});

both!(a_client_that_polls_gets_each_update_once, |app| async move {
    // All the following entries are within the thirty days of retention.
    number_entries(&app).await;
    app.set_clock("2026-03-20T02:00:00Z");
    let employee = app.client(Person::Employee).await;
    let query = "query($after: String, $first: Int) { updates(after: $after, first: $first) {
        edges { cursor node { cursor kind subjectVersion actor { id } subject { __typename } } }
        pageInfo { endCursor hasNextPage } } }";
    let newest = employee.ok(query, json!({})).await["updates"].clone();
    assert_eq!(newest["edges"], json!([]), "without a cursor the page starts at the end");

    let (_, evaluation) = rated(&app).await;
    finalised(&app, &evaluation).await;
    number_entries(&app).await;
    let mut after = newest["pageInfo"]["endCursor"].clone();
    let mut kinds = Vec::new();
    loop {
        let page = employee.ok(query, json!({ "after": after, "first": 1 })).await["updates"].clone();
        for edge in page["edges"].as_array().expect("edges") {
            assert_eq!(edge["cursor"], edge["node"]["cursor"]);
            kinds.push(edge["node"]["kind"].as_str().expect("a kind").to_owned());
        }
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == json!(false) {
            break;
        }
    }
    // A person gets no updates about their own actions, and no one gets updates about draft ratings.
    assert_eq!(kinds, ["PLAN_REVIEWED", "EVALUATION_FINALISED"]);
    let page = employee.ok(query, json!({ "after": after })).await;
    assert_eq!(page["updates"]["edges"], json!([]));

    // The subject is the current plan. A colleague gets no updates about it.
    let all = employee.ok(query, json!({ "after": "start" })).await;
    assert_eq!(all["updates"]["edges"][0]["node"]["subject"]["__typename"], "Plan");
    let peer = app.client(Person::Peer).await;
    assert_eq!(peer.ok(query, json!({ "after": "start" })).await["updates"]["edges"], json!([]));

    assert_eq!(employee.error(query, json!({ "after": "nothing" })).await, "BAD_USER_INPUT");
    assert_eq!(employee.error(query, json!({ "first": 101 })).await, "BAD_USER_INPUT");
    app.set_clock("2026-06-05T02:00:00Z");
    assert_eq!(
        employee.error(query, json!({ "after": newest["pageInfo"]["endCursor"] })).await,
        "CURSOR_EXPIRED"
    );
});

both!(only_auditors_can_read_the_whole_journal, |app| async move {
    rated(&app).await;
    number_entries(&app).await;
    let query = "query($after: String) { events(after: $after, first: 100) {
        edges { node { number kind } } pageInfo { endCursor hasNextPage } } }";
    let employee = app.client(Person::Employee).await;
    assert_eq!(employee.error(query, json!({})).await, "FORBIDDEN");
    let auditor = app.client(Person::Auditor).await;
    let (mut after, mut numbers) = (Value::Null, Vec::new());
    loop {
        let page = auditor.ok(query, json!({ "after": after })).await["events"].clone();
        let edges = page["edges"].as_array().expect("edges").iter();
        numbers.extend(edges.map(|edge| edge["node"]["number"].as_i64().expect("a number")));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == json!(false) {
            break;
        }
    }
    let expected: Vec<i64> = (1..=i64::try_from(numbers.len()).expect("a number")).collect();
    assert_eq!(numbers, expected, "gap-free from 1");
    // Cursors of the whole journal never expire.
    app.set_clock("2027-06-05T02:00:00Z");
    auditor.ok(query, json!({})).await;
});

both!(events_are_found_by_unit_person_actor_and_time, |app| async move {
    let (_, evaluation) = rated(&app).await;
    finalised(&app, &evaluation).await;
    let admin = app.client(Person::Admin).await;
    app.set_clock("2026-05-10T02:00:00Z");
    // A corrected name concerns a person and no unit.
    for who in [Person::Peer, Person::Outsider] {
        let rename = json!({ "staffId": ids::staff(who), "expectedVersion": 1, "name": "Nama Baru" });
        admin.done("updateStaff", "staff { name }", rename).await;
    }
    app.set_clock("2026-06-10T02:00:00Z");
    let unit = json!({ "orgUnitId": ids::unit(city::SECTION), "expectedVersion": 1, "name": "Seksi Baru" });
    admin.done("updateOrgUnit", "orgUnit { name }", unit).await;
    number_entries(&app).await;
    let auditor = app.client(Person::Auditor).await;
    let query =
        "query($filter: EventFilter, $after: String) { events(filter: $filter, after: $after, first: 5) {
        nodes { number kind at actor { id } } pageInfo { endCursor hasNextPage } } }";
    let found = async |filter: Value| {
        let (mut after, mut found) = (Value::Null, Vec::new());
        loop {
            let page = auditor.ok(query, json!({ "filter": filter, "after": after })).await["events"].clone();
            found.extend(page["nodes"].as_array().expect("entries").clone());
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                break found;
            }
        }
    };
    let kinds = |entries: &[Value]| -> Vec<String> {
        entries.iter().map(|entry| entry["kind"].as_str().expect("a kind").to_owned()).collect()
    };
    let all = found(json!({})).await;
    let numbers: Vec<i64> = all.iter().map(|entry| entry["number"].as_i64().expect("a number")).collect();
    assert!(numbers.is_sorted() && numbers.len() > 10, "{numbers:?}");
    assert_eq!(
        found(json!({ "orgUnitId": ids::unit(city::ROOT) })).await,
        all,
        "the root covers every entry"
    );

    let (office, section, other) =
        (ids::unit(city::OFFICE), ids::unit(city::SECTION), ids::unit(city::OTHER_OFFICE));
    let in_may =
        |more: Value| with(json!({ "from": "2026-05-01T00:00:00Z", "until": "2026-06-01T00:00:00Z" }), more);
    for unit in [&office, &section, &other] {
        let found = found(in_may(json!({ "orgUnitId": unit }))).await;
        assert_eq!(kinds(&found), ["STAFF_UPDATED"], "one of its people");
        assert_eq!(found[0]["actor"]["id"], json!(ids::staff(Person::Admin)));
    }
    assert_eq!(kinds(&found(in_may(json!({}))).await), ["STAFF_UPDATED", "STAFF_UPDATED"]);
    assert_eq!(
        kinds(&found(json!({ "from": "2026-06-01T00:00:00Z", "orgUnitId": office })).await),
        ["ORG_UNIT_UPDATED"]
    );
    assert_eq!(found(json!({ "from": "2026-07-01T00:00:00Z" })).await, Vec::<Value>::new());
    let of_employee = found(json!({ "staffId": ids::staff(Person::Employee) })).await;
    assert!(kinds(&of_employee).contains(&"EVALUATION_FINALISED".to_owned()));
    let by_manager =
        json!({ "staffId": ids::staff(Person::Employee), "actorId": ids::staff(Person::Manager) });
    let by_manager = kinds(&found(by_manager).await);
    assert!(
        by_manager.contains(&"PLAN_REVIEWED".to_owned())
            && !by_manager.contains(&"PLAN_SUBMITTED".to_owned())
    );
    let rated = json!({ "kinds": ["EVALUATION_RATED"], "orgUnitId": section });
    assert_eq!(kinds(&found(rated).await), ["EVALUATION_RATED"]);

    let reversed = json!({ "filter": { "from": "2026-06-01T00:00:00Z", "until": "2026-05-01T00:00:00Z" } });
    assert_eq!(auditor.error(query, reversed).await, "BAD_USER_INPUT");
    assert_eq!(auditor.error(query, json!({ "filter": { "staffId": section } })).await, "BAD_USER_INPUT");
});

both!(an_entry_names_the_request_that_made_it, |app| async move {
    let admin = app.client(Person::Admin).await;
    let mut requests = Vec::new();
    for number in 1..3 {
        let before = whole::requests(&app.env).await.expect("entries").len();
        let input = json!({ "parentId": ids::unit(city::ROOT), "code": format!("BARU-{number}"), "name": "Baru",
            "kind": "OPD", "validFrom": "2026-03-02" });
        let create = "mutation($input: CreateOrgUnitInput!) { createOrgUnit(input: $input) { orgUnit { id } errors { code path message } } }";
        let data = admin.ok(create, json!({ "input": input })).await;
        assert_eq!(data["createOrgUnit"]["errors"], json!([]), "{data}");
        let new = whole::requests(&app.env).await.expect("entries").split_off(before);
        requests.push(new[0].expect("the id of a request"));
        assert!(new.iter().all(|request| *request == Some(requests[number - 1])), "{new:?}");
    }
    assert_ne!(requests[0], requests[1]);
    // The control: changes that the server makes on its own have no request.
    let made = whole::requests(&app.env).await.expect("entries");
    assert_eq!(made[0], None);
});
