//! Activities through HTTP: batches with one outcome for each row, review, locks, lists.

mod undo;

use crate::{
    both,
    support::{Client, EVALUATION, Fields, PLAN, Person, TestApp, refusals},
    year,
};
use serde_json::{Value, json};

const RESULTS: &str =
    "results { row overlaps overlapCount activity { id version status late returnReason description realisation measure }
     errors { __typename code path message ... on ConflictError { currentVersion }
              ... on TransitionError { from allowed } } }";

/// A client key of a test.
fn key(number: u32) -> String {
    format!("0b9f4a4e-0f1e-4b5b-9d55-0d6f6b2d{number:04x}")
}

/// A new row of one hour, starting at this hour (UTC) on the day before the tests' today.
fn row(number: u32, hour: u32) -> Value {
    json!({
        "target": { "clientKey": key(number) }, "description": format!("Tugas {number}"),
        "startedAt": format!("2026-03-01T{hour:02}:00:00Z"), "endedAt": format!("2026-03-01T{hour:02}:59:00Z"),
    })
}

async fn record(client: &Client, plan: &Value, rows: Value) -> Vec<Value> {
    results(client, "recordActivities", json!({ "planId": plan["id"], "rows": rows })).await
}

/// Runs a batch and returns its row results; the batch as a whole must be accepted.
async fn results(client: &Client, verb: &str, input: Value) -> Vec<Value> {
    client.done(verb, RESULTS, input).await["results"].as_array().expect("results").clone()
}

fn version(activity: &Value) -> Value {
    json!({ "id": activity["id"], "expectedVersion": activity["version"] })
}

/// An activity of the employee, recorded and submitted.
async fn submitted(employee: &Client, plan: &Value, number: u32, hour: u32) -> Value {
    let recorded = record(employee, plan, json!([row(number, hour)])).await;
    let rows = json!([version(&recorded[0]["activity"])]);
    results(employee, "submitActivities", json!({ "rows": rows })).await[0]["activity"].clone()
}

/// The code of a row's first error; `none` without an error.
fn code(result: &Value) -> String {
    refusals(result).first().map_or_else(|| "none".to_owned(), |refusal| refusal.code.clone())
}

async fn review(client: &Client, activity: &Value, decision: &str, reason: Option<&str>) -> Value {
    let input = json!({ "rows": [version(activity)], "decision": decision, "reason": reason });
    results(client, "reviewActivities", input).await[0].clone()
}

/// Makes the first quarter's evaluation final.
async fn finalise(app: &TestApp, plan: &Value) -> Value {
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let of_part = year::evaluations(&manager, plan).await;
    let evaluation =
        of_part.iter().find(|one| one["period"]["part"] == 1).expect("the first quarter").clone();
    let row = &plan["currentRevision"]["results"][0]["id"];
    let report = json!({ "realisations": [{ "planResultId": row, "text": "Selesai" }] });
    app.pass_the_end_of_quarter(1);
    let evaluation = employee.act(&EVALUATION, "reportRealisation", &evaluation, report).await;
    let rating = json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED" });
    let evaluation = manager.act(&EVALUATION, "rateEvaluation", &evaluation, rating).await;
    let reason = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
    manager.act(&EVALUATION, "finaliseEvaluation", &evaluation, reason).await
}

