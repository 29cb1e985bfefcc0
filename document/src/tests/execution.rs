//! The documents that the executor receives, and the order of the keys in its answers.

use super::*;
use async_graphql_parser::types::{Selection, SelectionSet};
use async_graphql_value::ConstValue;

/// The selections of a document as short text.
fn written(set: &SelectionSet) -> String {
    let items = set.items.iter().map(|item| match &item.node {
        Selection::Field(field) => {
            let field = &field.node;
            let alias = field.alias.as_ref().map(|alias| format!("{}:", alias.node));
            let arguments: Vec<String> =
                field.arguments.iter().map(|(name, value)| format!("{}:{}", name.node, value.node)).collect();
            let arguments = match arguments.is_empty() {
                true => String::new(),
                false => format!("({})", arguments.join(" ")),
            };
            let inner = &field.selection_set.node;
            let inner = if inner.items.is_empty() { String::new() } else { written(inner) };
            format!("{}{}{arguments}{inner}", alias.unwrap_or_default(), field.name.node)
        }
        Selection::InlineFragment(inline) => {
            let on = inline.node.type_condition.as_ref().map(|on| on.node.on.node.to_string());
            format!("...{}{}", on.unwrap_or_default(), written(&inline.node.selection_set.node))
        }
        Selection::FragmentSpread(spread) => format!("...{}", spread.node.fragment_name.node),
    });
    format!("{{{}}}", items.collect::<Vec<_>>().join(" "))
}

fn executed(query: &str, json: &str) -> String {
    let judged = judge_with(query, json).unwrap_or_else(|error| panic!("{query}: {error:?}"));
    let (_, operation) = judged.document.operations.iter().next().expect("one");
    assert!(judged.document.fragments.is_empty());
    written(&operation.node.selection_set.node)
}

