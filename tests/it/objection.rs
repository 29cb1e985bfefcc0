//! Objections through HTTP: filed, explained and decided; late; withdrawn; decided by a person whom the performance
//! team assigned.

use crate::{
    both,
    powers::{another, codes},
    reopening::{delivered, final_result, finalised},
    support::{Client, EVALUATION, Fields, OBJECTION, Person, TestApp, bad_input, ids},
};
use serde_json::{Value, json};
use service::{testing::city, tick::tick};

fn grounds() -> Value {
    json!({ "grounds": [{ "about": null, "text": "Target sudah tercapai",
        "evidence": [{ "url": "https://contoh.go.id/bukti" }] }] })
}

/// Files an objection to a delivered result; returns it.
async fn filed(employee: &Client, annual: &Value) -> Value {
    let input = EVALUATION.input(annual, grounds());
    let payload = employee.mutate_and_replay("fileObjection", OBJECTION.selection, input).await;
    assert_eq!(payload["errors"], json!([]), "{payload}");
    payload["objection"].clone()
}

fn text_input(text: &str) -> Value {
    json!({ "text": text })
}

/// Both sides explain themselves.
pub async fn answered(app: &TestApp, objection: &Value) -> Value {
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let one = employee.act(&OBJECTION, "answerObjection", objection, text_input("Bukti terlampir")).await;
    manager.act(&OBJECTION, "answerObjection", &one, text_input("Bukti tidak lengkap")).await
}

async fn status(client: &Client, annual: &Value) -> Value {
    client.read(&EVALUATION, annual).await["status"].clone()
}

