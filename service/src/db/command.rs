//! Commands: the inputs of mutations. A command runs at most once for an idempotency key.

use serde::Serialize;
use uuid::Uuid;

/// The input of one mutation, as its use case takes it. An idempotency key is bound to its JSON.
pub(crate) trait Command: Serialize + Send + 'static {
    /// The name of the mutation in the schema.
    const OPERATION: &'static str;
}

/// Makes a mutation safe to resend: a replay with the same key returns the stored outcome. Without a key from the
/// client there is no replay.
#[derive(Clone, Copy, Debug)]
pub struct IdempotencyKey(pub Option<Uuid>);

impl IdempotencyKey {
    /// For a request that nobody sends again.
    pub const NONE: Self = Self(None);
}