both!(an_invalid_row_does_not_stop_the_other_rows, |app| async move {
    let plan = year::approved(&app).await;
    let employee = app.client(Person::Employee).await;
    let mut backwards = row(2, 3);
    backwards["endedAt"] = json!("2026-03-01T02:00:00Z");
    backwards["description"] = json!("  ");
    let mut no_key = row(3, 4);
    no_key["target"]["clientKey"] = json!("rusak");
    let mut foreign = row(4, 5);
    foreign["planResultId"] = json!("broken");
    let mut unknown = row(5, 6);
    unknown["planResultId"] = json!(crate::support::ids::global(13, service::testing::id(0xdead)));
    let mut future = row(6, 7);
    (future["startedAt"], future["endedAt"]) = (json!("2026-03-02T02:00:00Z"), json!("2026-03-02T03:00:00Z"));
    let mut script = row(7, 8);
    script["evidence"] = json!([{ "url": "https://contoh.go.id/a" }, { "url": "javascript:alert(1)" }]);
    let mut edit = row(8, 9);
    let nowhere = crate::support::ids::global(16, service::testing::id(0xdead));
    edit["target"] = json!({ "correction": { "id": nowhere, "expectedVersion": 1 } });
    let rows = json!([row(1, 2), backwards, no_key, foreign, unknown, future, script, edit, row(9, 2)]);
    let results = record(&employee, &plan, rows).await;
    let found: Vec<_> = results.iter().map(refusals).collect();
    let bad = |path| ("BAD_USER_INPUT", path);
    let expected = [
        vec![],
        vec![bad("endedAt"), bad("description")],
        vec![bad("target.clientKey")],
        vec![bad("planResultId")],
        vec![("NOT_FOUND", "planResultId")],
        vec![bad("endedAt")],
        vec![bad("evidence.1.url")],
        vec![("NOT_FOUND", "target.correction.id")],
        vec![],
    ];
    assert_eq!(found, expected);
    let rows: Vec<&Value> = results.iter().map(|result| &result["row"]).collect();
    assert_eq!(rows, (0..9).map(Value::from).collect::<Vec<_>>().iter().collect::<Vec<_>>());
    // The first and the last row overlap: both are stored with a warning.
    let ids: Vec<&Value> = [0, 8].map(|index: usize| &results[index]["activity"]["id"]).to_vec();
    assert_eq!(results[0]["overlaps"], json!([ids[1]]));
    assert_eq!(results[8]["overlaps"], json!([ids[0]]));
    let read = employee.ok("{ activities(filter: {}) { totalCount } }", json!({})).await;
    assert_eq!(read["activities"]["totalCount"], 2);
});

both!(a_batch_has_one_to_a_hundred_rows, |app| async move {
    let plan = year::approved(&app).await;
    let employee = app.client(Person::Employee).await;
    for count in [0, 101] {
        let rows: Vec<Value> = (0..count).map(|number| row(number, 3)).collect();
        let input = json!({ "planId": plan["id"], "rows": rows });
        assert_eq!(employee.refused("recordActivities", RESULTS, input).await, "BAD_USER_INPUT", "{count}");
    }
    let rows: Vec<Value> = (0..100).map(|number| row(number, 3)).collect();
    let results = record(&employee, &plan, json!(rows)).await;
    assert_eq!(results.iter().filter(|result| code(result) == "none").count(), 100);
    // All rows overlap; each warning names at most 20 of them, and says how many there are.
    assert!(results.iter().all(|result| result["overlapCount"] == 99), "{results:?}");
    assert!(
        results.iter().all(|result| result["overlaps"].as_array().map(Vec::len) == Some(20)),
        "{results:?}"
    );
    let page =
        employee.ok("{ activities(first: 100) { totalCount edges { node { id } } } }", json!({})).await;
    assert_eq!(page["activities"]["totalCount"], 100);
});

both!(resent_client_keys_are_stored_once_even_in_other_batches, |app| async move {
    let plan = year::approved(&app).await;
    let employee = app.client(Person::Employee).await;
    let first = record(&employee, &plan, json!([row(1, 1), row(2, 2)])).await;
    // The answer was lost. The phone resends the rows in other batches. One text has changed, so this row is a conflict
    // and returns the stored activity.
    let mut changed = row(1, 1);
    changed["description"] = json!("Lain");
    let second = record(&employee, &plan, json!([row(2, 2), row(3, 3), row(3, 3), changed])).await;
    assert_eq!(second[0]["activity"], first[1]["activity"]);
    assert_eq!(second[1]["activity"]["id"], second[2]["activity"]["id"]);
    assert_eq!(refusals(&second[3]), [("CONFLICT", "target.clientKey")]);
    assert_eq!(second[3]["errors"][0]["currentVersion"], 1);
    assert_eq!(second[3]["activity"], first[0]["activity"]);
    // After a correction the first text is still known, and the corrected one too.
    let mut corrected = row(1, 1);
    corrected["description"] = json!("Diperbaiki");
    let mut correction = corrected.clone();
    correction["target"] = json!({ "correction": version(&first[0]["activity"]) });
    record(&employee, &plan, json!([correction])).await;
    let third = record(&employee, &plan, json!([row(1, 1), corrected, changed])).await;
    let codes: Vec<String> = third.iter().map(code).collect();
    assert_eq!(codes, ["none", "none", "CONFLICT"]);
    assert!(third.iter().all(|row| row["activity"]["description"] == "Diperbaiki"), "{third:#?}");
    let read = employee.ok("{ activities { totalCount } }", json!({})).await;
    assert_eq!(read["activities"]["totalCount"], 3);
    // Client keys are unique per person: a colleague may use the same key.
    let manager = app.client(Person::Manager).await;
    let peer = app.client(Person::Peer).await;
    let of_peer = year::submitted(&peer, Person::Peer, year::content(None)).await;
    manager.act(&PLAN, "reviewPlan", &of_peer, json!({ "decision": "APPROVE" })).await;
    let of_peer = record(&peer, &of_peer, json!([row(1, 1)])).await;
    assert_ne!(of_peer[0].field("activity.id"), first[0].field("activity.id"));
});

