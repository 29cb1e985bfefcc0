//! One id names one state: rows of a plan in each revision, objects in the past, and people on finished forms.

use crate::{
    both, both_in_a_city,
    support::{Client, EVALUATION, Fields, PLAN, Person, TestApp, ids},
    year,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ROWS: &str = "query($id: ID!) { plan(id: $id) { revisions { id number results { id rowKey title
    indicators { id rowKey text } actionPlans { id rowKey text } } } } }";

/// Approves a revision of the plan in which the first row has another title; returns the plan.
async fn revised(app: &TestApp, plan: &Value, title: &str) -> Value {
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let plan = employee.read(&PLAN, plan).await;
    let plan = employee.act(&PLAN, "revisePlan", &plan, json!({ "reason": "Target naik" })).await;
    let old = &plan["currentRevision"]["results"][0];
    let mut row = crate::plan::row(title);
    row["id"] = old["id"].clone();
    row["indicators"][0]["id"] = old["indicators"][0]["id"].clone();
    row["actionPlans"][0]["id"] = old["actionPlans"][0]["id"].clone();
    let content = json!({ "content": { "results": [row] } });
    let plan = employee.act(&PLAN, "updatePlan", &plan, content).await;
    let plan = employee.act(&PLAN, "submitPlan", &plan, json!({})).await;
    manager.act(&PLAN, "reviewPlan", &plan, json!({ "decision": "APPROVE" })).await
}

/// A new activity of one hour.
fn lesson(hour: u32) -> Value {
    json!({
        "target": { "clientKey": format!("0b9f4a4e-0f1e-4b5b-9d55-0d6f6b2e{hour:04x}") }, "description": "Menyusun laporan",
        "startedAt": format!("2026-03-01T{hour:02}:00:00Z"), "endedAt": format!("2026-03-01T{hour:02}:59:00Z"),
    })
}

async fn revisions(client: &Client, plan: &Value) -> Vec<Value> {
    let read = client.ok(ROWS, json!({ "id": plan["id"] })).await;
    read["plan"]["revisions"].as_array().expect("revisions").clone()
}

both!(a_row_has_an_id_in_each_revision_and_a_key_in_all, |app| async move {
    let plan = year::approved(&app).await;
    let plan = revised(&app, &plan, "Baru").await;
    let employee = app.client(Person::Employee).await;
    let all = revisions(&employee, &plan).await;
    for path in ["results.0", "results.0.indicators.0", "results.0.actionPlans.0"] {
        let (old, new) = (all[0].field(path), all[1].field(path));
        assert_eq!(old.field("rowKey"), new.field("rowKey"), "{path}");
        assert_ne!(old.field("id"), new.field("id"), "{path}");
        assert_ne!(old.field("id"), old.field("rowKey"), "{path}");
        // Each id finds its own state; the key names none.
        let node = "query($id: ID!) { node(id: $id) { id __typename ... on PlanResult { title }
            ... on Indicator { text } ... on ActionPlan { text } } }";
        for state in [old, new] {
            let found = employee.ok(node, json!({ "id": state["id"] })).await["node"].clone();
            assert_eq!(found["id"], state["id"], "{path}");
            for text in ["title", "text"].iter().filter(|text| found.get(**text).is_some()) {
                assert_eq!(found[*text], state[*text], "{path}");
            }
        }
        let by_key = employee.ok(node, json!({ "id": old["rowKey"] })).await;
        assert_eq!(by_key, json!({ "node": null }), "{path}");
    }
    assert_ne!(all[0]["results"][0]["title"], all[1]["results"][0]["title"]);
});