both!(a_decision_changes_the_predicate_and_is_final, |app| async move {
    let annual = delivered(&app).await;
    let (employee, manager, head) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Head).await,
    );
    for who in [Person::Manager, Person::Head, Person::Team, Person::Admin, Person::Auditor] {
        let refused = app
            .client(who)
            .await
            .refused("fileObjection", OBJECTION.selection, EVALUATION.input(&annual, grounds()))
            .await;
        assert_eq!(refused, "FORBIDDEN", "{who:?}");
    }
    let nothing = employee
        .refusals("fileObjection", OBJECTION.selection, EVALUATION.input(&annual, json!({ "grounds": [] })))
        .await;
    assert_eq!(nothing, bad_input(["grounds"]));
    let objection = filed(&employee, &annual).await;
    let expected = json!({ "status": "EXPLANATIONS", "filedOn": "2027-01-01", "lastDay": "2027-01-15",
        "answerUntil": "2027-01-06", "decideUntil": "2027-01-22", "silentSides": [],
        "decider": { "name": "Head Contoh" } });
    for (field, value) in expected.as_object().expect("fields") {
        assert_eq!(objection.field(field), value, "{field}");
    }
    assert_eq!(status(&employee, &annual).await, "OBJECTED");

    // Nothing changes the result, and nobody can decide before both sides have explained themselves or their time is
    // over.
    let annual = employee.read(&EVALUATION, &annual).await;
    for (client, verb) in [(&employee, "acknowledgeEvaluation"), (&manager, "signEvaluation")] {
        assert_eq!(
            client.act_refused(&EVALUATION, verb, &annual, json!({})).await,
            "INVALID_TRANSITION",
            "{verb}"
        );
    }
    let again =
        employee.refused("fileObjection", OBJECTION.selection, EVALUATION.input(&annual, grounds())).await;
    assert_eq!(again, "INVALID_TRANSITION");
    let decision = json!({ "reason": "Bukti cukup", "newRatings": { "resultRating": "AS_EXPECTED" } });
    let early = head.act_refused(&OBJECTION, "decideObjection", &objection, decision.clone()).await;
    assert_eq!(early, "INVALID_TRANSITION");
    let objection = answered(&app, &objection).await;
    let again = employee.act_refused(&OBJECTION, "answerObjection", &objection, text_input("Lagi")).await;
    assert_eq!(again, "INVALID_TRANSITION");

    // A dry run returns the predicate and writes nothing.
    for who in
        [Person::Employee, Person::Manager, Person::Secretary, Person::Team, Person::Admin, Person::Auditor]
    {
        let refused = app
            .client(who)
            .await
            .act_refused(&OBJECTION, "decideObjection", &objection, decision.clone())
            .await;
        assert_eq!(refused, "FORBIDDEN", "{who:?}");
    }
    let selection = "objection { status } outcome { resultRating behaviourRating predicate }";
    let mut dry = OBJECTION.input(&objection, decision.clone());
    dry["dryRun"] = json!(true);
    let after =
        json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED", "predicate": "GOOD" });
    let seen = head.mutate_once("decideObjection", selection, dry).await;
    assert_eq!(seen.field("objection"), &Value::Null, "{seen}");
    assert_eq!(seen["outcome"], after);
    assert_eq!(status(&employee, &annual).await, "OBJECTED");
    let same = json!({ "reason": "x", "newRatings": { "resultRating": "BELOW" } });
    let refused = head.act_refusals(&OBJECTION, "decideObjection", &objection, same).await;
    assert_eq!(refused, bad_input(["newRatings"]));

    let decided = head.act(&OBJECTION, "decideObjection", &objection, decision).await;
    assert_eq!(decided["status"], "DECIDED_CHANGED");
    let query = "query($id: ID!) { evaluation(id: $id) { status predicate objection { status decision { reason by { name }
        before { predicate } after { predicate } } } } verifyRecalculation(evaluationId: $id) { matches } }";
    let read = employee.ok(query, json!({ "id": annual["id"] })).await;
    assert_eq!(
        read["evaluation"],
        json!({ "status": "DECIDED", "predicate": "GOOD", "objection": { "status": "DECIDED_CHANGED",
            "decision": { "reason": "Bukti cukup", "by": { "name": "Head Contoh" },
                "before": { "predicate": "NEEDS_IMPROVEMENT" }, "after": { "predicate": "GOOD" } } } })
    );
    assert_eq!(read["verifyRecalculation"]["matches"], true);
    for (client, verb, more) in
        [(&employee, "withdrawObjection", json!({})), (&head, "decideObjection", json!({ "reason": "Lagi" }))]
    {
        assert_eq!(
            client.act_refused(&OBJECTION, verb, &decided, more).await,
            "INVALID_TRANSITION",
            "{verb}"
        );
    }
    let annual = manager
        .act(&EVALUATION, "signEvaluation", &employee.read(&EVALUATION, &annual).await, json!({}))
        .await;
    head.act(&EVALUATION, "signEvaluation", &annual, json!({})).await;
    assert_eq!(tick(&app.env).await.expect("a tick").evaluations_closed, 1, "a decision ends the wait");
    let closed = employee.read(&EVALUATION, &annual).await;
    assert_eq!(closed["status"], "CLOSED");
    assert_eq!(
        employee.refused("fileObjection", OBJECTION.selection, EVALUATION.input(&closed, grounds())).await,
        "INVALID_TRANSITION"
    );
});

both!(silence_is_recorded_and_the_result_upheld, |app| async move {
    let annual = delivered(&app).await;
    let (employee, manager, head) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Head).await,
    );
    let objection = filed(&employee, &annual).await;
    let objection = employee.act(&OBJECTION, "answerObjection", &objection, text_input("Sudah")).await;
    app.set_clock("2027-01-06T16:59:59Z");
    assert_eq!(tick(&app.env).await.expect("a tick").silences_recorded, 0);
    app.set_clock("2027-01-06T17:00:00Z");
    let late = manager.act_refused(&OBJECTION, "answerObjection", &objection, text_input("Terlambat")).await;
    assert_eq!(late, "INVALID_TRANSITION");
    assert_eq!(tick(&app.env).await.expect("a tick").silences_recorded, 1);
    assert_eq!(tick(&app.env).await.expect("a tick").silences_recorded, 0, "a second run has nothing to do");
    let query = "query($id: ID!) { node(id: $id) { ... on Objection { id version status silentSides } } }";
    let objection = head.ok(query, json!({ "id": objection["id"] })).await["node"].clone();
    assert_eq!(objection["silentSides"], json!(["RATER"]));
    let done = head.act(&OBJECTION, "decideObjection", &objection, json!({ "reason": "Sesuai bukti" })).await;
    assert_eq!(done["status"], "DECIDED_UPHELD");
    let read = employee.read(&EVALUATION, &annual).await;
    assert_eq!((&read["status"], &read["predicate"]), (&json!("DECIDED"), &json!("NEEDS_IMPROVEMENT")));
});