both!(a_correction_needs_the_expected_version, |app| async move {
    let plan = year::approved(&app).await;
    let employee = app.client(Person::Employee).await;
    let recorded = record(&employee, &plan, json!([row(1, 1)])).await;
    let mut edit = row(1, 5);
    let document = format!(
        "mutation($input: RecordActivitiesInput!) {{ recordActivities(input: $input) {{ {RESULTS} }} }}"
    );
    edit["target"] = json!({ "correction": { "id": recorded[0]["activity"]["id"] } });
    let input = json!({ "input": { "planId": plan["id"], "rows": [edit] } });
    assert_eq!(employee.error(&document, input).await, "BAD_USER_INPUT");
    // A row is either a new activity or a correction.
    edit["target"] = json!({ "clientKey": key(1), "correction": version(&recorded[0]["activity"]) });
    let input = json!({ "input": { "planId": plan["id"], "rows": [edit] } });
    assert_eq!(employee.error(&document, input).await, "BAD_USER_INPUT");
    edit["target"] = json!({ "correction": version(&recorded[0]["activity"]) });
    edit["realisation"] = json!("2.50");
    edit["measure"] = json!("dokumen");
    let results = record(&employee, &plan, json!([edit, edit])).await;
    let activity = &results[0]["activity"];
    assert_eq!(
        (&activity["version"], &activity["realisation"], &activity["measure"]),
        (&json!(2), &json!("2.50"), &json!("dokumen"))
    );
    let stale = &results[1]["errors"][0];
    assert_eq!((&stale["code"], &stale["currentVersion"]), (&json!("CONFLICT"), &json!(2)));
});

both!(the_rater_reviews_submitted_activities, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let recorded = record(&employee, &plan, json!([row(1, 1)])).await;
    // The rater can't review a draft; the error lists the allowed actions.
    let early = review(&manager, &recorded[0]["activity"], "APPROVE", None).await;
    assert_eq!(code(&early), "INVALID_TRANSITION");
    assert_eq!(early["errors"][0]["from"], "DRAFT");
    assert_eq!(
        early["errors"][0]["allowed"],
        json!(["RECORD_ACTIVITIES", "SUBMIT_ACTIVITIES", "DISCARD_ACTIVITIES", "ANSWER_MARKS"])
    );

    let activity = submitted(&employee, &plan, 2, 2).await;
    assert_eq!(activity["status"], "SUBMITTED");
    let input = json!({ "rows": [version(&activity)], "decision": "RETURN" });
    let whole = manager.mutate_and_replay("reviewActivities", RESULTS, input).await;
    assert_eq!(refusals(&whole)[0].code, "BAD_USER_INPUT");
    assert_eq!(whole["results"], json!([]));
    let returned = review(&manager, &activity, "RETURN", Some("Bukti belum ada")).await["activity"].clone();
    assert_eq!(
        (&returned["status"], &returned["returnReason"]),
        (&json!("RETURNED"), &json!("Bukti belum ada"))
    );

    let mut edit = row(2, 2);
    edit["target"] = json!({ "correction": version(&returned) });
    edit["evidence"] = json!([{ "url": "https://contoh.go.id/bukti", "label": "Foto" }]);
    let corrected = record(&employee, &plan, json!([edit])).await[0]["activity"].clone();
    let rows = json!({ "rows": [version(&corrected)] });
    let again = results(&employee, "submitActivities", rows).await[0]["activity"].clone();
    let approved = review(&manager, &again, "APPROVE", None).await["activity"].clone();
    assert_eq!(approved["status"], "APPROVED");
    assert_eq!(approved.field("returnReason"), &Value::Null);
    // An approved activity can no longer change.
    for verb in ["recordActivities", "submitActivities"] {
        let refused = match verb {
            "recordActivities" => {
                let mut edit = row(2, 2);
                edit["target"] = json!({ "correction": version(&approved) });
                record(&employee, &plan, json!([edit])).await
            }
            _ => results(&employee, verb, json!({ "rows": [version(&approved)] })).await,
        };
        assert_eq!(code(&refused[0]), "INVALID_TRANSITION", "{verb}");
    }
});