both!(inputs_take_a_row_by_its_key_or_its_id_in_any_revision, |app| async move {
    let plan = year::approved(&app).await;
    let plan = revised(&app, &plan, "Baru").await;
    let employee = app.client(Person::Employee).await;
    let all = revisions(&employee, &plan).await;
    let row = |at: usize, name: &str| all[at]["results"][0][name].clone();
    let step = |at: usize, name: &str| all[at]["results"][0]["actionPlans"][0][name].clone();
    // An offline queue that was filled before the revision names the row by the old id.
    let names =
        [(row(0, "id"), step(1, "id")), (row(1, "id"), step(0, "rowKey")), (row(0, "rowKey"), step(0, "id"))];
    let rows: Vec<Value> = (1..)
        .zip(&names)
        .map(|(hour, (row, step))| {
            let mut activity = lesson(hour);
            activity["planResultId"] = row.clone();
            activity["actionPlanId"] = step.clone();
            activity
        })
        .collect();
    let input = json!({ "planId": plan["id"], "rows": rows });
    let selection =
        "results { activity { planResult { id title } actionPlan { id text } } errors { message } }";
    let payload = employee.done("recordActivities", selection, input).await;
    for result in payload["results"].as_array().expect("results") {
        assert_eq!(result["errors"], json!([]));
        let activity = result.field("activity");
        assert_eq!(activity.field("planResult.id"), &row(1, "id"), "the revision in force");
        assert_eq!(activity.field("actionPlan.id"), &step(1, "id"));
    }
    let filter = "query($row: ID!) { activities(filter: { planResultId: $row }) { totalCount } }";
    for name in [row(0, "id"), row(1, "id"), row(0, "rowKey")] {
        let found = employee.ok(filter, json!({ "row": name })).await;
        assert_eq!(found["activities"]["totalCount"], 3);
    }
    // The report of realisations takes them too.
    let evaluation = year::evaluations(&employee, &plan).await;
    let evaluation = evaluation.iter().find(|one| one["period"]["part"] == 1).expect("a part").clone();
    let indicator = all[0]["results"][0]["indicators"][0]["id"].clone();
    let report = json!({ "realisations": [
        { "planResultId": row(0, "id"), "indicatorId": indicator, "text": "Tiga", "value": "3" }] });
    employee.act(&EVALUATION, "reportRealisation", &evaluation, report).await;
    // A row of another plan is refused under each of its names.
    let other = crate::plan::approved(&app, Person::Peer, &[crate::plan::row("Lain")]).await;
    let peers = app.client(Person::Peer).await;
    let foreign = revisions(&peers, &other).await[0]["results"][0].clone();
    for name in ["id", "rowKey"] {
        let mut activity = lesson(9);
        activity["planResultId"] = foreign[name].clone();
        let input = json!({ "planId": plan["id"], "rows": [activity] });
        let payload = employee.done("recordActivities", "results { errors { code path } }", input).await;
        assert_eq!(payload.field("results.0.errors.0.path"), &json!(["planResultId"]));
    }
});

const RATED: &str = "query($id: ID!) { evaluation(id: $id) { plan { effectiveRevision { id } }
    realisations { planResultId indicatorId } resultRatings { planResultId } feedback { aboutId } } }";