both!(a_late_objection_is_inadmissible_and_changes_nothing, |app| async move {
    let annual = delivered(&app).await;
    let employee = app.client(Person::Employee).await;
    app.set_clock("2027-01-15T17:00:00Z");
    let late = filed(&employee, &annual).await;
    assert_eq!(late["status"], "INADMISSIBLE");
    assert_eq!((&late["filedOn"], &late["lastDay"]), (&json!("2027-01-16"), &json!("2027-01-15")));
    assert_eq!(late.field("decider"), &Value::Null);
    let same = employee.read(&EVALUATION, &annual).await;
    assert_eq!((&same["status"], &same["version"]), (&json!("DELIVERED"), &annual["version"]));
    tick(&app.env).await.expect("a tick");
    let accepted = employee.read(&EVALUATION, &annual).await;
    assert_eq!(accepted["status"], "DEEMED_ACCEPTED");
    assert_eq!(filed(&employee, &accepted).await["status"], "INADMISSIBLE", "recorded, whatever the status");
    let query = "{ objections(first: 10) { totalCount nodes { status } } }";
    let listed = employee.ok(query, json!({})).await;
    assert_eq!(listed["objections"]["totalCount"], 2);
});

both!(the_last_second_of_the_last_day_is_in_time, |app| async move {
    let annual = delivered(&app).await;
    app.set_clock("2027-01-15T16:59:59Z");
    let objection = filed(&app.client(Person::Employee).await, &annual).await;
    assert_eq!((&objection["status"], &objection["filedOn"]), (&json!("EXPLANATIONS"), &json!("2027-01-15")));
});

