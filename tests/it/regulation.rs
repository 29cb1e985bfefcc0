//! Regulations through HTTP: public documents, and an agency's own versions, which never change existing results.

use crate::{
    both,
    import::put,
    support::{Client, EVALUATION, Fields, PLAN, Person, TestApp, ids, refusals},
    year,
};
use axum::http::StatusCode;
use serde_json::{Value, json};
use service::testing::audit;

pub const SHIPPED: &str = include_str!("../../domain/regulations/permenpanrb-6-2022.toml");
const NUMERIC: &str = include_str!("../../domain/regulations/pp-30-2019.toml");

const ADDED: &str = "regulation { id code version ships sha256 document }
    check { faults { path message } code version isStored missing servesEvaluations
        comparedToVersion differences { path before after } differenceCount }";

async fn sent(admin: &Client, name: &str, text: &str) -> Value {
    let input = json!({ "name": name, "size": text.len() });
    let made = admin.done("createUpload", "uploadId url", input).await;
    let url = made["url"].as_str().expect("an address");
    assert_eq!(put(&admin.app, url, text).await, StatusCode::NO_CONTENT);
    made["uploadId"].clone()
}

pub async fn add(admin: &Client, name: &str, text: &str, dry_run: bool) -> Value {
    let upload = sent(admin, name, text).await;
    admin.mutate_and_replay("addRegulation", ADDED, json!({ "uploadId": upload, "dryRun": dry_run })).await
}

/// Replaces `from` with `to` in a document.
pub fn changed(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

/// Version 2: a unit predicate of NEEDS_IMPROVEMENT gives its head AS_EXPECTED, and the objection period is shorter.
fn second() -> String {
    let next = changed(SHIPPED, "version = 1", "version = 2");
    let next = changed(&next, "NEEDS_IMPROVEMENT = \"BELOW\"", "NEEDS_IMPROVEMENT = \"AS_EXPECTED\"");
    changed(&next, "value = 14", "value = 10")
}

async fn regulations(client: &Client) -> Vec<Value> {
    let query = "{ regulations { id code version ships isComplete servesEvaluations missing } }";
    client.ok(query, json!({})).await["regulations"].as_array().expect("a list").clone()
}

/// Finalises the employee's annual evaluation with these ratings.
pub async fn final_year(app: &TestApp, result: &str, behaviour: &str) -> Value {
    let plan = year::approved(app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let found = year::evaluations(&employee, &plan).await;
    let annual = found.iter().find(|one| one["kind"] == "ANNUAL").expect("the year").clone();
    app.pass_the_end_of_year();
    let row = &plan["currentRevision"]["results"][0]["id"];
    let report = json!({ "realisations": [{ "planResultId": row, "text": "Selesai" }] });
    let annual = employee.act(&EVALUATION, "reportRealisation", &annual, report).await;
    let rating = json!({ "resultRating": result, "behaviourRating": behaviour,
        "resultReason": "Bukti dukung", "behaviourReason": "Umpan balik" });
    let annual = manager.act(&EVALUATION, "rateEvaluation", &annual, rating).await;
    let gaps: Vec<Value> =
        (1..=4).map(|part| json!({ "periodId": ids::quarter(part), "reason": "Baru mulai" })).collect();
    let last = json!({ "missingUnitPredicateReason": "Belum ditetapkan", "gapReasons": gaps });
    manager.act(&EVALUATION, "finaliseEvaluation", &annual, last).await
}

/// Reads an evaluation's result with its full explanation.
async fn result(client: &Client, evaluation: &Value) -> Value {
    let query = "query($id: ID!) { evaluation(id: $id) { predicate resultRating regulation { code version sha256 }
        explanationText explanationNodes { place parentPlace code label sentence input weight rule rounding { mode digits onlyShown } value exact
            source evidence { kind reference title } } } }";
    client.ok(query, json!({ "id": evaluation["id"] })).await["evaluation"].clone()
}

