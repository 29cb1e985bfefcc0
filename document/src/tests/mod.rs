//! Tests which documents the guard accepts and refuses, and how much work that takes.

mod cost;
mod execution;
mod fuzz;
mod validation;
mod work;

use super::*;

const SDL: &str = r#"
"A staff member"
type Staff implements Node { id: ID! name(locale: Locale = ID): String! unit: Unit!
  plans(first: Int, after: String, last: Int, before: String): PlanConnection!
  tags: [String!]! roles: [Role!]! matrix: [[Role!]!]! }
type Role { id: ID! staff: Staff! }
type Unit implements Node { id: ID! name: String! head: Staff
  staff(first: Int = 5): StaffConnection! }
interface Node { id: ID! }
interface Named { name: String! unit: Unit! }
union Subject = Staff | Unit
type PageInfo { hasNextPage: Boolean! endCursor: String }
type PlanConnection { edges: [PlanEdge!]! nodes: [Plan!]! pageInfo: PageInfo! totalCount: Int summary: Summary! }
type Summary { open: Int! }
type PlanEdge { node: Plan! cursor: String! }
type Plan { id: ID! owner: Staff! }
type StaffConnection { edges: [StaffEdge!]! nodes: [Staff!]! pageInfo: PageInfo! }
type StaffEdge { node: Staff! cursor: String! }
type Payload { staff: Staff errors: [UserError!]! }
interface UserError { message: String! }
input Input { name: String tags: [String!] }
enum Locale { ID EN }
scalar DateTime
type Query { node(id: ID!): Node nodes(ids: [ID!]!): [Node]! me: Staff staff(first: Int, last: Int): StaffConnection!
  latest(first: Int! = 7): [Plan!]! subject: Subject named: Named at: DateTime }
type Mutation { rename(input: Input!): Payload! login(name: String!): Payload! }
type Subscription { updates(after: String): Plan! ticks: Int! }
schema { query: Query mutation: Mutation subscription: Subscription }
"#;

fn read(sdl: &str) -> Arc<ReadSchema> {
    Arc::new(ReadSchema::new(sdl).expect("an SDL"))
}

fn guard() -> Guard {
    Guard::new(read(SDL), Limits::default(), scalars()).expect("an SDL")
}

fn variables(json: &str) -> Variables {
    serde_json::from_str(json).expect("an object")
}

fn judge(query: &str) -> Result<Judged, DocumentError> {
    judge_with(query, "{}")
}

fn judge_with(query: &str, json: &str) -> Result<Judged, DocumentError> {
    guard().judge(query, None, variables(json)).map_err(|errors| errors.into_iter().next().expect("an error"))
}

/// Measures a document that does not have to be valid.
fn survey(query: &str, name: Option<&str>) -> Result<Survey, DocumentError> {
    let guard = guard();
    let read = lexer::check(query, &guard.limits)?;
    let syntax = Syntax::parse(&read, &guard.limits)?;
    guard
        .measure(&syntax, name, &Variables::default())
        .map_err(|errors| errors.into_iter().next().expect("an error"))
}

fn scalars() -> Scalars {
    HashMap::from([("DateTime", (|text| text.ends_with('Z')) as fn(&str) -> bool)])
}

fn broken(query: &str) -> Option<Limit> {
    match judge(query).expect_err(query).reason {
        Reason::TooMuch { limit, .. } => Some(limit),
        _ => None,
    }
}

#[test]
fn a_fragment_cycle_is_refused_with_its_name() {
    for (text, name) in [
        ("{...a} fragment a on Query{...a}", "a"),
        ("{me{...b}} fragment a on Staff{unit{head{...b}}} fragment b on Staff{...a}", "a"),
        ("{__typename} fragment x on Query{me{unit{head{...y}}}} fragment y on Staff{...{...x}}", "x"),
    ] {
        let error = judge(text).expect_err(text);
        assert_eq!(error.reason, Reason::FragmentCycle(name.to_owned()));
        assert_eq!(error.code(), Code::DocumentRefused);
        assert!(error.at.is_some());
    }
}

#[test]
fn every_limit_accepts_its_maximum_and_refuses_one_more() {
    let wrap = |n: usize, open: &str, inner: &str| format!("{{{}{inner}{}}}", open.repeat(n), "}".repeat(n));
    let ops = |n: usize| (0..n).map(|i| format!("query q{i}{{__typename}} ")).collect::<String>();
    let fragments = |n: usize| {
        (0..n).map(|i| format!("fragment f{i} on Query{{__typename}} ")).collect::<String>() + "{__typename}"
    };
    let aliases = |n: usize| format!("{{{}}}", (0..n).map(|i| format!("a{i}:at ")).collect::<String>());
    let within = |text: &str, name: Option<&str>| {
        let measured = survey(text, name);
        assert!(measured.is_ok(), "{text}: {measured:?}");
    };
    for (limit, good, bad) in [
        (Limit::Fields, format!("{{{}}}", "at ".repeat(1000)), format!("{{{}}}", "at ".repeat(1001))),
        (Limit::Aliases, aliases(30), aliases(31)),
        (Limit::Fragments, fragments(100), fragments(101)),
        (Limit::Depth, wrap(14, "x{", "y"), wrap(15, "x{", "y")),
        (Limit::Nesting, wrap(31, "...{", "y"), wrap(32, "...{", "y")),
        (Limit::Directives, format!("{{at {}}}", "@a ".repeat(50)), format!("{{at {}}}", "@a ".repeat(51))),
        (Limit::Tokens, format!("{{{}}}", " at".repeat(900)), format!("{{{}}}", " at".repeat(9_999))),
    ] {
        within(&good, None);
        assert_eq!(broken(&bad), Some(limit));
    }
    within(&ops(20), Some("q7"));
    assert_eq!(broken(&ops(21)), Some(Limit::Operations));
}

