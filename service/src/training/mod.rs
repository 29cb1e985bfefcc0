//! Trainings: people record their own trainings, and the performance team or an admin verifies them.

mod read;
mod record;
mod verify;

pub use crate::store::training::TrainingFilter;
pub use read::{Hours, actions, by_ids, hours, kinds, list, of_people, proposed};
pub use record::{RecordTraining, record_training};
pub use verify::{VerifyTraining, WithdrawTraining, verify_training, withdraw_training};
