//! Lists and lookups read only the columns that a document selects. Each field has the same value alone and together
//! with all others.

use crate::{
    both_in_a_city,
    support::{
        Client,
        sdl::{Sdl, named},
    },
};
use async_graphql::parser::types::FieldDefinition;
use serde_json::{Value, json};
use service::{Env, db::Backend};
use std::fmt::Write;

/// Where objects of a type are read in part. `@` is replaced by the selected fields.
const READS: [(&str, &[&str]); 2] = [
    (
        "Evaluation",
        &[
            "{ evaluations(first: 12) { nodes { @ } } }",
            "{ evaluations(last: 12) { edges { node { @ } } } }",
            "query($unit: ID!) { staff(first: 6, filter: { orgUnitId: $unit }) { nodes { evaluations(first: 4) { nodes { @ } } } } }",
            "{ plans(first: 4) { nodes { evaluations { @ } } } }",
            "query($evaluation: ID!) { evaluation(id: $evaluation) { @ } }",
        ],
    ),
    (
        "Plan",
        &[
            "{ plans(first: 12) { nodes { @ } } }",
            "query($unit: ID!) { staff(first: 6, filter: { orgUnitId: $unit }) { nodes { plans(first: 3) { edges { node { @ } } } } } }",
        ],
    ),
];

/// Selects a field. If it is an object, selects its fields that are not objects and need no arguments.
fn selection(sdl: &Sdl, field: &FieldDefinition) -> String {
    let (name, of) = (&field.name.node, named(&field.ty.node));
    let mut text = format!("{name}{}", sdl.arguments(&field.arguments));
    if sdl.is_composite(of) {
        text.push_str(" { __typename");
        for inner in sdl.fields(of) {
            if !sdl.is_composite(named(&inner.ty.node)) && sdl.arguments(&inner.arguments).is_empty() {
                let _ = write!(text, " {}", inner.name.node);
            }
        }
        text.push_str(" }");
    }
    text
}

/// The objects that were read, in the order of the answer: those that have this field.
fn objects<'a>(answer: &'a Value, field: &str, found: &mut Vec<&'a Value>) {
    match answer {
        Value::Array(items) => items.iter().for_each(|item| objects(item, field, found)),
        Value::Object(fields) => match fields.get(field) {
            Some(value) if fields.get("__typename").is_some() => found.push(value),
            _ => fields.values().for_each(|value| objects(value, field, found)),
        },
        _ => {}
    }
}

async fn fields_agree(client: &Client, variables: &Value, of: &str, document: &str) -> usize {
    let sdl = Sdl::committed();
    let fields = sdl.fields(of);
    let all: Vec<String> = fields.iter().map(|field| selection(&sdl, field)).collect();
    let read = async |selected: &str| {
        client.ok(&document.replace('@', &format!("__typename {selected}")), variables.clone()).await
    };
    let together = read(&all.join(" ")).await;
    let mut values = 0;
    for (field, selected) in fields.iter().zip(&all) {
        let name = field.name.node.as_str();
        let alone = read(selected).await;
        let (mut of_alone, mut of_together) = (Vec::new(), Vec::new());
        objects(&alone, name, &mut of_alone);
        objects(&together, name, &mut of_together);
        assert_eq!(of_alone, of_together, "{of}.{name} in {document}");
        values += of_alone.len();
    }
    values
}

both_in_a_city!(each_field_reads_the_same_alone_as_beside_all_others, |app| async move {
    let app = app.without_limits();
    for who in ["admin", "kepala"] {
        let client = app.client_of(who).await;
        let found = client.ok("{ evaluations(first: 1) { nodes { id orgUnit { id } } } }", json!({})).await;
        let one = &found["evaluations"]["nodes"][0];
        let variables = json!({ "evaluation": one["id"], "unit": one["orgUnit"]["id"] });
        for (of, documents) in READS {
            for document in documents {
                let values = fields_agree(&client, &variables, of, document).await;
                assert!(values > 20, "{who}: {values} values of {of} in {document}");
            }
        }
    }
});

