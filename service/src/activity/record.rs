//! Records activities in batches: new rows, and corrections by id and version.
//!
//! Each row has its own outcome; a refused row does not stop the others. A phone that was offline can resend
//! its rows when it got no response: a client key that is already stored returns the stored activity.

use super::facts::{ActivityFacts, check_batch};
use crate::{
    db::{IdempotencyKey, Tx},
    env::{Env, fresh_id},
    error::{Error, Result},
    store,
};
use domain::{
    Decimal, Refusal,
    action::ActivityAction,
    activity::{Activity, ActivityInput, Evidence, NewActivity},
    actor::Actor,
    event::EventKind,
    id::{ActionPlanId, ActivityId, EvidenceId, PlanId, ResultId},
    policy::{self, Relations},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// Maximum number of nearby activities that are checked for overlaps with a batch.
const NEARBY_AT_MOST: u64 = 1_000;

/// A batch of activities to record.
#[derive(Clone, Debug, Serialize)]
pub struct RecordActivities {
    /// The plan that the activities belong to.
    pub plan: PlanId,
    /// At most 100.
    pub rows: Vec<ActivityRow>,
}

/// A row: new with a client key, or a correction of an activity.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Activity")]
pub struct ActivityRow {
    /// The activity to correct, with the version that the client read.
    pub edit: Option<(ActivityId, i32)>,
    /// Required for a new row. A person must never reuse it.
    pub client_key: Option<Uuid>,
    pub result: Option<ResultId>,
    pub action_plan: Option<ActionPlanId>,
    pub started_at: Instant,
    pub ended_at: Instant,
    pub description: String,
    pub realisation: Option<Decimal>,
    pub measure: Option<String>,
    pub evidence: Vec<EvidenceInput>,
    pub claimed_at: Option<Instant>,
}

/// A link that proves the activity.
#[derive(Clone, Debug, Serialize)]
pub struct EvidenceInput {
    /// `http` or `https`.
    pub url: String,
    /// The link's label.
    pub label: Option<String>,
}

/// Outcome of one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowOutcome {
    /// The activity; none when the row was refused.
    pub activity: Option<ActivityId>,
    /// A warning: other activities of the person at the same time. Not all are listed when there are many.
    pub overlaps: Vec<ActivityId>,
    /// Why the row was refused, with paths relative to the row.
    pub refusals: Vec<Refusal>,
}

impl RowOutcome {
    pub(super) const fn done(activity: ActivityId) -> Self {
        Self { activity: Some(activity), overlaps: Vec::new(), refusals: Vec::new() }
    }

    /// The outcome of a refused row; nothing was written for it.
    #[must_use]
    pub const fn refused(refusals: Vec<Refusal>) -> Self {
        Self { activity: None, overlaps: Vec::new(), refusals }
    }
}

/// Records a batch in one transaction; returns one outcome for each row, in the same order.
pub async fn record_activities(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: RecordActivities,
) -> Result<Vec<RowOutcome>> {
    check_batch("rows", input.rows.len())?;
    env.write_once(actor, key, &input.clone(), move |tx| async move {
        store::lock_plans(&tx, [input.plan]).await?;
        let plan = store::plan::find(tx.source(), tx.actor(), input.plan).await?.ok_or(Error::NotFound)?;
        policy::activity::decide_create(tx.actor(), &plan)?;
        let keys = input.rows.iter().filter_map(|row| row.client_key);
        let mut known = store::activity::by_client_keys(tx.source(), plan.staff, keys).await?;
        let edited: Vec<ActivityId> = input.rows.iter().filter_map(|row| Some(row.edit?.0)).collect();
        let mut existing = store::activity::by_ids(tx.source(), tx.actor(), &edited).await?;
        let facts = ActivityFacts::load(tx.source(), plan).await?;
        let mut outcomes = Vec::with_capacity(input.rows.len());
        let mut written = Vec::new();
        for row in input.rows {
            let outcome = match record(&tx, &facts, row, &mut known, &mut existing).await {
                Ok((activity, new)) => {
                    let outcome = RowOutcome::done(activity.id);
                    if new {
                        written.push(activity);
                    }
                    outcome
                }
                Err(Error::Refused(refusals)) => RowOutcome::refused(refusals),
                Err(error) => return Err(error),
            };
            outcomes.push(outcome);
        }
        warn_of_overlaps(&tx, &written, &mut outcomes).await?;
        Ok(outcomes)
    })
    .await
}

