//! Undoes earlier steps on activities, in batches: discards drafts, withdraws submissions, reopens approved activities.

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
use domain::{action::ActivityAction, actor::Actor, error::reason, event::EventKind};
use serde::Serialize;

/// Drafts to discard.
#[derive(Clone, Debug, Serialize)]
pub struct DiscardActivities {
    /// At most 100.
    pub rows: Vec<Row<ActivityVersion>>,
}

impl Command for DiscardActivities {
    const OPERATION: &'static str = "discardActivities";
}

/// Submitted activities to withdraw.
#[derive(Clone, Debug, Serialize)]
pub struct WithdrawActivities {
    /// At most 100.
    pub rows: Vec<Row<ActivityVersion>>,
}

impl Command for WithdrawActivities {
    const OPERATION: &'static str = "withdrawActivities";
}

/// Approved activities to decide on again.
#[derive(Clone, Debug, Serialize)]
pub struct ReopenActivities {
    /// At most 100.
    pub rows: Vec<Row<ActivityVersion>>,
    /// Why; the journal records it.
    pub reason: String,
}

impl Command for ReopenActivities {
    const OPERATION: &'static str = "reopenActivities";
}

/// Discards drafts; returns one outcome for each row, in the same order.
pub async fn discard_activities(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: DiscardActivities,
) -> Result<Vec<RowOutcome<Recorded>>> {
    check_batch("rows", input.rows.len())?;
    env.write_once(actor, key, input, move |tx, input| async move {
        let (action, event) = (ActivityAction::DiscardActivities, EventKind::ActivityDiscarded);
        change_each(&tx, &input.rows, action, event, None, |activity, context| activity.discard(context))
            .await
    })
    .await
}

/// Withdraws submitted activities; returns one outcome for each row, in the same order.
pub async fn withdraw_activities(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: WithdrawActivities,
) -> Result<Vec<RowOutcome<Recorded>>> {
    check_batch("rows", input.rows.len())?;
    env.write_once(actor, key, input, move |tx, input| async move {
        let (action, event) = (ActivityAction::WithdrawActivities, EventKind::ActivityWithdrawn);
        change_each(&tx, &input.rows, action, event, None, |activity, context| activity.withdraw(context))
            .await
    })
    .await
}

/// Reopens approved activities; returns one outcome for each row, in the same order.
pub async fn reopen_activities(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: ReopenActivities,
) -> Result<Vec<RowOutcome<Recorded>>> {
    check_batch("rows", input.rows.len())?;
    let why = reason("reason", &input.reason)?;
    env.write_once(actor, key, input, move |tx, input| async move {
        let (action, event) = (ActivityAction::ReopenActivities, EventKind::ActivityReopened);
        change_each(&tx, &input.rows, action, event, Some(&why), |activity, context| activity.reopen(context))
            .await
    })
    .await
}
