//! Dialogues between superiors and employees, and their agreements.

mod mutation;
mod types;

pub use mutation::DialogueMutation;
pub use types::Dialogue;

pub(super) use types::one;
