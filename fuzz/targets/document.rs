//! The document front: no text and no variables make the guard panic, or take long; and a document is judged alike from
//! the cache. The input is a text, and after the first NUL its variables as JSON.

#![no_main]

use async_graphql_value::Variables;
use document::{Guard, Limits, Scalars};
use libfuzzer_sys::fuzz_target;
use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

/// A build for fuzzing is slower than a release by far.
const LONGEST: Duration = Duration::from_secs(2);

static GUARD: LazyLock<Guard> = LazyLock::new(|| {
    let short: fn(&str) -> bool = |text| text.len() < 40;
    let scalars: Scalars =
        ["Date", "DateTime", "Decimal", "UUID"].into_iter().map(|name| (name, short)).collect();
    Guard::new(include_str!("../../schema.graphql"), Limits::default(), scalars).expect("a schema")
});

fn judge(text: &str, variables: &serde_json::Value) -> Result<(String, u64), Vec<String>> {
    match GUARD.judge(text, None, Variables::from_json(variables.clone())) {
        Ok(judged) => {
            assert!(judged.summary.cost <= judged.summary.available);
            Ok((format!("{:?}", judged.variables), judged.summary.cost))
        }
        Err(errors) => {
            assert!(!errors.is_empty());
            Err(errors.iter().map(|it| format!("{:?} {:?}", it.reason, it.code())).collect())
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (text, variables) = text.split_once('\0').unwrap_or((&text, "{}"));
    let variables = serde_json::from_str(variables).unwrap_or_default();
    let begun = Instant::now();
    let first = judge(text, &variables);
    assert!(begun.elapsed() < LONGEST, "{:?}", begun.elapsed());
    assert_eq!(judge(text, &variables), first);
});
