//! Dialogues: a superior holds them with an employee, and both complete their agreements.

mod complete;
mod hold;
mod read;

pub use complete::{CompleteAgreement, complete_agreement};
pub use hold::{HoldDialogue, hold_dialogue};
pub(crate) use read::redacted;
pub use read::{actions, by_ids, of_plans, reads_content};
