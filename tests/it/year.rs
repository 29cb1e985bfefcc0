//! One appraisal year through HTTP, from the plan to the recommendation.

use crate::{
    both,
    support::{Client, EVALUATION, PLAN, Person, TestApp, ids, refusals},
};
use serde_json::{Value, json};
use service::testing::city;

/// Plan content with one main row.
pub fn content(serves: Option<&Value>) -> Value {
    json!({
        "results": [{
            "kind": "MAIN",
            "title": "Layanan administrasi tertib",
            "servesId": serves,
            "provisional": serves.is_none(),
            "indicators": [{ "aspect": "QUANTITY", "text": "Dokumen selesai", "targetMin": "12", "measure": "dokumen" }],
            "actionPlans": [{ "periodId": ids::quarter(1), "text": "Menyusun dokumen" }],
        }],
        "behaviourExpectations": [{ "criterionId": ids::criterion(1), "text": "Ramah di loket" }],
    })
}

/// Creates and submits a plan.
pub async fn submitted(client: &Client, who: Person, content: Value) -> Value {
    let input = json!({ "assignmentId": ids::assignment(who), "periodId": ids::year(), "content": content });
    let plan = client.create(&PLAN, "createPlan", input).await;
    client.act(&PLAN, "submitPlan", &plan, json!({})).await
}

/// Creates the employee's plan and lets the manager approve it.
pub async fn approved(app: &TestApp) -> Value {
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let plan = submitted(&employee, Person::Employee, content(None)).await;
    manager.act(&PLAN, "reviewPlan", &plan, json!({ "decision": "APPROVE" })).await
}

/// Reads the evaluations of a plan as this client.
pub async fn evaluations(client: &Client, plan: &Value) -> Vec<Value> {
    let query = "query($id: ID!) { plan(id: $id) { evaluations { id kind status version predicate
                 period { part } } } }";
    let data = client.ok(query, json!({ "id": plan["id"] })).await;
    data["plan"]["evaluations"].as_array().expect("evaluations").clone()
}

/// Reports the employee's first quarter after its end.
pub async fn reported_quarter(app: &TestApp, plan: &Value) -> Value {
    let employee = app.client(Person::Employee).await;
    let found = evaluations(&employee, plan).await;
    let quarter = found.iter().find(|one| one["period"]["part"] == 1).expect("the first quarter");
    let row = &plan["currentRevision"]["results"][0]["id"];
    let report = json!({ "realisations": [{ "planResultId": row, "text": "Selesai" }] });
    app.set_clock("2026-04-02T02:00:00Z");
    employee.act(&EVALUATION, "reportRealisation", quarter, report).await
}

