//! A year with two plans through HTTP: a transfer mid-year, the last rater's decision, and what that decision blocks.

use crate::{
    both,
    support::{Client, EVALUATION, Fields, PLAN, Person, TestApp, ids, with},
    year,
};
use serde_json::{Value, json};
use service::testing::city;

const YEAR: &str = "query($id: ID!) { evaluation(id: $id) { status version predicate
    yearParts { evaluationId label months predicate predicateLabel score isOwn awaits leftOutReason }
    yearProposal yearDecision { predicate reason } } }";

async fn annual(client: &Client, plan: &Value) -> Value {
    let all = year::evaluations(client, plan).await;
    all.iter().find(|one| one["kind"] == "ANNUAL").expect("the annual one").clone()
}

/// The input for finalising without rated periods and without a unit predicate.
async fn gaps(client: &Client, plan: &Value) -> Value {
    let query = "query($id: ID!) { plan(id: $id) { evaluations { kind status period { id } } } }";
    let found = client.ok(query, json!({ "id": plan["id"] })).await;
    let all = found["plan"]["evaluations"].as_array().expect("evaluations").clone();
    let gaps: Vec<Value> = all
        .iter()
        .filter(|one| one["kind"] == "PERIODIC" && one["status"] != "CANCELLED")
        .map(|one| json!({ "periodId": one["period"]["id"], "reason": "Mutasi" }))
        .collect();
    json!({ "missingUnitPredicateReason": "Belum ditetapkan", "gapReasons": gaps })
}

fn decision(predicate: &str) -> Value {
    json!({ "yearDecision": { "predicate": predicate, "reason": "Target tahunan tercapai." } })
}

/// Reports realisations for the plan's annual evaluation and rates it as a draft.
async fn drafted(employee: &Client, rater: &Client, plan: &Value, result: &str) -> Value {
    let evaluation = annual(employee, plan).await;
    let row = &plan["currentRevision"]["results"][0]["id"];
    let report = json!({ "realisations": [{ "planResultId": row, "text": "Selesai", "value": "6" }] });
    let evaluation = employee.act(&EVALUATION, "reportRealisation", &evaluation, report).await;
    let rating = json!({ "resultRating": result, "resultReason": "Berdasarkan bukti", "behaviourRating": "AS_EXPECTED" });
    rater.act(&EVALUATION, "rateEvaluation", &evaluation, rating).await
}

/// Transfers the employee on 1 July. Returns the plans of the first half and of the second half in another office.
async fn transferred(app: &TestApp) -> (Value, Value) {
    let first = year::approved(app).await;
    app.set_clock("2026-07-01T02:00:00Z");
    let admin = app.client(Person::Admin).await;
    let transfer = json!({
        "assignmentId": ids::assignment(Person::Employee), "expectedVersion": 1, "reason": "Mutasi",
        "to": {
            "orgUnitId": ids::unit(city::OTHER_OFFICE), "positionId": ids::position(), "rank": "III/c",
            "superiorAssignmentId": ids::assignment(Person::Stranger), "from": "2026-07-01",
        },
    });
    let moved = admin.done("transferStaff", "assignment { id }", transfer).await;
    let (employee, rater) = (app.client(Person::Employee).await, app.client(Person::Stranger).await);
    let input = json!({
        "assignmentId": moved["assignment"]["id"], "periodId": ids::year(), "content": year::content(None),
    });
    let second = employee.create(&PLAN, "createPlan", input).await;
    let second = employee.act(&PLAN, "submitPlan", &second, json!({})).await;
    let second = rater.act(&PLAN, "reviewPlan", &second, json!({ "decision": "APPROVE" })).await;
    (first, second)
}

async fn read_evaluation(client: &Client, evaluation: &Value) -> Value {
    client.ok(YEAR, json!({ "id": evaluation["id"] })).await["evaluation"].clone()
}

/// Whether people can't see the evaluation at all.
async fn is_hidden_from(client: &Client, evaluation: &Value) -> bool {
    client.ok(YEAR, json!({ "id": evaluation["id"] })).await == json!({ "evaluation": null })
}

