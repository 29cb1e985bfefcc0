//! A delivered result can be reopened during the objection period, and closes only after that period.

use crate::{
    both,
    support::{Client, EVALUATION, Fields, Person, TestApp, bad_input, ids},
    year,
};
use serde_json::{Value, json};
use service::tick::tick;

/// Delivers an annual result on 1 January 2027: the objection period ends on 15 January. The quarters have no results.
pub async fn delivered(app: &TestApp) -> Value {
    let annual = final_result(app).await;
    app.client(Person::Manager).await.act(&EVALUATION, "deliverEvaluation", &annual, json!({})).await
}

/// Makes an annual result final on 1 January 2027, with a reason for each quarter without a result.
pub async fn final_result(app: &TestApp) -> Value {
    let plan = year::approved(app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    app.pass_the_end_of_year();
    let found = year::evaluations(&employee, &plan).await;
    let annual = found.iter().find(|one| one["kind"] == "ANNUAL").expect("the year").clone();
    let row = &plan["currentRevision"]["results"][0]["id"];
    let report = json!({ "realisations": [{ "planResultId": row, "text": "Selesai" }] });
    let annual = employee.act(&EVALUATION, "reportRealisation", &annual, report).await;
    let rating =
        json!({ "resultRating": "BELOW", "resultReason": "Kurang", "behaviourRating": "AS_EXPECTED" });
    let annual = manager.act(&EVALUATION, "rateEvaluation", &annual, rating).await;
    finalised(&manager, &annual).await
}

pub async fn finalised(manager: &Client, annual: &Value) -> Value {
    let gaps: Vec<Value> =
        (1..=4).map(|part| json!({ "periodId": ids::quarter(part), "reason": "Baru mulai" })).collect();
    let input = json!({ "missingUnitPredicateReason": "Belum ditetapkan", "gapReasons": gaps });
    manager.act(&EVALUATION, "finaliseEvaluation", annual, input).await
}

fn why() -> Value {
    json!({ "reason": "Angka realisasi keliru" })
}

async fn objection_until(client: &Client, evaluation: &Value) -> Value {
    let query = "query($id: ID!) { evaluation(id: $id) { objectionUntil } }";
    let read = client.ok(query, json!({ "id": evaluation["id"] })).await;
    read["evaluation"].field("objectionUntil").clone()
}

async fn closed_by_tick(app: &TestApp) -> u64 {
    tick(&app.env).await.expect("a tick").evaluations_closed
}

both!(the_raters_superior_reopens_a_delivered_result, |app| async move {
    let annual = delivered(&app).await;
    let (employee, manager, head) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Head).await,
    );
    assert_eq!(objection_until(&employee, &annual).await, "2027-01-15");
    for who in [
        Person::Employee,
        Person::Manager,
        Person::Secretary,
        Person::Mayor,
        Person::Team,
        Person::Admin,
        Person::Auditor,
    ] {
        let refused =
            app.client(who).await.act_refused(&EVALUATION, "reopenEvaluation", &annual, why()).await;
        assert_eq!(refused, "FORBIDDEN", "{who:?}");
    }
    let no_reason =
        head.act_refusals(&EVALUATION, "reopenEvaluation", &annual, json!({ "reason": " " })).await;
    assert_eq!(no_reason, bad_input(["reason"]));
    let actions =
        "query($id: ID!) { evaluation(id: $id) { allowedActions { action allowed whoCan { name } } } }";
    let read = head.ok(actions, json!({ "id": annual["id"] })).await;
    let all = read["evaluation"]["allowedActions"].as_array().expect("actions");
    let reopen = all.iter().find(|one| one["action"] == "REOPEN_EVALUATION").expect("the action");
    assert_eq!(
        reopen,
        &json!({ "action": "REOPEN_EVALUATION", "allowed": true, "whoCan": [{ "name": "Head Contoh" }] })
    );

    // The employee has acknowledged it and the rater has signed; the superior still finds the mistake on the last day.
    let annual = employee.act(&EVALUATION, "acknowledgeEvaluation", &annual, json!({})).await;
    let annual = manager.act(&EVALUATION, "signEvaluation", &annual, json!({})).await;
    service::journal::sequence(&app.env).await.expect("numbers");
    let end = employee.ok("{ updates(first: 1) { pageInfo { endCursor } } }", json!({})).await;
    app.set_clock("2027-01-15T16:59:59Z");
    let draft = head.act(&EVALUATION, "reopenEvaluation", &annual, why()).await;
    assert_eq!(draft["status"], "RATED_DRAFT");
    let query =
        "query($id: ID!) { evaluation(id: $id) { predicate deliveredAt objectionUntil signatures { party }
        reopenings { reason by { name } at fromStatus fromStatusLabel } } }";
    let read = employee.ok(query, json!({ "id": draft["id"] })).await["evaluation"].clone();
    assert_eq!(
        read,
        json!({ "predicate": null, "deliveredAt": null, "objectionUntil": null, "signatures": [],
            "reopenings": [{ "reason": "Angka realisasi keliru", "by": { "name": "Head Contoh" },
                "at": "2027-01-15T16:59:59.000000Z", "fromStatus": "ACKNOWLEDGED",
                "fromStatusLabel": "Acknowledged" }] })
    );

    // The employee is notified, and finds the delivered result in the history.
    service::journal::sequence(&app.env).await.expect("numbers");
    let query =
        "query($after: String!) { updates(after: $after) { edges { node { kind actor { name } } } } }";
    let after = json!({ "after": end["updates"]["pageInfo"]["endCursor"] });
    let news = employee.ok(query, after).await["updates"]["edges"].clone();
    let expected = json!({ "kind": "EVALUATION_REOPENED", "actor": { "name": "Head Contoh" } });
    assert_eq!(news, json!([{ "node": expected }]));
    let query = "query($id: ID!, $at: DateTime!) { evaluationAsOf(id: $id, at: $at) { status predicate } }";
    let past = employee.ok(query, json!({ "id": annual["id"], "at": "2027-01-02T00:00:00Z" })).await;
    assert_eq!(past["evaluationAsOf"], json!({ "status": "ACKNOWLEDGED", "predicate": "NEEDS_IMPROVEMENT" }));
    let query = "query($id: ID!) { evaluation(id: $id) { history(first: 50) { edges { node { kind change { reason before } } } } } }";
    let history = employee.ok(query, json!({ "id": annual["id"] })).await;
    let edges = history["evaluation"]["history"]["edges"].as_array().expect("entries").clone();
    let entry = edges.iter().find(|edge| edge["node"]["kind"] == "EVALUATION_REOPENED").expect("an entry");
    assert_eq!(entry["node"]["change"]["reason"], "Angka realisasi keliru");
    assert!(entry["node"]["change"]["before"].to_string().contains("NEEDS_IMPROVEMENT"), "{entry}");

    // The rater rates again; the new delivery starts the full objection period again.
    let rating = json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED" });
    app.set_clock("2027-01-18T02:00:00Z");
    let rated = manager.act(&EVALUATION, "rateEvaluation", &draft, rating).await;
    let last = finalised(&manager, &rated).await;
    assert_eq!(last["predicate"], "GOOD");
    let again = manager.act(&EVALUATION, "deliverEvaluation", &last, json!({})).await;
    assert_eq!(objection_until(&employee, &again).await, "2027-02-01");
    assert_eq!(tick(&app.env).await.expect("a tick").deemed_accepted, 0);
    app.set_clock("2027-02-01T17:00:00Z");
    assert_eq!(tick(&app.env).await.expect("a tick").deemed_accepted, 1);
});

