//! Section 2, Language: which texts are documents. All others do not parse.

use super::{Rule, check, send};
use crate::both;

/// The rules of section 2.
pub const RULES: &[Rule] = &[
    Rule {
        section: "2.1.1 White Space",
        passes: &[("{\t__typename }", "{}")],
        fails: &[("{\u{b}__typename}", "{}", ""), ("{\u{a0}__typename}", "{}", "")],
    },
    Rule {
        section: "2.1.3 Comments",
        passes: &[("# why \"\"\" {\n{__typename # more\n}", "{}")],
        fails: &[("{__typename # }", "{}", "")],
    },
    Rule {
        section: "2.1.4 Insignificant Commas",
        passes: &[("{,__typename,,}", "{}"), ("{nodes(ids:[\"x\",,\"y\"]),{id}}", "{}")],
        fails: &[("{__typename;}", "{}", "")],
    },
    Rule {
        section: "2.1.6 Ignored Tokens (the byte order mark)",
        passes: &[("\u{feff}{__typename}", "{}")],
        fails: &[("\u{fffe}{__typename}", "{}", "")],
    },
    Rule {
        section: "2.1.7 Punctuators",
        passes: &[("{...{__typename}}", "{}")],
        fails: &[("{..{__typename}}", "{}", ""), ("{a:%}", "{}", "")],
    },
    Rule {
        section: "2.1.8 Names",
        passes: &[("{_9:__typename}", "{}")],
        fails: &[("{9a:__typename}", "{}", ""), ("{é:__typename}", "{}", "")],
    },
    Rule {
        section: "2.2 Descriptions",
        passes: &[(
            "\"why\" query Q(\"\"\"one\"\"\" $a: Int, \"two\" $b: Int = 1) {periods(first:$a last:$b){...F}} \"\"\"\nwhat\n\"\"\" fragment F on PeriodConnection {__typename}",
            "{\"b\":null}",
        )],
        fails: &[
            ("\"why\" {__typename}", "{}", ""),
            ("\"why\" \"twice\" query {__typename}", "{}", ""),
            ("{\"why\" __typename}", "{}", ""),
        ],
    },
    Rule {
        section: "2.3 Document",
        passes: &[("query A {...F} fragment F on Query {__typename}", "{}")],
        fails: &[("# nothing", "{}", ""), ("__typename", "{}", ""), ("{__typename} }", "{}", "")],
    },
    Rule {
        section: "2.4 Operations",
        passes: &[("query {__typename}", "{}"), ("{__typename}", "{}"), ("mutation M {__typename}", "{}")],
        fails: &[("queri {__typename}", "{}", ""), ("query Q", "{}", ""), ("query 1 {__typename}", "{}", "")],
    },
    Rule {
        section: "2.5 Selection Sets",
        passes: &[("{viewer{staff{id}}}", "{}")],
        fails: &[("{viewer{}}", "{}", ""), ("{}", "{}", ""), ("{viewer{staff{id}}", "{}", "")],
    },
    Rule {
        section: "2.6 Fields",
        passes: &[("{viewer{staff{name}} serviceConfig{version}}", "{}")],
        fails: &[("{viewer..staff}", "{}", "")],
    },
    Rule {
        section: "2.7 Arguments",
        passes: &[("{periods(last:null first:1){__typename}}", "{}")],
        fails: &[("{periods(){__typename}}", "{}", ""), ("{periods(first){__typename}}", "{}", "")],
    },
    Rule {
        section: "2.8 Field Alias",
        passes: &[("{a:__typename b:__typename}", "{}")],
        fails: &[("{a:b:__typename}", "{}", ""), ("{:__typename}", "{}", "")],
    },
    Rule {
        section: "2.9 Fragments",
        passes: &[
            ("{...F} fragment F on Query {__typename}", "{}"),
            ("{...query} fragment query on Query {__typename}", "{}"),
        ],
        fails: &[
            ("{__typename} fragment on on Query {__typename}", "{}", ""),
            ("{...F} fragment F {__typename}", "{}", ""),
            ("{...F} fragment F on {__typename}", "{}", ""),
        ],
    },
    Rule {
        section: "2.9.2 Inline Fragments",
        passes: &[("{...{__typename} ... on Query{__typename} ...@include(if:true){__typename}}", "{}")],
        fails: &[("{... on{__typename}}", "{}", ""), ("{... on Query}", "{}", "")],
    },
    Rule {
        section: "2.10.1 Int Value",
        passes: &[("{periods(first:0){__typename}}", "{}"), ("{periods(first:-0){__typename}}", "{}")],
        fails: &[
            ("{periods(first:01){__typename}}", "{}", ""),
            ("{periods(first:+1){__typename}}", "{}", ""),
            ("{periods(first:1a){__typename}}", "{}", ""),
            ("{periods(first:0x1){__typename}}", "{}", ""),
        ],
    },
    Rule {
        section: "2.10.3 Boolean Value",
        passes: &[("{__typename @include(if:true)}", "{}")],
        fails: &[("{__typename @include(if:)}", "{}", "")],
    },
    Rule {
        section: "2.10.4 String Value",
        passes: &[
            (r#"{checkNip(value:"\u{1F600}"){__typename}}"#, "{}"),
            (r#"{checkNip(value:"\uD83D\uDE00"){__typename}}"#, "{}"),
            (r#"{checkNip(value:"\"\\\/\b\f\n\r\t\u00e9é😀"){__typename}}"#, "{}"),
            ("{checkNip(value:\"\"\"a \\\"\"\" \"b\" \\n\n c\"\"\"){__typename}}", "{}"),
        ],
        fails: &[
            (r#"{checkNip(value:"\uD83D"){__typename}}"#, "{}", ""),
            (r#"{checkNip(value:"\uDE00\uD83D"){__typename}}"#, "{}", ""),
            (r#"{checkNip(value:"\u{110000}"){__typename}}"#, "{}", ""),
            (r#"{checkNip(value:"\u{}"){__typename}}"#, "{}", ""),
            (r#"{checkNip(value:"\u00g0"){__typename}}"#, "{}", ""),
            (r#"{checkNip(value:"\x"){__typename}}"#, "{}", ""),
            ("{checkNip(value:\"a\nb\"){__typename}}", "{}", ""),
            ("{checkNip(value:\"a){__typename}}", "{}", ""),
            ("{checkNip(value:\"\"\"a\"){__typename}}", "{}", ""),
        ],
    },
    Rule {
        section: "2.10.6 Enum Value",
        passes: &[("{periods(orderBy:{year:ASCENDING}){__typename}}", "{}")],
        fails: &[("{periods(orderBy:{year:ASC-ENDING}){__typename}}", "{}", "")],
    },
    Rule {
        section: "2.10.7 List Value",
        passes: &[("{nodes(ids:[]){id}}", "{}"), ("{nodes(ids:[\"a\" \"b\"]){id}}", "{}")],
        fails: &[("{nodes(ids:[\"a\"){id}}", "{}", ""), ("{nodes(ids:[\"a\"]]){id}}", "{}", "")],
    },
    Rule {
        section: "2.10.8 Input Object Values",
        passes: &[
            ("{periods(filter:{}){__typename}}", "{}"),
            ("{periods(filter:{year:1 yearsOnly:true}){__typename}}", "{}"),
        ],
        fails: &[
            ("{periods(filter:{year}){__typename}}", "{}", ""),
            ("{periods(filter:{\"year\":1}){__typename}}", "{}", ""),
        ],
    },
    Rule {
        section: "2.11 Variables",
        passes: &[("query($a:Int=1 $b:Int){periods(first:$a last:$b){__typename}}", "{\"a\":null}")],
        fails: &[
            ("query(){__typename}", "{}", ""),
            ("query(a:Int){__typename}", "{}", ""),
            ("query($a){__typename}", "{}", ""),
            ("query($a:Int=$b $b:Int){periods(first:$a last:$b){__typename}}", "{}", ""),
        ],
    },
    Rule {
        section: "2.12 Type References",
        passes: &[("query($a:[ID!]!){nodes(ids:$a){id}}", "{\"a\":[]}")],
        fails: &[
            ("query($a:[ID!!]!){nodes(ids:$a){id}}", "{}", ""),
            ("query($a:![ID]){nodes(ids:$a){id}}", "{}", ""),
            ("query($a:[]){nodes(ids:$a){id}}", "{}", ""),
        ],
    },
    Rule {
        section: "2.13 Directives",
        passes: &[("{__typename @skip(if:false) @include(if:true)}", "{}")],
        fails: &[("{__typename @}", "{}", ""), ("{__typename @skip()}", "{}", "")],
    },
];

both!(documents_are_parsed_as_in_section_2, |app| async move {
    check(&app, RULES, 400, "GRAPHQL_PARSE_FAILED").await;
});

// No field of our schema takes a float, so a well-formed float fails because of its type.
both!(floats_are_parsed_as_in_section_2_10_2, |app| async move {
    for (float, code) in [
        ("1.5", "GRAPHQL_VALIDATION_FAILED"),
        ("-1.5e+3", "GRAPHQL_VALIDATION_FAILED"),
        ("0E3", "GRAPHQL_VALIDATION_FAILED"),
        ("1.", "GRAPHQL_PARSE_FAILED"),
        (".5", "GRAPHQL_PARSE_FAILED"),
        ("1.5.5", "GRAPHQL_PARSE_FAILED"),
        ("1e", "GRAPHQL_PARSE_FAILED"),
        ("1.0a", "GRAPHQL_PARSE_FAILED"),
        ("01.5", "GRAPHQL_PARSE_FAILED"),
    ] {
        let got = send(&app, None, &format!("{{periods(first:{float}){{__typename}}}}"), "{}").await;
        assert_eq!(got.code, code, "{float}: {}", got.text);
    }
});
