//! The cost of documents, the limits of typical queries, and the budgets of callers.

use crate::{
    both, both_in_a_city,
    support::{Client, Person, ids},
};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use kinerja::http::settings::AppSettings;
use serde_json::{Value, json};
use service::testing::city;
use tower::ServiceExt;

/// The cost of a document that runs.
async fn cost(client: &Client, query: &str, variables: Value) -> u64 {
    let (status, answer) = client.send(query, variables).await;
    assert!(answer.get("errors").is_none(), "{status} {answer:#}");
    answer["extensions"]["cost"]["requested"].as_u64().expect("a cost")
}

const EXPLAINED: &str =
    "query($input: SimulateEvaluationInput!) { simulateEvaluation(input: $input) { result {
    explanation { ...step children { ...step children { ...step children { ...step children { ...step
        children { ...step } } } } } } } } }
    fragment step on ScoreNode { code sentence input rule }";

both_in_a_city!(typical_queries_are_within_the_limits, |app| async move {
    let superior = app.client_of("kepala").await;
    // The plans of a team with rows and indicators, for the last day.
    let plans = "{ plans(first: 30) { edges { node { id status currentRevision { number results { id title
        serves { id title } indicators { id text target { min max } } actionPlans { id text } } } } } } }";
    assert_eq!(cost(&superior, plans, json!({})).await, 2_040);
    let activities =
        "{ activities(first: 100) { edges { node { id description evidence { label url } } } } }";
    assert_eq!(cost(&superior, activities, json!({})).await, 400);
    let input = json!({ "results": { "rows": [{ "label": "Layanan", "kind": "MAIN", "indicators": [{ "label": "Dokumen",
        "targetMin": "10", "realisation": "9", "measure": "dokumen", "direction": "HIGHER_IS_BETTER" }] }] },
        "behaviour": { "rating": "AS_EXPECTED" } });
    assert_eq!(cost(&superior, EXPLAINED, json!({ "input": input })).await, 416);
});

both_in_a_city!(expensive_fields_cost_more_than_the_objects_they_return, |app| async move {
    let client = app.client_of("kepala").await;
    let totals = |aliases: usize| {
        let fields = (0..aliases).map(|at| format!("a{at}: evaluations(first: 0) {{ totalCount }}"));
        format!("{{ {} }}", fields.collect::<Vec<_>>().join(" "))
    };
    assert_eq!(cost(&client, &totals(11), json!({})).await, 4_400);
    assert_eq!(cost(&client, "{ viewer { worklist(first: 1) { nodes { kind } } } }", json!({})).await, 252);
    // The same list without its number of items.
    assert_eq!(cost(&client, "{ evaluations(first: 1) { edges { cursor } } }", json!({})).await, 1);
});

both!(a_caller_spends_a_budget, |app| async move {
    let limited = app.behind(&AppSettings { cost_per_minute: 250, ..AppSettings::default() });
    let (spender, other) = (limited.client(Person::Employee).await, limited.client(Person::Head).await);
    let query = "{ plans(first: 0) { totalCount } }";
    for left in [150, 50] {
        let (_, answer) = spender.send(query, json!({})).await;
        let budget = &answer["extensions"]["cost"]["budget"];
        let remaining = budget["remaining"].as_u64().expect("what remains");
        // Four units come back each second.
        assert!((left..left + 45).contains(&remaining), "{answer:#}");
        assert_eq!(budget["limit"], 250);
        assert!(
            budget["resetSeconds"].as_u64().is_some_and(|seconds| (1..=60).contains(&seconds)),
            "{budget}"
        );
    }
    let (status, refused) = spender.send(query, json!({})).await;
    let extensions = &refused["errors"][0]["extensions"];
    assert_eq!((status.as_u16(), &extensions["code"]), (429, &json!("RATE_LIMITED")), "{refused:#}");
    assert!(extensions["retryAfterSeconds"].as_u64().is_some_and(|seconds| (1..=60).contains(&seconds)));
    // A change is refused before it begins, so it can be sent again.
    let change =
        "mutation($input: RecordActivitiesInput!) { recordActivities(input: $input) { errors { code } } }";
    let rows = json!({ "input": { "planId": "", "rows": [] } });
    let spent: Vec<_> = refusals_of(&spender, change, &rows, 30).await;
    assert!(spent.iter().any(|code| code == "RATE_LIMITED"), "{spent:?}");
    // Others have their own budgets.
    let (status, answer) = other.send(query, json!({})).await;
    assert_eq!(status.as_u16(), 200, "{answer:#}");
});

both!(exports_and_proofs_are_charged, |app| async move {
    let limited = app.behind(&AppSettings { cost_per_minute: 1_010, ..AppSettings::default() });
    let client = limited.client(Person::Auditor).await;
    let export = format!(
        "/exports/predicate-distribution.csv?unit={}&period={}",
        ids::unit(city::OFFICE),
        ids::year()
    );
    assert_eq!(get(&client, &export).await, StatusCode::OK);
    assert_eq!(get(&client, &export).await, StatusCode::TOO_MANY_REQUESTS);
    // The query for the same report is charged to the same budget.
    let report = "query($unit: ID!, $period: ID!) { reports { predicateDistribution(orgUnitId: $unit, periodId: $period) {
        rows { staff } } } }";
    let (status, _) =
        client.send(report, json!({ "unit": ids::unit(city::OFFICE), "period": ids::year() })).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    let anyone = Client { token: None, ..client.clone() };
    // Without a signing key there is nothing to find. The login was charged, too, and 17 units come back each second.
    let mut found = 0;
    let refused = loop {
        match get(&anyone, "/journal/key").await {
            StatusCode::NOT_FOUND if found < 1_000 => found += 1,
            other => break other,
        }
    };
    assert_eq!(refused, StatusCode::TOO_MANY_REQUESTS, "after {found}");
    assert!(found >= 40, "{found}");
});

async fn get(client: &Client, address: &str) -> StatusCode {
    let mut request = Request::get(address);
    if let Some(token) = &client.token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(Body::empty()).expect("a request");
    client.app.router.clone().oneshot(request).await.expect("an answer").status()
}

/// Sends a document several times; returns the codes of the errors of whole requests.
async fn refusals_of(client: &Client, query: &str, variables: &Value, times: usize) -> Vec<String> {
    let mut codes = Vec::new();
    for _ in 0..times {
        let (_, answer) = client.send(query, variables.clone()).await;
        if let Some(code) = answer["errors"][0]["extensions"]["code"].as_str() {
            codes.push(code.to_owned());
        }
    }
    codes
}