/// Writes a row. The flag is true when anything was written.
async fn record(
    tx: &Tx,
    facts: &ActivityFacts,
    row: ActivityRow,
    known: &mut HashMap<Uuid, Activity>,
    existing: &mut HashMap<ActivityId, Activity>,
) -> Result<(Activity, bool)> {
    let evidence = evidence(row.evidence, tx.now())?;
    let input = ActivityInput {
        result: row.result,
        action_plan: row.action_plan,
        started_at: row.started_at,
        ended_at: row.ended_at,
        description: row.description,
        realisation: row.realisation,
        measure: row.measure,
        evidence,
        claimed_at: row.claimed_at,
    };
    if let Some((id, version)) = row.edit {
        let before = existing
            .get(&id)
            .filter(|before| before.plan == facts.plan.id)
            .cloned()
            .ok_or_else(|| Refusal::not_found(["id"]))?;
        policy::activity::decide(
            ActivityAction::RecordActivities,
            &Relations::of(tx.actor(), before.staff, before.unit, &facts.plan.rater),
        )?;
        if before.version != version {
            return Err(Refusal::conflict(before.version).into());
        }
        let after = before.edit(input, &facts.context(tx.actor().calendar), tx.now())?;
        let after = tx.change(&before, after, EventKind::ActivityUpdated, None).await?;
        existing.insert(id, after.clone());
        return Ok((after, true));
    }
    let client_key = row.client_key.ok_or_else(|| Refusal::required("clientKey"))?;
    if let Some(known) = known.get(&client_key) {
        return Ok((known.clone(), false));
    }
    let new = NewActivity { id: ActivityId(fresh_id()), client_key, input };
    let activity = Activity::create(new, &facts.context(tx.actor().calendar), tx.now())?;
    let activity = tx.create(activity, EventKind::ActivityRecorded, None).await?;
    known.insert(client_key, activity.clone());
    Ok((activity, true))
}

/// Checks links and gives them ids. Returns all refusals at once.
pub(crate) fn evidence(
    links: Vec<EvidenceInput>,
    at: Instant,
) -> std::result::Result<Vec<Evidence>, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let mut evidence = Vec::with_capacity(links.len());
    for (index, link) in links.iter().enumerate() {
        match Evidence::link(EvidenceId(fresh_id()), &link.url, link.label.as_deref(), at) {
            Ok(link) => evidence.push(link),
            Err(found) => refusals.extend(
                found.into_iter().map(|refusal| refusal.under(["evidence".to_owned(), index.to_string()])),
            ),
        }
    }
    if refusals.is_empty() { Ok(evidence) } else { Err(refusals) }
}

async fn warn_of_overlaps(tx: &Tx, written: &[Activity], outcomes: &mut [RowOutcome]) -> Result<()> {
    use entity::activity::Column;
    use sea_orm::{ColumnTrait, Condition};
    let (Some(first), Some(last), Some(one)) = (
        written.iter().map(|activity| activity.started_at).min(),
        written.iter().map(|activity| activity.ended_at).max(),
        written.first(),
    ) else {
        return Ok(());
    };
    let which = Condition::all()
        .add(Column::StaffId.eq(one.staff.0))
        .add(Column::StartedAt.lt(domain::time::to_micros(last)))
        .add(Column::EndedAt.gt(domain::time::to_micros(first)));
    let nearby = store::activity::first(tx.source(), which, NEARBY_AT_MOST).await?;
    for activity in written {
        let overlaps = activity.overlaps(&nearby);
        for outcome in outcomes.iter_mut().filter(|outcome| outcome.activity == Some(activity.id)) {
            outcome.overlaps.clone_from(&overlaps);
        }
    }
    Ok(())
}
