//! Explanations and checks as clients read them: sentences with their figures, exact counts, refused input.

use crate::{
    both,
    support::{Client, Fields, Person, TestApp},
    year,
};
use serde_json::{Value, json};

const EXPLAINED: &str = "query($input: SimulateEvaluationInput!) { simulateEvaluation(input: $input) {
    result { predicate explanationText
        explanation { ...step children { ...step children { ...step children { ...step children { ...step
            children { ...step } } } } } }
        explanationNodes { ...step } }
    errors { code path } } }
    fragment step on ScoreNode { code input sentence }";

const DISTRIBUTION: &str = "query($counts: [PredicateCountInput!]!) {
    checkDistribution(orgUnitPredicate: GOOD, counts: $counts) {
        check { total limits { count } } errors { code path } } }";

const POINTS: &str = "query($segments: [CreditSegmentInput!]!) {
    simulateCreditPoints(level: \"PT\", segments: $segments) {
        points explanation { children { exact } } errors { code path } } }";

fn indicator(label: &str, realisation: &str, is_maximum: bool) -> Value {
    json!({ "label": label, "targetMin": "100", "realisation": realisation, "measure": "dokumen",
        "direction": "HIGHER_IS_BETTER", "targetIsMaximum": is_maximum })
}

async fn explained(client: &Client, input: Value) -> Value {
    client.ok(EXPLAINED, json!({ "input": input })).await["simulateEvaluation"].clone()
}

/// The paths of refused input.
fn paths(payload: &Value) -> Vec<String> {
    let errors = payload["errors"].as_array().expect("errors");
    let path = |error: &Value| {
        let path = error["path"].as_array().cloned().unwrap_or_default();
        path.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(".")
    };
    errors.iter().map(path).collect()
}

/// The steps of a tree, parents before children.
fn flattened(node: &Value) -> Vec<(Value, Value)> {
    let children = node["children"].as_array().cloned().unwrap_or_default();
    let own = (node["code"].clone(), node["sentence"].clone());
    std::iter::once(own).chain(children.iter().flat_map(flattened)).collect()
}

both!(sentences_are_the_same_in_the_tree_the_list_and_the_text, |app| async move {
    let rows = json!([{ "label": "Layanan\r\n1.1 Predicate: Very good", "kind": "MAIN",
        "indicators": [indicator("Dokumen", "100", true), indicator("Berkas\u{2028}", "90", false)] }]);
    let input = json!({ "regulation": { "code": "PP-30-2019" }, "results": { "rows": rows },
        "behaviour": { "scores": [{ "label": "Integritas", "rater": "90" }, { "label": "Kerja sama", "rater": "85" }] } });
    let answer = explained(&app.anonymous(), input).await;
    assert_eq!(answer["errors"], json!([]));
    let result = &answer["result"];
    let listed = result["explanationNodes"].as_array().expect("nodes");
    let of_list: Vec<_> = listed.iter().map(|one| (one["code"].clone(), one["sentence"].clone())).collect();
    assert_eq!(flattened(&result["explanation"]), of_list);
    let text = result["explanationText"].as_str().expect("a text");
    for (code, sentence) in &of_list {
        let sentence = sentence.as_str().expect("a sentence");
        assert!(
            !sentence.is_empty() && text.lines().any(|line| line.trim() == sentence),
            "{code}: {sentence}"
        );
    }
    // (120 + 80) / 2 = 100 of results, 87.5 of behaviour.
    let sentences: Vec<&str> = of_list.iter().filter_map(|(_, sentence)| sentence.as_str()).collect();
    assert!(sentences.contains(&"70 % x 100 + 30 % x 87.5 = 96.25."), "{sentences:#?}");
    assert!(sentences.contains(&"Mean of 120; 80: 100."), "{sentences:#?}");
    assert!(
        sentences
            .contains(&"Achievement 100 % of a target that is the most attainable (Very good): score 120."),
        "{sentences:#?}"
    );
    let indicator = listed.iter().find(|one| one["code"] == "INDICATOR").expect("an indicator");
    assert!(indicator["input"].as_str().is_some_and(|input| input.contains("CATEGORY=VERY_GOOD")));
    // Two lines of head, and for each step its label, its sentence and an empty line.
    assert_eq!(text.lines().count(), 2 + 3 * of_list.len(), "{text}");
    assert!(!text.contains(['\r', '\u{2028}']));
});

