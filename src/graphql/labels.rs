//! Labels of enum values, in both languages.

use async_graphql::Enum;

/// A language of messages and labels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::Locale")]
pub enum Locale {
    /// Indonesian.
    #[default]
    Id,
    /// English.
    En,
}