#[test]
fn directives_count_anywhere_in_the_document() {
    let many = "@a ".repeat(51);
    for text in [
        format!("query {many}{{at}}"),
        format!("query($x:Int {many}){{at}}"),
        format!("{{...{many}{{at}}}}"),
        format!("{{...f {many}}} fragment f on Query{{at}}"),
        format!("{{...f}} fragment f on Query {many}{{at}}"),
        format!("{{__typename}} fragment f on Query {many}{{at}}"),
        format!("{{me{{...f ...f ...f}}}} fragment f on Staff{{id {}}}", "@a ".repeat(17)),
    ] {
        assert_eq!(broken(&text), Some(Limit::Directives), "{text}");
    }
}

#[test]
fn a_mutation_has_one_root_field() {
    for good in [
        "mutation{login(name:\"x\"){staff{id}}}",
        "mutation{__typename a:login(name:\"x\"){staff{id}}}",
        "mutation{...m} fragment m on Mutation{login(name:\"x\"){staff{id}}}",
        "subscription{ticks}",
        "{me{id} at node(id:1){id}}",
    ] {
        assert!(judge(good).is_ok(), "{good}: {:?}", judge(good));
    }
    for bad in [
        "mutation{login(name:\"x\"){staff{id}} rename(input:{}){staff{id}}}",
        "mutation{a:login(name:\"x\"){staff{id}} b:login(name:\"y\"){staff{id}}}",
        "mutation{login(name:\"x\"){staff{id}} login(name:\"x\"){staff{id}}}",
        "mutation{...m ...m} fragment m on Mutation{login(name:\"x\"){staff{id}}}",
        "mutation{...m ...{login(name:\"y\"){staff{id}}}} fragment m on Mutation{...{login(name:\"x\"){staff{id}}}}",
        "subscription{ticks updates{id}}",
    ] {
        assert_eq!(broken(bad), Some(Limit::RootFields), "{bad}");
    }
}

#[test]
fn root_fields_include_those_in_fragments_and_ignore_aliases() {
    let text = "{x:me{id} ...a ...{at}} fragment a on Query{...b __schema{queryType{name}}} fragment b on Query{node(id:1){id} me{id}}";
    let summary = judge(text).expect("judged").summary;
    assert_eq!(summary.root_fields, ["__schema", "at", "me", "node"]);
    assert_eq!(summary.operation, OperationType::Query);
}

#[test]
fn the_operation_name_selects_the_operation() {
    let two = "query a{at} mutation b{login(name:\"x\"){staff{id}}}";
    let run = |text, name| {
        guard()
            .judge(text, name, Variables::default())
            .map(|judged| judged.summary.operation)
            .map_err(|errors| (errors[0].code().as_str(), errors[0].reason.clone()))
    };
    let unknown =
        |name: &str| Err(("OPERATION_RESOLUTION_FAILURE", Reason::UnknownOperation(name.to_owned())));
    assert_eq!(run(two, Some("b")), Ok(OperationType::Mutation));
    assert_eq!(run("query a{at}", None), Ok(OperationType::Query));
    assert_eq!(run("query a{at}", Some("")), Ok(OperationType::Query));
    assert_eq!(run(two, None), Err(("OPERATION_RESOLUTION_FAILURE", Reason::OperationNameRequired)));
    assert_eq!(run(two, Some("c")), unknown("c"));
    assert_eq!(run("{at}", Some("c")), unknown("c"));
    assert_eq!(
        run("fragment a on Query{at}", None),
        Err(("OPERATION_RESOLUTION_FAILURE", Reason::NoOperation))
    );
}

#[test]
fn texts_that_are_not_documents_do_not_parse() {
    for text in [
        "{",
        "",
        "# nothing",
        "{a(}",
        "{a(x:01)}",
        "{a(x:1b)}",
        "{a(x:\"\\uD83D\")}",
        "fragment on on Query{at}",
    ] {
        let error = judge(text).expect_err(text);
        assert_eq!(error.reason, Reason::Syntax, "{text}");
        assert_eq!(error.code().as_str(), "GRAPHQL_PARSE_FAILED");
        assert!(error.at.is_some(), "{text}");
    }
}

#[test]
fn larger_introspection_than_usual_is_refused() {
    let usual = judge(include_str!("introspection.graphql"));
    assert!(usual.is_ok(), "{usual:?}");
    assert!(judge("{__type(name:\"Staff\"){isOneOf fields{name type{name fields{name}}}} me{id}}").is_ok());
    let circle = "{__schema{types{fields{type{fields{type{fields{name}}}}}}}}";
    assert_eq!(broken(circle), Some(Limit::IntrospectionLists));
    let wide = format!(
        "{{__schema{{types{{{}}}}}}}",
        (0..9)
            .map(|i| format!("a{i}:fields{{type{{possibleTypes{{ofType{{ofType{{name}}}}}}}}}}"))
            .collect::<String>()
    );
    assert_eq!(broken(&wide), Some(Limit::Introspection));
}

#[test]
fn limits_can_be_set_one_by_one() {
    let limits: Limits = serde_json::from_str(r#"{"cost":7}"#).expect("limits");
    assert_eq!(limits, Limits { cost: 7, ..Limits::default() });
    assert!(serde_json::from_str::<Limits>(r#"{"costs":7}"#).is_err());
    let guard = Guard::new(read(SDL), limits, scalars()).expect("an SDL");
    assert!(guard.judge("{staff(first:8){nodes{id}}}", None, Variables::default()).is_err());
    assert!(ReadSchema::new("type {").is_err());
    assert!(ReadSchema::new("type Query { a: Nope }").is_err());
}
