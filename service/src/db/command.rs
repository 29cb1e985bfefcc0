//! Commands: the inputs of mutations. A command runs at most once for an idempotency key.

use serde::Serialize;
use uuid::Uuid;

/// The input of one mutation, as its use case takes it. An idempotency key stores the hash of its JSON; another input
/// with the same key is refused.
pub(crate) trait Command: Serialize + Send + 'static {
    /// The name of the mutation in the schema.
    const OPERATION: &'static str;
}

/// The key that makes a mutation safe to send again: a replay with the same key returns the stored outcome. `None` if
/// the client sent no key; then the mutation runs again.
#[derive(Clone, Copy, Debug)]
pub struct IdempotencyKey(pub Option<Uuid>);

impl IdempotencyKey {
    /// The absence of a key, for requests that nobody sends again.
    pub const NONE: Self = Self(None);
}