both!(a_final_evaluation_keeps_the_rows_that_it_rated, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let old = revisions(&employee, &plan).await[0]["results"][0].clone();
    let mut activity = lesson(1);
    activity["planResultId"] = old["rowKey"].clone();
    let input = json!({ "planId": plan["id"], "rows": [activity] });
    let recorded = employee.done("recordActivities", "results { activity { id } }", input).await;
    let activity = recorded.field("results.0.activity.id").clone();
    let evaluation = year::evaluations(&employee, &plan).await;
    let evaluation = evaluation.iter().find(|one| one["period"]["part"] == 1).expect("a part").clone();
    let feedback = json!({ "planId": plan["id"], "about": { "planResultId": old["id"] }, "evaluationId": evaluation["id"],
        "text": "Lanjutkan" });
    manager.done("giveFeedback", "feedback { id }", feedback).await;
    let report = json!({ "realisations": [{ "planResultId": old["id"], "text": "Tiga",
        "indicatorId": old["indicators"][0]["rowKey"] }] });
    let evaluation = employee.act(&EVALUATION, "reportRealisation", &evaluation, report).await;
    app.pass_the_end_of_quarter(1);
    let rating = json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED",
        "resultRatings": [{ "planResultId": old["rowKey"], "rating": "AS_EXPECTED" }] });
    let evaluation = manager.act(&EVALUATION, "rateEvaluation", &evaluation, rating).await;
    let reason = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
    let evaluation = manager.act(&EVALUATION, "finaliseEvaluation", &evaluation, reason).await;

    revised(&app, &plan, "Baru").await;
    let new = revisions(&employee, &plan).await[1]["results"][0].clone();
    let rated = employee.ok(RATED, json!({ "id": evaluation["id"] })).await["evaluation"].clone();
    assert_eq!(rated.field("realisations.0.planResultId"), &old["id"]);
    assert_eq!(rated.field("realisations.0.indicatorId"), &old["indicators"][0]["id"]);
    assert_eq!(rated.field("resultRatings.0.planResultId"), &old["id"]);
    assert_eq!(rated.field("feedback.0.aboutId"), &old["id"]);
    let row = "query($id: ID!) { node(id: $id) { ... on Activity { planResult { id title } } } }";
    let shown = employee.ok(row, json!({ "id": activity })).await["node"].clone();
    assert_eq!(shown.field("planResult.title"), &old["title"]);
    assert_eq!(shown.field("planResult.id"), &old["id"]);
    // A reopened evaluation is about the contents in force again.
    manager.act(&EVALUATION, "reopenEvaluation", &evaluation, json!({ "reason": "Keliru" })).await;
    let shown = employee.ok(row, json!({ "id": activity })).await["node"].clone();
    assert_eq!(shown.field("planResult.id"), &new["id"]);
    assert_eq!(shown.field("planResult.title"), &json!("Baru"));
});

both!(a_past_state_has_an_id_of_its_own, |app| async move {
    let plan = year::approved(&app).await;
    app.set_clock("2026-03-05T02:00:00Z");
    let plan = revised(&app, &plan, "Baru").await;
    service::journal::sequence(&app.env).await.expect("numbers");
    let employee = app.client(Person::Employee).await;
    let query = "query($id: ID!, $at: DateTime!) { planAsOf(id: $id, at: $at) { id recordedAt status version
        plan { id } effectiveContent { results { rowKey title } } } }";
    let at = async |at: &str| {
        let found = employee.ok(query, json!({ "id": plan["id"], "at": at })).await;
        found.field("planAsOf").clone()
    };
    let past = at("2026-03-04T00:00:00Z").await;
    assert_ne!(past.field("id"), &plan["id"]);
    assert_eq!(past.field("plan.id"), &plan["id"]);
    assert_ne!(past.field("effectiveContent.results.0.title"), &json!("Baru"));
    assert_eq!(at("2026-03-04T12:00:00Z").await, past, "the same state has the same id");
    let now = at("2026-03-06T00:00:00Z").await;
    assert_ne!(now.field("id"), past.field("id"));
    assert_eq!(now.field("effectiveContent.results.0.title"), &json!("Baru"));
    let early = employee.ok(query, json!({ "id": plan["id"], "at": "2026-01-01T00:00:00Z" })).await;
    assert_eq!(early, json!({ "planAsOf": null }), "it did not exist yet");
    let node = "query($id: ID!) { node(id: $id) { id __typename ... on PlanState { status version } } }";
    let found = employee.ok(node, json!({ "id": past["id"] })).await["node"].clone();
    assert_eq!(found.field("__typename"), &json!("PlanState"));
    assert_eq!((found.field("id"), found.field("version")), (past.field("id"), past.field("version")));
    // A colleague sees neither.
    let peer = app.client(Person::Peer).await;
    assert_eq!(peer.ok(node, json!({ "id": past["id"] })).await, json!({ "node": null }));

    let query =
        "query($id: ID!, $at: DateTime!) { staffAsOf(id: $id, at: $at) { id name staff { id name } } }";
    let admin = app.client(Person::Admin).await;
    let me = ids::staff(Person::Employee);
    rename(&admin, &me, "Nama Baru").await;
    service::journal::sequence(&app.env).await.expect("numbers");
    let found = admin.ok(query, json!({ "id": me, "at": "2026-03-04T00:00:00Z" })).await["staffAsOf"].clone();
    assert_eq!(found.field("name"), &json!(Person::Employee.name()));
    assert_eq!(found.field("staff.name"), &json!("Nama Baru"));
    assert_ne!(found.field("id"), found.field("staff.id"));
});

