//! Documents that async-graphql 7.2.1 answers wrongly, and the correct answers.
//!
//! The numbers are those of docs/adr/0020: S for wrong answers without an error, L for documents that were
//! accepted or refused wrongly.

use super::send;
use crate::{both, support::Person};

/// Number, document, variables, then status and either data or the code.
const GOLDENS: &[(&str, &str, &str, u16, &str)] = &[
    (
        "S1",
        "mutation($s:Boolean!=true){login(input:{user:\"x\",password:\"y\"}) @skip(if:$s){__typename}}",
        "{}",
        200,
        "{}",
    ),
    (
        "S1",
        "query($a:Boolean=true){viewer{__typename} periods(filter:{yearsOnly:true}) @include(if:$a){edges{node{year}}}}",
        "{}",
        200,
        r#"{"viewer":{"__typename":"Viewer"},"periods":{"edges":[{"node":{"year":2026}}]}}"#,
    ),
    ("S2", "{viewer{__typename @skip(if:true)}}", "{}", 200, r#"{"viewer":{}}"#),
    (
        "S2",
        "{periods(filter:{yearsOnly:true}){edges{cursor @skip(if:true)}}}",
        "{}",
        200,
        r#"{"periods":{"edges":[{}]}}"#,
    ),
    ("S2", "{__typename @skip(if:true)}", "{}", 200, "{}"),
    (
        "S3",
        "{periods(filter:{yearsOnly:true}){edges{node{...on WorklistSubject{t:__typename}}}}}",
        "{}",
        200,
        r#"{"periods":{"edges":[{"node":{"t":"Period"}}]}}"#,
    ),
    (
        "S4",
        "{viewer{staff{plans(first:1){edges{cursor}}}} viewer{staff{plans(first:2){edges{cursor}}}}}",
        "{}",
        422,
        "GRAPHQL_VALIDATION_FAILED",
    ),
    (
        "S4",
        "{periods{edges{node{...A ...B}}}} fragment A on Period{x:id} fragment B on Period{x:year}",
        "{}",
        422,
        "GRAPHQL_VALIDATION_FAILED",
    ),
    (
        "S5",
        "{plans(first:1,filter:{ratedByMe:true,ratedByMe:false}){edges{node{id}}}}",
        "{}",
        422,
        "GRAPHQL_VALIDATION_FAILED",
    ),
    ("L1", "query($i:ID){node(id:$i){id}}", r#"{"i":"x"}"#, 422, "GRAPHQL_VALIDATION_FAILED"),
    ("L1", "query($i:Int!){node(id:$i){id}}", r#"{"i":1}"#, 422, "GRAPHQL_VALIDATION_FAILED"),
    ("L1", "query($i:[ID]){nodes(ids:$i){id}}", r#"{"i":[]}"#, 422, "GRAPHQL_VALIDATION_FAILED"),
    (
        "L1",
        "query($s:PlanStatus!){plans(filter:{status:$s}){totalCount}}",
        r#"{"s":"DRAFT"}"#,
        422,
        "GRAPHQL_VALIDATION_FAILED",
    ),
    (
        "L1",
        "query($n:String){staffMember(by:{nip:$n}){id}}",
        r#"{"n":"x"}"#,
        422,
        "GRAPHQL_VALIDATION_FAILED",
    ),
    (
        "L2",
        "{plans(first:1,orderBy:{createdAt:\"ASCENDING\"}){edges{node{id}}}}",
        "{}",
        422,
        "GRAPHQL_VALIDATION_FAILED",
    ),
    ("L3", "{__typename @foo}", "{}", 422, "GRAPHQL_VALIDATION_FAILED"),
    ("L3", "{__typename(x:1)}", "{}", 422, "GRAPHQL_VALIDATION_FAILED"),
    ("L3", "{__typename{x}}", "{}", 422, "GRAPHQL_VALIDATION_FAILED"),
    ("L3", "query($a:Boolean!){__typename @skip(if:$a)}", r#"{"a":false}"#, 200, r#"{"__typename":"Query"}"#),
    ("L4", "query($n:Int){periods(first:$n){totalCount}}", r#"{"n":2147483648}"#, 422, "BAD_USER_INPUT"),
    ("L4", "{periods(first:2147483648){totalCount}}", "{}", 422, "GRAPHQL_VALIDATION_FAILED"),
    ("L4", "query($f:PeriodFilter){periods(filter:$f){totalCount}}", r#"{"f":"x"}"#, 422, "BAD_USER_INPUT"),
    ("L4", "query($d:Date){criteria(on:$d){code}}", r#"{"d":"2026-13-45"}"#, 422, "BAD_USER_INPUT"),
    ("L4", "{criteria(on:\"2026-13-45\"){code}}", "{}", 422, "GRAPHQL_VALIDATION_FAILED"),
    (
        "L5",
        "subscription($a:Boolean!){criteriaUpdates @skip(if:$a){__typename}}",
        r#"{"a":true}"#,
        422,
        "GRAPHQL_VALIDATION_FAILED",
    ),
    ("L6", "\"\"\"why\"\"\" query Q { __typename }", "{}", 200, r#"{"__typename":"Query"}"#),
    ("L7", r#"{node(id:"\u{1F600}"){id}}"#, "{}", 200, r#"{"node":null}"#),
    ("L7", r#"{node(id:"\uD83D\uDE00"){id}}"#, "{}", 200, r#"{"node":null}"#),
    ("L8", "{...on} fragment on on Query{__typename}", "{}", 400, "GRAPHQL_PARSE_FAILED"),
    ("L8", "{periods(first:-0){edges{cursor}}}", "{}", 200, r#"{"periods":{"edges":[]}}"#),
    // 1.0 is an integer.
    (
        "L4",
        "query($f:Int){periods(first:$f filter:{yearsOnly:true}){edges{node{year}}}}",
        r#"{"f":1.0}"#,
        200,
        r#"{"periods":{"edges":[{"node":{"year":2026}}]}}"#,
    ),
];

both!(documents_that_the_executor_answers_wrongly_are_answered_correctly, |app| async move {
    let token = app.client(Person::Employee).await.token;
    for (number, query, variables, status, expected) in GOLDENS {
        let got = send(&app, token.as_deref(), query, variables).await;
        let found = if got.code.is_empty() { got.data() } else { got.code.as_str() };
        assert_eq!((got.status, found), (*status, *expected), "{number} {query} {variables}\n{}", got.text);
    }
});
