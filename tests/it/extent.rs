//! An evaluation has the same field values on every query path, although lists load only the selected columns.

use crate::{
    both,
    support::{Client, EVALUATION, Person, TestApp, ids},
    year,
};
use serde_json::{Value, json};

/// The evaluation of the first quarter, with a complete report.
async fn reported(app: &TestApp, plan: &Value) -> Value {
    let employee = app.client(Person::Employee).await;
    let found = year::evaluations(&employee, plan).await;
    let quarter = found.iter().find(|one| one["period"]["part"] == 1).expect("the first quarter");
    let row = &plan["currentRevision"]["results"][0]["id"];
    let report = json!({
        "realisations": [{ "planResultId": row, "text": "Tiga dokumen", "value": "3" }], "selfNote": "Lancar",
    });
    employee.act(&EVALUATION, "reportRealisation", quarter, report).await
}

/// The selection of each field of an evaluation.
async fn fields(client: &Client) -> Vec<String> {
    let query = "{ __type(name: \"Evaluation\") { fields { name type { kind ofType { kind ofType { kind ofType { kind } } } } } } }";
    let schema = client.ok(query, json!({})).await;
    let is_object = |mut of: &Value| {
        while of["ofType"].is_object() {
            of = &of["ofType"];
        }
        of["kind"] == "OBJECT"
    };
    let fields = schema["__type"]["fields"].as_array().expect("fields");
    let select = |field: &Value| {
        let below = if is_object(&field["type"]) { " { __typename }" } else { "" };
        format!("{}{below}", field["name"].as_str().expect("a name"))
    };
    fields.iter().map(select).collect()
}

both!(fields_have_the_same_value_on_every_query_path, |app| async move {
    let plan = year::approved(&app).await;
    app.set_clock("2026-04-05T02:00:00Z");
    let evaluation = reported(&app, &plan).await;
    let manager = app.client(Person::Manager).await;
    let rating = json!({
        "resultRating": "BELOW", "behaviourRating": "ABOVE", "resultReason": "Kurang", "behaviourReason": "Sigap",
        "resultRatings": [{ "planResultId": plan["currentRevision"]["results"][0]["id"], "rating": "BELOW", "note": "Kurang" }],
        "behaviourRatings": [{ "criterionId": ids::criterion(1), "rating": "ABOVE", "note": "Sigap" }],
    });
    let evaluation = manager.act(&EVALUATION, "rateEvaluation", &evaluation, rating).await;
    manager
        .act(
            &EVALUATION,
            "finaliseEvaluation",
            &evaluation,
            json!({ "missingUnitPredicateReason": "Belum ditetapkan" }),
        )
        .await;
    let mut with_value = 0;
    let variables = json!({
        "evaluation": evaluation["id"], "plan": plan["id"], "staff": ids::staff(Person::Employee),
    });
    for field in fields(&manager).await {
        let query = format!(
            "query($evaluation: ID!, $plan: ID!, $staff: ID!) {{
                evaluation(id: $evaluation) {{ id {field} }}
                evaluations(first: 20) {{ edges {{ node {{ id {field} }} }} }}
                plan(id: $plan) {{ evaluations {{ id {field} }} }}
                plans(filter: {{ staffId: $staff }}) {{ edges {{ node {{ evaluations {{ id ... on Evaluation {{ {field} }} }} }} }} }}
                staffMember(by: {{ id: $staff }}) {{ evaluations(first: 10) {{ edges {{ node {{ id {field} }} }} }} }}
                staff(first: 20) {{ edges {{ node {{ evaluations(first: 10) {{ edges {{ node {{ id ...F }} }} }} }} }} }}
            }} fragment F on Evaluation {{ {field} }}"
        );
        let answer = manager.ok(&query, variables.clone()).await;
        let mut found = Vec::new();
        gather(&answer, &evaluation["id"], &mut found);
        assert_eq!(found.len(), 6, "{field}: {answer:#}");
        assert!(found.iter().all(|one| one == &found[0]), "{field}: {found:#?}");
        let value = found[0].as_object().expect("an object").iter().find(|(name, _)| *name != "id");
        with_value += usize::from(value.is_some_and(|(_, value)| !value.is_null() && *value != json!([])));
    }
    assert!(with_value > 25, "only {with_value} fields have a value");
});

/// Collects all objects with an id from an answer.
fn gather(answer: &Value, id: &Value, found: &mut Vec<Value>) {
    match answer {
        Value::Object(object) if object.get("id") == Some(id) => found.push(answer.clone()),
        Value::Object(object) => object.values().for_each(|value| gather(value, id, found)),
        Value::Array(items) => items.iter().for_each(|value| gather(value, id, found)),
        _ => {}
    }
}