both!(only_the_rater_can_review_activities, |app| async move {
    let plan = year::approved(&app).await;
    let employee = app.client(Person::Employee).await;
    let activity = submitted(&employee, &plan, 1, 1).await;
    for who in [Person::Employee, Person::Head, Person::Team, Person::Admin, Person::Auditor] {
        let refused = review(&app.client(who).await, &activity, "APPROVE", None).await;
        assert_eq!(code(&refused), "FORBIDDEN", "{who:?}");
        assert_eq!(refused.field("activity"), &Value::Null, "{who:?}");
    }
    for who in [Person::Peer, Person::Stranger, Person::Outsider] {
        let client = app.client(who).await;
        let refused = review(&client, &activity, "APPROVE", None).await;
        assert_eq!(code(&refused), "NOT_FOUND", "{who:?}");
        let input = json!({ "input": { "planId": plan["id"], "rows": [row(2, 2)] } });
        let document = "mutation($input: RecordActivitiesInput!) { recordActivities(input: $input) { results { row } } }";
        assert_eq!(client.error(document, input).await, "NOT_FOUND", "{who:?}");
    }
    // The rater can see the plan but can't report activities under it.
    let manager = app.client(Person::Manager).await;
    let input = json!({ "planId": plan["id"], "rows": [row(2, 2)] });
    assert_eq!(manager.refused("recordActivities", RESULTS, input).await, "FORBIDDEN");
});

both!(dates_and_durations_are_checked, |app| async move {
    let plan = year::approved(&app).await;
    let employee = app.client(Person::Employee).await;
    let of = |number: u32, from: &str, to: &str| json!({ "target": { "clientKey": key(number) }, "description": "Jaga malam", "startedAt": from, "endedAt": to });
    let rows = json!([
        // Eight hours, across midnight in Jakarta.
        of(1, "2026-03-01T13:00:00Z", "2026-03-01T21:00:00Z"),
        of(2, "2026-02-27T00:00:00Z", "2026-02-28T00:00:01Z"),
        of(3, "2026-02-20T01:00:00Z", "2026-02-20T02:00:00Z"),
        of(4, "2025-12-31T16:59:59Z", "2025-12-31T17:30:00Z"),
        of(5, "2025-12-31T17:00:00Z", "2025-12-31T17:30:00Z"),
    ]);
    let results = record(&employee, &plan, rows).await;
    let codes: Vec<String> = results.iter().map(code).collect();
    assert_eq!(codes, ["none", "BAD_USER_INPUT", "none", "BAD_USER_INPUT", "none"]);
    for (result, late) in results.iter().zip([Some(false), None, Some(true), None, Some(true)]) {
        match late {
            Some(late) => assert_eq!(result.field("activity.late"), late),
            None => assert_eq!(result.field("activity"), &Value::Null),
        }
    }
});

both!(a_final_evaluation_locks_its_activities, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let draft = record(&employee, &plan, json!([row(1, 1)])).await[0]["activity"].clone();
    let activity = submitted(&employee, &plan, 2, 2).await;
    let evaluation = finalise(&app, &plan).await;

    let mut edit = row(1, 1);
    edit["target"] = json!({ "correction": version(&draft) });
    let recorded = record(&employee, &plan, json!([row(3, 3), edit])).await;
    let submit = results(&employee, "submitActivities", json!({ "rows": [version(&draft)] })).await;
    let reviewed = review(&manager, &activity, "APPROVE", None).await;
    for refused in recorded.iter().chain(&submit).chain([&reviewed]) {
        assert_eq!(code(refused), "INVALID_TRANSITION", "{refused:#}");
    }
    let query =
        "query($id: ID!) { node(id: $id) { ... on Activity { allowedActions { action allowed code } } } }";
    let read = manager.ok(query, json!({ "id": activity["id"] })).await;
    let actions = read["node"]["allowedActions"].as_array().expect("actions");
    assert!(!actions.is_empty(), "the rater sees the actions");
    assert!(actions.iter().all(|action| action["allowed"] == false), "{actions:?}");

    // Reopening the evaluation unlocks them.
    manager.act(&EVALUATION, "reopenEvaluation", &evaluation, json!({ "reason": "Bukti baru" })).await;
    assert_eq!(review(&manager, &activity, "APPROVE", None).await["activity"]["status"], "APPROVED");
    assert_eq!(code(&record(&employee, &plan, json!([row(3, 3)])).await[0]), "none");
});

