//! What a rater decides on something submitted: a plan, a revision, an activity.

use crate::{Refusal, error::reason};
use serde::{Deserialize, Serialize};

/// A rater's decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Decision {
    /// Disetujui.
    Approve,
    /// Dikembalikan.
    Return {
        /// Why; required.
        reason: String,
    },
}

impl Decision {
    /// The reason of a return, checked and trimmed; none of an approval.
    ///
    /// # Errors
    /// A return without a reason.
    pub fn checked_reason(&self) -> Result<Option<String>, Refusal> {
        match self {
            Self::Approve => Ok(None),
            Self::Return { reason: why } => reason("reason", why).map(Some),
        }
    }
}
