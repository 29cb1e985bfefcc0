//! Tests the amount of work of the guard, counted in visited selections and not in time.

use super::*;
use apollo_compiler::ast::Selection;
use proptest::prelude::*;

fn measured(query: &str) -> Survey {
    let guard = guard();
    let syntax = Syntax::parse(query, &guard.limits).expect(query);
    Survey::take(
        &syntax,
        &guard.schema.costs,
        &guard.limits,
        Some(&syntax.operations[0]),
        &Variables::default(),
    )
}

/// The fragment bomb: each level spreads the next one twice.
fn bomb(levels: usize) -> String {
    let body = |i: usize| match i + 1 < levels {
        true => format!("...f{0} ...f{0}", i + 1),
        false => "__typename".to_owned(),
    };
    (0..levels)
        .fold("query{...f0}".to_owned(), |text, i| text + &format!(" fragment f{i} on Query{{{}}}", body(i)))
}

/// A naive count for comparison: it expands every spread. Stops at `most`.
fn naive(syntax: &Syntax, set: &[Selection], visits: &mut u64, most: u64) -> u64 {
    let mut fields = 0;
    for selection in set {
        *visits += 1;
        if *visits >= most {
            return fields;
        }
        fields += match selection {
            Selection::Field(it) => 1 + naive(syntax, &it.selection_set, visits, most),
            Selection::InlineFragment(it) => naive(syntax, &it.selection_set, visits, most),
            Selection::FragmentSpread(it) => syntax
                .fragments
                .iter()
                .find(|fragment| fragment.name == it.fragment_name)
                .map_or(0, |it| naive(syntax, &it.selection_set, visits, most)),
        };
    }
    fields
}

fn naive_of(query: &str, most: u64) -> (u64, u64) {
    let syntax = Syntax::parse(query, &Limits::default()).expect(query);
    let mut visits = 0;
    let fields = naive(&syntax, &syntax.operations[0].selection_set, &mut visits, most);
    (fields, visits)
}

#[test]
fn the_work_on_a_fragment_bomb_is_linear_in_its_length() {
    let visits = |levels| measured(&bomb(levels)).visits;
    for levels in [14, 20, 30, 60] {
        // One spread in the operation, two in each fragment but the last: each visited once to
        // sort the fragments and once to measure them.
        assert_eq!(visits(levels), 4 * levels as u64);
        assert_eq!(broken(&bomb(levels)), Some(Limit::Fields), "{levels} levels");
    }
    // Negative control: the naive count doubles with each level.
    assert_eq!(naive_of(&bomb(14), u64::MAX).1, 3 * (1 << 13) - 1);
    assert_eq!(naive_of(&bomb(16), u64::MAX).1, 3 * (1 << 15) - 1);
    assert!(naive_of(&bomb(30), 1_000_000).1 >= 1_000_000);
}

#[test]
fn a_bomb_that_nothing_spreads_is_refused_too() {
    let text = bomb(30).replacen("query{...f0}", "query{__typename}", 1);
    assert_eq!(broken(&text), Some(Limit::Fields));
}

#[test]
fn a_long_chain_of_fragments_is_measured_without_recursion() {
    let chain: String = (0..99)
        .map(|i| format!(" fragment f{i} on Query{{{}...f{}{}}}", "...{".repeat(30), i + 1, "}".repeat(30)))
        .collect();
    let text = format!("{{...f0}}{chain} fragment f99 on Query{{__typename}}");
    assert_eq!(broken(&text), Some(Limit::Nesting));
}

/// Documents in which each fragment spreads only later ones, so there are no cycles.
fn documents() -> impl Strategy<Value = String> {
    let selection = prop_oneof![
        3 => prop_oneof![Just("at"), Just("x:me{id}"), Just("staff{nodes{id}}"), Just("...{at}")].prop_map(Ok),
        2 => (1usize..5).prop_map(Err),
    ];
    let body = prop::collection::vec(selection, 1..5);
    prop::collection::vec(body, 1..8).prop_map(|bodies| {
        let count = bodies.len();
        let text = |(i, body): (usize, &Vec<Result<&str, usize>>)| {
            let inner: Vec<String> = body
                .iter()
                .map(|part| match part {
                    Ok(text) => (*text).to_owned(),
                    Err(step) if i + step < count => format!("...f{}", i + step),
                    Err(_) => "__typename".to_owned(),
                })
                .collect();
            let head = if i == 0 { String::new() } else { format!("fragment f{i} on Query") };
            format!("{head}{{{}}}", inner.join(" "))
        };
        bodies.iter().enumerate().map(text).collect::<Vec<_>>().join(" ")
    })
}

proptest! {
    #[test]
    fn measures_equal_the_naive_ones_at_linear_work(query in documents()) {
        let found = measured(&query);
        prop_assert_eq!(found.selected.fields, naive_of(&query, u64::MAX).0);
        let selections = query.split_whitespace().count() as u64 * 4;
        prop_assert!(found.visits <= 2 * selections, "{} visits for {} selections", found.visits, selections);
    }

    #[test]
    fn no_text_makes_the_guard_panic(query in "[{}()\\[\\]a-c.:@$!\"# \n\\\\=0-9-]{0,60}") {
        let _ = judge(&query);
    }

    #[test]
    fn the_lexer_counts_the_brackets_that_the_parser_reads(inner in "[a-c\" #\\\\\n]{0,12}") {
        // Any text between two long runs of brackets is refused and causes no crash.
        let deep = "[".repeat(2_000);
        let text = format!("{{a(b:{inner}{deep}");
        prop_assert!(judge(&text).is_err());
    }
}
