//! Section 5, Validation.

use super::{Rule, check};
use crate::both;

/// The rules of section 5.
pub const RULES: &[Rule] = &[
    Rule {
        section: "5.1.1 Executable Definitions",
        passes: &[("query A {...F} fragment F on Query {__typename}", "{}")],
        fails: &[
            ("{__typename} type Cat {name:String}", "{}", "object type"),
            ("{__typename} extend type Query {name:String}", "{}", "extension"),
        ],
    },
    Rule {
        section: "5.2.1.1 Operation Type Existence",
        passes: &[
            ("query {__typename}", "{}"),
            ("mutation {__typename}", "{}"),
            ("subscription {criteriaUpdates {cursor}}", "{}"),
        ],
        // Our schema has all three roots; the crate `document` tests a schema without them.
        fails: &[("query {nope}", "{}", "nope")],
    },
    Rule {
        section: "5.2.3.1 Lone Anonymous Operation",
        passes: &[("{__typename}", "{}")],
        fails: &[
            ("{__typename} query B {__typename}", "{}", "anonymous"),
            ("query B {__typename} {__typename}", "{}", "anonymous"),
            ("{__typename} {__typename}", "{}", "anonymous"),
        ],
    },
    Rule {
        section: "5.2.2.1 Operation Name Uniqueness",
        passes: &[("query A {__typename}", "{}")],
        fails: &[
            ("query A {__typename} query A {__typename}", "{}", "`A`"),
            ("query A {__typename} mutation A {__typename}", "{}", "`A`"),
        ],
    },
    Rule {
        section: "5.2.4.1 Single Root Field",
        passes: &[
            ("subscription {criteriaUpdates {cursor}}", "{}"),
            ("subscription {...F} fragment F on Subscription {criteriaUpdates {cursor}}", "{}"),
        ],
        fails: &[
            ("subscription {__typename}", "{}", "introspection"),
            ("subscription {...F} fragment F on Subscription {__typename}", "{}", "introspection"),
            ("subscription {criteriaUpdates @skip(if:false) {cursor}}", "{}", "@skip"),
            (
                "subscription($a:Boolean!) {criteriaUpdates @include(if:$a) {cursor}}",
                "{\"a\":true}",
                "@include",
            ),
            (
                "subscription($a:Boolean!) {...@include(if:$a) {criteriaUpdates {cursor}}}",
                "{\"a\":true}",
                "@include",
            ),
        ],
    },
    Rule {
        section: "5.3.1 Field Selections",
        passes: &[("{viewer{staff{name}}}", "{}"), ("{node(id:\"x\"){id ... on Staff{name}}}", "{}")],
        fails: &[
            ("{viewer{nope}}", "{}", "nope"),
            ("{node(id:\"x\"){name}}", "{}", "name"),
            ("{viewer{worklist{nodes{subject{id}}}}}", "{}", "id"),
            ("{...F} fragment F on Query{nope}", "{}", "nope"),
        ],
    },
    Rule {
        section: "5.3.2 Field Selection Merging",
        passes: &[
            ("{serviceConfig{version version} serviceConfig{a:version}}", "{}"),
            ("{periods(first:1){__typename} periods(first:1){pageInfo{hasNextPage}}}", "{}"),
            ("query($n:Int){periods(first:$n){__typename} periods(first:$n){__typename}}", "{}"),
            // Never in one object.
            ("{node(id:\"x\"){... on Staff{a:name} ... on OrgUnit{a:code}}}", "{}"),
            ("{node(id:\"x\"){... on Staff{a:name} ... on Period{b:year}}}", "{}"),
        ],
        fails: &[
            ("{serviceConfig{a:version a:languages}}", "{}", "`a`"),
            ("{periods(first:1){__typename} periods(first:2){__typename}}", "{}", "`periods`"),
            ("{periods(first:1){__typename} periods{__typename}}", "{}", "`periods`"),
            (
                "query($n:Int $m:Int){periods(first:$n){__typename} periods(first:$m){__typename}}",
                "{}",
                "`periods`",
            ),
            // Below the root, and through fragments.
            (
                "{viewer{staff{plans(first:1){__typename}}} viewer{staff{plans(first:2){__typename}}}}",
                "{}",
                "`plans`",
            ),
            (
                "{viewer{...A ...B}} fragment A on Viewer{staff{x:id}} fragment B on Viewer{staff{x:name}}",
                "{}",
                "`x`",
            ),
            // Another shape on another type.
            ("{node(id:\"x\"){... on Staff{a:name} ... on Period{a:year}}}", "{}", "`a`"),
            ("{node(id:\"x\"){... on Staff{a:name} ... on OrgUnit{a:timeZone}}}", "{}", "`a`"),
            ("{node(id:\"x\"){... on Staff{a:name} ... on Period{a:parts{id}}}}", "{}", "`a`"),
            (
                "{node(id:\"x\"){... on Plan{a:period{b:id}} ... on Staff{a:assignment{b:unit{id}}}}}",
                "{}",
                "`b`",
            ),
        ],
    },
    Rule {
        section: "5.3.3 Leaf Field Selections",
        passes: &[("{serviceConfig{version languages}}", "{}")],
        fails: &[
            ("{viewer}", "{}", "subselection"),
            ("{viewer{staff}}", "{}", "subselection"),
            ("{viewer{worklist{nodes{subject}}}}", "{}", "subselection"),
            ("{serviceConfig{version{length}}}", "{}", "scalar type `String`"),
            ("{serviceConfig{languages{name}}}", "{}", "enum type `Locale`"),
            ("{__typename{x}}", "{}", "String"),
        ],
    },
    Rule {
        section: "5.4.1 Argument Names",
        passes: &[("{periods(first:1){__typename}}", "{}"), ("{__typename @skip(if:false)}", "{}")],
        fails: &[
            ("{periods(nope:1){__typename}}", "{}", "nope"),
            ("{__typename(x:1)}", "{}", "x"),
            ("{__typename @skip(if:false unless:true)}", "{}", "unless"),
        ],
    },
    Rule {
        section: "5.4.2 Argument Uniqueness",
        passes: &[("{periods(first:1 last:null){__typename}}", "{}")],
        fails: &[
            ("{periods(first:1 first:1){__typename}}", "{}", "first"),
            ("{__typename @skip(if:false if:false)}", "{}", "if"),
        ],
    },
    Rule {
        section: "5.4.3 Required Arguments",
        passes: &[("{node(id:\"x\"){id}}", "{}"), ("{viewer{worklist{nodes{kind}}}}", "{}")],
        fails: &[
            ("{node{id}}", "{}", "id"),
            ("{node(id:null){id}}", "{}", "id"),
            ("{__typename @skip}", "{}", "if"),
            ("{__typename @include(if:null)}", "{}", "if"),
        ],
    },
    Rule {
        section: "5.5.1.1 Fragment Name Uniqueness",
        passes: &[("{...A ...B} fragment A on Query{__typename} fragment B on Query{__typename}", "{}")],
        fails: &[("{...A} fragment A on Query{__typename} fragment A on Query{__typename}", "{}", "`A`")],
    },
    Rule {
        section: "5.5.1.2 Fragment Spread Type Existence",
        passes: &[("{... on Query{__typename}}", "{}")],
        fails: &[
            ("{... on Nope{__typename}}", "{}", "Nope"),
            ("{...A} fragment A on Nope{__typename}", "{}", "Nope"),
        ],
    },
    Rule {
        section: "5.5.1.3 Fragments on Object, Interface or Union Types",
        passes: &[(
            "{viewer{... on Viewer{roles} worklist{nodes{subject{... on WorklistSubject{__typename} ... on Node{id}}}}}}",
            "{}",
        )],
        fails: &[
            ("{... on Int{__typename}}", "{}", "Int"),
            ("{...A} fragment A on PlanStatus{__typename}", "{}", "PlanStatus"),
            ("{...A} fragment A on PlanFilter{__typename}", "{}", "PlanFilter"),
        ],
    },
    Rule {
        section: "5.5.1.4 Fragments Must Be Used",
        passes: &[("{...A} fragment A on Query{...B} fragment B on Query{__typename}", "{}")],
        fails: &[
            ("{__typename} fragment A on Query{__typename}", "{}", "`A`"),
            ("{__typename} fragment A on Query{...B} fragment B on Query{__typename}", "{}", "`"),
        ],
    },
    Rule {
        section: "5.5.2.1 Fragment Spread Target Defined",
        passes: &[("{...A} fragment A on Query{__typename}", "{}")],
        fails: &[("{...A}", "{}", "`A`"), ("{viewer{...A}}", "{}", "`A`")],
    },
    Rule {
        section: "5.5.2.3.1 Object Spreads in Object Scope",
        passes: &[("{viewer{... on Viewer{roles}}}", "{}")],
        fails: &[
            ("{viewer{... on Staff{name}}}", "{}", "Staff"),
            ("{viewer{...A}} fragment A on Plan{id}", "{}", "Plan"),
        ],
    },
    Rule {
        section: "5.5.2.3.2 Abstract Spreads in Object Scope",
        passes: &[
            ("{viewer{staff{... on Node{id}}}}", "{}"),
            ("{plans{edges{node{... on WorklistSubject{__typename}}}}}", "{}"),
        ],
        fails: &[
            ("{serviceConfig{... on Node{id}}}", "{}", "Node"),
            ("{viewer{staff{... on WorklistSubject{__typename}}}}", "{}", "WorklistSubject"),
        ],
    },
    Rule {
        section: "5.5.2.3.3 Object Spreads in Abstract Scope",
        passes: &[
            ("{node(id:\"x\"){... on Staff{name}}}", "{}"),
            ("{viewer{worklist{nodes{subject{... on Plan{id}}}}}}", "{}"),
        ],
        fails: &[
            ("{node(id:\"x\"){... on ServiceConfig{version}}}", "{}", "ServiceConfig"),
            ("{viewer{worklist{nodes{subject{... on Staff{name}}}}}}", "{}", "Staff"),
        ],
    },
    Rule {
        section: "5.5.2.3.4 Abstract Spreads in Abstract Scope",
        passes: &[
            ("{node(id:\"x\"){... on WorklistSubject{... on Plan{id}}}}", "{}"),
            ("{viewer{worklist{nodes{subject{... on UpdateSubject{__typename}}}}}}", "{}"),
        ],
        fails: &[("{node(id:\"x\"){... on UserError{message}}}", "{}", "UserError")],
    },
    Rule {
        section: "5.6.1 Values of Correct Type",
        passes: &[
            (
                "{periods(first:1 filter:{year:2026 yearsOnly:true} orderBy:{year:DESCENDING}){__typename}}",
                "{}",
            ),
            ("{nodes(ids:[1,\"x\"]){id}}", "{}"),
            ("{nodes(ids:\"x\"){id}}", "{}"),
            ("{plans(filter:{status:DRAFT}){__typename}}", "{}"),
            ("{plans(filter:{status:[DRAFT SUBMITTED]}){__typename}}", "{}"),
            ("{criteria(on:\"2026-01-31\"){__typename}}", "{}"),
            ("{staffMember(by:{nip:\"x\"}){id}}", "{}"),
        ],
        fails: &[
            ("{periods(first:\"1\"){__typename}}", "{}", "Int"),
            ("{periods(first:1.0){__typename}}", "{}", "Int"),
            ("{periods(first:true){__typename}}", "{}", "Int"),
            ("{periods(first:2147483648){__typename}}", "{}", "32-bit"),
            ("{periods(first:[1]){__typename}}", "{}", "Int"),
            ("{periods(filter:{yearsOnly:\"true\"}){__typename}}", "{}", "Boolean"),
            ("{periods(filter:{yearsOnly:1}){__typename}}", "{}", "Boolean"),
            ("{checkNip(value:1){__typename}}", "{}", "String"),
            ("{checkNip(value:ABC){__typename}}", "{}", "String"),
            ("{node(id:1.5){id}}", "{}", "ID"),
            ("{node(id:true){id}}", "{}", "ID"),
            ("{periods(orderBy:{year:\"ASCENDING\"}){__typename}}", "{}", "OrderDirection"),
            ("{periods(orderBy:{year:SIDEWAYS}){__typename}}", "{}", "SIDEWAYS"),
            ("{periods(orderBy:{year:1}){__typename}}", "{}", "OrderDirection"),
            ("{periods(orderBy:\"year\"){__typename}}", "{}", "PeriodOrder"),
            ("{nodes(ids:[null]){id}}", "{}", "ID"),
            ("{plans(filter:{status:[DRAFT null]}){__typename}}", "{}", "PlanStatus"),
            ("{plans(filter:{status:[[DRAFT]]}){__typename}}", "{}", "PlanStatus"),
            // The content of our custom scalars.
            ("{criteria(on:\"2026-13-45\"){__typename}}", "{}", "Date"),
            ("{criteria(on:20260131){__typename}}", "{}", "Date"),
            ("query($d:Date=\"yesterday\"){criteria(on:$d){__typename}}", "{}", "Date"),
            // Exactly one field of a OneOf input object, and not null.
            ("{staffMember(by:{}){id}}", "{}", "StaffLookup"),
            ("{staffMember(by:{nip:\"x\" externalId:\"y\"}){id}}", "{}", "StaffLookup"),
            ("{staffMember(by:{nip:null}){id}}", "{}", "StaffLookup"),
            (
                "query($a:String!){staffMember(by:{nip:$a externalId:\"y\"}){id}}",
                "{\"a\":\"x\"}",
                "StaffLookup",
            ),
            // Default values too.
            ("query($n:Int=\"1\"){periods(first:$n){__typename}}", "{}", "Int"),
            ("query($n:Int!=null){periods(first:$n){__typename}}", "{}", "Int"),
        ],
    },
    Rule {
        section: "5.6.2 Input Object Field Names",
        passes: &[("{periods(filter:{year:1}){__typename}}", "{}")],
        fails: &[
            ("{periods(filter:{nope:1}){__typename}}", "{}", "nope"),
            ("query($f:PeriodFilter={nope:1}){periods(filter:$f){__typename}}", "{}", "nope"),
        ],
    },
    Rule {
        section: "5.6.3 Input Object Field Uniqueness",
        passes: &[("{plans(filter:{ratedByMe:true}){__typename}}", "{}")],
        fails: &[
            ("{plans(filter:{ratedByMe:true ratedByMe:false}){__typename}}", "{}", "ratedByMe"),
            (
                "query($f:PlanFilter={ratedByMe:true ratedByMe:true}){plans(filter:$f){__typename}}",
                "{}",
                "ratedByMe",
            ),
            ("mutation{login(input:{user:\"a\" user:\"b\" password:\"c\"}){__typename}}", "{}", "user"),
        ],
    },
    Rule {
        section: "5.6.4 Input Object Required Fields",
        passes: &[("{periods(orderBy:{year:ASCENDING}){__typename}}", "{}")],
        fails: &[
            ("{periods(orderBy:{}){__typename}}", "{}", "year"),
            ("{periods(orderBy:{year:null}){__typename}}", "{}", "year"),
        ],
    },
    Rule {
        section: "5.7.1 Directives Are Defined",
        passes: &[("{__typename @include(if:true)}", "{}")],
        fails: &[
            ("{__typename @foo}", "{}", "foo"),
            ("query @foo {__typename}", "{}", "foo"),
            ("query($a:Int @foo){periods(first:$a){__typename}}", "{}", "foo"),
            ("{...@defer{__typename}}", "{}", "defer"),
        ],
    },
    Rule {
        section: "5.7.2 Directives Are in Valid Locations",
        passes: &[(
            "{...@skip(if:false){__typename} ...F @include(if:true)} fragment F on Query{__typename}",
            "{}",
        )],
        fails: &[
            ("query @skip(if:false) {__typename}", "{}", "skip"),
            ("query($a:Int @include(if:true)){periods(first:$a){__typename}}", "{}", "include"),
            ("{...F} fragment F on Query @skip(if:false) {__typename}", "{}", "skip"),
            ("{__typename @deprecated}", "{}", "deprecated"),
        ],
    },
    Rule {
        section: "5.7.3 Directives Are Unique per Location",
        passes: &[("{__typename @skip(if:false) @include(if:true)}", "{}")],
        fails: &[
            ("{__typename @skip(if:false) @skip(if:false)}", "{}", "skip"),
            ("{...@include(if:true) @include(if:true){__typename}}", "{}", "include"),
        ],
    },
    Rule {
        section: "5.8.1 Variable Uniqueness",
        passes: &[("query($a:Int $b:Int){periods(first:$a last:$b){__typename}}", "{}")],
        fails: &[("query($a:Int $a:Int){periods(first:$a){__typename}}", "{}", "`$a`")],
    },
    Rule {
        section: "5.8.2 Variables Are Input Types",
        passes: &[(
            "query($a:PeriodFilter $b:[ID!]!){periods(filter:$a){__typename} nodes(ids:$b){id}}",
            "{\"b\":[]}",
        )],
        fails: &[
            ("query($a:Staff){node(id:$a){id}}", "{}", "Staff"),
            ("query($a:[Node!]){node(id:$a){id}}", "{}", "Node"),
            ("query($a:Nope){node(id:$a){id}}", "{}", "Nope"),
            ("query($a:[Nope]=[1]){node(id:$a){id}}", "{}", "Nope"),
        ],
    },
    Rule {
        section: "5.8.3 All Variable Uses Defined",
        passes: &[("query($a:Int){...F} fragment F on Query{periods(first:$a){__typename}}", "{}")],
        fails: &[
            ("{periods(first:$a){__typename}}", "{}", "a"),
            (
                "{...F} fragment F on Query{...G} fragment G on Query{periods(filter:{year:$a}){__typename}}",
                "{}",
                "a",
            ),
            ("{__typename @skip(if:$a)}", "{}", "a"),
        ],
    },
    Rule {
        section: "5.8.4 All Variables Used",
        passes: &[
            ("query($a:Boolean!){__typename @skip(if:$a)}", "{\"a\":false}"),
            ("query($a:Int){...F} fragment F on Query{periods(filter:{year:$a}){__typename}}", "{}"),
        ],
        fails: &[
            ("query($a:Int){__typename}", "{}", "a"),
            ("query($a:Int $b:Int){periods(first:$a){__typename}}", "{}", "b"),
        ],
    },
    Rule {
        section: "5.8.5 All Variable Usages Are Allowed",
        passes: &[
            ("query($a:ID!){node(id:$a){id}}", "{\"a\":\"x\"}"),
            ("query($a:ID=\"x\"){node(id:$a){id}}", "{}"),
            ("query($a:Int){viewer{worklist(first:$a){nodes{kind}}}}", "{}"),
            ("query($a:ID!){nodes(ids:[$a]){id}}", "{\"a\":\"x\"}"),
            ("query($a:PlanStatus!){plans(filter:{status:[$a]}){__typename}}", "{\"a\":\"DRAFT\"}"),
            ("query($a:String!){staffMember(by:{nip:$a}){id}}", "{\"a\":\"x\"}"),
            ("query($a:Boolean=true){__typename @include(if:$a)}", "{}"),
        ],
        fails: &[
            ("query($a:ID){node(id:$a){id}}", "{\"a\":\"x\"}", "ID"),
            ("query($a:ID=null){node(id:$a){id}}", "{\"a\":\"x\"}", "ID"),
            ("query($a:Int!){node(id:$a){id}}", "{\"a\":1}", "ID"),
            ("query($a:String!){node(id:$a){id}}", "{\"a\":\"x\"}", "ID"),
            ("query($a:ID!){nodes(ids:$a){id}}", "{\"a\":\"x\"}", "ID"),
            ("query($a:[ID]){nodes(ids:$a){id}}", "{\"a\":[]}", "ID"),
            ("query($a:[ID]!){nodes(ids:$a){id}}", "{\"a\":[]}", "ID"),
            ("query($a:ID){nodes(ids:[$a]){id}}", "{\"a\":\"x\"}", "ID"),
            (
                "query($a:PlanStatus!){plans(filter:{status:$a}){__typename}}",
                "{\"a\":\"DRAFT\"}",
                "PlanStatus",
            ),
            (
                "query($a:PlanStatus){plans(filter:{status:[$a]}){__typename}}",
                "{\"a\":\"DRAFT\"}",
                "PlanStatus",
            ),
            ("query($a:String){periods(filter:{year:$a}){__typename}}", "{\"a\":\"x\"}", "Int"),
            (
                "query($a:OrderDirection){periods(orderBy:{year:$a}){__typename}}",
                "{\"a\":\"ASCENDING\"}",
                "OrderDirection",
            ),
            ("query($a:String){staffMember(by:{nip:$a}){id}}", "{\"a\":\"x\"}", "String"),
            ("query($a:Boolean){__typename @include(if:$a)}", "{\"a\":true}", "Boolean"),
            ("query($a:String!){__typename @include(if:$a)}", "{\"a\":\"true\"}", "Boolean"),
            ("query($a:ID){...F} fragment F on Query{node(id:$a){id}}", "{\"a\":\"x\"}", "ID"),
        ],
    },
];

both!(documents_are_validated_as_in_section_5, |app| async move {
    check(&app, RULES, 422, "GRAPHQL_VALIDATION_FAILED").await;
});

// Section 5.5.2.2 has a separate code, because the execution of such a document would never end.
both!(fragments_that_contain_themselves_are_refused, |app| async move {
    let rules = [Rule {
        section: "5.5.2.2 Fragment Spreads Must Not Form Cycles",
        passes: &[("{...A ...B} fragment A on Query{...B} fragment B on Query{__typename}", "{}")],
        fails: &[
            ("{...A} fragment A on Query{...A}", "{}", "A"),
            ("{...A} fragment A on Query{...B} fragment B on Query{...{...A}}", "{}", "A"),
            (
                "{viewer{...A}} fragment A on Viewer{staff{assignment{...B}}} fragment B on Assignment{staff{assignment{...B}}}",
                "{}",
                "B",
            ),
        ],
    }];
    check(&app, &rules, 422, "DOCUMENT_REFUSED").await;
});
