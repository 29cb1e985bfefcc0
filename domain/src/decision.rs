//! A rater's decision on a submitted plan, revision or activity.

use crate::{Refusal, error::reason};
use serde::{Deserialize, Serialize};

/// A decision: approve or return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Decision {
    /// Disetujui.
    Approve,
    /// Dikembalikan.
    Return {
        /// The reason; required.
        reason: String,
    },
}

impl Decision {
    /// Checks and trims the reason of a return; `None` for an approval.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for a return without a reason.
    pub fn checked_reason(&self) -> Result<Option<String>, Refusal> {
        match self {
            Self::Approve => Ok(None),
            Self::Return { reason: why } => reason("reason", why).map(Some),
        }
    }
}
