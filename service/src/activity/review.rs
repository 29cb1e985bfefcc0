//! Lets the rater approve or return activities in batches.

use super::{
    record::Recorded,
    submit::{ActivityVersion, change_each},
};
use crate::{
    batch::{Row, RowOutcome, check_batch},
    db::{Command, IdempotencyKey},
    env::Env,
    error::Result,
};
use domain::{action::ActivityAction, actor::Actor, decision::Decision, event::EventKind};
use serde::Serialize;

/// One decision on a batch of activities.
#[derive(Clone, Debug, Serialize)]
pub struct ReviewActivities {
    /// At most 100.
    pub rows: Vec<Row<ActivityVersion>>,
    /// Approve, or return with a reason.
    pub decision: Decision,
}

impl Command for ReviewActivities {
    const OPERATION: &'static str = "reviewActivities";
}

/// Applies the decision to each row; returns one outcome for each row, in the same order.
pub async fn review_activities(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: ReviewActivities,
) -> Result<Vec<RowOutcome<Recorded>>> {
    check_batch("rows", input.rows.len())?;
    let reason = input.decision.checked_reason()?;
    env.write_once(actor, key, input, move |tx, input| async move {
        let now = tx.now();
        change_each(
            &tx,
            &input.rows,
            ActivityAction::ReviewActivities,
            EventKind::ActivityReviewed,
            reason.as_deref(),
            |activity, context| activity.review(&input.decision, context, now),
        )
        .await
    })
    .await
}