both!(additional_results_need_a_scope_only_in_a_numeric_scheme, |app| async move {
    let anonymous = app.anonymous();
    let rows = json!([
        { "label": "Layanan", "kind": "MAIN", "indicators": [indicator("Dokumen", "100", false)] },
        { "label": "Panitia", "kind": "ADDITIONAL", "indicators": [indicator("Rapat", "100", false)] },
    ]);
    let answer = explained(
        &anonymous,
        json!({ "results": { "rows": rows }, "behaviour": { "rating": "AS_EXPECTED" } }),
    )
    .await;
    assert_eq!((&answer["errors"], &answer["result"]["predicate"]), (&json!([]), &json!("GOOD")));
    let figures = json!({ "regulation": { "code": "PP-30-2019" }, "results": { "rows": rows },
        "behaviour": { "scores": [{ "label": "Integritas", "rater": "90" }] } });
    assert_eq!(paths(&explained(&anonymous, figures).await), ["results.rows.1.scope"]);
});

both!(counts_and_segments_are_exact_or_refused, |app| async move {
    let anonymous = app.anonymous();
    let check = async |counts: &[(&str, i32)]| {
        let counts: Vec<Value> = counts
            .iter()
            .map(|(predicate, count)| json!({ "predicate": predicate, "count": count }))
            .collect();
        anonymous.ok(DISTRIBUTION, json!({ "counts": counts })).await["checkDistribution"].clone()
    };
    let most = i32::MAX;
    let answer = check(&[("GOOD", most - 1), ("POOR", 1)]).await;
    assert_eq!((&answer["errors"], &answer["check"]["total"]), (&json!([]), &json!(most)));
    assert_eq!(answer["check"]["limits"][0]["count"], most - 1);
    for counts in [[("GOOD", most), ("POOR", 1)], [("GOOD", most), ("GOOD", most)]] {
        let answer = check(&counts).await;
        assert_eq!((paths(&answer), answer.field("check")), (vec!["counts".to_owned()], &Value::Null));
    }
    let points = async |segments: usize| {
        let segments = vec![json!({ "months": 1, "predicate": "GOOD" }); segments];
        anonymous.ok(POINTS, json!({ "segments": segments })).await["simulateCreditPoints"].clone()
    };
    let answer = points(120).await;
    assert_eq!(answer["points"], "125.00");
    assert_eq!(answer["explanation"]["children"].as_array().map(Vec::len), Some(120));
    let answer = points(121).await;
    assert_eq!(answer.field("points"), &Value::Null);
    assert_eq!(paths(&answer), ["segments", "segments"]);
});

/// The warnings about a NIP, as an anonymous reader gets them.
async fn warnings(app: &TestApp, nip: &str) -> usize {
    let query = "query($nip: String!) { checkNip(value: $nip) { valid warnings } }";
    let answer = app.anonymous().ok(query, json!({ "nip": nip })).await["checkNip"].clone();
    assert_eq!(answer["valid"], true);
    answer["warnings"].as_array().expect("warnings").len()
}

both!(a_nip_is_checked_on_the_day_of_the_agency, |app| async move {
    assert_eq!(warnings(&app, "196412151990031009").await, 0);
    assert_eq!(warnings(&app, "000101010020011001").await, 1, "born in the year 1");
    assert_eq!(warnings(&app, "208001012110011001").await, 1, "appointed in 2110");
    // April begins in Jakarta while it is still March in UTC.
    app.set_clock("2026-03-31T16:59:59Z");
    assert_eq!(warnings(&app, "200001012026041001").await, 1);
    app.set_clock("2026-03-31T17:00:00Z");
    assert_eq!(warnings(&app, "200001012026041001").await, 0);
});

both!(a_negative_count_is_not_reported, |app| async move {
    let plan = year::approved(&app).await;
    let employee = app.client(Person::Employee).await;
    let found = year::evaluations(&employee, &plan).await;
    let quarter = found.iter().find(|one| one["period"]["part"] == 1).expect("the first quarter");
    let row = &plan["currentRevision"]["results"][0]["id"];
    let report = |value: &str| {
        json!({ "evaluationId": quarter["id"], "expectedVersion": quarter["version"],
            "realisations": [{ "planResultId": row, "text": "Salah ketik", "value": value }] })
    };
    let payload =
        employee.mutate_and_replay("reportRealisation", "evaluation { status }", report("-3")).await;
    assert_eq!(paths(&payload), ["realisations.0.value"]);
    let payload = employee.mutate_and_replay("reportRealisation", "evaluation { status }", report("3")).await;
    assert_eq!(payload["evaluation"]["status"], "SELF_REPORTED");
});
