//! Measures the time to judge a document: the first time, and from the cache. `cargo bench -p document`

use async_graphql_value::Variables;
use document::{Guard, Limits, ReadSchema};
use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

const NESTED: &str =
    "query Staff($first: Int) { staff(first: $first) { edges { node { id name assignment { unit { id name } }
    plans(first: 3) { edges { node { id status } } }
    evaluations(first: 12) { edges { node { id status predicate } } } } } } }";

fn main() {
    let sdl = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../schema.graphql"))
        .expect("the schema");
    let begun = Instant::now();
    let schema = Arc::new(ReadSchema::new(&sdl).expect("a valid schema"));
    let guard = Guard::new(schema, Limits::default(), HashMap::new()).expect("limits");
    println!("{:>9.1} ms  the schema", begun.elapsed().as_secs_f64() * 1e3);
    let bomb = (0..25).fold("query{...f0}".to_owned(), |text, at| {
        let body = if at < 24 { format!("...f{0} ...f{0}", at + 1) } else { "__typename".to_owned() };
        text + &format!(" fragment f{at} on Query{{{body}}}")
    });
    let wide = format!("{{{}}}", "viewer{staff{id name}} ".repeat(225));
    let tree = (0..8).fold("id".to_owned(), |inner, _| format!("parent{{{inner} {inner}}}"));
    let tree = format!("{{node(id:1){{... on OrgUnit{{{tree}}}}}}}");
    let introspection = include_str!("../src/tests/introspection.graphql");
    for (what, text) in [
        ("one field", "{ __typename }"),
        ("the usual nested query", NESTED),
        ("the usual introspection", introspection),
        ("a fragment bomb of 25 levels", bomb.as_str()),
        ("900 fields that are merged", wide.as_str()),
        ("a tree of 511 fields that are merged", tree.as_str()),
    ] {
        let variables = || serde_json::from_str::<Variables>(r#"{"first":50}"#).expect("variables");
        let mut number = 0;
        let first = median(|| {
            // Another text each time, so that none is in the cache.
            number += 1;
            let text = format!("{text} # {number}");
            let begun = Instant::now();
            let _ = black_box(guard.judge(&text, None, variables()));
            begun.elapsed()
        });
        let again = median(|| {
            let begun = Instant::now();
            let _ = black_box(guard.judge(text, None, variables()));
            begun.elapsed()
        });
        let parsed = median(|| {
            let begun = Instant::now();
            let _ = black_box(async_graphql_parser::parse_query(text));
            begun.elapsed()
        });
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        println!(
            "{:>9.1} µs  {what}; {:.1} µs from the cache (async-graphql's parser alone: {:.1} µs)",
            micros(first),
            micros(again),
            micros(parsed)
        );
    }
    arrange(&guard);
}

/// Sorts the keys of the answer to the nested query: 50 people with 3 plans and 12 evaluations each.
fn arrange(guard: &Guard) {
    let variables = serde_json::from_str::<Variables>(r#"{"first":50}"#).expect("variables");
    let shape = guard.judge(NESTED, None, variables).expect("valid").summary.shape;
    let rows = |count: usize, text: &str| vec![format!("{{\"node\":{text}}}"); count].join(",");
    let plans = rows(3, r#"{"id":"p","status":"DRAFT"}"#);
    for (what, person) in [
        (
            "in order",
            format!(
                r#"{{"id":"s","name":"n","assignment":{{"unit":{{"id":"u","name":"n"}}}},"plans":{{"edges":[{plans}]}},"evaluations":{{"edges":[{}]}}}}"#,
                rows(12, r#"{"id":"e","status":"FINAL","predicate":"GOOD"}"#)
            ),
        ),
        (
            "out of order",
            format!(
                r#"{{"plans":{{"edges":[{plans}]}},"evaluations":{{"edges":[{}]}},"assignment":{{"unit":{{"name":"n","id":"u"}}}},"name":"n","id":"s"}}"#,
                rows(12, r#"{"predicate":"GOOD","id":"e","status":"FINAL"}"#)
            ),
        ),
    ] {
        let text = format!(r#"{{"staff":{{"edges":[{}]}}}}"#, rows(50, &person));
        let answer: async_graphql_value::ConstValue = serde_json::from_str(&text).expect("JSON");
        let time = median(|| {
            let mut answer = answer.clone();
            let begun = Instant::now();
            shape.arrange(&mut answer);
            black_box(answer);
            begun.elapsed()
        });
        println!("{:>9.1} µs  the answer of the nested query put in order, {what}", time.as_secs_f64() * 1e6);
    }
}

fn median(mut run: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..2_000).map(|_| run()).collect();
    times.sort_unstable();
    times[times.len() / 2]
}
