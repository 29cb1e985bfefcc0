//! Directives with which the schema says what a field costs. The crate `document` reads them from the SDL, so apps and
//! the server compute the same cost.
//!
//! One unit is at most about 0.25 ms of CPU time; `docs/SCALING.md` has the measured figures.

use async_graphql::TypeDirective;

/// The field costs this many units, and one more for each object that it can return. A mutation of several rows costs
/// this many units for each row of its input. One unit is at most about 0.25 ms of the server's time.
#[TypeDirective(location = "FieldDefinition")]
pub fn cost(#[graphql(desc = "Units of cost, at least 1.")] weight: i32) {}

/// The cost is computed as if the list had this many items.
#[TypeDirective(location = "FieldDefinition", name = "listSize")]
pub fn list_size(#[graphql(desc = "Number of items, at least 1.")] assumed_size: i32) {}
