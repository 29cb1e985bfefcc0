//! Submits activities to the rater in batches.

use super::{facts::ActivityFacts, record::Recorded};
use crate::{
    batch::{Row, RowOutcome, check_batch},
    db::{Command, IdempotencyKey, Tx},
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    Refusal,
    action::ActivityAction,
    activity::{Activity, ActivityContext},
    actor::Actor,
    event::EventKind,
    id::{ActivityId, PlanId},
    policy::{self, Relations},
};
use serde::Serialize;
use std::collections::BTreeSet;

/// An activity and the version that the client read.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ActivityVersion {
    /// The activity.
    pub activity: ActivityId,
    /// The version.
    pub expected_version: i32,
}

/// A batch of activities to submit.
#[derive(Clone, Debug, Serialize)]
pub struct SubmitActivities {
    /// At most 100.
    pub rows: Vec<Row<ActivityVersion>>,
}

impl Command for SubmitActivities {
    const OPERATION: &'static str = "submitActivities";
}

/// Submits the batch; returns one outcome for each row, in the same order.
pub async fn submit_activities(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: SubmitActivities,
) -> Result<Vec<RowOutcome<Recorded>>> {
    check_batch("rows", input.rows.len())?;
    env.write_once(actor, key, input, move |tx, input| async move {
        change_each(
            &tx,
            &input.rows,
            ActivityAction::SubmitActivities,
            EventKind::ActivitySubmitted,
            None,
            |activity, context| activity.submit(context),
        )
        .await
    })
    .await
}

/// Applies the same change to each activity of a batch; a refused row does not stop the others.
pub(super) async fn change_each<M>(
    tx: &Tx,
    rows: &[Row<ActivityVersion>],
    action: ActivityAction,
    event: EventKind,
    reason: Option<&str>,
    method: M,
) -> Result<Vec<RowOutcome<Recorded>>>
where
    M: Fn(&Activity, &ActivityContext<'_>) -> std::result::Result<Activity, Refusal>,
{
    let named = rows.iter().filter(|row| row.is_well_formed());
    let ids: Vec<ActivityId> = named.map(|row| row.input.activity).collect();
    let mut activities = store::activity::by_ids(tx.source(), tx.actor(), &ids).await?;
    let plan_ids: Vec<PlanId> = activities.values().map(|activity| activity.plan).collect();
    store::lock_plans(tx, plan_ids.iter().copied()).await?;
    let plans = store::plan::by_ids(tx.source(), tx.actor(), &plan_ids).await?;
    let plans = ActivityFacts::load_many(tx.source(), plans.into_values().collect()).await?;
    let mut outcomes = Vec::with_capacity(rows.len());
    let mut changed = BTreeSet::new();
    for row in rows {
        if !row.is_well_formed() {
            outcomes.push(RowOutcome::malformed(row.malformed.clone(), Vec::new()));
            continue;
        }
        let row = &row.input;
        let one = async {
            let before = activities.get(&row.activity).ok_or_else(|| Refusal::not_found(["id"]))?;
            let facts = plans.get(&before.plan).ok_or_else(|| Refusal::not_found(["id"]))?;
            let relations = Relations::of(tx.actor(), before.staff, before.unit, &facts.plan.rater);
            policy::activity::decide(action, &relations)?;
            if before.version != row.expected_version {
                return Err(Error::from(Refusal::conflict(before.version)));
            }
            let after = method(before, &facts.context(tx.actor().calendar))?;
            tx.change(before, after, event, reason).await
        };
        match one.await {
            Ok(after) => {
                outcomes.push(RowOutcome::done(Recorded::alone(after.id)));
                changed.insert(after.id);
                activities.insert(after.id, after);
            }
            Err(Error::Refused(mut refusals)) => {
                if changed.contains(&row.activity) {
                    refusals.iter_mut().for_each(Refusal::changed_in_request);
                }
                outcomes.push(RowOutcome::refused(refusals));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(outcomes)
}