both_in_a_city!(fragments_that_select_parts_of_one_list_are_merged, |app| async move {
    let client = app.client_of("admin").await;
    let read = async |document: &str| client.ok(document, json!({})).await["staff"].clone();
    let lists =
        "plans(first: 2) { nodes { id status } } evaluations(first: 3) { edges { node { id predicate } } }";
    let whole = read(&format!("{{ staff(first: 6) {{ nodes {{ {lists} }} }} }}")).await;
    assert!(whole.to_string().matches("predicate").count() > 3, "{whole}");
    let first = "plans(first: 2) { nodes { id } } evaluations(first: 3) { edges { node { id } } }";
    let second =
        "plans(first: 2) { nodes { status } } evaluations(first: 3) { edges { node { predicate } } }";
    for document in [
        format!("{{ staff(first: 6) {{ nodes {{ {first} {second} }} }} }}"),
        format!("{{ staff(first: 6) {{ nodes {{ ... {{ {first} }} ... on Staff {{ {second} }} }} }} }}"),
        format!("{{ staff(first: 6) {{ nodes {{ {first} }} }} staff(first: 6) {{ nodes {{ {second} }} }} }}"),
        format!(
            "{{ staff(first: 6) {{ nodes {{ ...A ...B }} }} }} fragment A on Staff {{ {first} }} fragment B on Staff {{ {second} }}"
        ),
    ] {
        assert_eq!(read(&document).await, whole, "{document}");
    }
    let twice =
        format!("{{ staff(first: 6) {{ nodes {{ ...A ...A }} }} }} fragment A on Staff {{ {lists} }}");
    assert_eq!(read(&twice).await, whole, "a fragment that is spread twice");
});

/// Copies an entry of the access log until there are this many.
async fn fill_access_log(env: &Env, entries: u64) {
    let (random, further, numbers) = match env.db().backend() {
        Backend::Postgres => (
            "gen_random_uuid()",
            "",
            format!("generate_series(1, {entries} - (SELECT COUNT(*) FROM access_log)) n"),
        ),
        Backend::Sqlite => (
            "randomblob(16)",
            "WITH RECURSIVE n (i) AS (SELECT (SELECT COUNT(*) FROM access_log) + 1 UNION ALL SELECT i + 1 FROM n WHERE i < ",
            "n".to_owned(),
        ),
    };
    let further = if further.is_empty() { String::new() } else { format!("{further}{entries}) ") };
    let text = format!(
        "{further}INSERT INTO access_log (id, agency_id, day, actor_id, by_key, kind, operation, object_kind, object_id, \
         staff_id, count, first_at, last_at) SELECT {random}, agency_id, day, actor_id, by_key, kind, operation, \
         object_kind, {random}, staff_id, count, first_at, last_at FROM (SELECT * FROM access_log LIMIT 1) one, {numbers}"
    );
    service::testing::sql(env, text.leak()).await.expect("entries");
}

both_in_a_city!(a_count_is_exact_up_to_ten_thousand, |app| async move {
    let count = async || {
        let auditor = app.client_of("auditor").await;
        let found = auditor.ok("{ accessLog(first: 1) { totalCount totalCountOver } }", json!({})).await;
        found["accessLog"].clone()
    };
    let admin = app.client_of("admin").await;
    admin.ok("{ evaluations(first: 100) { nodes { predicate } } }", json!({})).await;
    service::access::flush(&app.env).await.expect("a flush");
    let before = count().await;
    assert!(before["totalCount"].as_u64().is_some_and(|count| count > 0), "{before}");
    fill_access_log(&app.env, 10_000).await;
    assert_eq!(count().await, json!({ "totalCount": 10_000, "totalCountOver": null }));
    fill_access_log(&app.env, 10_001).await;
    assert_eq!(count().await, json!({ "totalCount": null, "totalCountOver": 10_000 }));
});