both!(stored_regulation_documents_are_public, |app| async move {
    let anonymous = app.anonymous();
    let found = regulations(&anonymous).await;
    assert_eq!(found.len(), 2);
    let heads: Vec<(&Value, &Value)> = found.iter().map(|one| (&one["code"], &one["isComplete"])).collect();
    assert_eq!(heads[0], (&json!("PERMENPANRB-6-2022"), &json!(true)));
    assert_eq!(heads[1], (&json!("PP-30-2019"), &json!(false)));
    assert!(found[1]["missing"].as_array().is_some_and(|missing| !missing.is_empty()));
    let employee = app.client(Person::Employee).await;
    let query =
        "query($id: ID!) { node(id: $id) { ... on Regulation { document format sha256 effectiveTo loadedAt
        marks { path confidence note missing } } } }";
    let node = employee.ok(query, json!({ "id": found[0]["id"] })).await["node"].clone();
    assert_eq!((node["document"].as_str(), &node["format"]), (Some(SHIPPED), &json!("TOML")));
    let marks = node["marks"].as_array().expect("marks");
    let head = marks.iter().find(|mark| mark["path"] == "unit_head").expect("a mark");
    assert_eq!(head["confidence"], "UNCERTAIN");
});

both!(dry_run_reports_all_findings_and_writes_nothing, |app| async move {
    let admin = app.client(Person::Admin).await;
    let broken = changed(&second(), "behaviour_below = \"POOR\"", "behaviour_below = \"FAIR\"");
    let rows = audit::rows(&app.env).await.expect("counts");
    let payload = add(&admin, "aturan.toml", &broken, true).await;
    assert_eq!(payload["errors"], json!([]));
    assert_eq!(payload["check"]["faults"].as_array().map(Vec::len), Some(1));
    let doubtful = changed(&second(), "value = 10", "value = 0");
    let doubtful = changed(&doubtful, "percent = 70", "percent = 170");
    let checked = add(&admin, "aturan.toml", &doubtful, true).await["check"].clone();
    assert!(checked["faults"].as_array().is_some_and(|faults| !faults.is_empty()), "{checked:#}");
    // Without the dry run, the same document is refused, and each error has its path.
    let refused = add(&admin, "aturan.toml", &doubtful, false).await;
    assert_eq!(refused.field("regulation"), &Value::Null);
    assert_eq!(refused["errors"][0]["path"][0], "document");

    let checked = add(&admin, "aturan.toml", &second(), true).await;
    assert_eq!(checked.field("regulation"), &Value::Null);
    let checked = &checked["check"];
    assert_eq!((&checked["faults"], &checked["comparedToVersion"]), (&json!([]), &json!(1)));
    let places: Vec<&Value> =
        checked["differences"].as_array().expect("places").iter().map(|one| &one["path"]).collect();
    assert_eq!(places, ["objection.days.value", "unit_head.value.NEEDS_IMPROVEMENT", "version"]);
    assert_eq!(checked["differences"][0], json!({ "path": places[0], "before": "14", "after": "10" }));
    assert_eq!(checked["servesEvaluations"], true);
    let numeric = changed(NUMERIC, "version = 2", "version = 3");
    let checked = add(&admin, "pp30.toml", &numeric, true).await["check"].clone();
    assert_eq!((&checked["servesEvaluations"], &checked["faults"]), (&json!(false), &json!([])));
    assert!(checked["missing"].as_array().is_some_and(|missing| !missing.is_empty()));

    let other = changed(SHIPPED, "value = 14", "value = 10");
    let checked = add(&admin, "aturan.toml", &other, true).await["check"].clone();
    assert_eq!(checked["faults"][0]["path"], "version");
    assert_eq!(audit::rows(&app.env).await.expect("counts"), rows);
    let mut indonesian = admin.clone();
    indonesian.language = "id";
    let checked = add(&indonesian, "aturan.toml", &other, true).await["check"].clone();
    assert!(
        checked["faults"][0]["message"].as_str().is_some_and(|text| text.contains("tidak pernah berubah"))
    );
});

