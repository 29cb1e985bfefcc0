//! The values of the GraphQL schema: enumerations, scalars and global ids, over the domain's types.
//!
//! They need no use case, so they compile at the same time as `service`.

pub mod enums;
pub mod given;
pub mod id;
pub mod scalars;
