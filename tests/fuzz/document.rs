//! The document guard: no text and no variables make it panic or take long, and it judges a cached document in the same
//! way. The input is a text, and after the first NUL its variables as JSON.

use async_graphql::Variables;
use domain::Locale;
use kinerja::http::guard::{Guard, Limits, guard, message};
use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

/// A build without optimisation on a busy machine is much slower than a release build.
const LONGEST: Duration = Duration::from_secs(5);

static SCHEMA: &str = include_str!("../../schema.graphql");
static GUARD: LazyLock<Guard> = LazyLock::new(|| guard(SCHEMA, Limits::default()).expect("a schema"));

pub const WORDS: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "!",
    "=",
    "...",
    "... on Staff {",
    "...f ",
    "fragment f on Staff {",
    "query(",
    "mutation {",
    "subscription {",
    "$a",
    "$a: Int",
    "$b: [ID!]! = []",
    "@skip(if: $c)",
    "@include(if: true)",
    "a: ",
    "first: 100",
    "after: \"",
    "edges { node {",
    "viewer {",
    "staff(first: 2) {",
    "plans(",
    "evaluations(first: 0) { totalCount }",
    "node(id: $a) {",
    "__typename",
    "__schema { types { name } }",
    "input: {",
    "null",
    "true",
    "1.0e99",
    "-0",
    "\"\"\"",
    "\"\\u{1F600}\"",
    "\\ud800",
    "#",
    "\n",
    "\u{feff}",
    "\0",
    "{\"a\":",
    "{\"input\":{",
    "[[[1]]]",
    "\"2026-01-01\"",
    "9223372036854775808",
    "é",
    "id",
    "name",
    "status",
    "filter: {",
];

/// The documents for apps, each with some variables.
pub fn seeds() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/operations");
    let files = std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    files
        .filter(|path| path.extension().is_some_and(|end| end == "graphql"))
        .map(|path| {
            let text = std::fs::read_to_string(path).expect("a document");
            format!("{text}\0{{\"after\":null,\"first\":20,\"id\":\"x\",\"input\":{{}}}}").into()
        })
        .collect()
}

fn judge(text: &str, variables: &serde_json::Value) -> Result<(String, u64), Vec<String>> {
    match GUARD.judge(text, None, Variables::from_json(variables.clone())) {
        Ok(judged) => {
            assert!(judged.summary.cost <= judged.summary.available);
            Ok((format!("{:?}", judged.variables), judged.summary.cost))
        }
        Err(errors) => {
            assert!(!errors.is_empty());
            Err(errors.iter().map(|error| message(error).render(Locale::Id)).collect())
        }
    }
}

pub fn try_input(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let (text, variables) = text.split_once('\0').unwrap_or((&text, "{}"));
    let variables = serde_json::from_str(variables).unwrap_or_default();
    let begun = Instant::now();
    let first = judge(text, &variables);
    assert!(begun.elapsed() < LONGEST, "{:?}", begun.elapsed());
    assert_eq!(judge(text, &variables), first);
    // Names of a client would make every sentence new.
    let letters = |text: &str| text.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
    match first {
        Ok((_, cost)) => format!("cost {}", cost.checked_ilog2().unwrap_or_default()),
        Err(errors) => errors.iter().take(2).map(|error| letters(error)).collect(),
    }
}