/// Gives a person another name.
async fn rename(admin: &Client, staff: &str, name: &str) {
    let read = "query($id: ID!) { staffMember(by: { id: $id }) { version } }";
    let version = admin.ok(read, json!({ "id": staff })).await["staffMember"]["version"].clone();
    let input = json!({ "staffId": staff, "expectedVersion": version, "name": name });
    admin.done("updateStaff", "staff { name }", input).await;
}

const FORM: &str = "ratee { name nip rank position unit staff { name } }
    rater { name nip rank position unit superior { name nip rank position unit } }";

both!(a_finished_form_keeps_its_people, |app| async move {
    let plan = year::approved(&app).await;
    let evaluation = year::reported_quarter(&app, &plan).await;
    let (employee, manager, admin) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Admin).await,
    );
    let document = format!(
        "query($plan: ID!, $evaluation: ID!) {{ plan(id: $plan) {{ {FORM} }}
        evaluation(id: $evaluation) {{ {FORM} }} }}"
    );
    let read = async |client: &Client| {
        client.ok(&document, json!({ "plan": plan["id"], "evaluation": evaluation["id"] })).await
    };
    let first = read(&employee).await;
    assert_eq!(first["plan"], first["evaluation"]);
    assert_eq!(first.field("plan.ratee.name"), &json!(Person::Employee.name()));
    // The ratee can read everything that their form prints, also the data of the rater and the rater's superior.
    assert_eq!(first.field("plan.rater.nip"), &json!(Person::Manager.nip()));
    assert_eq!(first.field("plan.rater.superior.name"), &json!(Person::Head.name()));
    assert_eq!(first.field("plan.rater.superior.nip"), &json!(Person::Head.nip()));
    assert_eq!(first.field("evaluation.rater.rank"), first.field("plan.ratee.rank"));
    assert_ne!(first.field("evaluation.rater.rank"), &Value::Null);

    // An open form follows the directory.
    let me = ids::staff(Person::Employee);
    rename(&admin, &me, "Nama Kedua").await;
    let second = read(&employee).await;
    assert_eq!(second.field("plan.ratee.name"), &json!("Nama Kedua"));
    assert_eq!(second.field("evaluation.ratee.name"), &json!("Nama Kedua"));

    app.set_clock("2026-04-03T02:00:00Z");
    let rating = json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED" });
    let rated = manager.act(&EVALUATION, "rateEvaluation", &evaluation, rating).await;
    let reason = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
    let last = manager.act(&EVALUATION, "finaliseEvaluation", &rated, reason).await;
    let third = read(&employee).await;
    rename(&admin, &me, "Nama Ketiga").await;
    rename(&admin, &ids::staff(Person::Head), "Atasan Baru").await;
    rename_unit(&admin, &ids::unit(service::testing::city::SECTION), "Seksi Baru").await;
    let fourth = read(&employee).await;
    let mut kept = third["evaluation"].clone();
    kept["ratee"]["staff"]["name"] = json!("Nama Ketiga");
    assert_eq!(fourth["evaluation"], kept, "only the edge to the person follows");
    assert_eq!(fourth.field("plan.ratee.name"), &json!("Nama Ketiga"));
    assert_eq!(fourth.field("plan.ratee.unit"), &json!("Seksi Baru"));
    assert_eq!(fourth.field("plan.rater.superior.name"), &json!("Atasan Baru"));

    // Reopened ratings make it an open form again.
    manager.act(&EVALUATION, "reopenEvaluation", &last, json!({ "reason": "Keliru" })).await;
    assert_eq!(read(&employee).await.field("evaluation.ratee.name"), &json!("Nama Ketiga"));

    // A cancelled plan keeps its people too.
    let cancelled = admin.read(&PLAN, &plan).await;
    admin.act(&PLAN, "cancelPlan", &cancelled, json!({ "reason": "Keliru" })).await;
    rename(&admin, &me, "Nama Keempat").await;
    let fifth = read(&employee).await;
    assert_eq!(fifth.field("plan.ratee.name"), &json!("Nama Ketiga"));
    assert_eq!(fifth.field("plan.ratee.staff.name"), &json!("Nama Keempat"));
});

