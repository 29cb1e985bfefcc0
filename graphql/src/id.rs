//! Global ids in arguments.

use super::error;
use async_graphql::{Context, ID};
use uuid::Uuid;

pub use values::id::{GlobalId, Kind, decode, encode, encode_in, first_id, parse};

/// Parses a global id that is an argument of a query.
pub fn argument<T: From<Uuid>>(
    ctx: &Context<'_>,
    kind: Kind,
    id: &ID,
    name: &str,
) -> async_graphql::Result<T> {
    parse(kind, id, name).map_err(|refusal| error::to_graphql_error(ctx, refusal.into()))
}
