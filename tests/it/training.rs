//! Recognised training as evidence in an evaluation: hours are capped, and a training counts once a year.

use crate::{
    both,
    support::{Client, EVALUATION, Person},
    year,
};
use serde_json::{Value, json};

async fn reported(employee: &Client, plan: &Value, part: u32) -> Value {
    let all = year::evaluations(employee, plan).await;
    let evaluation = all.iter().find(|one| one["period"]["part"] == part).expect("the part");
    let row = &plan["currentRevision"]["results"][0]["id"];
    let report = json!({ "realisations": [{ "planResultId": row, "text": "Selesai" }] });
    employee.act(&EVALUATION, "reportRealisation", evaluation, report).await
}

fn rating(trainings: Value) -> Value {
    json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED", "trainings": trainings })
}

fn training(reference: &str, hours: i32) -> Value {
    json!({ "reference": reference, "title": "Pelayanan prima", "hours": hours, "countsFor": "BEHAVIOUR", "of": "Kompeten" })
}

both!(training_is_evidence_and_counts_once_a_year, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    app.pass_the_end_of_quarter(2);
    let (first, second) = (reported(&employee, &plan, 1).await, reported(&employee, &plan, 2).await);
    let negative = rating(json!([training("S-1", -1)]));
    let refusals = manager.act_refusals(&EVALUATION, "rateEvaluation", &first, negative).await;
    assert_eq!(refusals[0].path, "trainings.0.hours");
    let twice = rating(json!([training("S-1", 3), training("S-1", 3)]));
    let refusals = manager.act_refusals(&EVALUATION, "rateEvaluation", &first, twice).await;
    assert_eq!(refusals[0].path, "trainings.1.reference");

    // Two drafts may name the same training. It counts for the one that is finalised first.
    let first =
        manager.act(&EVALUATION, "rateEvaluation", &first, rating(json!([training("S-1", 32)]))).await;
    let second =
        manager.act(&EVALUATION, "rateEvaluation", &second, rating(json!([training("S-1", 32)]))).await;
    let why = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
    let last = manager.act(&EVALUATION, "finaliseEvaluation", &first, why.clone()).await;
    assert_eq!(last["predicate"], "GOOD");
    let refusals = manager.act_refusals(&EVALUATION, "finaliseEvaluation", &second, why.clone()).await;
    assert_eq!(refusals[0], ("BAD_USER_INPUT", "trainings.0.reference"));
    assert!(refusals[0].message.contains("S-1"), "{refusals:?}");
    let again = rating(json!([training("S-1", 1)]));
    let refusals = manager.act_refusals(&EVALUATION, "rateEvaluation", &second, again).await;
    assert_eq!(refusals[0].path, "trainings.0.reference");

    // The employee can see the training in the result: 20 hours are recognised and add no points.
    let query = "query($id: ID!) { evaluation(id: $id) { trainings { reference title hours countsFor of }
        explanationNodes { code input value evidence { kind reference title } } explanationText(locale: ID) }
        verifyRecalculation(evaluationId: $id) { matches } }";
    let answer = employee.ok(query, json!({ "id": last["id"] })).await;
    assert_eq!(answer["evaluation"]["trainings"], json!([training("S-1", 32)]));
    let nodes = answer["evaluation"]["explanationNodes"].as_array().expect("nodes");
    let node = nodes.iter().find(|node| node["code"] == "TRAINING").expect("a node");
    let evidence = json!([{ "kind": "TRAINING", "reference": "S-1", "title": "Pelayanan prima" }]);
    assert_eq!((&node["evidence"], &node["value"]), (&evidence, &json!("0.00")));
    let text = answer["evaluation"]["explanationText"].as_str().expect("a text");
    assert!(text.contains("Pelatihan 32 JP (Kompeten): diakui 20 JP sebagai bukti"), "{text}");
    assert_eq!(answer["verifyRecalculation"]["matches"], true);
    // A list reads the stored document if only the trainings of it are selected.
    let list = "query($plan: ID!) { evaluations(filter: { planId: $plan }) {
        edges { node { id trainings { reference } } } } }";
    let answer = employee.ok(list, json!({ "plan": plan["id"] })).await;
    let edges = answer["evaluations"]["edges"].as_array().expect("edges");
    let listed = edges.iter().find(|edge| edge["node"]["id"] == last["id"]).expect("the evaluation");
    assert_eq!(listed["node"]["trainings"], json!([{ "reference": "S-1" }]));
    // The employee can't see the trainings of a draft.
    let draft = employee
        .ok(
            "query($id: ID!) { evaluation(id: $id) { trainings { reference } } }",
            json!({ "id": second["id"] }),
        )
        .await;
    assert_eq!(draft["evaluation"]["trainings"], json!([]));
    // After the first evaluation is reopened, the training can count for the second.
    manager.act(&EVALUATION, "reopenEvaluation", &last, json!({ "reason": "Salah bagian" })).await;
    let second = manager.act(&EVALUATION, "finaliseEvaluation", &second, why).await;
    assert_eq!(second["status"], "FINAL");
});