#[test]
fn conditions_are_resolved_with_the_defaults_of_variables() {
    for (query, json, run) in [
        ("query($s:Boolean!=true){at @skip(if:$s) me{id}}", "{}", "{me{id}}"),
        ("query($s:Boolean!=true){at @skip(if:$s) me{id}}", r#"{"s":false}"#, "{at me{id}}"),
        ("query($a:Boolean=true){at @include(if:$a)}", "{}", "{at}"),
        ("query($a:Boolean=true){at @include(if:$a)}", r#"{"a":false}"#, "{-:__typename}"),
        ("{at @skip(if:true) me{id @include(if:false)}}", "{}", "{me{-:__typename}}"),
        ("{...f @skip(if:true) ...@include(if:true){at}} fragment f on Query{me{id}}", "{}", "{at}"),
        ("{at @skip(if:false) @include(if:false) me{id}}", "{}", "{me{id}}"),
        ("mutation($s:Boolean!=true){login(name:\"x\") @skip(if:$s){staff{id}}}", "{}", "{-:__typename}"),
    ] {
        assert_eq!(executed(query, json), run, "{query} {json}");
    }
    let error = judge_with("query($a:Boolean=true){at @include(if:$a)}", r#"{"a":null}"#).expect_err("null");
    assert_eq!(error.reason, Reason::VariableRequired("a".into()));
}

#[test]
fn fields_are_merged_and_fragments_written_out() {
    for (query, run) in [
        ("{me{id} at me{name}}", "{me{id name} at}"),
        ("{...f ...f} fragment f on Query{me{id}}", "{me{id}}"),
        ("{... on Query{...{at}}}", "{at}"),
        ("{node(id:1){id ... on Staff{name} ... on Staff{tags}}}", "{node(id:1){id ...Staff{name tags}}}"),
        ("{me{... on Node{id}}}", "{me{id}}"),
        // If it is not certain that a field is selected, a placeholder is added, so that the object is not null.
        ("{node(id:1){... on Staff{name}}}", "{node(id:1){...Staff{name} -:__typename}}"),
    ] {
        assert_eq!(executed(query, "{}"), run, "{query}");
    }
}

#[test]
fn a_fragment_on_a_union_becomes_fragments_on_its_members() {
    for (query, run) in [
        ("{subject{... on Subject{__typename}}}", "{subject{__typename}}"),
        (
            "{subject{... on Staff{... on Subject{__typename}}}}",
            "{subject{...Staff{__typename} -:__typename}}",
        ),
        (
            "{node(id:1){id ...f}} fragment f on Subject{... on Staff{tags} ... on Unit{name}}",
            "{node(id:1){id ...Staff{tags} ...Unit{name}}}",
        ),
        ("{me{... on Subject{... on Node{id}}}}", "{me{id}}"),
    ] {
        assert_eq!(executed(query, "{}"), run, "{query}");
    }
}

#[test]
fn the_size_of_a_plan_with_fragments_on_unions_is_limited() {
    // Each level is repeated for every member of the union, within every member of the level above.
    let sdl = "interface Node{id:ID! node:Node} union U=A|B|C|D type A implements Node{id:ID! node:Node}
        type B implements Node{id:ID! node:Node} type C implements Node{id:ID! node:Node}
        type D implements Node{id:ID! node:Node} type E implements Node{id:ID! node:Node}
        type Query{node:Node}";
    let guard = Guard::new(read(sdl), Limits::default(), Scalars::new()).expect("an SDL");
    let text = |levels: usize| {
        format!("{{{}id{}}}", "node{...on U{...on Node{".repeat(levels), "}}}".repeat(levels))
    };
    let judge = |levels| guard.judge(&text(levels), None, Variables::default());
    assert!(judge(3).is_ok());
    let errors = judge(10).expect_err("too many fields");
    assert!(matches!(errors[0].reason, Reason::TooMuch { limit: Limit::Fields, .. }), "{errors:?}");
}

#[test]
fn a_variable_without_a_value_is_left_out() {
    let query =
        "query($n:Int $i:[ID!]! $l:Locale){staff(first:$n){nodes{name(locale:$l)}} nodes(ids:$i){id}}";
    for (json, run) in [
        (r#"{"i":[]}"#, "{staff{nodes{name}} nodes(ids:$i){id}}"),
        (r#"{"i":[],"n":null}"#, "{staff(first:$n){nodes{name}} nodes(ids:$i){id}}"),
        (r#"{"i":[],"l":"EN"}"#, "{staff{nodes{name(locale:$l)}} nodes(ids:$i){id}}"),
    ] {
        assert_eq!(executed(query, json), run, "{json}");
    }
    let query = "mutation($n:String){rename(input:{name:$n tags:[\"a\"]}){staff{id}}}";
    assert_eq!(executed(query, "{}"), "{rename(input:{tags: [\"a\"]}){staff{id}}}");
}

#[test]
fn all_escapes_of_the_specification_are_read() {
    for text in [r"\u{1F600}", r"\uD83D\uDE00", "😀"] {
        let run = executed(&format!("{{node(id:\"{text}\"){{id}}}}"), "{}");
        assert_eq!(run, "{node(id:\"😀\"){id}}", "{text}");
    }
    assert_eq!(executed("{latest(first:-0){id}}", "{}"), "{latest(first:0){id}}");
    assert_eq!(
        executed(
            "\"why\" query Q(\"n\" $n:Int){staff(first:$n){nodes{...F}}} \"\"\"f\"\"\" fragment F on Staff{id}",
            "{}"
        ),
        "{staff{nodes{id}}}"
    );
}

#[test]
fn a_plan_is_kept_for_each_choice_of_conditions() {
    let guard = guard();
    let query = "query($a:Boolean!){at @include(if:$a) me{id}}";
    let run = |json| {
        let judged = guard.judge(query, None, variables(json)).expect("judged");
        let (_, operation) = judged.document.operations.iter().next().expect("one");
        (written(&operation.node.selection_set.node), judged.summary.shape)
    };
    let (first, shape) = run(r#"{"a":true}"#);
    assert_eq!(first, "{at me{id}}");
    assert_eq!(run(r#"{"a":false}"#).0, "{me{id}}");
    let (again, kept) = run(r#"{"a":true}"#);
    assert_eq!(again, first);
    assert!(Arc::ptr_eq(&shape, &kept));
}

#[test]
fn root_fields_are_those_that_are_executed() {
    let text = "{x:me{id} ...a ...{at} latest @skip(if:true){id}} fragment a on Query{...b __schema{queryType{name}}} fragment b on Query{node(id:1){id}}";
    let summary = judge(text).expect("judged").summary;
    assert_eq!(summary.root_fields, ["__schema", "at", "me", "node"]);
    assert_eq!(summary.operation, OperationType::Query);
    let summary = judge("{at @skip(if:true)}").expect("judged").summary;
    assert!(summary.root_fields.is_empty());
}

#[test]
fn an_answer_is_put_into_the_order_of_the_document() {
    let query = "{me{id ...f name} at staff{nodes{id unit{id name}}}} fragment f on Staff{unit{name} tags}";
    let shape = judge(query).expect("judged").summary.shape;
    let mut data: ConstValue = serde_json::from_str(
        r#"{"staff":{"nodes":[{"unit":{"name":1,"id":2},"id":3},null,{"id":4,"unit":{"id":5,"name":6}}]},
            "-":"Query","at":null,"me":{"tags":[],"name":"n","unit":{"name":"u"},"id":1}}"#,
    )
    .expect("JSON");
    shape.arrange(&mut data);
    let text = serde_json::to_string(&data).expect("JSON");
    assert_eq!(
        text,
        r#"{"me":{"id":1,"unit":{"name":"u"},"tags":[],"name":"n"},"at":null,"staff":{"nodes":[{"id":3,"unit":{"id":2,"name":1}},null,{"id":4,"unit":{"id":5,"name":6}}]}}"#
    );
    let mut empty: ConstValue = serde_json::from_str(r#"{"me":{"-":"Staff"}}"#).expect("JSON");
    shape.arrange(&mut empty);
    assert_eq!(serde_json::to_string(&empty).expect("JSON"), r#"{"me":{}}"#);
}

#[test]
fn the_shape_shows_where_null_is_allowed() {
    let shape = judge("{me{a:matrix{id}} ...{nodes(ids:[]){id}}}").expect("judged").summary.shape;
    let along = |keys: &[&str]| {
        shape.nulls_along(keys).map(|all| all.last().map(|it| (it.allowed(0), it.allowed(1))))
    };
    assert_eq!(along(&["me"]), Some(Some((true, false))));
    assert_eq!(along(&["me", "a"]), Some(Some((false, false))));
    assert_eq!(along(&["nodes"]), Some(Some((false, true))));
    assert_eq!(along(&["nodes", "id"]), Some(Some((false, false))));
    assert_eq!(along(&["nope"]), None);
    assert_eq!(along(&["me", "a", "id", "more"]), None);
}