both!(last_rater_decides_the_year_after_a_transfer, |app| async move {
    let (first, second) = transferred(&app).await;
    let (employee, old, new) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Stranger).await,
    );
    app.pass_the_end_of_year();
    let earlier = drafted(&employee, &old, &first, "BELOW").await;
    let last = drafted(&employee, &new, &second, "ABOVE").await;

    // The year waits for the earlier part until it is final.
    let view = read_evaluation(&new, &last).await;
    assert_eq!(view["yearParts"][0]["awaits"], "Manager Contoh");
    assert_eq!(view.field("yearParts.0.predicate"), &Value::Null, "the other rater's draft is hidden");
    let input = with(gaps(&new, &second).await, decision("GOOD"));
    let refusals = new.act_refusals(&EVALUATION, "finaliseEvaluation", &last, input).await;
    assert_eq!(refusals[0], ("BAD_USER_INPUT", "yearGapReasons"));
    assert!(refusals[0].message.contains("Manager Contoh"), "{refusals:?}");

    // The earlier rater can't decide the year, because their part is not the last.
    let input = gaps(&old, &first).await;
    let decided = with(input.clone(), decision("GOOD"));
    let refusals = old.act_refusals(&EVALUATION, "finaliseEvaluation", &earlier, decided).await;
    assert_eq!(refusals[0].path, "yearDecision");
    let earlier = old.act(&EVALUATION, "finaliseEvaluation", &earlier, input).await;
    assert_eq!(earlier["predicate"], "NEEDS_IMPROVEMENT");

    // The last rater can see the result of the earlier part, but not the earlier evaluation itself.
    let view = read_evaluation(&new, &last).await;
    let label = "Analis Contoh, Bidang Contoh";
    assert_eq!(
        view["yearParts"],
        json!([
            { "evaluationId": earlier["id"], "label": label, "months": 6, "predicate": "NEEDS_IMPROVEMENT",
              "predicateLabel": "Needs improvement", "score": null, "isOwn": false, "awaits": null,
              "leftOutReason": null },
            { "evaluationId": last["id"], "label": "Analis Contoh, Dinas Kominfo Contoh", "months": 6,
              "predicate": "GOOD", "predicateLabel": "Good", "score": null, "isOwn": true, "awaits": null,
              "leftOutReason": null },
        ])
    );
    assert_eq!(view["yearProposal"], "GOOD");
    assert!(is_hidden_from(&new, &earlier).await);
    // Until the evaluation is final, others can't see the parts. People without access can't see the evaluation.
    for who in [Person::Employee, Person::Secretary, Person::Auditor, Person::Admin] {
        let view = read_evaluation(&app.client(who).await, &last).await;
        assert_eq!(view["yearParts"], json!([]), "{who:?}");
        assert_eq!(view.field("yearProposal"), &Value::Null, "{who:?}");
    }
    for who in [Person::Manager, Person::Peer, Person::Outsider] {
        assert!(is_hidden_from(&app.client(who).await, &last).await, "{who:?}");
    }

    // Without a decision it is refused. The message lists the parts, in both languages.
    let input = gaps(&new, &second).await;
    let refusals = new.act_refusals(&EVALUATION, "finaliseEvaluation", &last, input.clone()).await;
    assert_eq!(refusals[0].path, "yearDecision");
    assert_eq!(
        refusals[0].message,
        "The year has several parts (Analis Contoh, Bidang Contoh, 6 months: Needs improvement; Analis Contoh, \
         Dinas Kominfo Contoh, 6 months: Good); proposal: Good. Decide the predicate of the year and give a reason."
    );
    let indonesian = Client { language: "id", ..new.clone() };
    let refusals = indonesian.act_refusals(&EVALUATION, "finaliseEvaluation", &last, input.clone()).await;
    assert!(refusals[0].message.contains("6 bulan: Butuh Perbaikan"), "{refusals:?}");
    let decided = with(input.clone(), decision("GOOD"));
    let code = employee.act_refused(&EVALUATION, "finaliseEvaluation", &last, decided).await;
    assert_eq!(code, "FORBIDDEN");

    let decided = with(input, decision("NEEDS_IMPROVEMENT"));
    let last = new.act(&EVALUATION, "finaliseEvaluation", &last, decided).await;
    assert_eq!((&last["status"], &last["predicate"]), (&json!("FINAL"), &json!("NEEDS_IMPROVEMENT")));

    // The employee can read the result with its explanation in both languages. The old rater still has no access.
    let view = read_evaluation(&employee, &last).await;
    assert_eq!(view["yearParts"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        view["yearDecision"],
        json!({ "predicate": "NEEDS_IMPROVEMENT", "reason": "Target tahunan tercapai." })
    );
    assert!(is_hidden_from(&old, &last).await);
    let query = "query($id: ID!) { evaluation(id: $id) {
        explanationNodes { place rule exact } en: explanationText(locale: EN) id: explanationText(locale: ID) }
        verifyRecalculation(evaluationId: $id) { stored computed matches } }";
    let answer = employee.ok(query, json!({ "id": last["id"] })).await;
    let rules: Vec<&str> = answer["evaluation"]["explanationNodes"]
        .as_array()
        .expect("nodes")
        .iter()
        .filter_map(|node| node["rule"].as_str())
        .collect();
    assert_eq!(rules, ["DECISION", "SEGMENT", "OWN_SEGMENT", "MATRIX", "RATING", "RATING"]);
    for (language, line) in [
        (
            "en",
            "Decided by the last rater: Needs improvement, in view of Good 6 months, Needs improvement 6 months.",
        ),
        ("en", "6 months in this assignment: Good."),
        (
            "id",
            "Diputuskan penilai terakhir: Butuh Perbaikan, dengan melihat Baik 6 bulan, Butuh Perbaikan 6 bulan.",
        ),
        ("id", "Alasan: Target tahunan tercapai."),
    ] {
        let text = answer["evaluation"][language].as_str().expect("a text");
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert_eq!(
        answer["verifyRecalculation"],
        json!({ "stored": "NEEDS_IMPROVEMENT", "computed": "NEEDS_IMPROVEMENT", "matches": true })
    );
    let again = service::evaluation::recalculate(&app.env, 2026, false, |_, _| ()).await.expect("computed");
    assert_eq!((again.evaluations, again.total_deviating), (2, 0), "{:?}", again.deviating);

    // The journal has the decision. The earlier part can't be reopened while the year is final.
    service::journal::sequence(&app.env).await.expect("numbers");
    let query =
        "query($id: ID!) { evaluation(id: $id) { history { edges { node { kind change { after } } } } } }";
    let history = employee.ok(query, json!({ "id": last["id"] })).await;
    let edges = history["evaluation"]["history"]["edges"].as_array().expect("entries").clone();
    let entry = edges.iter().find(|edge| edge["node"]["kind"] == "EVALUATION_FINALISED").expect("an entry");
    assert!(entry["node"]["change"]["after"].to_string().contains("Target tahunan tercapai."), "{entry}");
    let why = json!({ "reason": "Salah baca" });
    let refusals = old.act_refusals(&EVALUATION, "reopenEvaluation", &earlier, why.clone()).await;
    assert_eq!(refusals[0].code, "INVALID_TRANSITION");
    assert!(refusals[0].message.contains("reopen that evaluation first"), "{refusals:?}");
    let query = "query($id: ID!) { evaluation(id: $id) { allowedActions { action allowed message } } }";
    let actions = old.ok(query, json!({ "id": earlier["id"] })).await["evaluation"]["allowedActions"].clone();
    let reopen = actions.as_array().expect("actions").iter().find(|one| one["action"] == "REOPEN_EVALUATION");
    assert_eq!(reopen.expect("the action")["allowed"], false);

    // First reopen the year, then the earlier part.
    let last = new.act(&EVALUATION, "reopenEvaluation", &last, why.clone()).await;
    assert_eq!(last["status"], "RATED_DRAFT");
    assert_eq!(last.field("predicate"), &Value::Null);
    let earlier = old.act(&EVALUATION, "reopenEvaluation", &earlier, why).await;
    assert_eq!(earlier["status"], "RATED_DRAFT");
    let input = gaps(&new, &second).await;
    let gap =
        json!({ "yearGapReasons": [{ "evaluationId": earlier["id"], "reason": "Penilai lama pensiun" }] });
    let decided = with(with(input, decision("GOOD")), gap);
    let last = new.act(&EVALUATION, "finaliseEvaluation", &last, decided).await;
    assert_eq!(last["predicate"], "GOOD");
    let view = read_evaluation(&employee, &last).await;
    assert_eq!(view["yearParts"][0]["leftOutReason"], "Penilai lama pensiun");
    assert_eq!(view.field("yearParts.0.predicate"), &Value::Null);
});
