//! The cost of documents: the objects that an answer may contain, and the input values.

use super::*;

#[test]
fn cost_is_the_number_of_objects_that_the_answer_may_contain() {
    for (query, cost) in [
        ("{at __typename}", 0),
        ("{me{id name tags}}", 1),
        ("{me{unit{head{id}}}}", 3),
        // Lists without paging count 10, at each level.
        ("{me{roles{id}}}", 11),
        ("{me{matrix{id}}}", 101),
        // A page: the document's size, else the schema's default, else 20; never more than 100.
        ("{staff{edges{node{id} cursor} pageInfo{endCursor}}}", 20),
        ("{staff(first:3){edges{node{id}}}}", 3),
        ("{staff(first:3){nodes{id}}}", 3),
        ("{staff(last:4){nodes{id}}}", 4),
        ("{staff(first:3,last:4){nodes{id}}}", 4),
        ("{staff(first:100000){nodes{id}}}", 100),
        ("{staff(first:-1){nodes{id}}}", 20),
        ("{staff(first:null){nodes{id}}}", 20),
        ("{me{unit{staff{nodes{id}}}}}", 7),
        ("{latest{id}}", 7),
        ("{latest(first:9){id}}", 9),
        // The rows of a connection do not multiply its other fields.
        ("{me{plans{totalCount}}}", 1),
        ("{me{plans{totalCount summary{open}}}}", 2),
        ("{me{plans(first:5){summary{open} nodes{owner{id}}}}}", 12),
        ("{me{plans(first:5){edges{node{id}} nodes{id}}}}", 11),
        // The product along the path.
        ("{staff(first:10){nodes{plans(first:10){edges{node{id}}}}}}", 110),
        ("{staff(first:10){nodes{unit{staff(first:10){nodes{roles{id}}}}}}}", 1_120),
        // Through fragments, on objects, connections and edges.
        (
            "{...q} fragment q on Query{staff(first:2){...c}} fragment c on StaffConnection{edges{...e}} fragment e on StaffEdge{node{...s}} fragment s on Staff{unit{id}}",
            4,
        ),
        ("{staff(first:2){... on StaffConnection{...{nodes{id}}}}}", 2),
        // Through interfaces and unions, by type condition or by the interface's own fields.
        ("{node(id:1){id ... on Staff{plans(first:6){nodes{id}}} ...u}} fragment u on Unit{head{id}}", 8),
        ("{subject{__typename ... on Staff{roles{id}}}}", 11),
        ("{named{unit{staff(first:4){nodes{id}}}}}", 6),
        // One row for each id.
        ("{nodes(ids:[1,2,3]){... on Staff{unit{id}}}}", 6),
    ] {
        let survey = survey(query, None).expect(query);
        assert_eq!(survey.selected.cost, cost, "{query}");
    }
}