both!(a_year_runs_from_plan_to_recommendation, |app| async move {
    let (employee, manager, head) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Head).await,
    );

    // The superior's plan comes first, because the employee's row serves a row of it.
    let of_manager = submitted(&manager, Person::Manager, content(None)).await;
    let approve = json!({ "decision": "APPROVE" });
    let of_manager = head.act(&PLAN, "reviewPlan", &of_manager, approve.clone()).await;
    let served = &of_manager["currentRevision"]["results"][0]["id"];
    let plan = submitted(&employee, Person::Employee, content(Some(served))).await;
    assert_eq!(plan["status"], "SUBMITTED");
    let plan = manager.act(&PLAN, "reviewPlan", &plan, approve).await;
    assert_eq!(plan["status"], "APPROVED");
    let row = &plan["currentRevision"]["results"][0]["id"];

    // Record an activity with evidence, submit and review it.
    let rows = json!([{
        "target": { "clientKey": "0b9f4a4e-0f1e-4b5b-9d55-0d6f6b2d8f10" }, "planResultId": row,
        "startedAt": "2026-03-01T01:00:00Z", "endedAt": "2026-03-01T04:00:00Z",
        "description": "Menyusun dokumen \u{1F4C4}", "realisation": "1", "measure": "dokumen",
        "evidence": [{ "url": "https://contoh.go.id/bukti" }],
    }]);
    let results = "results { row activity { id version status late } errors { code path message } }";
    let recorded =
        employee.done("recordActivities", results, json!({ "planId": plan["id"], "rows": rows })).await;
    let activity = &recorded["results"][0]["activity"];
    assert_eq!(activity["status"], "DRAFT", "{recorded:#}");
    let version = json!([{ "id": activity["id"], "expectedVersion": activity["version"] }]);
    employee.done("submitActivities", results, json!({ "rows": version })).await;
    let version = json!([{ "id": activity["id"], "expectedVersion": 2 }]);
    let reviewed =
        manager.done("reviewActivities", results, json!({ "rows": version, "decision": "APPROVE" })).await;
    assert_eq!(reviewed["results"][0]["activity"]["status"], "APPROVED");

    // Give feedback during the year.
    let input = json!({ "planId": plan["id"], "about": { "planResultId": row }, "text": "Kerja yang rapi." });
    manager.done("giveFeedback", "feedback { id text author { name } }", input).await;

    // Each quarter: report, rate, finalise.
    let found = evaluations(&employee, &plan).await;
    assert_eq!(found.len(), 5);
    for part in 1..=4 {
        let evaluation = found.iter().find(|one| one["period"]["part"] == part).expect("the part");
        app.pass_the_end_of_quarter(part);
        let report =
            json!({ "realisations": [{ "planResultId": row, "value": "3", "text": "Tiga dokumen" }] });
        let evaluation = employee.act(&EVALUATION, "reportRealisation", evaluation, report).await;
        assert_eq!(evaluation["status"], "SELF_REPORTED");
        let rating = json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED" });
        let evaluation = manager.act(&EVALUATION, "rateEvaluation", &evaluation, rating).await;
        // The employee can see that there is a draft, but not its content.
        let query =
            "query($id: ID!) { evaluation(id: $id) { status resultRating predicate explanation { code } } }";
        let view = employee.ok(query, json!({ "id": evaluation["id"] })).await["evaluation"].clone();
        assert_eq!(
            view,
            json!({ "status": "RATED_DRAFT", "resultRating": null, "predicate": null, "explanation": null })
        );
        let reason = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
        let evaluation = manager.act(&EVALUATION, "finaliseEvaluation", &evaluation, reason).await;
        assert_eq!((&evaluation["status"], &evaluation["predicate"]), (&json!("FINAL"), &json!("GOOD")));
    }

    // Activities in a finally evaluated period are refused.
    let locked = json!({ "planId": plan["id"], "rows": [{
        "target": { "clientKey": "0b9f4a4e-0f1e-4b5b-9d55-0d6f6b2d8f11" }, "startedAt": "2026-03-01T05:00:00Z",
        "endedAt": "2026-03-01T06:00:00Z", "description": "Terlambat",
    }] });
    let refused = employee.mutate_and_replay("recordActivities", results, locked).await;
    assert_eq!(refusals(&refused["results"][0])[0].code, "INVALID_TRANSITION");

    // Set the unit's predicate, then evaluate the year.
    let set = json!({ "orgUnitId": ids::unit(city::SECTION), "periodId": ids::year(), "predicate": "GOOD" });
    head.done("setOrgUnitPredicate", "orgUnitPredicate { predicate version }", set).await;
    let annual = found.iter().find(|one| one["kind"] == "ANNUAL").expect("the annual one");
    let report =
        json!({ "realisations": [{ "planResultId": row, "value": "12", "text": "Dua belas dokumen" }] });
    let annual = employee.act(&EVALUATION, "reportRealisation", annual, report).await;
    let rating = json!({
        "resultRating": "ABOVE", "behaviourRating": "ABOVE",
        "resultReason": "Melampaui target", "behaviourReason": "Teladan bagi rekan",
        "behaviourRatings": [{ "criterionId": ids::criterion(1), "rating": "ABOVE", "note": "Ramah" }],
    });
    let annual = manager.act(&EVALUATION, "rateEvaluation", &annual, rating).await;
    let annual = manager.act(&EVALUATION, "finaliseEvaluation", &annual, json!({})).await;
    assert_eq!(annual["predicate"], "VERY_GOOD");
    let annual = manager.act(&EVALUATION, "deliverEvaluation", &annual, json!({})).await;
    let annual = employee.act(&EVALUATION, "acknowledgeEvaluation", &annual, json!({})).await;
    let annual = employee.act(&EVALUATION, "signEvaluation", &annual, json!({})).await;
    let annual = manager.act(&EVALUATION, "signEvaluation", &annual, json!({})).await;
    let annual = head.act(&EVALUATION, "signEvaluation", &annual, json!({})).await;
    assert_eq!(manager.act_refused(&EVALUATION, "closeEvaluation", &annual, json!({})).await, "TOO_EARLY");
    app.set_clock("2027-01-16T02:00:00Z");
    let annual = manager.act(&EVALUATION, "closeEvaluation", &annual, json!({})).await;
    assert_eq!(annual["status"], "CLOSED");
    let input = json!({ "evaluationId": annual["id"], "kind": "PROMOTION", "text": "Layak dipromosikan." });
    manager.done("makeRecommendation", "recommendation { kind text author { name } }", input).await;

    // The employee can read the result with its explanation in both languages.
    let query = "query($id: ID!) { evaluation(id: $id) {
        predicateLabel predicateId: predicateLabel(locale: ID) orgUnitPredicate
        explanationNodes { place code exact source }
        recommendations { kind } signatures { party } } }";
    let view = employee.ok(query, json!({ "id": annual["id"] })).await["evaluation"].clone();
    assert_eq!(view["predicateLabel"], "Very good");
    assert_eq!(view["predicateId"], "Sangat Baik");
    assert_eq!(view["recommendations"][0]["kind"], "PROMOTION");
    assert_eq!(view["signatures"].as_array().map(Vec::len), Some(3));
    let nodes = view["explanationNodes"].as_array().expect("nodes");
    let found: Vec<[&Value; 2]> = nodes.iter().map(|node| [&node["code"], &node["exact"]]).collect();
    let expected = [["PREDICATE", "VERY_GOOD"], ["RESULT_RATING", "ABOVE"], ["BEHAVIOUR_RATING", "ABOVE"]];
    assert_eq!(json!(found), json!(expected), "{view:#}");
});