/// Gives a unit another name.
async fn rename_unit(admin: &Client, unit: &str, name: &str) {
    let read = "query($id: ID!) { node(id: $id) { ... on OrgUnit { version } } }";
    let version = admin.ok(read, json!({ "id": unit })).await["node"]["version"].clone();
    let input = json!({ "orgUnitId": unit, "expectedVersion": version, "name": name });
    admin.done("updateOrgUnit", "orgUnit { name }", input).await;
}

both!(the_superiors_data_stays_hidden_outside_their_own_form, |app| async move {
    let plan = year::approved(&app).await;
    let document = format!("query($plan: ID!) {{ plan(id: $plan) {{ {FORM} }} }}");
    let manager = app.client(Person::Manager).await;
    let seen = manager.ok(&document, json!({ "plan": plan["id"] })).await;
    assert_eq!(seen.field("plan.ratee.nip"), &json!(Person::Employee.nip()), "they are above this person");
    assert_eq!(seen.field("plan.rater.superior.nip"), &Value::Null, "the head's NIP is on another's form");
    assert_eq!(seen.field("plan.rater.superior.rank"), &Value::Null);
});

/// Every type with an id is a node: its id finds the same object.
#[test]
fn every_type_with_an_id_is_a_node() {
    let sdl = crate::support::sdl::Sdl::committed();
    let nodes: BTreeSet<String> = sdl.implementors("Node").map(ToOwned::to_owned).collect();
    let with_id = sdl.objects().filter(|(_, fields)| fields.iter().any(|field| field.name.node == "id"));
    let with_id: BTreeSet<String> = with_id.map(|(name, _)| name.to_owned()).collect();
    assert_eq!(with_id, nodes);
}

both!(parts_and_remarks_are_found_by_their_ids, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let about =
        json!({ "planId": plan["id"], "about": { "criterionId": ids::criterion(1) }, "text": "Baik" });
    manager.done("giveFeedback", "feedback { id }", about).await;
    app.pass_the_end_of_quarter(1);
    let set = json!({ "orgUnitId": ids::unit(service::testing::city::SECTION), "periodId": ids::quarter(1),
        "predicate": "GOOD" });
    app.client(Person::Head).await.done("setOrgUnitPredicate", "errors { code }", set).await;
    let document = "query($plan: ID!, $unit: ID!, $period: ID!) {
        plan(id: $plan) { currentRevision { id } feedback { id } }
        criteria { id } viewer { id sessions { id } }
        orgUnitPredicate(orgUnitId: $unit, periodId: $period) { id } }";
    let variables = json!({ "plan": plan["id"], "unit": ids::unit(service::testing::city::SECTION),
        "period": ids::quarter(1) });
    let read = employee.ok(document, variables).await;
    let found = [
        ("PlanRevision", "plan.currentRevision.id"),
        ("Feedback", "plan.feedback.0.id"),
        ("Criterion", "criteria.0.id"),
        ("Viewer", "viewer.id"),
        ("Session", "viewer.sessions.0.id"),
    ];
    let node = "query($id: ID!) { node(id: $id) { id __typename } }";
    for (kind, path) in found {
        let id = read.field(path);
        let expected = json!({ "node": { "id": id, "__typename": kind } });
        assert_eq!(employee.ok(node, json!({ "id": id })).await, expected, "{path}");
    }
    let id = read.field("orgUnitPredicate.id");
    assert_eq!(employee.ok(node, json!({ "id": id })).await.field("node.id"), id);
    // A colleague sees only the public parts.
    let peer = app.client(Person::Peer).await;
    for (_, path) in found.iter().filter(|(kind, _)| *kind != "Criterion") {
        let hidden = peer.ok(node, json!({ "id": read.field(path) })).await;
        assert_eq!(hidden, json!({ "node": null }), "{path}");
    }
});