both!(a_delivered_result_cannot_be_reopened_after_the_objection_period, |app| async move {
    let annual = delivered(&app).await;
    let head = app.client(Person::Head).await;
    app.set_clock("2027-01-15T17:00:00Z");
    let refusals = head.act_refusals(&EVALUATION, "reopenEvaluation", &annual, why()).await;
    assert_eq!(refusals[0].code, "INVALID_TRANSITION");
    assert!(refusals[0].message.contains("2027-01-15"), "{refusals:?}");
    tick(&app.env).await.expect("a tick");
    let accepted = head.read(&EVALUATION, &annual).await;
    assert_eq!(accepted["status"], "DEEMED_ACCEPTED");
    // The rater can reopen only final ratings; this result is already delivered.
    for who in [Person::Head, Person::Manager] {
        let client = app.client(who).await;
        let refused = client.act_refusals(&EVALUATION, "reopenEvaluation", &accepted, why()).await;
        assert!(["FORBIDDEN", "INVALID_TRANSITION"].contains(&refused[0].code.as_str()), "{refused:?}");
    }
});

both!(a_result_that_the_employee_has_signed_cannot_be_reopened, |app| async move {
    let annual = delivered(&app).await;
    let (employee, head) = (app.client(Person::Employee).await, app.client(Person::Head).await);
    let signed = employee.act(&EVALUATION, "signEvaluation", &annual, json!({})).await;
    let refusals = head.act_refusals(&EVALUATION, "reopenEvaluation", &signed, why()).await;
    assert_eq!(refusals[0].code, "INVALID_TRANSITION");
    assert!(refusals[0].message.contains("signed"), "{refusals:?}");
});

