//! Objections to results: filing, explanations, the decision.

mod answer;
mod decide;
mod file;
mod read;

pub use crate::store::objection::ObjectionFilter;
pub(crate) use answer::record_silence;
pub use answer::{AnswerObjection, WithdrawObjection, answer_objection, withdraw_objection};
pub use decide::{
    AssignObjectionDecider, DecideObjection, Decided, assign_objection_decider, decide_objection,
};
pub use file::{FileObjection, file_objection};
pub use read::{actions, by_ids, list, objection, of_evaluations, reads_objection};
