//! Selects every field of the schema from each root field. Without a login only public root fields answer.

use crate::support::{Client, On, Person, run, sdl::Sdl};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Root fields that need no login, listed by hand from the API design. Not all of them exist yet.
const PUBLIC: [&str; 13] = [
    "login",
    "loginWithToken",
    "startLogin",
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

/// Builds one document for each root field, which selects everything below it. Together the documents select every
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
    // Subscriptions use their own transports.
    reached.insert("Subscription".to_owned());
    let all: BTreeSet<_> = sdl.objects().map(|(object, _)| object.to_owned()).collect();
    assert!(all.is_subset(&reached), "no root leads to {:?}", all.difference(&reached));
    documents
}

/// The codes of all errors in an answer.
fn codes(answer: &Value) -> Vec<&str> {
    let errors = answer["errors"].as_array().into_iter().flatten();
    errors.map(|error| error["extensions"]["code"].as_str().unwrap_or("")).collect()
}

/// Checks the answer to a client without a login.
fn finding(field: &str, answer: &Value) -> Option<String> {
    let is_closed = codes(answer) == ["UNAUTHENTICATED"] && answer.get("data").is_none_or(Value::is_null);
    // Authentication errors have no path. The error for an unknown refresh token comes from the resolver and has one.
    let answers = answer["data"][field].is_object() || answer["data"][field].is_array();
    let is_open = match answers {
        true => !codes(answer).contains(&"UNAUTHENTICATED"),
        false => field == "refreshSession" && answer["errors"][0]["path"] == json!([field]),
    };
    match PUBLIC.contains(&field) {
        true if !is_open => Some(format!("{field} should answer without a login: {answer:#}")),
        false if !is_closed => Some(format!("{field} should need a login: {answer:#}")),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_public_fields_answer_without_a_login() {
    run(On::Sqlite, |app| async move {
        let app = app.without_limits();
        let anonymous = app.anonymous();
        let documents = documents();
        let mut findings = Vec::new();
        for (field, document) in &documents {
            let (_, answer) = anonymous.send(document, json!({})).await;
            findings.extend(finding(field, &answer));
        }
        assert!(findings.is_empty(), "{findings:#?}");

        // With a login, the same documents are accepted, so the missing login was the only reason for the refusal.
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
            // The check above would have rejected this answer.
            assert!(PUBLIC.contains(&field.as_str()) || finding(field, &answer).is_some(), "{field}");
        }
    })
    .await;
}
