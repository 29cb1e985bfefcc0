//! Records activities in batches: new rows, and corrections by id and version.
//!
//! Each row has its own outcome; a refused row does not stop the others. A phone that was offline can resend
//! its rows when it got no response: a client key that is already stored returns the stored activity.

use super::{
    facts::{ActivityFacts, check_batch},
    row::{Row, RowOutcome},
};
use crate::{
    db::{IdempotencyKey, Tx},
    env::{Env, fresh_id},
    error::{Error, Result},
    store,
};
use domain::{
    Decimal, Refusal,
    action::ActivityAction,
    activity::{Activity, ActivityInput, Evidence, NewActivity, OVERLAPS_MAX},
    actor::Actor,
    event::EventKind,
    id::{ActionPlanId, ActivityId, EvidenceId, PlanId, ResultId},
    policy::{self, Relations},
    time::Instant,
};
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// A batch of activities to record.
#[derive(Clone, Debug, Serialize)]
pub struct RecordActivities {
    /// The plan that the activities belong to.
    pub plan: PlanId,
    /// At most 100.
    pub rows: Vec<Row<ActivityRow>>,
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
        let keys = input.rows.iter().filter_map(|row| row.input.client_key);
        let mut known = store::activity::by_client_keys(tx.source(), plan.staff, keys).await?;
        let edited: Vec<ActivityId> = input.rows.iter().filter_map(|row| Some(row.input.edit?.0)).collect();
        let mut existing = store::activity::by_ids(tx.source(), tx.actor(), &edited).await?;
        let facts = ActivityFacts::load(tx.source(), plan).await?;
        let mut outcomes = Vec::with_capacity(input.rows.len());
        let mut written = Vec::new();
        for row in input.rows {
            if !row.is_well_formed() {
                let found =
                    match row.can_be_checked.then(|| decide(&tx, &facts, row.input, &known, &existing)) {
                        Some(Err(Error::Refused(found))) => found,
                        _ => Vec::new(),
                    };
                outcomes.push(RowOutcome::malformed(row.malformed, found));
                continue;
            }
            let outcome = match record(&tx, &facts, row.input, &mut known, &mut existing).await {
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

/// What the rules say about a row.
enum Decision {
    /// The client key is stored: the row was written before.
    Known(Activity),
    /// A new activity.
    New(Activity),
    /// A correction: the activity before and after.
    Edit(Box<(Activity, Activity)>),
}

/// Decides on a row without writing it.
fn decide(
    tx: &Tx,
    facts: &ActivityFacts,
    row: ActivityRow,
    known: &HashMap<Uuid, Activity>,
    existing: &HashMap<ActivityId, Activity>,
) -> Result<Decision> {
    let evidence = evidence(row.evidence, tx.now());
    let broken_links = evidence.as_ref().err().cloned().unwrap_or_default();
    let with_links = |result: std::result::Result<Activity, Vec<Refusal>>| match (result, broken_links) {
        (Ok(activity), broken) => domain::error::unless_refused(activity, broken),
        (Err(mut refusals), broken) => {
            refusals.extend(broken);
            Err(refusals)
        }
    };
    let input = ActivityInput {
        result: row.result,
        action_plan: row.action_plan,
        started_at: row.started_at,
        ended_at: row.ended_at,
        description: row.description,
        realisation: row.realisation,
        measure: row.measure,
        evidence: evidence.unwrap_or_default(),
        claimed_at: row.claimed_at,
    };
    if let Some((id, version)) = row.edit {
        let before = existing
            .get(&id)
            .filter(|before| before.plan == facts.plan.id)
            .cloned()
            .ok_or_else(|| Refusal::not_found(["target", "correction", "id"]))?;
        policy::activity::decide(
            ActivityAction::RecordActivities,
            &Relations::of(tx.actor(), before.staff, before.unit, &facts.plan.rater),
        )?;
        if before.version != version {
            return Err(Refusal::conflict(before.version).into());
        }
        let after = with_links(before.edit(input, &facts.context(tx.actor().calendar), tx.now()))?;
        return Ok(Decision::Edit(Box::new((before, after))));
    }
    let client_key = row.client_key.ok_or_else(|| Refusal::required("clientKey").under(["target"]))?;
    if let Some(known) = known.get(&client_key) {
        return Ok(Decision::Known(known.clone()));
    }
    let new = NewActivity { id: ActivityId(fresh_id()), client_key, input };
    let activity = with_links(Activity::create(new, &facts.context(tx.actor().calendar), tx.now()))?;
    Ok(Decision::New(activity))
}

/// Writes a row. The flag is true when anything was written.
async fn record(
    tx: &Tx,
    facts: &ActivityFacts,
    row: ActivityRow,
    known: &mut HashMap<Uuid, Activity>,
    existing: &mut HashMap<ActivityId, Activity>,
) -> Result<(Activity, bool)> {
    match decide(tx, facts, row, known, existing)? {
        Decision::Known(activity) => Ok((activity, false)),
        Decision::New(activity) => {
            let activity = tx.create(activity, EventKind::ActivityRecorded, None).await?;
            known.insert(activity.client_key, activity.clone());
            Ok((activity, true))
        }
        Decision::Edit(edit) => {
            let (before, after) = *edit;
            let after = tx.change(&before, after, EventKind::ActivityUpdated, None).await?;
            existing.insert(after.id, after.clone());
            Ok((after, true))
        }
    }
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
    let Some(one) = written.first() else { return Ok(()) };
    // A condition for each row, so that only activities that overlap one of them are read.
    let at_the_time = written.iter().fold(Condition::any(), |any, activity| {
        any.add(
            Condition::all()
                .add(Column::StartedAt.lt(domain::time::to_micros(activity.ended_at)))
                .add(Column::EndedAt.gt(domain::time::to_micros(activity.started_at))),
        )
    });
    let nearby = store::activity::slots(tx.source(), one.staff, at_the_time).await?;
    for activity in written {
        let mut overlaps = activity.overlaps(&nearby);
        let total = overlaps.len();
        overlaps.truncate(OVERLAPS_MAX);
        for outcome in outcomes.iter_mut().filter(|outcome| outcome.activity == Some(activity.id)) {
            outcome.overlaps.clone_from(&overlaps);
            outcome.total_overlaps = total;
        }
    }
    Ok(())
}