both!(new_version_changes_neither_stored_versions_nor_results, |app| async move {
    let (admin, employee) = (app.client(Person::Admin).await, app.client(Person::Employee).await);
    let last = final_year(&app, "ABOVE", "BELOW").await;
    let before = result(&employee, &last).await;
    let stored = regulations(&admin).await;

    let added = add(&admin, "aturan.toml", &second(), false).await;
    assert_eq!((&added["errors"], &added["regulation"]["version"]), (&json!([]), &json!(2)));
    assert_eq!(added["regulation"]["document"].as_str(), Some(second().as_str()));
    assert_eq!((&added["regulation"]["ships"], &added["check"]["isStored"]), (&json!(false), &json!(true)));
    // Adding the same text again returns the same regulation. A different text with the same version is refused.
    let again = add(&admin, "lagi.toml", &second(), false).await;
    assert_eq!(again["regulation"]["id"], added["regulation"]["id"]);
    let other = changed(&second(), "value = 10", "value = 12");
    let refused = add(&admin, "lain.toml", &other, false).await;
    assert_eq!(refusals(&refused)[0], ("BAD_USER_INPUT", "document.version"));
    let now = regulations(&admin).await;
    assert_eq!(now.len(), 3);
    assert!(stored.iter().all(|one| now.contains(one)), "earlier regulations are unchanged");
    let kinds = audit::kinds(&app.env).await.expect("kinds");
    let entries = kinds.iter().filter(|kind| *kind == "REGULATION_ADDED").count();
    assert_eq!(entries, now.len(), "each has one journal entry, shipped ones included");

    assert_eq!(result(&employee, &last).await, before, "no result moves");
    let verify = "query($id: ID!) { verifyRecalculation(evaluationId: $id) { matches stored computed
        regulation { version } deviations { place field stored computed } } }";
    let verified = employee.ok(verify, json!({ "id": last["id"] })).await["verifyRecalculation"].clone();
    let same = json!({ "matches": true, "stored": "POOR", "computed": "POOR",
        "regulation": { "version": 1 }, "deviations": [] });
    assert_eq!(verified, same);

    // The evaluations of a new plan use the new version.
    let (manager, head) = (app.client(Person::Manager).await, app.client(Person::Head).await);
    let plan = year::submitted(&manager, Person::Manager, year::content(None)).await;
    head.act(&PLAN, "reviewPlan", &plan, json!({ "decision": "APPROVE" })).await;
    let query = "query($id: ID!) { plan(id: $id) { evaluations { regulation { code version } } } }";
    let view = manager.ok(query, json!({ "id": plan["id"] })).await;
    let of_new = json!({ "regulation": { "code": "PERMENPANRB-6-2022", "version": 2 } });
    assert_eq!(view["plan"]["evaluations"], json!(vec![of_new; 5]), "four quarters and the year");
});

both!(json_documents_are_accepted_and_csv_is_refused, |app| async move {
    let admin = app.client(Person::Admin).await;
    let document = domain::regulation::RegulationDocument::from_toml(&second()).expect("a document");
    let json = serde_json::to_string_pretty(&document).expect("JSON");
    let added = add(&admin, "aturan.json", &json, false).await;
    assert_eq!((&added["errors"], &added["regulation"]["version"]), (&json!([]), &json!(2)));
    let refused = add(&admin, "orang.csv", "nip;nama\n1;2\n", false).await;
    assert_eq!(refusals(&refused)[0].code, "BAD_USER_INPUT");
    let manager = app.client(Person::Manager).await;
    let upload = sent(&admin, "aturan.toml", SHIPPED).await;
    for dry_run in [true, false] {
        let input = json!({ "uploadId": upload, "dryRun": dry_run });
        assert_eq!(manager.refused("addRegulation", ADDED, input).await, "FORBIDDEN");
    }
});

