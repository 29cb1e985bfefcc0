//! Trainings: people record their own, the performance team or an admin verifies them.

mod decide;
mod read;
mod record;

pub use crate::store::training::TrainingFilter;
pub use decide::{VerifyTraining, WithdrawTraining, verify_training, withdraw_training};
pub use read::{Hours, actions, by_ids, hours, kinds, list, of_people, proposed};
pub use record::{RecordTraining, record_training};
