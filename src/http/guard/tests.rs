//! Compares the execution of the document that the guard prepares with that of the original document.

use super::*;
use async_graphql::{EmptyMutation, EmptySubscription, Interface, Object, Request, Schema, ValidationMode};
use proptest::prelude::*;

#[derive(Clone, Copy)]
struct Leaf(i32);

#[Object]
impl Leaf {
    async fn number(&self) -> i32 {
        self.0
    }
    async fn plus(&self, more: Option<i32>) -> i32 {
        self.0 + more.unwrap_or(100)
    }
    async fn pair(&self) -> Pair {
        Pair(self.0 + 1)
    }
}

#[derive(Clone, Copy)]
struct Pair(i32);

#[Object]
impl Pair {
    async fn number(&self) -> i32 {
        // Completes after its siblings.
        tokio::task::yield_now().await;
        self.0
    }
    async fn left(&self) -> Leaf {
        Leaf(self.0 * 2)
    }
    async fn both(&self) -> Vec<Thing> {
        vec![Thing::Leaf(Leaf(self.0)), Thing::Pair(Pair(self.0 + 5))]
    }
}

#[derive(Interface)]
#[graphql(field(name = "number", ty = "i32"))]
enum Thing {
    Leaf(Leaf),
    Pair(Pair),
}

struct Query;

#[Object]
impl Query {
    async fn pair(&self) -> Pair {
        Pair(1)
    }
    async fn leaf(&self, at: Option<i32>) -> Leaf {
        Leaf(at.unwrap_or(7))
    }
    async fn things(&self) -> Vec<Thing> {
        vec![Thing::Pair(Pair(3)), Thing::Leaf(Leaf(4))]
    }
}

/// A selection set on a type, with a maximum depth. Keys contain the arguments, so that all fields can be merged.
fn selections(on: &'static str, depth: u32) -> BoxedStrategy<String> {
    let deeper = |on| selections(on, depth - 1);
    let mut choices: Vec<BoxedStrategy<String>> = vec![Just("__typename".to_owned()).boxed()];
    if on != "Query" {
        choices.push(Just("number".to_owned()).boxed());
    }
    match on {
        "Leaf" => choices.push((0..3i32).prop_map(|more| format!("p{more}:plus(more:{more})")).boxed()),
        "Query" if depth > 0 => {
            choices.push(deeper("Pair").prop_map(|set| format!("pair{set}")).boxed());
            let leaf = (0..2i32, deeper("Leaf"));
            choices.push(leaf.prop_map(|(at, set)| format!("l{at}:leaf(at:{at}){set}")).boxed());
            choices.push(deeper("Thing").prop_map(|set| format!("things{set}")).boxed());
        }
        _ => {}
    }
    if depth > 0 {
        match on {
            "Leaf" => choices.push(deeper("Pair").prop_map(|set| format!("pair{set}")).boxed()),
            "Pair" => {
                choices.push(deeper("Leaf").prop_map(|set| format!("left{set}")).boxed());
                choices.push(deeper("Thing").prop_map(|set| format!("both{set}")).boxed());
            }
            "Thing" => {
                choices.push(deeper("Leaf").prop_map(|set| format!("... on Leaf{set}")).boxed());
                choices.push(deeper("Pair").prop_map(|set| format!("... on Pair{set}")).boxed());
            }
            _ => {}
        }
        choices.push(deeper(on).prop_map(|set| format!("...{set}")).boxed());
        choices.push(deeper(on).prop_map(move |set| format!("... on {on}{set}")).boxed());
    }
    // Selections on the interface always include a field, so no object is empty.
    let first = if on == "Thing" { "number " } else { "" };
    let any = proptest::strategy::Union::new(choices);
    prop::collection::vec(any, 1..4).prop_map(move |parts| format!("{{{first}{}}}", parts.join(" "))).boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn a_prepared_document_gives_the_same_data_as_the_original(query in selections("Query", 5)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let strict = Schema::new(Query, EmptyMutation, EmptySubscription);
        let fast = Schema::build(Query, EmptyMutation, EmptySubscription);
        let fast = fast.validation_mode(ValidationMode::Fast).finish();
        let limits = Limits { aliases: 10_000, fields: 10_000, cost: u64::MAX, ..Limits::default() };
        let guard = guard(&strict.sdl(), limits).expect("an SDL");
        let judged = guard.judge(&query, None, Default::default());
        let Judged { document, summary, .. } = judged.expect("valid");
        let before = runtime.block_on(strict.execute(Request::new(query)));
        prop_assert!(before.errors.is_empty(), "{:?}", before.errors);
        let mut prepared = Request::new("");
        prepared.set_parsed_query(document);
        let mut after = runtime.block_on(fast.execute(prepared));
        summary.shape.arrange(&mut after.data);
        // Maps are equal even if the order of their keys differs.
        prop_assert_eq!(&before.data, &after.data);
    }
}

#[test]
fn messages_follow_the_language_and_quote_little() {
    let guard = guard("type Query { a(b: Int): Int }", Limits::default()).expect("an SDL");
    let texts = |query: &str, json| {
        let variables = async_graphql::Variables::from_json(json);
        let errors = guard.judge(query, None, variables).expect_err(query);
        [Locale::Id, Locale::En].map(|locale| message(&errors[0]).render(locale))
    };
    let null = serde_json::Value::Null;
    assert_eq!(
        texts("query($x:Int){a(b:$x)}", serde_json::json!({"x": "y"})),
        [
            "Nilai variabel \"$x\" tidak sah untuk tipe \"Int\".",
            "The value of the variable \"$x\" is not valid for the type \"Int\"."
        ]
    );
    let [indonesian, _] = texts(&format!("{{{}}}", "x".repeat(500)), null.clone());
    assert!(
        indonesian.starts_with("Dokumen tidak sesuai dengan skema: ") && indonesian.chars().count() < 300
    );
    let limits = Limits { fields: 1, ..Limits::default() };
    let guard = super::guard("type Query { a: Int }", limits).expect("an SDL");
    let errors = guard.judge("{a a}", None, Default::default()).expect_err("two fields");
    assert_eq!(message(&errors[0]).render(Locale::En), "Limit exceeded: number of fields is 2, at most 1.");
    assert_eq!(code(&errors[0]), ErrorCode::LimitExceeded);
}