both!(unit_predicate_determines_the_result_rating_of_its_head, |app| async move {
    let (manager, head) = (app.client(Person::Manager).await, app.client(Person::Head).await);
    let plan = year::submitted(&manager, Person::Manager, year::content(None)).await;
    let plan = head.act(&PLAN, "reviewPlan", &plan, json!({ "decision": "APPROVE" })).await;
    app.pass_the_end_of_quarter(1);
    let set = json!({ "orgUnitId": ids::unit(service::testing::city::SECTION), "periodId": ids::quarter(1),
        "predicate": "NEEDS_IMPROVEMENT" });
    head.done("setOrgUnitPredicate", "orgUnitPredicate { predicate }", set).await;
    let found = year::evaluations(&manager, &plan).await;
    let part = found.iter().find(|one| one["period"]["part"] == 1).expect("the part").clone();
    let row = &plan["currentRevision"]["results"][0]["id"];
    let report = json!({ "realisations": [{ "planResultId": row, "text": "Selesai" }] });
    let part = manager.act(&EVALUATION, "reportRealisation", &part, report).await;
    let rating = json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED" });
    let part = head.act(&EVALUATION, "rateEvaluation", &part, rating).await;
    let last = head.act(&EVALUATION, "finaliseEvaluation", &part, json!({})).await;
    assert_eq!((&last["resultRating"], &last["predicate"]), (&json!("BELOW"), &json!("NEEDS_IMPROVEMENT")));
    let answer = result(&manager, &last).await;
    let leaf = &answer["explanationNodes"][1];
    assert_eq!((&leaf["rule"], &leaf["exact"]), (&json!("UNIT_HEAD"), &json!("BELOW")));
    let verify = "query($id: ID!) { verifyRecalculation(evaluationId: $id) { matches } }";
    let verified = manager.ok(verify, json!({ "id": last["id"] })).await;
    assert_eq!(verified["verifyRecalculation"]["matches"], true);
    // After reopening, the evaluation shows the rater's own rating again.
    let draft = head.act(&EVALUATION, "reopenEvaluation", &last, json!({ "reason": "Salah unit" })).await;
    assert_eq!(draft["resultRating"], "AS_EXPECTED");
});

/// PP 30/2019 with all parameters filled in by an agency, in force from 2026.
fn completed() -> String {
    let mut document = domain::regulation::RegulationDocument::from_toml(NUMERIC).expect("a document");
    let decimal = |text: &str| text.parse::<domain::Decimal>().expect("a figure");
    document.version = 3;
    document.effective_from = "2026-01-01".parse().expect("a day");
    let rules = document.numeric.as_mut().expect("numeric rules");
    for weight in rules.additional.scope_weights.values_mut() {
        weight.value = Some(decimal("10"));
    }
    let (rater, peers, subordinates) = (decimal("60"), decimal("20"), decimal("20"));
    rules.behaviour.shares.value = Some(domain::regulation::BehaviourShares { rater, peers, subordinates });
    serde_json::to_string_pretty(&document).expect("JSON")
}