const FORMS: &str = "{
    evaluations(filter: { status: [FINAL, CLOSED] }, first: 100) { nodes { id status
        ratee { name nip rank position unit } rater { rank superior { name nip rank position unit } } } }
    plans(filter: { status: [CLOSED] }, first: 100) { nodes { id
        ratee { name nip rank position unit } rater { rank superior { name nip rank position unit } } } } }";

both_in_a_city!(a_migration_fills_finished_forms_from_the_journal, |app| async move {
    let auditor = app.client_of("auditor").await;
    let before = auditor.ok(FORMS, json!({})).await;
    let count = |of: &str| before.field(of).field("nodes").as_array().map_or(0, Vec::len);
    assert!(count("evaluations") > 50 && count("plans") > 20, "{before:#}");
    // People and units of finished forms get other names.
    let admin = app.client_of("admin").await;
    let names = "{ evaluations(filter: { status: [FINAL, CLOSED] }, first: 3) { nodes {
        staff { id } orgUnit { id } rater { superior { staff { id } } } } } }";
    let named = auditor.ok(names, json!({})).await;
    let mut renamed = BTreeSet::new();
    for node in named.field("evaluations.nodes").as_array().expect("evaluations") {
        // The superior of the highest rater is no one.
        let people =
            ["/staff/id", "/rater/superior/staff/id"].map(|path| node.pointer(path).and_then(Value::as_str));
        for id in people.into_iter().flatten() {
            if renamed.insert(id.to_owned()) {
                rename(&admin, id, "Nama Baru").await;
            }
        }
        let unit = node.field("orgUnit.id").as_str().expect("an id").to_owned();
        if renamed.insert(unit.clone()) {
            rename_unit(&admin, &unit, "Unit Baru").await;
        }
    }
    assert_eq!(auditor.ok(FORMS, json!({})).await, before);
    // The database as an earlier version left it; the images in the journal are the same.
    for statement in [
        "CREATE TABLE kept AS SELECT id, form FROM evaluation UNION ALL SELECT id, form FROM plan",
        "ALTER TABLE evaluation DROP COLUMN form",
        "ALTER TABLE plan DROP COLUMN form",
        "DELETE FROM seaql_migrations WHERE version = 'm20261127_000002_form'",
    ] {
        service::testing::sql(&app.env, statement).await.expect("a statement");
    }
    app.env.db().migrate().await.expect("the migration");
    assert_eq!(auditor.ok(FORMS, json!({})).await, before);
    // The control: without the migration the forms would follow the directory.
    for (statement, expected) in [
        ("UPDATE evaluation SET form = NULL", false),
        ("UPDATE evaluation SET form = (SELECT form FROM kept WHERE kept.id = evaluation.id)", true),
        ("UPDATE plan SET form = (SELECT form FROM kept WHERE kept.id = plan.id)", true),
        ("DROP TABLE kept", true),
    ] {
        service::testing::sql(&app.env, statement).await.expect("a statement");
        assert_eq!(auditor.ok(FORMS, json!({})).await == before, expected, "{statement}");
    }
});
