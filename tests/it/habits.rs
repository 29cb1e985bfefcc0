//! Checks the sources of these tests: a test can't pass because it mistypes a key of an answer.

use crate::support::sources::{scan, sources, words};
use std::collections::BTreeSet;

/// Keys that neither the schema nor a document contains: those of responses, of the transports, and of settings.
const OTHER: [&str; 14] = [
    "data",
    "errors",
    "extensions",
    "payload",
    "type",
    "value",
    "allowed_origins",
    "database_url",
    // `extensions.cost`, and the errors of limits.
    "budget",
    "cost",
    "limit",
    "remaining",
    "requested",
    "resetSeconds",
];

/// The end of the parenthesis that opens at a position.
fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return at,
            b')' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

fn line(source: &str, at: usize) -> usize {
    source[..at].matches('\n').count() + 1
}

/// Finds comparisons with null of values that are read by an index: they would also hold for a mistyped key.
fn loose_nulls(source: &str) -> Vec<usize> {
    let scanned = scan(source);
    let (code, mut found) = (&scanned.code, BTreeSet::new());
    let is_about_null =
        |text: &str| ["Value::Null", "is_null()", "json!(null)"].iter().any(|null| text.contains(null));
    for (at, _) in code.match_indices("assert") {
        let Some(open) = code[at..].find("!(").map(|offset| at + offset + 1) else { continue };
        if !code[at..open - 1].bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            continue;
        }
        let end = closing(code, open);
        let has_key = scanned.literals.iter().any(|one| one.is_key && (open..end).contains(&one.at));
        if is_about_null(&code[open..end]) && (has_key || !code[open..end].contains(".field(")) {
            found.insert(line(source, at));
        }
    }
    for one in scanned.literals.iter().filter(|one| one.is_key) {
        let after: String =
            code[one.at..].chars().filter(|letter| !letter.is_whitespace()).take(14).collect();
        if ["].is_null()", "]==Value::Null", "]!=Value::Null"].iter().any(|loose| after.starts_with(loose)) {
            found.insert(line(source, one.at));
        }
    }
    found.into_iter().collect()
}

/// Finds keys of an index that are neither a name of the schema nor part of another literal in the file.
fn unknown_keys(source: &str, schema: &str) -> Vec<String> {
    let scanned = scan(source);
    let mut known = words(schema);
    known.extend(OTHER);
    for one in scanned.literals.iter().filter(|one| !one.is_key) {
        known.extend(words(one.text));
    }
    let keys = scanned.literals.iter().filter(|one| one.is_key && !known.contains(one.text));
    keys.map(|one| format!("{} in line {}", one.text, line(source, one.at))).collect()
}

#[test]
fn null_is_asserted_strictly() {
    let findings: Vec<_> = sources()
        .iter()
        .flat_map(|(name, text)| loose_nulls(text).into_iter().map(move |line| format!("{name}:{line}")))
        .collect();
    assert!(findings.is_empty(), "read these values with `Fields::field`: {findings:#?}");
}

#[test]
fn every_key_is_a_name_of_the_schema_or_of_a_document() {
    let schema = include_str!("../../schema.graphql");
    let findings: Vec<_> = sources()
        .iter()
        .flat_map(|(name, text)| {
            unknown_keys(text, schema).into_iter().map(move |key| format!("{name}: {key}"))
        })
        .collect();
    assert!(findings.is_empty(), "these keys read null: {findings:#?}");
}

#[test]
fn loose_reads_are_found() {
    for loose in [
        r#"assert_eq!(plan["decisonNote"], Value::Null);"#,
        r#"assert_eq!((&plan["status"], plan.field("decisionNote")), (&json!("x"), &Value::Null));"#,
        r#"assert!(plan["decisonNote"].is_null());"#,
        r#"assert_eq!(plan["decisonNote"], json!(null));"#,
        r#"assert_eq!(read(&client, &plan).await, Value::Null, "{who:?}");"#,
        "if plan[\"decisonNote\"]\n    .is_null() { return; }",
        r#"let is_there = plan["node"] != Value::Null;"#,
    ] {
        assert_eq!(loose_nulls(loose), [1], "{loose}");
    }
    for strict in [
        r#"assert_eq!(plan.field("decisionNote"), &Value::Null);"#,
        r#"assert_eq!(read, json!({ "plan": null }));"#,
        r#"input["servesId"] = Value::Null;"#,
        r#"// assert_eq!(plan["decisonNote"], Value::Null);"#,
    ] {
        assert_eq!(loose_nulls(strict), Vec::<usize>::new(), "{strict}");
    }
    let source =
        r#"let read = client.ok("{ of: plan { id } }", input).await; read["of"]["id"] == read["off"]["id"]"#;
    assert_eq!(unknown_keys(source, "type Plan { id: ID! }"), ["off in line 1"]);
}
