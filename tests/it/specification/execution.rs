//! Sections 3.13, 4, 6 and 7: what is executed, and the exact answer.

use super::send;
use crate::{both, support::Person};
use serde_json::json;

/// A document with its variables, and the text of `data`.
type Executed = (&'static str, &'static str, &'static str);

/// By section.
const ANSWERS: &[(&str, &[Executed])] = &[
    (
        "3.13.1 @skip",
        &[
            ("{a:__typename @skip(if:true) b:__typename @skip(if:false)}", "{}", r#"{"b":"Query"}"#),
            (
                "query($s:Boolean!){a:__typename @skip(if:$s) b:__typename}",
                r#"{"s":true}"#,
                r#"{"b":"Query"}"#,
            ),
            ("query($s:Boolean!=true){a:__typename @skip(if:$s) b:__typename}", "{}", r#"{"b":"Query"}"#),
            (
                "query($s:Boolean=true){a:__typename @skip(if:$s) b:__typename}",
                r#"{"s":false}"#,
                r#"{"a":"Query","b":"Query"}"#,
            ),
        ],
    ),
    (
        "3.13.2 @include",
        &[
            ("query($s:Boolean=true){a:__typename @include(if:$s)}", "{}", r#"{"a":"Query"}"#),
            ("query($s:Boolean=true){...@include(if:$s){a:__typename}}", "{}", r#"{"a":"Query"}"#),
            (
                "query($s:Boolean=true){...F @include(if:$s)} fragment F on Query{a:__typename}",
                r#"{"s":false}"#,
                "{}",
            ),
            (
                "{a:__typename @skip(if:false) @include(if:false) b:__typename @skip(if:true) @include(if:true)}",
                "{}",
                "{}",
            ),
        ],
    ),
    (
        "4.1 Type Name Introspection",
        &[
            (
                "{__typename viewer{__typename staff{t:__typename}}}",
                "{}",
                r#"{"__typename":"Query","viewer":{"__typename":"Viewer","staff":{"t":"Staff"}}}"#,
            ),
            ("mutation{__typename}", "{}", r#"{"__typename":"Mutation"}"#),
        ],
    ),
    (
        "4.2 Schema Introspection",
        &[
            (
                "{__type(name:\"StaffLookup\"){kind name isOneOf fields{name} inputFields{name type{kind ofType{name}}}}}",
                "{}",
                r#"{"__type":{"kind":"INPUT_OBJECT","name":"StaffLookup","isOneOf":true,"fields":null,"inputFields":[{"name":"id","type":{"kind":"SCALAR","ofType":null}},{"name":"nip","type":{"kind":"SCALAR","ofType":null}},{"name":"externalId","type":{"kind":"SCALAR","ofType":null}}]}}"#,
            ),
            ("{__type(name:\"Nope\"){name}}", "{}", r#"{"__type":null}"#),
            (
                "{__type(name:\"Date\"){specifiedByURL} __schema{queryType{name}}}",
                "{}",
                r#"{"__type":{"specifiedByURL":"https://www.rfc-editor.org/rfc/rfc3339#section-5.6"},"__schema":{"queryType":{"name":"Query"}}}"#,
            ),
        ],
    ),
    (
        "6.3.2 Field Collection",
        &[
            // In the order of the first occurrence, each key once, its selections merged.
            (
                "{viewer{staff{name}} t:__typename viewer{staff{s:status name} roles}}",
                "{}",
                r#"{"viewer":{"staff":{"name":"Employee Contoh","s":"ACTIVE"},"roles":["EMPLOYEE"]},"t":"Query"}"#,
            ),
            (
                "{...A viewer{r:roles}} fragment A on Query{viewer{staff{...B}}} fragment B on Staff{name}",
                "{}",
                r#"{"viewer":{"staff":{"name":"Employee Contoh"},"r":["EMPLOYEE"]}}"#,
            ),
            (
                "{viewer{staff{... on Node{t:__typename} ... on Staff{name}}}}",
                "{}",
                r#"{"viewer":{"staff":{"t":"Staff","name":"Employee Contoh"}}}"#,
            ),
            // Nothing is left: an object, not null.
            ("{viewer{roles @skip(if:true)}}", "{}", r#"{"viewer":{}}"#),
            (
                "{periods(filter:{yearsOnly:true}){edges{cursor @skip(if:true)}}}",
                "{}",
                r#"{"periods":{"edges":[{}]}}"#,
            ),
            ("{viewer @skip(if:true){roles}}", "{}", "{}"),
            ("{viewer{staff{...@skip(if:true){name}}}}", "{}", r#"{"viewer":{"staff":{}}}"#),
        ],
    ),
    (
        "6.3.2 DoesFragmentTypeApply",
        &[
            (
                "{periods(filter:{yearsOnly:true}){edges{node{...on WorklistSubject{t:__typename}}}}}",
                "{}",
                r#"{"periods":{"edges":[{"node":{"t":"Period"}}]}}"#,
            ),
            (
                "{periods(filter:{yearsOnly:true}){edges{node{...on UpdateSubject{...on Node{t:__typename}} year}}}}",
                "{}",
                r#"{"periods":{"edges":[{"node":{"t":"Period","year":2026}}]}}"#,
            ),
        ],
    ),
    (
        "6.4.1 Coercing Field Arguments",
        &[
            // A missing value is not null: the argument's default applies.
            (
                "query($n:Int){periods(first:$n filter:{yearsOnly:true}){edges{node{year}}}}",
                "{}",
                r#"{"periods":{"edges":[{"node":{"year":2026}}]}}"#,
            ),
            (
                "query($y:Int){periods(filter:{year:$y yearsOnly:true}){edges{node{year}}}}",
                "{}",
                r#"{"periods":{"edges":[{"node":{"year":2026}}]}}"#,
            ),
            (
                "query($y:Int=1999){periods(filter:{year:$y}){edges{node{year}}}}",
                "{}",
                r#"{"periods":{"edges":[]}}"#,
            ),
            (
                "query($y:Int=1999){periods(filter:{year:$y yearsOnly:true}){edges{node{year}}}}",
                r#"{"y":2026.0}"#,
                r#"{"periods":{"edges":[{"node":{"year":2026}}]}}"#,
            ),
            (
                "query($n:Int){viewer{worklist(first:$n kinds:[SIGN_EVALUATION]){nodes{kind}}}}",
                "{}",
                r#"{"viewer":{"worklist":{"nodes":[]}}}"#,
            ),
        ],
    ),
    (
        "7.2.2 Serialized Map Ordering",
        &[
            (
                "{viewer{roles staff{status assignment{unit{name code} position{name}} name}} serviceConfig{languages} a:__typename}",
                "{}",
                r#"{"viewer":{"roles":["EMPLOYEE"],"staff":{"status":"ACTIVE","assignment":{"unit":{"name":"Bidang Contoh","code":"DISDIK-1"},"position":{"name":"Analis Contoh"}},"name":"Employee Contoh"}},"serviceConfig":{"languages":["ID","EN"]},"a":"Query"}"#,
            ),
            (
                "{viewer{staff{name assignment{position{name} unit{code name}} status} roles}}",
                "{}",
                r#"{"viewer":{"staff":{"name":"Employee Contoh","assignment":{"position":{"name":"Analis Contoh"},"unit":{"code":"DISDIK-1","name":"Bidang Contoh"}},"status":"ACTIVE"},"roles":["EMPLOYEE"]}}"#,
            ),
        ],
    ),
];

both!(answers_are_those_of_the_specification, |app| async move {
    let token = app.client(Person::Employee).await.token;
    for (section, documents) in ANSWERS {
        for (query, variables, data) in *documents {
            let got = send(&app, token.as_deref(), query, variables).await;
            assert_eq!(
                (got.status, got.data()),
                (200, *data),
                "{section}\n{query} {variables}\n{}",
                got.text
            );
        }
    }
});

both!(fragments_on_other_types_leave_an_empty_object, |app| async move {
    let token = app.client(Person::Employee).await.token;
    let got = send(&app, token.as_deref(), "{viewer{staff{id}}}", "{}").await;
    let id = got.json()["data"]["viewer"]["staff"]["id"].clone();
    let variables = json!({ "id": id }).to_string();
    for (inner, node) in [
        ("...on Plan{status}", "{}"),
        ("...on WorklistSubject{__typename}", "{}"),
        ("...on UpdateSubject{t:__typename}", r#"{"t":"Staff"}"#),
        ("...on Plan{s:status} ...on Staff{name}", r#"{"name":"Employee Contoh"}"#),
    ] {
        let query = format!("query($id:ID!){{node(id:$id){{{inner}}}}}");
        let got = send(&app, token.as_deref(), &query, &variables).await;
        assert_eq!(got.data(), format!("{{\"node\":{node}}}"), "{query}");
    }
});

// 6.2.2: a mutation whose only field is skipped does nothing.
both!(a_skipped_mutation_does_not_run, |app| async move {
    let login = "mutation($s:Boolean!=true){login(input:{user:\"employee\" password:\"wrong\"}) @skip(if:$s){errors{code}}}";
    let got = send(&app, None, login, "{}").await;
    assert_eq!((got.status, got.data()), (200, "{}"), "{}", got.text);
    let got = send(&app, None, login, r#"{"s":false}"#).await;
    assert!(got.data().starts_with("{\"login\":"), "{}", got.text);
});

// 6.1: which operation is executed.
both!(the_operation_is_the_one_that_is_named, |app| async move {
    let got = send(&app, None, "query A{__typename} query B{__typename}", "{}").await;
    assert_eq!((got.status, got.code.as_str()), (422, "OPERATION_RESOLUTION_FAILURE"), "{}", got.text);
    let got = send(&app, None, "fragment A on Query{__typename}", "{}").await;
    assert_eq!((got.status, got.code.as_str()), (422, "OPERATION_RESOLUTION_FAILURE"), "{}", got.text);
});

// 6.4.4: a failed field is null and its error has a path; the answer is a partial success.
both!(a_failed_field_leaves_the_others, |app| async move {
    let token = app.client(Person::Employee).await.token;
    let query = "{a:__typename events(first:1){totalCount} periods(first:1000){totalCount} z:__typename}";
    let got = send(&app, token.as_deref(), query, "{}").await;
    let expected = r#"{"a":"Query","events":null,"periods":null,"z":"Query"}"#;
    assert_eq!((got.status, got.data()), (294, expected), "{}", got.text);
    let query = "{a:__typename node(id:\"x\"){id} z:__typename}";
    let got = send(&app, token.as_deref(), query, "{}").await;
    let expected = r#"{"a":"Query","node":null,"z":"Query"}"#;
    assert_eq!((got.status, got.data()), (200, expected), "{}", got.text);
});