both!(completed_numeric_regulation_is_used_for_evaluations, |app| async move {
    let (admin, employee, manager) = (
        app.client(Person::Admin).await,
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
    );
    let added = add(&admin, "pp30.json", &completed(), false).await;
    assert_eq!((&added["errors"], &added["check"]["servesEvaluations"]), (&json!([]), &json!(true)));
    let plan = year::approved(&app).await;
    let found = year::evaluations(&employee, &plan).await;
    let annual = found.iter().find(|one| one["kind"] == "ANNUAL").expect("the year").clone();
    let row = &plan["currentRevision"]["results"][0];
    let indicator = &row["indicators"][0]["id"];
    let report = json!({ "realisations": [
        { "planResultId": row["id"], "indicatorId": indicator, "value": "11.40", "text": "Sebelas dokumen" } ] });
    app.pass_the_end_of_year();
    let annual = employee.act(&EVALUATION, "reportRealisation", &annual, report).await;

    // A numeric scheme refuses ratings and scores above the cap.
    let ratings = json!({ "resultRating": "ABOVE", "resultReason": "x" });
    let code = manager.act_refused(&EVALUATION, "rateEvaluation", &annual, ratings).await;
    assert_eq!(code, "BAD_USER_INPUT");
    let value = |number: u128, rater: &str| json!({ "criterionId": ids::criterion(number), "rater": rater });
    let above_cap = json!({ "scores": { "behaviour": [value(1, "120.01")] } });
    let refusals = manager.act_refusals(&EVALUATION, "rateEvaluation", &annual, above_cap).await;
    assert_eq!(refusals[0].path, "scores.behaviour.0.rater");
    let all: Vec<Value> = (1..=7).map(|number| value(number, "96")).collect();
    let draft = manager
        .act(&EVALUATION, "rateEvaluation", &annual, json!({ "scores": { "behaviour": &all[..6] } }))
        .await;
    let gaps: Vec<Value> =
        (1..=4).map(|part| json!({ "periodId": ids::quarter(part), "reason": "Baru mulai" })).collect();
    let last = json!({ "missingUnitPredicateReason": "Belum ditetapkan", "gapReasons": gaps });
    let refusals = manager.act_refusals(&EVALUATION, "finaliseEvaluation", &draft, last.clone()).await;
    assert_eq!(refusals[0].path, "scores.behaviour");
    let scores = json!({ "scores": { "behaviour": all, "newIdea": "Antrean daring" } });
    let draft = manager.act(&EVALUATION, "rateEvaluation", &draft, scores).await;

    // 95 % of the target gives 85; 70 % of 85 plus 30 % of 96 is 88.30. Only the rater can see it before it is final.
    let query = "query($id: ID!) { evaluation(id: $id) { regulation { code } predicate score resultRating
        scores { behaviour { rater } newIdea } explanationText(locale: ID) }
        verifyRecalculation(evaluationId: $id) { matches computed } }";
    let only = "query($id: ID!) { evaluation(id: $id) { score scores { peers } } }";
    let hidden = json!({ "score": null, "scores": null });
    assert_eq!(employee.ok(only, json!({ "id": draft["id"] })).await["evaluation"], hidden);
    assert_eq!(manager.ok(only, json!({ "id": draft["id"] })).await["evaluation"]["scores"]["peers"], false);
    let last = manager.act(&EVALUATION, "finaliseEvaluation", &draft, last).await;
    assert_eq!(last["predicate"], "NEEDS_IMPROVEMENT");
    assert_eq!(last.field("resultRating"), &Value::Null);
    let answer = employee.ok(query, json!({ "id": last["id"] })).await;
    let view = &answer["evaluation"];
    assert_eq!((view.field("regulation.code"), &view["score"]), (&json!("PP-30-2019"), &json!("88.30")));
    assert_eq!(view["scores"]["behaviour"].as_array().map(Vec::len), Some(7));
    let text = view["explanationText"].as_str().expect("a text");
    assert!(text.contains("Berorientasi Pelayanan") && text.contains("Nilai 88,3"), "{text}");
    assert_eq!(answer["verifyRecalculation"], json!({ "matches": true, "computed": "NEEDS_IMPROVEMENT" }));
    let reach = "query($id: ID!) { whatWouldReach(evaluationId: $id, predicate: GOOD) {
        now alternatives { changes { kind from to } } } }";
    let answer = employee.ok(reach, json!({ "id": last["id"] })).await["whatWouldReach"].clone();
    let realisation = json!({ "changes": [{ "kind": "REALISATION", "from": "11.40", "to": "11.70" }] });
    assert!(answer["alternatives"].as_array().is_some_and(|all| all.contains(&realisation)), "{answer:#}");
    let again = service::evaluation::recalculate(&app.env, 2026, false, |_, _| ()).await.expect("computed");
    assert_eq!((again.evaluations, again.total_deviating), (1, 0), "{:?}", again.deviating);
});

both!(what_would_reach_is_visible_to_readers_of_the_result_only, |app| async move {
    let last = final_year(&app, "AS_EXPECTED", "BELOW").await;
    let reach =
        "query($id: ID!, $wanted: Predicate!) { whatWouldReach(evaluationId: $id, predicate: $wanted) {
        now reached alternatives { changes { kind fromRating toRating } } errors { code } } }";
    let wanted = |wanted: &str| json!({ "id": last["id"], "wanted": wanted });
    let employee = app.client(Person::Employee).await;
    let rows = audit::rows(&app.env).await.expect("counts");
    let answer = employee.ok(reach, wanted("GOOD")).await["whatWouldReach"].clone();
    let better = json!([{ "kind": "BEHAVIOUR_RATING", "fromRating": "BELOW", "toRating": "AS_EXPECTED" }]);
    let expected =
        json!({ "now": "POOR", "reached": false, "alternatives": [{ "changes": better }], "errors": [] });
    assert_eq!(answer, expected);
    let answer = employee.ok(reach, wanted("VERY_POOR")).await["whatWouldReach"].clone();
    assert_eq!((&answer["reached"], &answer["alternatives"]), (&json!(true), &json!([])));
    assert_eq!(audit::rows(&app.env).await.expect("counts"), rows);
    let peer = app.client(Person::Peer).await;
    assert_eq!(peer.error(reach, wanted("GOOD")).await, "NOT_FOUND");
    let verify = "query($id: ID!) { verifyRecalculation(evaluationId: $id) { matches } }";
    assert_eq!(peer.error(verify, json!({ "id": last["id"] })).await, "NOT_FOUND");
    // An evaluation that is not final has no result to improve.
    let all = "{ evaluations(filter: { kind: PERIODIC }) { edges { node { id } } } }";
    let found = employee.ok(all, json!({})).await;
    let open = json!({ "id": found["evaluations"]["edges"][0]["node"]["id"], "wanted": "GOOD" });
    let answer = employee.ok(reach, open).await["whatWouldReach"].clone();
    assert_eq!(answer.field("now"), &Value::Null);
    assert_eq!(answer["errors"][0]["code"], "BAD_USER_INPUT");
});

