//! The JSON Schema of a regulation document, generated from its types. Editors use it to check a document.
//!
//! To regenerate it: `KINERJA_WRITE_SCHEMA=1 cargo test -p domain schema`.

use super::{
    Aggregation, AssignmentScope, Confidence, CreditCategory, DayCounting, LimitRule, RegulationDocument,
    ResultGroup, Scheme, SplitYear,
};
use crate::{
    Decimal,
    rating::{Expectation, OrgUnitPredicate, Predicate},
    scoring::{CountsFor, RoundingMode},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;
use strum::IntoEnumIterator;

impl JsonSchema for Decimal {
    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": r"^-?[0-9]{1,13}(\.[0-9]{1,2})?$" })
    }
}

/// Implements `JsonSchema` for enums: the allowed values are the stored words.
macro_rules! words {
    ($($list:ident),*) => {$(
        impl JsonSchema for $list {
            fn schema_name() -> Cow<'static, str> {
                stringify!($list).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let words: Vec<_> = Self::iter().map(|one| serde_json::to_value(one).expect("a word")).collect();
                json_schema!({ "type": "string", "enum": words })
            }
        }
    )*};
}

words! {
    Aggregation, AssignmentScope, Confidence, CountsFor, CreditCategory, DayCounting, Expectation, LimitRule,
    OrgUnitPredicate, Predicate, ResultGroup, RoundingMode, Scheme, SplitYear
}

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/regulations/schema.json");

#[test]
fn the_committed_schema_matches_the_types() {
    let schema = schemars::schema_for!(RegulationDocument);
    let text = format!("{}\n", serde_json::to_string_pretty(&schema).expect("JSON"));
    if std::env::var_os("KINERJA_WRITE_SCHEMA").is_some() {
        std::fs::write(PATH, &text).expect("written");
    }
    let stored = std::fs::read_to_string(PATH).expect("the schema");
    assert_eq!(stored, text, "KINERJA_WRITE_SCHEMA=1 cargo test -p domain schema");
}