both!(a_closed_part_refuses_activities, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, admin) = (app.client(Person::Employee).await, app.client(Person::Admin).await);
    let draft = record(&employee, &plan, json!([row(1, 1)])).await[0]["activity"].clone();
    app.pass_the_end_of_quarter(1);
    let input = json!({ "periodId": crate::support::ids::quarter(1), "expectedVersion": 1, "confirm": true });
    admin.done("closePeriod", "period { status }", input).await;
    assert_eq!(code(&record(&employee, &plan, json!([row(2, 2)])).await[0]), "PERIOD_CLOSED");
    let submit = results(&employee, "submitActivities", json!({ "rows": [version(&draft)] })).await;
    assert_eq!(code(&submit[0]), "PERIOD_CLOSED");
});

both!(activities_need_a_plan_in_force, |app| async move {
    let employee = app.client(Person::Employee).await;
    let plan = year::submitted(&employee, Person::Employee, year::content(None)).await;
    let refused = &record(&employee, &plan, json!([row(1, 1)])).await[0];
    assert_eq!(code(refused), "INVALID_TRANSITION");
    assert_eq!(refused["errors"][0]["from"], "SUBMITTED");
});

both!(lists_contain_only_visible_activities, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let result = plan["currentRevision"]["results"][0]["id"].clone();
    let mut linked = row(1, 1);
    linked["planResultId"] = result.clone();
    record(&employee, &plan, json!([linked, row(2, 2), row(3, 3)])).await;
    submitted(&employee, &plan, 4, 4).await;
    let query = "query($filter: ActivityFilter, $first: Int, $after: String) {
        activities(filter: $filter, first: $first, after: $after, orderBy: { startedAt: DESCENDING }) {
            totalCount pageInfo { hasNextPage endCursor }
            edges { node { description staff { name } plan { id } planResult { id } period { part } } } } }";
    let count = |who: Client, filter: Value| async move {
        who.ok(query, json!({ "filter": filter })).await["activities"]["totalCount"].clone()
    };
    for (filter, expected) in [
        (json!({}), 4),
        (json!({ "status": ["SUBMITTED"] }), 1),
        (json!({ "status": ["SUBMITTED", "DRAFT"], "ratedByMe": true }), 4),
        (json!({ "ratedByMe": false }), 0),
        (json!({ "planResultId": result }), 1),
        (json!({ "planId": plan["id"], "staffId": crate::support::ids::staff(Person::Employee) }), 4),
        (json!({ "staffId": crate::support::ids::staff(Person::Peer) }), 0),
        (json!({ "periodId": crate::support::ids::quarter(2) }), 0),
        (json!({ "from": "2026-03-01T02:00:00Z", "until": "2026-03-01T04:00:00Z" }), 2),
    ] {
        assert_eq!(count(manager.clone(), filter.clone()).await, expected, "{filter}");
    }
    for (who, expected) in
        [(Person::Head, 4), (Person::Team, 4), (Person::Auditor, 4), (Person::Peer, 0), (Person::Stranger, 0)]
    {
        assert_eq!(count(app.client(who).await, json!({})).await, expected, "{who:?}");
    }
    // The pages contain each activity once, newest first.
    let (mut descriptions, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = manager.ok(query, json!({ "first": 3, "after": after })).await["activities"].clone();
        let edges = page["edges"].as_array().expect("edges");
        descriptions.extend(edges.iter().map(|edge| edge["node"]["description"].clone()));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(descriptions, ["Tugas 4", "Tugas 3", "Tugas 2", "Tugas 1"]);
});

// The rule spans two tables, so a version can't guard it: each transaction locks the plan first. Without
// `lock_plans` this test fails on PostgreSQL.
