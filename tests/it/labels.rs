//! Labels of enum values, and the words of sentences: sentences for people contain no names of the code.

use crate::{
    both,
    support::{Client, Person, global, sdl::Sdl, sdl::named},
    year,
};
use domain::field::is_named;
use serde_json::{Value, json};
use service::testing::city;
use std::collections::BTreeMap;

both!(every_value_of_every_enumeration_has_labels_in_both_languages, |app| async move {
    let document = "{ serviceConfig { labels { enumeration value indonesian english } } }";
    let answer = app.anonymous().ok(document, json!({})).await;
    let rows = answer["serviceConfig"]["labels"].as_array().expect("labels");
    let text = |row: &Value, key: &str| row[key].as_str().expect("a text").to_owned();
    let labels: BTreeMap<(String, String), [String; 2]> = rows
        .iter()
        .map(|row| {
            ((text(row, "enumeration"), text(row, "value")), [text(row, "indonesian"), text(row, "english")])
        })
        .collect();
    assert_eq!(labels.len(), rows.len(), "one label for each value");
    let sdl = Sdl::committed();
    let values: Vec<(String, String)> = sdl
        .enumerations()
        .flat_map(|(name, values)| values.into_iter().map(move |value| (name.to_owned(), value.to_owned())))
        .collect();
    let missing: Vec<_> = values.iter().filter(|value| !labels.contains_key(*value)).collect();
    assert!(missing.is_empty(), "without a label: {missing:?}");
    assert_eq!(labels.len(), values.len(), "labels of values that are missing in the schema");
    for (value, of) in &labels {
        for label in of {
            assert!(!label.trim().is_empty(), "{value:?}");
            let name = value.0 == "RegulationFormat";
            assert!(name || crate::support::technical_words(label).is_empty(), "{value:?}: {label}");
        }
    }
});

/// Enumerations whose fields need no label field: an error has a sentence in addition to its code, a language or a file
/// format is its own name, a node of an explanation has a sentence, and the subject of an item has a label for its own
/// status.
const WITHOUT_LABEL_FIELD: [&str; 9] = [
    "ErrorCode",
    "Locale",
    "RegulationFormat",
    "ScoreNodeKind",
    "ScoreRule",
    "RoundingMode",
    "NodeEvidenceKind",
    "DeviationField",
    "SubjectStatus",
];

#[test]
fn each_field_with_an_enumeration_has_a_label_field() {
    let sdl = Sdl::committed();
    let enumerations: Vec<&str> = sdl.enumerations().map(|(name, _)| name).collect();
    let mut missing = Vec::new();
    for (object, fields) in sdl.objects() {
        for field in &fields {
            let (name, ty) = (field.name.node.as_str(), named(&field.ty.node));
            // The actions that a state allows are in the sentence of the error.
            let is_allowed = object == "TransitionError";
            if !enumerations.contains(&ty) || WITHOUT_LABEL_FIELD.contains(&ty) || is_allowed {
                continue;
            }
            let one = name.strip_suffix('s').filter(|_| field.ty.node.to_string().starts_with('['));
            let label = one.map_or_else(|| format!("{name}Label"), |one| format!("{one}Labels"));
            if !fields.iter().any(|field| field.name.node == label) {
                missing.push(format!("{object}.{label}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_input_field_has_a_name_for_people() {
    let sdl = Sdl::committed();
    let inputs: Vec<&str> = sdl.inputs().filter(|name| *name != "locale" && !is_named(name)).collect();
    assert!(inputs.is_empty(), "{inputs:?}");
}

/// The sentences of a refused mutation in Indonesian and in English.
async fn sentences(client: &Client, name: &str, selection: &str, input: Value) -> [String; 2] {
    let mut texts = Vec::new();
    for language in ["id", "en"] {
        let client = Client { language, ..client.clone() };
        let payload = client.mutate_once(name, selection, input.clone()).await;
        let errors = payload.pointer("/results/0/errors").unwrap_or(&payload["errors"]);
        texts.push(errors[0]["message"].as_str().unwrap_or_else(|| panic!("{payload:#}")).to_owned());
    }
    texts.try_into().expect("two languages")
}

both!(a_refusal_names_the_status_by_its_label, |app| async move {
    let admin = app.client(Person::Admin).await;
    app.pass_the_end_of_quarter(1);
    let part = json!(global(9, city::quarter(1)));
    let close = |version: i32| json!({ "periodId": part, "expectedVersion": version });
    let closed =
        admin.done("closePeriod", "period { status statusLabel cycleLabel(locale: ID) }", close(1)).await;
    assert_eq!(closed["period"]["statusLabel"], "Closed");
    assert_eq!(closed["period"]["cycleLabel"], "Triwulanan");
    assert_eq!(
        sentences(&admin, "closePeriod", "period { id }", close(2)).await,
        [
            "Tindakan ini tidak dapat dilakukan pada status Ditutup.",
            "This action is not possible in status Closed."
        ]
    );

    let employee = app.client(Person::Employee).await;
    let plan = year::approved(&app).await;
    let input = json!({ "planId": plan["id"], "expectedVersion": plan["version"] });
    assert_eq!(
        sentences(&employee, "submitPlan", "plan { id }", input).await,
        [
            "Tindakan ini tidak dapat dilakukan pada status Disetujui.",
            "This action is not possible in status Approved."
        ]
    );
    let actions =
        "query($id: ID!) { plan(id: $id) { allowedActions { action actionLabel allowed message } } }";
    let answer = Client { language: "id", ..employee }.ok(actions, json!({ "id": plan["id"] })).await;
    let actions = answer["plan"]["allowedActions"].as_array().expect("actions");
    let submit = actions.iter().find(|action| action["action"] == "SUBMIT_PLAN").expect("the action");
    assert_eq!(submit["actionLabel"], "Ajukan SKP");
    assert_eq!(submit["message"], "Tindakan ini tidak dapat dilakukan pada status Disetujui.");
});

both!(a_refusal_names_the_field_in_the_language_of_the_reader, |app| async move {
    let employee = app.client(Person::Employee).await;
    let plan = year::approved(&app).await;
    let row = json!({
        "target": { "clientKey": "0b9f4a4e-0f1e-4b5b-9d55-0d6f6b2d0001" }, "description": " ",
        "startedAt": "2026-03-01T01:00:00Z", "endedAt": "2026-03-01T02:00:00Z",
    });
    let input = json!({ "planId": plan["id"], "rows": [row] });
    let results = "results { row errors { message path } }";
    assert_eq!(
        sentences(&employee, "recordActivities", results, input).await,
        ["Uraian wajib diisi.", "Description is required."]
    );
});