both!(signatures_do_not_end_the_objection_period, |app| async move {
    let annual = delivered(&app).await;
    let (employee, manager, head) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Head).await,
    );
    let annual = employee.act(&EVALUATION, "acknowledgeEvaluation", &annual, json!({})).await;
    let annual = employee.act(&EVALUATION, "signEvaluation", &annual, json!({})).await;
    let annual = manager.act(&EVALUATION, "signEvaluation", &annual, json!({})).await;
    let annual = head.act(&EVALUATION, "signEvaluation", &annual, json!({})).await;
    let close = async || {
        let selection = "errors { ... on TooEarlyError { opensOn } }";
        manager.mutate_once("closeEvaluation", selection, EVALUATION.input(&annual, json!({}))).await
    };
    for now in ["2027-01-01T03:00:00Z", "2027-01-15T16:59:59Z"] {
        app.set_clock(now);
        let error = close().await["errors"][0].clone();
        assert_eq!((&error["code"], &error["opensOn"]), (&json!("TOO_EARLY"), &json!("2027-01-16")));
        assert_eq!(closed_by_tick(&app).await, 0, "{now}");
        assert_eq!(employee.read(&EVALUATION, &annual).await["status"], "ACKNOWLEDGED");
    }
    app.set_clock("2027-01-15T17:00:00Z");
    assert_eq!(closed_by_tick(&app).await, 1);
    assert_eq!(closed_by_tick(&app).await, 0, "a second run has nothing to do");
    let closed = employee.read(&EVALUATION, &annual).await;
    assert_eq!((&closed["status"], &closed["predicate"]), (&json!("CLOSED"), &json!("NEEDS_IMPROVEMENT")));
    for who in [Person::Head, Person::Manager, Person::Admin] {
        let client = app.client(who).await;
        let refused = client.act_refusals(&EVALUATION, "reopenEvaluation", &closed, why()).await;
        assert!(["FORBIDDEN", "INVALID_TRANSITION"].contains(&refused[0].code.as_str()), "{who:?}");
    }
});

both!(a_result_closes_once_rater_and_superior_have_signed, |app| async move {
    let annual = delivered(&app).await;
    let (manager, head) = (app.client(Person::Manager).await, app.client(Person::Head).await);
    app.set_clock("2027-01-20T02:00:00Z");
    let ticked = tick(&app.env).await.expect("a tick");
    assert_eq!((ticked.deemed_accepted, ticked.evaluations_closed), (1, 0));
    let accepted = manager.read(&EVALUATION, &annual).await;
    let signed = manager.act(&EVALUATION, "signEvaluation", &accepted, json!({})).await;
    assert_eq!(closed_by_tick(&app).await, 0, "the superior's signature is missing");
    let signed = head.act(&EVALUATION, "signEvaluation", &signed, json!({})).await;
    assert_eq!(closed_by_tick(&app).await, 1);
    assert_eq!(manager.read(&EVALUATION, &signed).await["status"], "CLOSED");
});

both!(a_delivered_result_is_corrected_in_a_closed_year, |app| async move {
    let annual = delivered(&app).await;
    let (admin, manager, head) =
        (app.client(Person::Admin).await, app.client(Person::Manager).await, app.client(Person::Head).await);
    for period in [ids::quarter(1), ids::quarter(2), ids::quarter(3), ids::quarter(4), ids::year()] {
        let input = json!({ "periodId": period, "expectedVersion": 1, "confirm": true });
        admin.done("closePeriod", "period { status }", input).await;
    }
    assert_eq!(admin.act_refused(&EVALUATION, "reopenEvaluation", &annual, why()).await, "FORBIDDEN");
    let draft = head.act(&EVALUATION, "reopenEvaluation", &annual, why()).await;
    let rating = json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED" });
    let rated = manager.act(&EVALUATION, "rateEvaluation", &draft, rating).await;
    let last = finalised(&manager, &rated).await;
    let again = manager.act(&EVALUATION, "deliverEvaluation", &last, json!({})).await;
    assert_eq!((&again["status"], &again["predicate"]), (&json!("DELIVERED"), &json!("GOOD")));
});
