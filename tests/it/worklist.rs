//! Worklists: each person's open tasks and deadlines.

use crate::{
    both,
    plan::{approved, draft, row},
    support::{Client, EVALUATION, Fields, PLAN, Person, TestApp},
};
use serde_json::{Value, json};

const WORKLIST: &str = "query($kinds: [WorklistKind!], $first: Int = 50, $after: String) {
    viewer { worklist(kinds: $kinds, first: $first, after: $after) { totalCount pageInfo { endCursor hasNextPage } nodes {
        kind deadline staff { name } subject { __typename ... on Plan { id version allowedActions { action allowed } }
            ... on ActivityGroup { activityCount activities(first: 5) { nodes { id version
                allowedActions { action allowed } } } }
            ... on Evaluation { id version status period { part } allowedActions { action allowed } }
            ... on Period { year } } } } } }";

async fn waiting(client: &Client, variables: Value) -> Vec<Value> {
    let read = client.ok(WORKLIST, variables).await;
    let items = read["viewer"]["worklist"]["nodes"].as_array().expect("a worklist").clone();
    for item in &items {
        if item["kind"] == "CREATE_PLAN" {
            continue;
        }
        // Every action in the worklist must be allowed.
        let objects = match item["subject"]["activities"]["nodes"].as_array() {
            Some(activities) => {
                assert_eq!(item["subject"]["activityCount"], activities.len(), "{item:#}");
                activities.clone()
            }
            None => vec![item["subject"].clone()],
        };
        for object in objects {
            let actions = object["allowedActions"].as_array().expect("actions");
            let action = actions.iter().find(|action| action["action"] == item["kind"]).expect("the action");
            assert_eq!(action["allowed"], true, "{item:#}");
        }
    }
    items
}

async fn kinds(app: &TestApp, who: Person) -> Vec<String> {
    let items = waiting(&app.client(who).await, json!({})).await;
    items.iter().map(|item| item["kind"].as_str().expect("a kind").to_owned()).collect()
}

both!(a_plan_is_in_the_worklist_of_the_person_who_has_to_act, |app| async move {
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let first = waiting(&employee, json!({})).await;
    let expected = json!([{
        "kind": "CREATE_PLAN",
        "deadline": "2026-01-31",
        "staff": { "name": "Employee Contoh" },
        "subject": { "__typename": "Period", "year": 2026 },
    }]);
    assert_eq!(json!(first), expected);
    assert_eq!(kinds(&app, Person::Mayor).await, Vec::<String>::new(), "the mayor is not appraised");

    let plan = draft(&employee, Person::Employee, &[row("Laporan")]).await;
    assert_eq!(kinds(&app, Person::Employee).await, ["SUBMIT_PLAN"]);
    assert_eq!(kinds(&app, Person::Manager).await, ["CREATE_PLAN"]);

    let plan = employee.act(&PLAN, "submitPlan", &plan, json!({})).await;
    assert_eq!(kinds(&app, Person::Employee).await, Vec::<String>::new());
    let review = waiting(&manager, json!({ "kinds": ["REVIEW_PLAN"] })).await;
    assert_eq!(review.len(), 1);
    assert_eq!(
        (&review[0]["subject"]["id"], &review[0]["staff"]["name"]),
        (&plan["id"], &json!("Employee Contoh"))
    );
    for who in [Person::Head, Person::Peer, Person::Team, Person::Admin, Person::Auditor] {
        assert_eq!(kinds(&app, who).await, ["CREATE_PLAN"], "{who:?}: only their own plan");
    }

    let returned = json!({ "decision": "RETURN", "reason": "Kurang" });
    let plan = manager.act(&PLAN, "reviewPlan", &plan, returned).await;
    assert_eq!(kinds(&app, Person::Employee).await, ["SUBMIT_PLAN"]);
    let plan = employee.act(&PLAN, "submitPlan", &plan, json!({})).await;
    let plan = manager.act(&PLAN, "reviewPlan", &plan, json!({ "decision": "APPROVE" })).await;
    assert_eq!(kinds(&app, Person::Employee).await, Vec::<String>::new());

    // A revision is in the worklist like a plan, but without the year's deadline.
    employee.act(&PLAN, "revisePlan", &plan, json!({ "reason": "Target naik" })).await;
    let revision = waiting(&employee, json!({})).await;
    assert_eq!(revision[0]["kind"], "SUBMIT_PLAN");
    assert_eq!(revision[0].field("deadline"), &Value::Null);
});

