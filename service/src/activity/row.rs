//! One row of a batch, as the client sent it, and its outcome.

use domain::{Refusal, error::with_malformed, id::ActivityId};
use serde::{Deserialize, Serialize};

/// A row of a batch. The idempotency key is bound to the malformed values too, since their refusals quote them.
#[derive(Clone, Debug, Serialize)]
pub struct Row<T> {
    /// The row, with placeholders for malformed values.
    #[serde(flatten)]
    pub input: T,
    /// The refusals of malformed values, with paths relative to the row. If there are any, nothing of the row is
    /// written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub malformed: Vec<Refusal>,
    /// Whether the rules can judge the row despite its placeholders.
    #[serde(skip)]
    pub can_be_checked: bool,
}

impl<T> Row<T> {
    /// Whether the row may be written.
    pub(super) const fn is_well_formed(&self) -> bool {
        self.malformed.is_empty()
    }
}

/// Outcome of one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowOutcome {
    /// The activity; none when the row was refused.
    pub activity: Option<ActivityId>,
    /// A warning: other activities of the person at the same time, at most [`domain::activity::OVERLAPS_MAX`].
    pub overlaps: Vec<ActivityId>,
    /// The number of all of them.
    #[serde(default)]
    pub total_overlaps: usize,
    /// Why the row was refused, with paths relative to the row.
    pub refusals: Vec<Refusal>,
}

impl RowOutcome {
    pub(super) const fn done(activity: ActivityId) -> Self {
        Self { activity: Some(activity), overlaps: Vec::new(), total_overlaps: 0, refusals: Vec::new() }
    }

    /// The outcome of a refused row; nothing was written for it.
    #[must_use]
    pub const fn refused(refusals: Vec<Refusal>) -> Self {
        Self { activity: None, overlaps: Vec::new(), total_overlaps: 0, refusals }
    }

    /// The outcome of a row with malformed values, for which the rules found these further refusals.
    pub(super) fn malformed(malformed: Vec<Refusal>, found: Vec<Refusal>) -> Self {
        Self::refused(with_malformed(malformed, found))
    }
}
