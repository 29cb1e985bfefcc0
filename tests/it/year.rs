//! One appraisal year through HTTP: plan, approve, report, rate, finalise, sign, recommend.

use crate::{
    both,
    support::{Client, Person, TestApp, ids},
};
use serde_json::{Value, json};
use service::testing::city;

const PLAN: &str = "plan { id version status currentRevision { results { id indicators { id } } } }";
const EVALUATION: &str = "evaluation { id version status resultRating behaviourRating predicate }";

/// A plan's contents with one main row.
pub fn content(serves: Option<&Value>) -> Value {
    json!({
        "results": [{
            "kind": "MAIN",
            "title": "Layanan administrasi tertib",
            "servesId": serves,
            "provisional": serves.is_none(),
            "indicators": [{ "aspect": "QUANTITY", "text": "Dokumen selesai", "targetMin": "12", "unit": "dokumen" }],
            "actionPlans": [{ "periodId": ids::quarter(1), "text": "Menyusun dokumen" }],
        }],
        "behaviourExpectations": [{ "criterionId": ids::criterion(1), "text": "Ramah di loket" }],
    })
}

/// Makes and submits a plan; gives it as it stands.
pub async fn submitted(client: &Client, who: Person, content: Value) -> Value {
    let input = json!({ "assignmentId": ids::assignment(who), "periodId": ids::year(), "content": content });
    let plan = client.done("createPlan", PLAN, input).await["plan"].clone();
    let input = json!({ "planId": plan["id"], "expectedVersion": plan["version"] });
    client.done("submitPlan", PLAN, input).await["plan"].clone()
}

/// An employee's plan, approved by the manager; gives it with its rows.
pub async fn approved(app: &TestApp) -> Value {
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let plan = submitted(&employee, Person::Employee, content(None)).await;
    let input = json!({ "planId": plan["id"], "expectedVersion": plan["version"], "decision": "APPROVE" });
    manager.done("reviewPlan", PLAN, input).await["plan"].clone()
}

/// The evaluations of a plan by part, as somebody sees them.
pub async fn evaluations(client: &Client, plan: &Value) -> Vec<Value> {
    let query = "query($id: ID!) { plan(id: $id) { evaluations { id kind status version predicate
                 period { part } } } }";
    let data = client.ok(query, json!({ "id": plan["id"] })).await;
    data["plan"]["evaluations"].as_array().expect("evaluations").clone()
}

/// The evaluation of the first quarter, as the employee reports it when the quarter is over.
pub async fn reported_quarter(app: &TestApp, plan: &Value) -> Value {
    let employee = app.client(Person::Employee).await;
    let found = evaluations(&employee, plan).await;
    let quarter = found.iter().find(|one| one["period"]["part"] == 1).expect("the first quarter");
    let row = &plan["currentRevision"]["results"][0]["id"];
    let report = json!({ "realisations": [{ "planResultId": row, "text": "Selesai" }] });
    app.set_clock("2026-04-02T02:00:00Z");
    step(&employee, "reportRealisation", quarter, report).await
}

pub async fn step(client: &Client, verb: &str, evaluation: &Value, extra: Value) -> Value {
    let mut input = json!({ "evaluationId": evaluation["id"], "expectedVersion": evaluation["version"] });
    for (key, value) in extra.as_object().expect("an object") {
        input[key] = value.clone();
    }
    client.done(verb, EVALUATION, input).await["evaluation"].clone()
}

