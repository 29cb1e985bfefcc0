//! Rules that apollo-compiler does not check, and coercion of variables.

use super::*;

/// Judges a document against the given schema.
fn against(sdl: &str, query: &str, json: &str) -> Result<Judged, DocumentError> {
    let guard = Guard::new(read(sdl), Limits::default(), scalars()).expect(sdl);
    guard.judge(query, None, variables(json)).map_err(|errors| errors.into_iter().next().expect("an error"))
}

const INPUTS: &str = r#"
directive @oneOf on INPUT_OBJECT
scalar DateTime
scalar Json
enum Kind { A B }
input Filter { name: String kinds: [Kind!] since: DateTime not: Filter limit: Int! = 3 }
input By @oneOf { id: ID name: String }
type Query {
  list(filter: Filter, kinds: [Kind!], grid: [[Int!]!], ids: [ID!]!): Int
  by(by: By!): Int
  at(at: DateTime): Int
  any(json: Json): Int
  page(first: Int! = 5, ratio: Float, flag: Boolean): Int
  self: Query
}
type Mutation { change(at: DateTime, kind: Kind): Int }
"#;

#[test]
fn variables_fit_their_positions_at_any_depth() {
    for (query, fits) in [
        ("query($a:ID!){list(ids:[$a])}", true),
        ("query($a:ID){list(ids:[$a])}", false),
        // A default of null does not allow a variable of a nullable type.
        ("query($a:[ID!]=null){list(ids:$a)}", false),
        ("query($a:[ID!]=[]){list(ids:$a)}", true),
        ("query($a:ID!){list(ids:$a)}", false),
        ("query($a:[ID]!){list(ids:$a)}", false),
        ("query($a:Kind!){list(ids:[] filter:{kinds:[$a]})}", true),
        ("query($a:Kind){list(ids:[] filter:{kinds:[$a]})}", false),
        ("query($a:Kind!){list(ids:[] filter:{kinds:$a})}", false),
        ("query($a:Int){list(ids:[] filter:{limit:$a})}", true),
        ("query($a:Int){list(ids:[] filter:{not:{name:$a}})}", false),
        ("query($a:[Int!]!){list(ids:[] grid:[$a])}", true),
        ("query($a:Int!){list(ids:[] grid:[[$a]])}", true),
        ("query($a:Int!){list(ids:[] grid:[$a])}", false),
        ("query($a:Int){page(first:$a)}", true),
        ("query($a:Int){page(ratio:$a)}", false),
        ("query($a:Boolean=true){page @skip(if:$a)}", true),
        ("query($a:Boolean){page @skip(if:$a)}", false),
        ("query($a:String!){page @skip(if:$a)}", false),
        // Through fragments, for each operation.
        ("query($a:ID){...f} fragment f on Query{list(ids:[$a])}", false),
        ("query($a:ID!){self{...f}} fragment f on Query{list(ids:[$a])}", true),
        // Exactly one field is given, so that its variable can't be null.
        ("query($a:ID!){by(by:{id:$a})}", true),
        ("query($a:ID){by(by:{id:$a})}", false),
        // Within a scalar that accepts any value.
        ("query($a:Int){any(json:{a:[$a]})}", true),
        ("{any(json:{a:[$b]})}", false),
    ] {
        let outcome = against(INPUTS, query, r#"{"a":null}"#);
        match outcome {
            Err(error) if matches!(error.reason, Reason::Invalid(_)) => assert!(!fits, "{query}: {error:?}"),
            _ => assert!(fits, "{query}"),
        }
    }
}

#[test]
fn input_objects_refuse_repeated_fields_and_check_one_of() {
    for (query, valid) in [
        ("{by(by:{id:1})}", true),
        ("{by(by:{id:1 name:\"x\"})}", false),
        ("{by(by:{id:null})}", false),
        ("{by(by:{})}", false),
        ("{list(ids:[] filter:{name:\"x\"})}", true),
        ("{list(ids:[] filter:{name:\"x\" name:\"y\"})}", false),
        ("{list(ids:[] filter:{not:{limit:1 limit:1}})}", false),
        ("{any(json:{a:1 a:2})}", false),
        ("query($f:Filter={name:\"x\" name:\"y\"}){list(ids:[] filter:$f)}", false),
    ] {
        assert_eq!(against(INPUTS, query, "{}").is_ok(), valid, "{query}");
    }
}

#[test]
fn custom_scalars_are_checked_by_content_in_queries_and_by_shape_in_mutations() {
    for (query, valid) in [
        ("{at(at:\"12Z\")}", true),
        ("{at(at:\"12\")}", false),
        ("{at(at:12)}", false),
        ("{at(at:Z)}", false),
        ("{at(at:null)}", true),
        ("mutation{change(at:\"12\")}", true),
        ("mutation{change(at:12)}", false),
        ("query($a:DateTime=\"12\"){at(at:$a)}", false),
        ("mutation($a:DateTime=\"12\"){change(at:$a)}", true),
    ] {
        let outcome = against(INPUTS, query, "{}");
        assert_eq!(outcome.is_ok(), valid, "{query}: {outcome:?}");
    }
    let late = |query, json| against(INPUTS, query, json).map_err(|error| error.reason);
    assert!(late("mutation($a:DateTime){change(at:$a)}", r#"{"a":"12"}"#).is_ok());
    assert!(late("mutation($a:DateTime){change(at:$a)}", r#"{"a":12}"#).is_err());
    assert!(late("query($a:DateTime){at(at:$a)}", r#"{"a":"12"}"#).is_err());
}

#[test]
fn variables_are_coerced_to_their_types() {
    for (ty, json, coerced) in [
        ("Int", "1", Some("1")),
        ("Int", "1.0", Some("1")),
        ("Int", "1e3", Some("1000")),
        ("Int", "-0", Some("0")),
        ("Int", "1.5", None),
        ("Int", "2147483647", Some("2147483647")),
        ("Int", "2147483648", None),
        ("Int", "1e300", None),
        ("Int", "\"1\"", None),
        ("Int!", "null", None),
        ("Float", "1", Some("1")),
        ("Float", "\"1\"", None),
        ("Boolean", "1", None),
        ("Boolean", "true", Some("true")),
        ("String", "1", None),
        ("ID", "1", Some("\"1\"")),
        ("ID", "1.0", None),
        ("ID", "true", None),
        ("Kind", "\"A\"", Some("\"A\"")),
        ("Kind", "\"C\"", None),
        ("Kind", "0", None),
        ("[Kind!]", "\"A\"", Some("[\"A\"]")),
        ("[Kind!]", "[null]", None),
        ("[[Int!]!]", "[1]", Some("[[1]]")),
        ("[[Int!]!]", "[[1.0],2]", Some("[[1],[2]]")),
        ("Filter", "{\"limit\":1.0}", Some("{\"limit\":1}")),
        ("Filter", "{\"limit\":null}", None),
        ("Filter", "{\"nope\":1}", None),
        ("Filter", "\"x\"", None),
        ("Filter", "{\"not\":{\"kinds\":\"A\"}}", Some("{\"not\":{\"kinds\":[\"A\"]}}")),
        ("By", "{\"id\":1}", Some("{\"id\":\"1\"}")),
        ("By", "{\"id\":1,\"name\":\"x\"}", None),
        ("By", "{\"id\":null}", None),
        ("By", "{}", None),
        ("Json", "{\"a\":[1.0]}", Some("{\"a\":[1.0]}")),
    ] {
        let query = format!("query($a:{ty}){{any(json:$a)}}");
        // Tests only the coercion: the document itself is not validated.
        let guard = Guard::new(read(INPUTS), Limits::default(), scalars()).expect("an SDL");
        let syntax = Syntax::parse(&query, &guard.limits).expect("parsed");
        let document = syntax.document.to_executable(&guard.schema.valid).expect("built");
        let operation = document.operations.iter().next().expect("an operation");
        let given = variables(&format!("{{\"a\":{json},\"other\":1}}"));
        let outcome = coerce::variables(&guard.schema.valid, &guard.scalars, operation, given);
        let outcome = outcome.ok().map(|it| serde_json::to_string(&it["a"]).expect("JSON"));
        assert_eq!(outcome.as_deref(), coerced, "{ty} {json}");
    }
}

#[test]
fn an_error_names_the_path_within_a_variable() {
    let query = "query($f:Filter!){list(ids:[] filter:$f)}";
    for (json, path) in [
        (r#"{"f":{"not":{"kinds":["A","C"]}}}"#, "f.not.kinds.1"),
        (r#"{"f":{"since":"x"}}"#, "f.since"),
        (r#"{"f":{"a":1}}"#, "f"),
    ] {
        match against(INPUTS, query, json).expect_err(json).reason {
            Reason::VariableInvalid { path: found, .. } => assert_eq!(found, path),
            other => panic!("{other:?}"),
        }
    }
    for json in ["{}", r#"{"f":null}"#] {
        let error = against(INPUTS, query, json).expect_err(json);
        assert_eq!(error.reason, Reason::VariableRequired("f".into()));
        assert_eq!(error.code().as_str(), "BAD_USER_INPUT");
    }
}

#[test]
fn several_errors_are_returned_up_to_a_limit() {
    let many = format!("{{{}}}", "nope ".repeat(100));
    let errors = guard().judge(&many, None, Variables::default()).expect_err("invalid");
    assert_eq!(errors.len(), MAX_ERRORS);
    assert_eq!(errors[0].at, Some(async_graphql_parser::Pos { line: 1, column: 2 }));
    assert_eq!(errors[0].code(), Code::ValidationFailed);
}