both!(a_withdrawn_objection_gives_the_status_back, |app| async move {
    let annual = delivered(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let annual = employee.act(&EVALUATION, "acknowledgeEvaluation", &annual, json!({})).await;
    let objection = filed(&employee, &annual).await;
    assert_eq!(
        manager.act_refused(&OBJECTION, "withdrawObjection", &objection, json!({})).await,
        "FORBIDDEN"
    );
    let withdrawn = employee.act(&OBJECTION, "withdrawObjection", &objection, json!({})).await;
    assert_eq!(withdrawn["status"], "WITHDRAWN");
    let annual = employee.read(&EVALUATION, &annual).await;
    assert_eq!(annual["status"], "ACKNOWLEDGED");
    let used =
        employee.refusals("fileObjection", OBJECTION.selection, EVALUATION.input(&annual, grounds())).await;
    assert!(used[0].message.contains("only one"), "{used:?}");
});

/// Files an objection on which nobody may decide, because the rater's superior has reopened the result. Returns the
/// evaluation and the objection.
async fn unrouted(app: &TestApp) -> (Value, Value) {
    let annual = delivered(app).await;
    let (manager, head) = (app.client(Person::Manager).await, app.client(Person::Head).await);
    let draft = head.act(&EVALUATION, "reopenEvaluation", &annual, json!({ "reason": "Keliru" })).await;
    let last = finalised(&manager, &draft).await;
    let annual = manager.act(&EVALUATION, "deliverEvaluation", &last, json!({})).await;
    let objection = filed(&app.client(Person::Employee).await, &annual).await;
    (annual, objection)
}

both!(the_team_assigns_who_decides_where_the_superior_reopened, |app| async move {
    let (annual, objection) = unrouted(&app).await;
    let (employee, manager, head, team) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Head).await,
        app.client(Person::Team).await,
    );
    service::journal::sequence(&app.env).await.expect("numbers");
    let before = employee.ok("{ updates(first: 1) { pageInfo { endCursor } } }", json!({})).await;
    assert_eq!(objection["status"], "FILED");
    assert_eq!(objection.field("decider"), &Value::Null);
    assert_eq!(objection.field("answerUntil"), &Value::Null);
    let worklist = "{ viewer { worklist(first: 50) { nodes { kind subjectStatus deadline } } } }";
    let waits = async |client: &Client, kind: &str| {
        let read = client.ok(worklist, json!({})).await;
        let nodes = read["viewer"]["worklist"]["nodes"].as_array().expect("tasks").clone();
        nodes.into_iter().find(|task| task["kind"] == kind)
    };
    assert!(waits(&team, "ASSIGN_OBJECTION_DECIDER").await.is_some());
    let to = |who: Person| json!({ "deciderId": ids::staff(who), "reason": "Tidak ikut menilai" });
    for who in [Person::Employee, Person::Manager, Person::Head, Person::Admin, Person::Auditor] {
        let client = app.client(who).await;
        let refused =
            client.act_refused(&OBJECTION, "assignObjectionDecider", &objection, to(Person::Mayor)).await;
        assert_eq!(refused, "FORBIDDEN", "{who:?}");
    }
    for who in [Person::Employee, Person::Manager, Person::Head, Person::Team] {
        let refused = team.act_refusals(&OBJECTION, "assignObjectionDecider", &objection, to(who)).await;
        assert_eq!(refused, bad_input(["deciderId"]), "{who:?}");
    }
    // The outsider has no right to the employee's data; the objection contains everything that they need.
    let outsider = app.client(Person::Outsider).await;
    let read = "query($id: ID!, $of: ID!) { node(id: $id) { ... on Objection { status grounds { text } evaluation { id }
        contested { outcome { predicate } rows { title } } } } evaluation(id: $of) { id } }";
    let both_ids = json!({ "id": objection["id"], "of": annual["id"] });
    let hidden = outsider.ok(read, both_ids.clone()).await;
    assert_eq!(hidden, json!({ "node": null, "evaluation": null }));
    app.set_clock("2027-01-03T02:00:00Z");
    let assigned = team.act(&OBJECTION, "assignObjectionDecider", &objection, to(Person::Outsider)).await;
    assert_eq!(
        (&assigned["status"], &assigned["answerUntil"]),
        (&json!("EXPLANATIONS"), &json!("2027-01-08"))
    );
    let seen = outsider.ok(read, both_ids).await;
    assert_eq!(seen.field("evaluation"), &Value::Null, "only the objection");
    assert_eq!(seen.field("node").field("evaluation"), &Value::Null);
    assert_eq!(seen["node"]["contested"]["outcome"]["predicate"], "NEEDS_IMPROVEMENT");
    assert_eq!(seen["node"]["grounds"], json!([{ "text": "Target sudah tercapai" }]));
    assert_eq!(waits(&outsider, "DECIDE_OBJECTION").await, None, "both sides come first");
    assert!(waits(&manager, "ANSWER_OBJECTION").await.is_some());
    let objection = answered(&app, &assigned).await;
    let task = waits(&outsider, "DECIDE_OBJECTION").await.expect("a task");
    assert_eq!((&task["subjectStatus"], &task["deadline"]), (&json!("EXPLANATIONS"), &json!("2027-01-24")));
    assert_eq!(
        head.act_refused(&OBJECTION, "decideObjection", &objection, json!({ "reason": "x" })).await,
        "FORBIDDEN"
    );
    let done = outsider.act(&OBJECTION, "decideObjection", &objection, json!({ "reason": "Sesuai" })).await;
    assert_eq!(done["status"], "DECIDED_UPHELD");

    // The employee is notified of the steps of others; the access log shows who read the texts.
    service::journal::sequence(&app.env).await.expect("numbers");
    let query = "query($after: String!) { updates(after: $after) { nodes { kind } } }";
    let after = json!({ "after": before["updates"]["pageInfo"]["endCursor"] });
    let news = employee.ok(query, after).await["updates"]["nodes"].as_array().expect("items").clone();
    let kinds: Vec<_> = news.iter().filter_map(|item| item["kind"].as_str()).collect();
    for kind in ["OBJECTION_DECIDER_ASSIGNED", "OBJECTION_ANSWERED", "OBJECTION_DECIDED"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    service::access::flush(&app.env).await.expect("written");
    let auditor = app.client(Person::Auditor).await;
    let query = "{ accessLog(first: 50) { nodes { kind actor { name } } } }";
    let log = auditor.ok(query, json!({})).await["accessLog"]["nodes"].to_string();
    assert!(log.contains("OBJECTION_READ"), "{log}");
});