both!(an_evaluation_is_in_the_worklist_after_its_period, |app| async move {
    approved(&app, Person::Employee, &[row("Laporan")]).await;
    approved(&app, Person::Manager, &[row("Laporan bidang")]).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    assert!(waiting(&employee, json!({})).await.is_empty(), "the first quarter is not over yet");

    app.set_clock("2026-04-01T02:00:00Z");
    let report = waiting(&employee, json!({})).await;
    assert_eq!(
        (&report[0]["kind"], &report[0]["deadline"]),
        (&json!("REPORT_REALISATION"), &json!("2026-04-10"))
    );
    assert_eq!(report.len(), 1);
    assert!(
        waiting(&manager, json!({ "kinds": ["RATE_EVALUATION"] })).await.is_empty(),
        "nothing is reported yet"
    );

    // After the reporting deadline the rater can rate without a report.
    app.set_clock("2026-04-11T02:00:00Z");
    let rate = waiting(&manager, json!({ "kinds": ["RATE_EVALUATION"] })).await;
    assert_eq!((rate.len(), &rate[0]["deadline"]), (1, &json!("2026-04-20")));
    let subject = &rate[0]["subject"];
    let rating = json!({
        "resultRating": "AS_EXPECTED",
        "behaviourRating": "AS_EXPECTED",
        "unratedReportReason": "Tidak melapor sampai batas waktu",
    });
    let rated = manager.act(&EVALUATION, "rateEvaluation", subject, rating).await;
    assert_eq!(waiting(&manager, json!({ "kinds": ["RATE_EVALUATION"] })).await.len(), 0);
    let draft = waiting(&manager, json!({ "kinds": ["FINALISE_EVALUATION"] })).await;
    assert_eq!(draft[0]["subject"]["id"], rated["id"]);
    let reason = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
    manager.act(&EVALUATION, "finaliseEvaluation", &rated, reason).await;
    assert_eq!(waiting(&manager, json!({ "kinds": ["FINALISE_EVALUATION"] })).await.len(), 0);
    assert_eq!(waiting(&employee, json!({})).await.len(), 0);
});

both!(submitted_activities_are_in_the_worklist_of_the_rater, |app| async move {
    let plan = approved(&app, Person::Employee, &[row("Laporan")]).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let rows = json!([{
        "target": { "clientKey": "0b9f4a4e-0f1e-4b5b-9d55-0d6f6b2d8f11" },
        "startedAt": "2026-03-01T01:00:00Z",
        "endedAt": "2026-03-01T04:00:00Z",
        "description": "Menyusun laporan",
    }]);
    let results = "results { activity { id version } errors { code } }";
    let recorded =
        employee.done("recordActivities", results, json!({ "planId": plan["id"], "rows": rows })).await;
    assert_eq!(kinds(&app, Person::Employee).await, ["SUBMIT_ACTIVITIES"]);
    let activity = &recorded["results"][0]["activity"];
    let version = json!([{ "id": activity["id"], "expectedVersion": activity["version"] }]);
    employee.done("submitActivities", results, json!({ "rows": version })).await;
    assert_eq!(kinds(&app, Person::Employee).await, Vec::<String>::new());
    let review = waiting(&manager, json!({ "kinds": ["REVIEW_ACTIVITIES"] })).await;
    assert_eq!(
        (review[0].field("subject.activities.nodes.0.id"), &review[0]["deadline"]),
        (&activity["id"], &json!("2026-04-20"))
    );
});

both!(activities_are_grouped_by_person, |app| async move {
    let mut expected = Vec::new();
    for (who, count) in [(Person::Employee, 3), (Person::Peer, 2)] {
        let plan = approved(&app, who, &[row("Laporan")]).await;
        let client = app.client(who).await;
        submit(&client, &plan, count).await;
        expected.push(json!([who.name(), count]));
    }
    let manager = app.client(Person::Manager).await;
    let review = waiting(&manager, json!({ "kinds": ["REVIEW_ACTIVITIES"] })).await;
    let found: Vec<Value> =
        review.iter().map(|item| json!([item["staff"]["name"], item["subject"]["activityCount"]])).collect();
    assert!(found.len() == 2 && expected.iter().all(|group| found.contains(group)), "{found:#?}");
    let page = "query($after: String) { viewer { worklist(kinds: [REVIEW_ACTIVITIES]) { nodes { subject { ... on ActivityGroup {
        activities(first: 1, after: $after) { totalCount nodes { id } pageInfo { endCursor } } } } } } } }";
    let first = manager.ok(page, json!({})).await.field("viewer.worklist.nodes.0.subject.activities").clone();
    let query =
        "query($after: String) { viewer { worklist(kinds: [REVIEW_ACTIVITIES], first: 1) { nodes { subject {
        ... on ActivityGroup { activities(first: 1, after: $after) { totalCount nodes { id } } } } } } } }";
    let after = json!({ "after": first["pageInfo"]["endCursor"] });
    let second = manager.ok(query, after).await.field("viewer.worklist.nodes.0.subject.activities").clone();
    assert_eq!(
        (&first["totalCount"], first["nodes"].as_array().map(Vec::len)),
        (&second["totalCount"], Some(1))
    );
    assert_ne!(first["nodes"], second["nodes"]);
});

