//! The limits of a document.

use serde::{Deserialize, Serialize};

/// The maximum nesting of selection sets, including fragments.
///
/// This is not a setting. It equals async-graphql's own default (`limit_recursive_depth`), so that the guard's error,
/// which has a code, always comes first.
pub const NESTING: u32 = 32;

/// The limits of a document. Every number is an inclusive maximum.
///
/// Fields, aliases and directives are counted over all operations of the document, with each fragment expanded wherever
/// it is spread.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Length of the document in bytes of UTF-8.
    pub document_bytes: usize,
    /// Lexical tokens, without commas, white space and comments.
    pub tokens: usize,
    /// Nested brackets of any kind. A limit above 64 has no effect, because the parser goes no deeper.
    pub brackets: usize,
    /// Levels of fields. Only the introspection limits apply inside `__schema` and `__type`.
    pub depth: u32,
    /// Fields.
    pub fields: u64,
    /// Aliases.
    pub aliases: u64,
    /// Input values that resolvers have to read: numbers, names, lists, objects, and each 64 bytes of a text. Counts
    /// all arguments with their variables expanded, for each object that the answer may contain.
    pub values: u64,
    /// Directives, anywhere in the document.
    pub directives: u64,
    /// Fragment definitions.
    pub fragments: usize,
    /// Operations.
    pub operations: usize,
    /// Nested introspection lists (`fields`, `inputFields`, `interfaces`, `possibleTypes`). Through these lists types
    /// refer to other types.
    pub introspection_lists: u32,
    /// Objects of introspection, as a multiple of the objects of the usual introspection query.
    pub introspection_times: u64,
    /// Root fields of a mutation or subscription.
    pub root_fields: u64,
    /// Objects that the answer may contain.
    pub cost: u64,
    /// Rows of a page without `first` and `last`.
    pub page_default: u64,
    /// Rows of the largest page. A larger `first` counts as this number, because the resolver refuses it.
    pub page_max: u64,
    /// Assumed rows of a list without paging.
    pub list_rows: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 64 * 1024,
            tokens: 10_000,
            brackets: 64,
            depth: 15,
            fields: 1_000,
            aliases: 30,
            values: 100_000,
            directives: 50,
            fragments: 100,
            operations: 20,
            introspection_lists: 2,
            introspection_times: 2,
            root_fields: 1,
            cost: 5_000,
            page_default: 20,
            page_max: 100,
            list_rows: 10,
        }
    }
}
