//! Each field of the schema from each root: without a login nothing but what is public answers.

use crate::support::{Client, On, Person, run, sdl::Sdl};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What needs no login: the list of the API's design, written by hand. Not all of it is built yet.
const PUBLIC: [&str; 11] = [
    "login",
    "refreshSession",
    "activateAccount",
    "serviceConfig",
    "criteriaSets",
    "criteria",
    "regulations",
    "simulateEvaluation",
    "simulateCreditPoints",
    "checkDistribution",
    "checkNip",
];

/// Each root field with a document that selects all that can be reached below it. Together they select each
/// field of the schema.
fn documents() -> Vec<(String, String)> {
    let sdl = Sdl::committed();
    let (mut documents, mut reached) = (Vec::new(), BTreeSet::new());
    for root in ["Query", "Mutation"] {
        for field in sdl.fields(root) {
            let (document, types) = sdl.everything_below(root, field);
            documents.push((field.name.node.to_string(), document));
            reached.extend(types);
        }
        reached.insert(root.to_owned());
    }
    // Subscriptions answer on transports of their own.
    reached.insert("Subscription".to_owned());
    let all: BTreeSet<_> = sdl.objects().map(|(object, _)| object.to_owned()).collect();
    assert!(all.is_subset(&reached), "no root leads to {:?}", all.difference(&reached));
    documents
}

/// The codes of all errors of an answer.
fn codes(answer: &Value) -> Vec<&str> {
    let errors = answer["errors"].as_array().into_iter().flatten();
    errors.map(|error| error["extensions"]["code"].as_str().unwrap_or("")).collect()
}

/// What is wrong with the answer to somebody without a login.
fn fault(field: &str, answer: &Value) -> Option<String> {
    let is_closed = codes(answer) == ["UNAUTHENTICATED"] && answer["data"].is_null();
    // What is refused at the door has no path; an unknown refresh token is, by the resolver, at its own.
    let answers = answer["data"][field].is_object() || answer["data"][field].is_array();
    let is_open = match answers {
        true => !codes(answer).contains(&"UNAUTHENTICATED"),
        false => field == "refreshSession" && answer["errors"][0]["path"] == json!([field]),
    };
    match PUBLIC.contains(&field) {
        true if !is_open => Some(format!("{field} should answer anybody: {answer:#}")),
        false if !is_closed => Some(format!("{field} should need a login: {answer:#}")),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_login_no_field_answers_but_what_is_public() {
    run(On::Sqlite, |app| async move {
        let app = app.without_limits();
        let anonymous = app.anonymous();
        let documents = documents();
        let mut faults = Vec::new();
        for (field, document) in &documents {
            let (_, answer) = anonymous.send(document, json!({})).await;
            faults.extend(fault(field, &answer));
        }
        assert!(faults.is_empty(), "{faults:#?}");

        // The same documents with a login: it was not for another reason that they were refused.
        for (field, document) in &documents {
            let admin: Client = app.client(Person::Admin).await;
            let (_, answer) = admin.send(document, json!({})).await;
            let codes: Vec<&str> = codes(&answer)
                .into_iter()
                .filter(|code| field != "refreshSession" || *code != "UNAUTHENTICATED")
                .collect();
            let refused =
                ["UNAUTHENTICATED", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "LIMIT_EXCEEDED"];
            assert!(!codes.iter().any(|code| refused.contains(code)), "{field}: {document}\n{answer:#}");
            assert!(!codes.contains(&"INTERNAL_SERVER_ERROR"), "{field}: {answer:#}");
            // And such an answer would not have passed.
            assert!(PUBLIC.contains(&field.as_str()) || fault(field, &answer).is_some(), "{field}");
        }
    })
    .await;
}
