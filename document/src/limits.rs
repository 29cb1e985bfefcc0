//! What a document may be at most.

use serde::{Deserialize, Serialize};

/// How deep selection sets may nest, fragments included.
///
/// Not a setting: it stands at what async-graphql itself accepts by default
/// (`limit_recursive_depth`), so that our refusal, with a code, always comes before its own.
pub const NESTING: u32 = 32;

/// The largest document that is executed. Every number is an inclusive maximum.
///
/// Counts of fields, aliases and directives are taken with each fragment written out where it is
/// spread, over all operations of the document.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Length of the document in bytes of UTF-8.
    pub document_bytes: usize,
    /// Lexical tokens; commas, blanks and comments are none.
    pub tokens: usize,
    /// Open brackets of any kind at one place. At most 64 make sense: the parser goes no deeper.
    pub brackets: usize,
    /// Levels of fields. Inside `__schema` and `__type` only the introspection limits hold.
    pub depth: u32,
    /// Fields.
    pub fields: u64,
    /// Aliases.
    pub aliases: u64,
    /// Input values that resolvers have to read: numbers, names, lists, objects, and each 64 bytes
    /// of a text, in arguments, with variables written out, for each object that may be reached.
    pub values: u64,
    /// Directives, wherever they stand.
    pub directives: u64,
    /// Fragment definitions.
    pub fragments: usize,
    /// Operations.
    pub operations: usize,
    /// Lists of introspection inside one another (`fields`, `inputFields`, `interfaces`,
    /// `possibleTypes`), where types lead to types again.
    pub introspection_lists: u32,
    /// How often the whole answer of the usual introspection query may be asked for.
    pub introspection_times: u64,
    /// Root fields of a mutation or subscription.
    pub root_fields: u64,
    /// Objects that can come back.
    pub cost: u64,
    /// Rows of a page when neither `first` nor `last` is given.
    pub page_default: u64,
    /// Rows of a page at most; a larger `first` is counted as this, since the resolver refuses it.
    pub page_max: u64,
    /// Rows that a list without paging is counted as.
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