both!(replay_with_the_same_idempotency_key_runs_once, |app| async move {
    let plan = approved(&app).await;
    let employee = app.client(Person::Employee).await;
    let found = evaluations(&employee, &plan).await;
    let input = json!({
        "evaluationId": found[0]["id"], "expectedVersion": 1,
        "realisations": [{ "planResultId": plan["currentRevision"]["results"][0]["id"], "text": "Selesai" }],
        "idempotencyKey": "5b0e4f0e-6a53-4d0c-9f7b-3a8a3f0f5f11",
    });
    let once = employee.done("reportRealisation", EVALUATION.selection, input.clone()).await;
    let twice = employee.done("reportRealisation", EVALUATION.selection, input).await;
    assert_eq!(once, twice);
});

both!(plan_is_invisible_to_people_without_access, |app| async move {
    let plan = approved(&app).await;
    let query = "query($id: ID!) { node(id: $id) { id } plan(id: $id) { id } }";
    let nothing = json!({ "node": null, "plan": null });
    for who in [Person::Peer, Person::Stranger, Person::Outsider] {
        let client = app.client(who).await;
        assert_eq!(client.ok(query, json!({ "id": plan["id"] })).await, nothing, "{who:?}");
        let input = PLAN.input(&plan, json!({ "reason": "x" }));
        let document = "mutation($input: RevisePlanInput!) { revisePlan(input: $input) { plan { id } } }";
        assert_eq!(client.error(document, json!({ "input": input })).await, "NOT_FOUND", "{who:?}");
    }
    for who in [
        Person::Employee,
        Person::Manager,
        Person::Head,
        Person::Secretary,
        Person::Mayor,
        Person::Team,
        Person::Admin,
        Person::Auditor,
    ] {
        let view = app.client(who).await.ok(query, json!({ "id": plan["id"] })).await;
        assert_eq!(view["plan"]["id"], plan["id"], "{who:?}");
    }
    // An auditor can see the plan but not revise it: the mutation returns FORBIDDEN as data.
    let auditor = app.client(Person::Auditor).await;
    let reason = json!({ "reason": "x" });
    assert_eq!(auditor.act_refused(&PLAN, "revisePlan", &plan, reason).await, "FORBIDDEN");
});