#[test]
fn cost_uses_variables_and_their_defaults() {
    let guard = guard();
    let query = "query($n:Int=30,$ids:[ID!]=[1,2]){staff(first:$n){nodes{id}} nodes(ids:$ids){id}}";
    for (json, cost) in
        [("{}", 32), (r#"{"n":2}"#, 4), (r#"{"n":null,"ids":["a"]}"#, 21), (r#"{"n":7000,"ids":[]}"#, 100)]
    {
        let judged = guard.judge(query, None, variables(json)).expect(json);
        assert_eq!(judged.summary.cost, cost, "{json}");
    }
}

#[test]
fn a_large_variable_in_many_fields_is_refused() {
    let guard = guard();
    let ids = |n: usize| variables(&format!("{{\"ids\":[{}\"x\"]}}", "\"x\",".repeat(n - 1)));
    let fields = |n: usize| format!("query($ids:[ID!]!){{{}}}", "nodes(ids:$ids){id} ".repeat(n));
    let judge = |query: &str, variables: Variables| match guard.judge(query, None, variables) {
        Ok(_) => None,
        Err(errors) => match errors[0].reason {
            Reason::TooMuch { limit, .. } => Some(limit),
            ref other => panic!("{other:?}"),
        },
    };
    assert_eq!(judge(&fields(4), ids(1_000)), None);
    assert_eq!(judge(&fields(450), ids(1_000)), Some(Limit::Values));
    // An argument counts once for each object that it applies to.
    let nested = "query($x:String){staff(first:100){nodes{plans(first:1,after:$x){totalCount}}}}";
    let text = |n: usize| variables(&format!("{{\"x\":\"{}\"}}", "x".repeat(n)));
    assert_eq!(judge(nested, text(60_000)), None);
    assert_eq!(judge(nested, text(70_000)), Some(Limit::Values));
    let literal = format!("{{nodes(ids:[{}]){{id}}}}", "1 ".repeat(4_000));
    assert_eq!(judge(&literal, Variables::default()), None);
}

#[test]
fn a_cost_above_the_limit_is_refused_with_both_numbers() {
    let error = judge("{staff(first:100){nodes{plans(first:100){nodes{id}}}}}").expect_err("10,100 objects");
    assert!(matches!(
        error.reason,
        Reason::TooMuch { limit: Limit::Cost, requested: 10_100, available: 5_000, .. }
    ));
    assert_eq!(error.code().as_str(), "LIMIT_EXCEEDED");
}

#[test]
fn only_the_operation_that_runs_has_a_cost() {
    let text = "query a{me{id}} query b{staff(first:100){nodes{plans(first:100){nodes{id}}}}}";
    let cheap = guard().judge(text, Some("a"), Variables::default()).expect("a");
    assert_eq!((cheap.summary.cost, cheap.summary.name.as_deref()), (1, Some("a")));
    assert!(guard().judge(text, Some("b"), Variables::default()).is_err());
}

#[test]
fn a_cost_error_names_the_fields_that_cost_most() {
    let ids = format!("nodes(ids:[{}]){{id}}", "1 ".repeat(6_000));
    for (query, fields) in [
        // The field with most of the cost, at any depth, through fragments.
        (
            "{...q} fragment q on Query{staff(last:90){...c}} fragment c on StaffConnection{edges{node{id ...s}}} fragment s on Staff{plans{nodes{owner{roles{id}}}}}".to_owned(),
            vec![("staff(last: 90).plans(first: 20).owner.roles", Some("first"), 18_000)],
        ),
        // Several expensive fields, the most expensive first; a cheap one is not named.
        (
            "{me{id} b:staff(first:40){nodes{plans(first:60){nodes{id}}}} staff(first:50){nodes{plans(first:80){nodes{id}}}}}".to_owned(),
            vec![
                ("staff(first: 50).plans(first: 80)", Some("first"), 4_000),
                ("staff(first: 40).plans(first: 60)", Some("first"), 2_400),
            ],
        ),
        // No field below has more than half of the cost.
        (
            "{staff(first:100){nodes{a:plans(first:30){nodes{id}} b:plans(first:30){nodes{id}}}}}".to_owned(),
            vec![("staff(first: 100)", Some("first"), 6_100)],
        ),
        // Without pages.
        ("{me{matrix{staff{matrix{id}}}}}".to_owned(), vec![("me.matrix.staff.matrix", None, 10_000)]),
        (format!("{{{ids}}}"), vec![("nodes", Some("ids"), 6_000)]),
    ] {
        let limits = Limits { tokens: 20_000, ..Limits::default() };
        let guard = Guard::new(read(SDL), limits, scalars()).expect("an SDL");
        let errors = guard.judge(&query, None, Variables::default()).expect_err(&query);
        let Reason::TooMuch { costliest, .. } = &errors[0].reason else { panic!("{errors:?}") };
        let named: Vec<_> = costliest.iter().map(|it| (it.path.as_str(), it.argument, it.cost)).collect();
        assert_eq!(named, fields, "{query}");
    }
}

#[test]
fn a_batch_costs_its_weight_and_its_outcomes_for_each_row() {
    const BATCH: &str = r#"
directive @cost(weight: Int!) on FIELD_DEFINITION
type Query { at: String }
type Item { id: ID! parts: [Item!]! }
type Outcome { row: Int! item: Item }
type ItemsPayload { results: [Outcome!]! errors: [String!]! }
type ItemPayload { item: Item }
input Row { id: ID! }
input ItemsInput { rows: [Row!]! key: ID }
input ItemInput { id: ID! }
type Mutation { items(input: ItemsInput!): ItemsPayload! @cost(weight: 8) item(input: ItemInput!): ItemPayload! @cost(weight: 3) }
"#;
    let guard = Guard::new(read(BATCH), Limits::default(), HashMap::new()).expect("an SDL");
    let rows = |n: usize| format!("[{}]", vec![r#"{"id":"a"}"#; n].join(","));
    for (query, json, cost) in [
        (
            "mutation($i:ItemsInput!){items(input:$i){errors}}",
            format!(r#"{{"i":{{"rows":{}}}}}"#, rows(100)),
            801,
        ),
        (
            "mutation($i:ItemsInput!){items(input:$i){errors}}",
            format!(r#"{{"i":{{"rows":{}}}}}"#, rows(0)),
            1,
        ),
        (
            "mutation($i:ItemsInput!){items(input:$i){results{item{id}}}}",
            format!(r#"{{"i":{{"rows":{}}}}}"#, rows(30)),
            301,
        ),
        ("mutation($r:[Row!]!){items(input:{rows:$r}){results{row}}}", format!(r#"{{"r":{}}}"#, rows(3)), 28),
        (
            "mutation($i:ItemsInput={rows:[{id:1},{id:2}]}){items(input:$i){results{row}}}",
            "{}".to_owned(),
            19,
        ),
        ("mutation{items(input:{rows:{id:1}}){results{row}}}", "{}".to_owned(), 10),
        // Through fragments on the root and on the payload.
        (
            "mutation{...m} fragment m on Mutation{...{items(input:{rows:[{id:1},{id:2}]}){...p}}} fragment p on ItemsPayload{results{item{id}}}",
            "{}".to_owned(),
            21,
        ),
        // A mutation of one object has its weight once.
        ("mutation{item(input:{id:1}){item{id}}}", "{}".to_owned(), 5),
    ] {
        let judged = guard.judge(query, None, variables(&json)).expect(query);
        assert_eq!(judged.summary.cost, cost, "{query} {json}");
    }
}
