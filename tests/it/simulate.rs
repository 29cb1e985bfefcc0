//! Simulations without a login. They use the same scoring core as evaluations and write no rows.

use crate::{
    both,
    support::{Fields, refusals},
};
use serde_json::{Value, json};
use service::testing::audit;

const SIMULATE: &str = "query($input: SimulateEvaluationInput!) { simulateEvaluation(input: $input) {
    result { predicate predicateLabel score regulation { code version } explanation { exact children { code exact } }
        explanationNodes { place sentence } id: explanationText(locale: ID) en: explanationText(locale: EN) }
    errors { code path message } } }";

const DISTRIBUTION: &str = "query($unit: OrgUnitPredicate!, $counts: [PredicateCountInput!]!) {
    checkDistribution(orgUnitPredicate: $unit, counts: $counts) {
        check { total applicable holds limits { rule predicates holds over under } } errors { code path message } } }";

const POINTS: &str = "query($level: String!, $segments: [CreditSegmentInput!]!) {
    simulateCreditPoints(level: $level, segments: $segments) {
        points forRank forLevel explanation { value children { exact } } explanationText errors { code path message } } }";

both!(simulations_are_public_and_write_nothing, |app| async move {
    let anonymous = app.anonymous();
    let rows = audit::rows(&app.env).await.expect("counts");
    let bytes = app.env.db().statements();
    for (result, behaviour, predicate) in [
        ("ABOVE", "ABOVE", "VERY_GOOD"),
        ("ABOVE", "BELOW", "POOR"),
        ("BELOW", "ABOVE", "NEEDS_IMPROVEMENT"),
        ("BELOW", "BELOW", "VERY_POOR"),
    ] {
        let input = json!({ "results": { "rating": result }, "behaviour": { "rating": behaviour } });
        let answer = anonymous.ok(SIMULATE, json!({ "input": input })).await["simulateEvaluation"].clone();
        assert_eq!(answer["errors"], json!([]));
        assert_eq!(answer["result"]["predicate"], predicate, "{result} {behaviour}");
        assert_eq!(answer["result"]["explanation"]["exact"], predicate);
        assert_eq!(answer["result"]["regulation"], json!({ "code": "PERMENPANRB-6-2022", "version": 1 }));
        let (id, en) = (answer["result"]["id"].as_str(), answer["result"]["en"].as_str());
        assert!(id.is_some_and(|text| text.contains("Predikat kinerja")), "{id:?}");
        assert!(en.is_some_and(|text| text.contains("Computed by PERMENPANRB-6-2022")), "{en:?}");
    }
    let counts = |good: i32, poor: i32| json!([{ "predicate": "GOOD", "count": good }, { "predicate": "POOR", "count": poor }]);
    for (good, poor, holds) in [(7, 3, true), (8, 2, false), (70, 30, true), (71, 29, false)] {
        let variables = json!({ "unit": "GOOD", "counts": counts(good, poor) });
        let answer = anonymous.ok(DISTRIBUTION, variables).await["checkDistribution"].clone();
        assert_eq!(answer["check"]["holds"], holds, "{good} {poor}");
    }
    for (months, predicate, points) in
        [(12, "GOOD", "12.50"), (3, "VERY_GOOD", "4.69"), (9, "NEEDS_IMPROVEMENT", "7.03")]
    {
        let segments = json!([{ "months": months, "predicate": predicate }]);
        let answer = anonymous.ok(POINTS, json!({ "level": "Ahli Pertama", "segments": segments })).await;
        assert_eq!(answer["simulateCreditPoints"]["points"], points, "{months} {predicate}");
        assert_eq!(answer["simulateCreditPoints"]["forRank"], "50.00");
    }
    assert!(app.env.db().statements() > bytes, "statements were counted");
    assert_eq!(audit::rows(&app.env).await.expect("counts"), rows);
});

both!(result_rows_give_a_suggested_rating_with_explanation, |app| async move {
    let indicator = json!({ "label": "Ketepatan", "targetMin": "80", "targetMax": "90", "realisation": "70",
        "measure": "%", "direction": "HIGHER_IS_BETTER" });
    let input = json!({ "results": { "rows": [{ "label": "Layanan", "kind": "MAIN", "indicators": [indicator] }] },
        "behaviour": { "rating": "AS_EXPECTED" },
        "trainings": [{ "reference": "S-1", "title": "Pelayanan prima", "hours": 20, "countsFor": "BEHAVIOUR" }] });
    let answer = app.anonymous().ok(SIMULATE, json!({ "input": input })).await["simulateEvaluation"].clone();
    assert_eq!(
        (&answer["errors"], &answer["result"]["predicate"]),
        (&json!([]), &json!("NEEDS_IMPROVEMENT"))
    );
    let text = answer["result"]["id"].as_str().expect("a text");
    assert!(text.contains("80-90 %") && text.contains("Pelayanan prima"), "{text}");
});

both!(all_errors_of_a_simulation_are_returned_together, |app| async move {
    let anonymous = app.anonymous();
    let simulate = |input: Value| {
        let anonymous = anonymous.clone();
        async move { anonymous.ok(SIMULATE, json!({ "input": input })).await["simulateEvaluation"].clone() }
    };
    let refused = |answer: Value| {
        assert_eq!(answer.field("result"), &Value::Null);
        refusals(&answer).into_iter().map(|refusal| refusal.path).collect::<Vec<_>>()
    };
    // A choice given twice or not at all does not fit the schema.
    let two = json!({ "rating": "ABOVE", "orgUnitPredicate": "GOOD" });
    for results in [two, json!({})] {
        let input = json!({ "results": results, "behaviour": { "rating": "ABOVE" } });
        assert_eq!(anonymous.error(SIMULATE, json!({ "input": input })).await, "BAD_USER_INPUT");
    }
    let unknown = json!({ "regulation": { "code": "UU-1" }, "results": { "rating": "ABOVE" }, "behaviour": { "rating": "ABOVE" } });
    assert_eq!(refused(simulate(unknown).await), ["regulation"]);
    // PP 30/2019 has parameters that an agency must fill in. If one is missing, the error is on the regulation.
    let numeric = json!({ "regulation": { "code": "PP-30-2019" },
        "results": { "rows": [{ "label": "Layanan", "kind": "MAIN", "indicators": [{ "label": "Dokumen",
            "targetMin": "10", "realisation": "10", "direction": "HIGHER_IS_BETTER" }] }] },
        "behaviour": { "scores": [{ "label": "Integritas", "rater": "100" }] } });
    let answer = simulate(numeric).await;
    if answer.field("result").is_null() {
        assert_eq!(refused(answer), ["regulation"]);
    }
    let negative = json!({ "results": { "rating": "ABOVE" }, "behaviour": { "rating": "ABOVE" },
        "trainings": [{ "reference": "S-1", "title": "Diklat", "hours": -1, "countsFor": "RESULTS" }] });
    assert_eq!(refused(simulate(negative).await), ["trainings.0.hours"]);

    let variables = json!({ "level": "Ahli Entah", "segments": [{ "months": 13, "predicate": "GOOD" }] });
    let answer = anonymous.ok(POINTS, variables).await["simulateCreditPoints"].clone();
    assert_eq!(answer.field("points"), &Value::Null);
    assert_eq!(refusals(&answer).len(), 2, "{answer:#}");
    let variables = json!({ "unit": "GOOD", "counts": [{ "predicate": "GOOD", "count": -1 }] });
    let answer = anonymous.ok(DISTRIBUTION, variables).await["checkDistribution"].clone();
    assert_eq!(refusals(&answer)[0].path, "counts.0.count");
});