both!(year_end_report_shows_distribution_and_missing_evaluations, |app| async move {
    let last = final_year(&app, "AS_EXPECTED", "AS_EXPECTED").await;
    assert_eq!(last["predicate"], "GOOD");
    let (head, auditor) = (app.client(Person::Head).await, app.client(Person::Auditor).await);
    let set = json!({ "orgUnitId": ids::unit(service::testing::city::SECTION), "periodId": ids::year(),
        "predicate": "GOOD" });
    head.done("setOrgUnitPredicate", "orgUnitPredicate { predicate }", set).await;
    let query =
        "query($unit: ID!, $period: ID!) { reports { yearEnd(orgUnitId: $unit, periodId: $period, depth: 1) {
        regulation { code }
        rows { nodes { orgUnitCode staff missing good orgUnitPredicate countsHead drafts { total }
            check { total applicable holds limits { rule predicates percent count holds over under } } } }
        missingEvaluations { totalCount nodes { staff { name } next waitsFor { name } deadline evaluationId } } } } }";
    let variables = json!({ "unit": ids::unit(service::testing::city::OFFICE), "period": ids::year() });
    let answer = auditor.ok(query, variables.clone()).await["reports"]["yearEnd"].clone();
    let rows = answer["rows"]["nodes"].as_array().expect("rows");
    assert_eq!(rows[0]["missing"], 4);
    assert_eq!(rows[0].field("check"), &Value::Null, "no pattern without a unit predicate");
    let section = &rows[1];
    assert_eq!((&section["staff"], &section["good"]), (&json!(4), &json!(1)));
    let check = &section["check"];
    assert_eq!(
        (&check["total"], &check["applicable"], &check["holds"]),
        (&json!(1), &json!(false), &json!(false))
    );
    let people = check["limits"].as_array().expect("limits");
    let at_most = people.iter().find(|limit| limit["rule"] == "AT_MOST").expect("a limit");
    assert_eq!((&at_most["percent"], &at_most["over"]), (&json!(70), &json!(1)));
    let missing = answer["missingEvaluations"]["nodes"].as_array().expect("a list");
    assert_eq!(missing.len(), 4);
    let manager = missing.iter().find(|one| one["staff"]["name"] == "Manager Contoh").expect("the manager");
    assert_eq!(
        (&manager["next"], &manager["waitsFor"]["name"]),
        (&json!("CREATE_PLAN"), &json!("Manager Contoh"))
    );

    // After submission, the report shows that the plan waits for its rater. An API key can see figures only, and none about
    // four people.
    year::submitted(&app.client(Person::Manager).await, Person::Manager, year::content(None)).await;
    let answer = auditor.ok(query, variables.clone()).await["reports"]["yearEnd"].clone();
    let missing = answer["missingEvaluations"]["nodes"].as_array().expect("a list");
    let manager = missing.iter().find(|one| one["staff"]["name"] == "Manager Contoh").expect("the manager");
    assert_eq!(
        (&manager["next"], &manager["waitsFor"]["name"]),
        (&json!("REVIEW_PLAN"), &json!("Head Contoh"))
    );
    let admin = app.client(Person::Admin).await;
    let key = json!({ "name": "Dasbor", "orgUnitId": ids::unit(service::testing::city::OFFICE) });
    let mut tool = app.anonymous();
    tool.token = admin.done("createApiKey", "key", key).await["key"].as_str().map(str::to_owned);
    let answer = tool.ok(query, variables).await["reports"]["yearEnd"].clone();
    assert_eq!(answer["missingEvaluations"], json!({ "totalCount": 0, "nodes": [] }));
    assert!(answer.field("rows.nodes.0.missing").is_null());
});