both!(a_year_runs_from_plan_to_recommendation, |app| async move {
    let (employee, manager, head) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Head).await,
    );

    // The superior's plan first; the employee's row serves a row of it.
    let of_manager = submitted(&manager, Person::Manager, content(None)).await;
    let input = json!({ "planId": of_manager["id"], "expectedVersion": of_manager["version"], "decision": "APPROVE" });
    let of_manager = head.done("reviewPlan", PLAN, input).await["plan"].clone();
    let served = &of_manager["currentRevision"]["results"][0]["id"];
    let plan = submitted(&employee, Person::Employee, content(Some(served))).await;
    assert_eq!(plan["status"], "SUBMITTED");
    let input = json!({ "planId": plan["id"], "expectedVersion": plan["version"], "decision": "APPROVE" });
    let plan = manager.done("reviewPlan", PLAN, input).await["plan"].clone();
    assert_eq!(plan["status"], "APPROVED");
    let row = &plan["currentRevision"]["results"][0]["id"];

    // An activity with evidence, reviewed.
    let rows = json!([{
        "clientKey": "0b9f4a4e-0f1e-4b5b-9d55-0d6f6b2d8f10", "planResultId": row,
        "startedAt": "2026-03-01T01:00:00Z", "endedAt": "2026-03-01T04:00:00Z",
        "description": "Menyusun dokumen \u{1F4C4}", "realisation": "1", "unit": "dokumen",
        "evidence": [{ "url": "https://contoh.go.id/bukti" }],
    }]);
    let results = "results { row activity { id version status late } errors { code path } }";
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

    // Feedback while the year runs.
    let input = json!({ "planId": plan["id"], "planResultId": row, "text": "Kerja yang rapi." });
    manager.done("giveFeedback", "feedback { id text author { name } }", input).await;

    // Each quarter: report, rate, finalise.
    let found = evaluations(&employee, &plan).await;
    assert_eq!(found.len(), 5);
    for part in 1..=4 {
        let evaluation = found.iter().find(|one| one["period"]["part"] == part).expect("the part");
        let report =
            json!({ "realisations": [{ "planResultId": row, "value": "3", "text": "Tiga dokumen" }] });
        let evaluation = step(&employee, "reportRealisation", evaluation, report).await;
        assert_eq!(evaluation["status"], "SELF_REPORTED");
        let rating = json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED" });
        let evaluation = step(&manager, "rateEvaluation", &evaluation, rating).await;
        // The employee sees that there is a draft, not what is in it.
        let query =
            "query($id: ID!) { evaluation(id: $id) { status resultRating predicate explanation { code } } }";
        let seen = employee.ok(query, json!({ "id": evaluation["id"] })).await["evaluation"].clone();
        assert_eq!(
            seen,
            json!({ "status": "RATED_DRAFT", "resultRating": null, "predicate": null, "explanation": null })
        );
        let reason = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
        let evaluation = step(&manager, "finaliseEvaluation", &evaluation, reason).await;
        assert_eq!((&evaluation["status"], &evaluation["predicate"]), (&json!("FINAL"), &json!("GOOD")));
    }

    // Nothing moves under a final evaluation.
    let locked = json!({ "planId": plan["id"], "rows": [{
        "clientKey": "0b9f4a4e-0f1e-4b5b-9d55-0d6f6b2d8f11", "startedAt": "2026-03-01T05:00:00Z",
        "endedAt": "2026-03-01T06:00:00Z", "description": "Terlambat",
    }] });
    let refused = employee.mutate("recordActivities", results, locked).await;
    assert_eq!(refused["results"][0]["errors"][0]["code"], "INVALID_TRANSITION");

    // The unit's predicate, then the year.
    let set = json!({ "orgUnitId": ids::unit(city::SECTION), "periodId": ids::year(), "predicate": "GOOD" });
    head.done("setOrgUnitPredicate", "unitPredicate { predicate version }", set).await;
    let annual = found.iter().find(|one| one["kind"] == "ANNUAL").expect("the annual one");
    let report =
        json!({ "realisations": [{ "planResultId": row, "value": "12", "text": "Dua belas dokumen" }] });
    let annual = step(&employee, "reportRealisation", annual, report).await;
    let rating = json!({
        "resultRating": "ABOVE", "behaviourRating": "ABOVE",
        "resultReason": "Melampaui target", "behaviourReason": "Teladan bagi rekan",
        "behaviourRatings": [{ "criterionId": ids::criterion(1), "rating": "ABOVE", "note": "Ramah" }],
    });
    let annual = step(&manager, "rateEvaluation", &annual, rating).await;
    let annual = step(&manager, "finaliseEvaluation", &annual, json!({})).await;
    assert_eq!(annual["predicate"], "VERY_GOOD");
    let annual = step(&manager, "deliverEvaluation", &annual, json!({})).await;
    let annual = step(&employee, "acknowledgeEvaluation", &annual, json!({})).await;
    let annual = step(&employee, "signEvaluation", &annual, json!({})).await;
    let annual = step(&manager, "signEvaluation", &annual, json!({})).await;
    let annual = step(&head, "signEvaluation", &annual, json!({})).await;
    let annual = step(&manager, "closeEvaluation", &annual, json!({})).await;
    assert_eq!(annual["status"], "CLOSED");
    let input = json!({ "evaluationId": annual["id"], "kind": "PROMOTION", "text": "Layak dipromosikan." });
    manager.done("recommend", "recommendation { kind text author { name } }", input).await;

    // The employee reads the result with its explanation, in both languages.
    let query = "query($id: ID!) { evaluation(id: $id) {
        predicateLabel predicateId: predicateLabel(locale: ID) orgUnitPredicate
        explanationNodes { id code exact source }
        recommendations { kind } signatures { party } } }";
    let seen = employee.ok(query, json!({ "id": annual["id"] })).await["evaluation"].clone();
    assert_eq!(seen["predicateLabel"], "Very good");
    assert_eq!(seen["predicateId"], "Sangat Baik");
    assert_eq!(seen["recommendations"][0]["kind"], "PROMOTION");
    assert_eq!(seen["signatures"].as_array().map(Vec::len), Some(3));
    assert!(seen["explanationNodes"].as_array().is_some_and(|nodes| nodes.len() >= 3), "{seen:#}");
});

both!(a_mutation_sent_twice_with_its_key_happens_once, |app| async move {
    let plan = approved(&app).await;
    let employee = app.client(Person::Employee).await;
    let found = evaluations(&employee, &plan).await;
    let input = json!({
        "evaluationId": found[0]["id"], "expectedVersion": 1,
        "realisations": [{ "planResultId": plan["currentRevision"]["results"][0]["id"], "text": "Selesai" }],
        "idempotencyKey": "5b0e4f0e-6a53-4d0c-9f7b-3a8a3f0f5f11",
    });
    let once = employee.done("reportRealisation", EVALUATION, input.clone()).await;
    let twice = employee.done("reportRealisation", EVALUATION, input).await;
    assert_eq!(once, twice);
});

both!(strangers_see_nothing, |app| async move {
    let plan = approved(&app).await;
    let query = "query($id: ID!) { node(id: $id) { id } plan(id: $id) { id } }";
    let nothing = json!({ "node": null, "plan": null });
    for who in [Person::Peer, Person::Stranger, Person::Outsider] {
        let client = app.client(who).await;
        assert_eq!(client.ok(query, json!({ "id": plan["id"] })).await, nothing, "{who:?}");
        let input = json!({ "planId": plan["id"], "expectedVersion": plan["version"], "reason": "x" });
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
        let seen = app.client(who).await.ok(query, json!({ "id": plan["id"] })).await;
        assert_eq!(seen["plan"]["id"], plan["id"], "{who:?}");
    }
    // May see, may not do: data, with nothing written.
    let auditor = app.client(Person::Auditor).await;
    let input = json!({ "planId": plan["id"], "expectedVersion": plan["version"], "reason": "x" });
    assert_eq!(auditor.refused("revisePlan", "plan { id }", input).await, "FORBIDDEN");
});