both!(what_can_no_longer_be_done_is_not_in_the_worklist, |app| async move {
    let plan = approved(&app, Person::Employee, &[row("Laporan")]).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let submitted = submit(&employee, &plan, 2).await;
    let review = json!({ "rows": [submitted[0]], "decision": "RETURN", "reason": "Lengkapi" });
    manager.done("reviewActivities", RESULTS, review).await;
    assert_eq!(kinds(&app, Person::Employee).await, ["SUBMIT_ACTIVITIES"]);

    // The part is final: nobody can act on the returned or the submitted activity.
    app.set_clock("2026-04-11T02:00:00Z");
    let rate = waiting(&manager, json!({ "kinds": ["RATE_EVALUATION"] })).await;
    let rating = json!({
        "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED", "unratedReportReason": "Tidak melapor",
    });
    let rated = manager.act(&EVALUATION, "rateEvaluation", &rate[0]["subject"], rating).await;
    let reason = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
    let rated = manager.act(&EVALUATION, "finaliseEvaluation", &rated, reason).await;
    assert_eq!(kinds(&app, Person::Employee).await, Vec::<String>::new());
    assert!(waiting(&manager, json!({ "kinds": ["REVIEW_ACTIVITIES"] })).await.is_empty());

    // A draft of ratings in a closed part can't be made final.
    let reopened =
        manager.act(&EVALUATION, "reopenEvaluation", &rated, json!({ "reason": "Salah hitung" })).await;
    assert_eq!(reopened["status"], "RATED_DRAFT");
    assert_eq!(waiting(&manager, json!({ "kinds": ["FINALISE_EVALUATION"] })).await.len(), 1);
    let admin = app.client(Person::Admin).await;
    let part = "{ periods(filter: { year: 2026 }) { nodes { id part version } } }";
    let parts = admin.ok(part, json!({})).await["periods"]["nodes"].clone();
    let first =
        parts.as_array().expect("parts").iter().find(|part| part["part"] == 1).expect("the first").clone();
    let close = json!({ "periodId": first["id"], "expectedVersion": first["version"], "confirm": true });
    admin.done("closePeriod", "period { id }", close).await;
    assert!(waiting(&manager, json!({ "kinds": ["FINALISE_EVALUATION"] })).await.is_empty());
});

const RESULTS: &str = "results { activity { id version } errors { code } }";

/// Records activities of the first quarter and submits them; returns their ids and versions.
async fn submit(client: &Client, plan: &Value, count: usize) -> Vec<Value> {
    let rows: Vec<Value> = (1..=count)
        .map(|day| {
            json!({
                "target": { "clientKey": service::env::fresh_id() },
                "startedAt": format!("2026-02-0{day}T01:00:00Z"),
                "endedAt": format!("2026-02-0{day}T04:00:00Z"),
                "description": "Menyusun laporan",
            })
        })
        .collect();
    let versions = |payload: &Value| -> Vec<Value> {
        let results = payload["results"].as_array().expect("results").iter();
        results
            .map(|row| json!({ "id": row["activity"]["id"], "expectedVersion": row["activity"]["version"] }))
            .collect()
    };
    let recorded =
        client.done("recordActivities", RESULTS, json!({ "planId": plan["id"], "rows": rows })).await;
    let submitted = client.done("submitActivities", RESULTS, json!({ "rows": versions(&recorded) })).await;
    versions(&submitted)
}

both!(the_earliest_deadline_comes_first_in_pages, |app| async move {
    for who in [Person::Employee, Person::Peer, Person::Team] {
        approved(&app, who, &[row("Laporan")]).await;
    }
    app.set_clock("2026-07-15T02:00:00Z");
    let manager = app.client(Person::Manager).await;
    let all = waiting(&manager, json!({})).await;
    let deadlines: Vec<&str> = all.iter().filter_map(|item| item["deadline"].as_str()).collect();
    let quarters = ["2026-04-20", "2026-07-20"].iter().flat_map(|day| [*day; 3]);
    let expected: Vec<&str> = std::iter::once("2026-01-31").chain(quarters).collect();
    assert_eq!(deadlines, expected, "the manager's own plan, then two quarters of three people");
    let first = waiting(&manager, json!({ "first": 2 })).await;
    assert_eq!(json!(first), json!(all[..2]));
    assert!(waiting(&manager, json!({ "first": 0 })).await.is_empty());
    let (mut after, mut seen) = (Value::Null, Vec::new());
    loop {
        let page =
            manager.ok(WORKLIST, json!({ "first": 3, "after": after })).await["viewer"]["worklist"].clone();
        assert_eq!(page["totalCount"], all.len());
        seen.extend(page["nodes"].as_array().expect("nodes").clone());
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(json!(seen), json!(all), "pages meet");
    let (_, answer) = manager.send("{ viewer { worklist(first: 101) { nodes { kind } } } }", json!({})).await;
    assert_eq!(*answer.field("errors.0.extensions.code"), json!("BAD_USER_INPUT"), "not cut in silence");

    let statements = async |first: usize| {
        let before = app.env.db().statements();
        waiting(&manager, json!({ "first": first })).await;
        app.env.db().statements() - before
    };
    statements(1).await;
    assert_eq!(
        statements(3).await,
        statements(7).await,
        "the number of statements does not depend on the number of items"
    );
});
