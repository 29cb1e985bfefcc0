//! Sections 3.5 to 3.12 and 6.1.2: coercion of variables.

use super::{Rule, check};
use crate::both;

/// The rules of input coercion.
pub const RULES: &[Rule] = &[
    Rule {
        section: "3.5.1 Int",
        passes: &[
            ("query($a:Int){periods(first:$a){__typename}}", "{\"a\":1}"),
            ("query($a:Int){periods(first:$a){__typename}}", "{\"a\":1.0}"),
            ("query($a:Int){periods(first:$a){__typename}}", "{\"a\":1e1}"),
            ("query($a:Int){periods(filter:{year:$a}){__typename}}", "{\"a\":-2147483648}"),
        ],
        fails: &[
            ("query($a:Int){periods(first:$a){__typename}}", "{\"a\":\"1\"}", "Int"),
            ("query($a:Int){periods(first:$a){__typename}}", "{\"a\":1.5}", "Int"),
            ("query($a:Int){periods(first:$a){__typename}}", "{\"a\":true}", "Int"),
            ("query($a:Int){periods(first:$a){__typename}}", "{\"a\":2147483648}", "Int"),
            ("query($a:Int){periods(first:$a){__typename}}", "{\"a\":[1]}", "Int"),
            ("query($a:Int){periods(first:$a){__typename}}", "{\"a\":{}}", "Int"),
        ],
    },
    Rule {
        section: "3.5.3 String",
        passes: &[("query($a:String!){checkNip(value:$a){__typename}}", "{\"a\":\"1\"}")],
        fails: &[
            ("query($a:String!){checkNip(value:$a){__typename}}", "{\"a\":1}", "String"),
            ("query($a:String!){checkNip(value:$a){__typename}}", "{\"a\":false}", "String"),
        ],
    },
    Rule {
        section: "3.5.4 Boolean",
        passes: &[("query($a:Boolean){periods(filter:{yearsOnly:$a}){__typename}}", "{\"a\":true}")],
        fails: &[
            ("query($a:Boolean){periods(filter:{yearsOnly:$a}){__typename}}", "{\"a\":1}", "Boolean"),
            ("query($a:Boolean){periods(filter:{yearsOnly:$a}){__typename}}", "{\"a\":\"true\"}", "Boolean"),
        ],
    },
    Rule {
        section: "3.5.5 ID",
        passes: &[
            ("query($a:ID!){node(id:$a){id}}", "{\"a\":\"x\"}"),
            ("query($a:ID!){node(id:$a){id}}", "{\"a\":1}"),
            // The resolver checks the content of an id.
            ("query($a:ID!){node(id:$a){id}}", "{\"a\":\"not an id\"}"),
        ],
        fails: &[
            ("query($a:ID!){node(id:$a){id}}", "{\"a\":1.5}", "ID"),
            ("query($a:ID!){node(id:$a){id}}", "{\"a\":true}", "ID"),
            ("query($a:ID!){node(id:$a){id}}", "{\"a\":[\"x\"]}", "ID"),
        ],
    },
    Rule {
        section: "3.5 Custom Scalars (Date)",
        passes: &[("query($a:Date){criteria(on:$a){__typename}}", "{\"a\":\"2026-01-31\"}")],
        fails: &[
            ("query($a:Date){criteria(on:$a){__typename}}", "{\"a\":\"2026-13-45\"}", "Date"),
            ("query($a:Date){criteria(on:$a){__typename}}", "{\"a\":20260131}", "Date"),
        ],
    },
    Rule {
        section: "3.9 Enums",
        passes: &[(
            "query($a:OrderDirection!){periods(orderBy:{year:$a}){__typename}}",
            "{\"a\":\"ASCENDING\"}",
        )],
        fails: &[
            (
                "query($a:OrderDirection!){periods(orderBy:{year:$a}){__typename}}",
                "{\"a\":\"SIDEWAYS\"}",
                "OrderDirection",
            ),
            (
                "query($a:OrderDirection!){periods(orderBy:{year:$a}){__typename}}",
                "{\"a\":0}",
                "OrderDirection",
            ),
        ],
    },
    Rule {
        section: "3.10 Input Objects",
        passes: &[
            (
                "query($a:PeriodFilter){periods(filter:$a){__typename}}",
                "{\"a\":{\"year\":2026,\"yearsOnly\":null}}",
            ),
            ("query($a:PeriodFilter){periods(filter:$a){__typename}}", "{\"a\":{}}"),
            ("query($a:PeriodFilter){periods(filter:$a){__typename}}", "{\"a\":null}"),
        ],
        fails: &[
            ("query($a:PeriodFilter){periods(filter:$a){__typename}}", "{\"a\":\"x\"}", "PeriodFilter"),
            (
                "query($a:PeriodFilter){periods(filter:$a){__typename}}",
                "{\"a\":{\"nope\":1}}",
                "PeriodFilter",
            ),
            ("query($a:PeriodFilter){periods(filter:$a){__typename}}", "{\"a\":{\"year\":\"x\"}}", "a.year"),
            ("query($a:PeriodOrder){periods(orderBy:$a){__typename}}", "{\"a\":{}}", "a.year"),
            ("query($a:PeriodOrder){periods(orderBy:$a){__typename}}", "{\"a\":{\"year\":null}}", "a.year"),
        ],
    },
    Rule {
        section: "3.10.1 OneOf Input Objects",
        passes: &[("query($a:StaffLookup!){staffMember(by:$a){id}}", "{\"a\":{\"nip\":\"x\"}}")],
        fails: &[
            ("query($a:StaffLookup!){staffMember(by:$a){id}}", "{\"a\":{}}", "StaffLookup"),
            ("query($a:StaffLookup!){staffMember(by:$a){id}}", "{\"a\":{\"nip\":null}}", "StaffLookup"),
            (
                "query($a:StaffLookup!){staffMember(by:$a){id}}",
                "{\"a\":{\"nip\":\"x\",\"id\":\"y\"}}",
                "StaffLookup",
            ),
            (
                "query($a:StaffLookup!){staffMember(by:$a){id}}",
                "{\"a\":{\"nip\":\"x\",\"id\":null}}",
                "StaffLookup",
            ),
        ],
    },
    Rule {
        section: "3.11 List",
        passes: &[
            ("query($a:[ID!]!){nodes(ids:$a){id}}", "{\"a\":[\"x\",1]}"),
            // A single value becomes a list of one element.
            ("query($a:[ID!]!){nodes(ids:$a){id}}", "{\"a\":\"x\"}"),
            ("query($a:[PlanStatus!]){plans(filter:{status:$a}){__typename}}", "{\"a\":null}"),
        ],
        fails: &[
            ("query($a:[ID!]!){nodes(ids:$a){id}}", "{\"a\":[null]}", "a.0"),
            ("query($a:[ID!]!){nodes(ids:$a){id}}", "{\"a\":[\"x\",[\"y\"]]}", "a.1"),
            ("query($a:[ID!]!){nodes(ids:$a){id}}", "{\"a\":[\"x\",{}]}", "a.1"),
        ],
    },
    Rule {
        section: "6.1.2 Coercing Variable Values (and 3.12 Non-Null)",
        passes: &[
            ("query($a:Int!=1){periods(first:$a){__typename}}", "{}"),
            ("query($a:Int){periods(first:$a){__typename}}", "{}"),
            ("query($a:Int){periods(first:$a){__typename}}", "{\"a\":null,\"other\":[]}"),
        ],
        fails: &[
            ("query($a:ID!){node(id:$a){id}}", "{}", "a"),
            ("query($a:ID!){node(id:$a){id}}", "{\"a\":null}", "a"),
            ("query($a:Int!=1){periods(first:$a){__typename}}", "{\"a\":null}", "a"),
            ("query($a:Boolean=true){__typename @skip(if:$a)}", "{\"a\":null}", "a"),
        ],
    },
];

both!(variables_are_coerced_as_in_sections_3_and_6, |app| async move {
    check(&app, RULES, 422, "BAD_USER_INPUT").await;
});
