//! Dialogues of superiors with employees, and what they agreed.

mod mutation;
mod types;

pub use mutation::DialogueMutation;
pub use types::Dialogue;

pub(super) use types::one;