both!(the_same_change_is_in_the_stream_of_those_who_see_it, |app| async move {
    let annual = delivered(&app).await;
    let (employee, head, peer) =
        (app.client(Person::Employee).await, app.client(Person::Head).await, app.client(Person::Peer).await);
    let objection = filed(&employee, &annual).await;
    service::journal::sequence(&app.env).await.expect("numbers");
    let query = "query($id: ID!) { node(id: $id) { ... on Objection { history(first: 5) { nodes { kind change { after } } } } } }";
    let seen = head.ok(query, json!({ "id": objection["id"] })).await;
    assert_eq!(seen["node"]["history"]["nodes"][0]["kind"], "OBJECTION_FILED");
    assert!(
        seen["node"]["history"]["nodes"][0]["change"]["after"].to_string().contains("Target sudah"),
        "{seen}"
    );
    let hidden = peer.ok(query, json!({ "id": objection["id"] })).await;
    assert_eq!(hidden.field("node"), &Value::Null);
    let listed = peer.ok("{ objections { totalCount } }", json!({})).await;
    assert_eq!(listed["objections"]["totalCount"], 0);
    for (filter, count) in [(json!({ "decidedByMe": true }), 1), (json!({ "decidedByMe": false }), 0)] {
        let query = "query($filter: ObjectionFilter) { objections(filter: $filter) { totalCount } }";
        let found = head.ok(query, json!({ "filter": filter })).await;
        assert_eq!(found["objections"]["totalCount"], count, "{filter}");
    }
});

both!(a_person_without_an_account_gets_the_result_on_paper, |app| async move {
    let annual = final_result(&app).await;
    let manager = app.client(Person::Manager).await;
    let paper = |day: &str| json!({ "handedOverOn": day });
    let online = manager.act_refusals(&EVALUATION, "deliverEvaluation", &annual, paper("2027-01-01")).await;
    assert_eq!(online, bad_input(["handedOverOn"]), "they can read it");
    service::testing::sql(
        &app.env,
        "UPDATE session SET ended_at = 1 WHERE account_id IN (SELECT id FROM account WHERE user_name = 'employee')",
    )
    .await
    .expect("changed");
    app.set_clock("2027-01-05T02:00:00Z");
    for more in [json!({}), paper("2027-01-06"), paper("2026-12-31")] {
        let refused = manager.act_refusals(&EVALUATION, "deliverEvaluation", &annual, more.clone()).await;
        assert_eq!(refused, bad_input(["handedOverOn"]), "{more}");
    }
    let annual = manager.act(&EVALUATION, "deliverEvaluation", &annual, paper("2027-01-03")).await;
    let query = "query($id: ID!) { evaluation(id: $id) { handedOverOn objectionUntil } }";
    let read = manager.ok(query, json!({ "id": annual["id"] })).await;
    assert_eq!(read["evaluation"], json!({ "handedOverOn": "2027-01-03", "objectionUntil": "2027-01-17" }));
});

both!(with_four_eyes_nobody_lets_an_account_decide_that_they_control, |app| async move {
    let (_, objection) = unrouted(&app).await;
    let app = app.with_four_eyes();
    let (admin, team) = (app.client(Person::Admin).await, app.client(Person::Team).await);
    let role =
        json!({ "staffId": ids::staff(Person::Team), "role": "ADMIN", "orgUnitId": ids::unit(city::ROOT) });
    admin.done("grantRole", "roleGrant { id }", role).await;
    let team = Client { token: app.client(Person::Team).await.token, ..team };
    let to = |who: Person| {
        OBJECTION.input(&objection, json!({ "deciderId": ids::staff(who), "reason": "Tidak ikut menilai" }))
    };
    team.done("issueActivationCodes", "codes { code }", codes(Person::Outsider)).await;
    another(&team, "assignObjectionDecider", to(Person::Outsider)).await;
    // Another decider, then the code: who assigned them can't issue it.
    team.done("assignObjectionDecider", "objection { id }", to(Person::Stranger)).await;
    another(&team, "issueActivationCodes", codes(Person::Stranger)).await;
    admin.done("issueActivationCodes", "codes { code }", codes(Person::Stranger)).await;
});
