//! Records activities in batches: new rows, and corrections by id and version.
//!
//! Each row has its own outcome; a refused row does not stop the others. A client that got no response can send its
//! rows again: if a client key is already stored, the row's outcome is the stored activity. If the row's content
//! differs from the content that was recorded, the outcome is a conflict that names the stored activity.

use super::facts::ActivityFacts;
use crate::{
    batch::{Row, RowOutcome, check_batch},
    db::{Command, IdempotencyKey, Tx},
    env::{Env, fresh_id},
    error::{Error, Result},
    store,
};
use domain::{
    Refusal,
    action::ActivityAction,
    activity::{
        Activity, ActivityInput, Evidence, EvidenceLink, GivenEvidence, NewActivity, OVERLAPS_MAX,
        ReceivedFile,
    },
    actor::Actor,
    event::{EventKind, SubjectKind},
    id::{ActivityId, EvidenceId, PlanId, UploadId},
    policy::{self, Relations},
    time::Instant,
};
use serde::{Deserialize, Serialize};
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

impl Command for RecordActivities {
    const OPERATION: &'static str = "recordActivities";
}

/// A row: new with a client key, or a correction of an activity.
#[derive(Clone, Debug, Serialize)]
pub struct ActivityRow {
    /// The activity to correct, with the version that the client read.
    pub edit: Option<(ActivityId, i32)>,
    /// The key that the client gives a new row; required for new rows. A person must not use it for another activity.
    pub client_key: Option<Uuid>,
    /// The reported activity.
    #[serde(flatten)]
    pub input: ActivityInput<GivenEvidence>,
}

/// The activity that a row of a batch recorded, corrected or named by its client key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// The activity.
    pub activity: ActivityId,
    /// A warning: other activities of the person at the same time, at most [`OVERLAPS_MAX`].
    pub overlaps: Vec<ActivityId>,
    /// The number of all overlapping activities.
    #[serde(default)]
    pub total_overlaps: usize,
}

impl Recorded {
    pub(super) const fn alone(activity: ActivityId) -> Self {
        Self { activity, overlaps: Vec::new(), total_overlaps: 0 }
    }
}

/// Records a batch in one transaction; returns one outcome for each row, in the same order.
pub async fn record_activities(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: RecordActivities,
) -> Result<Vec<RowOutcome<Recorded>>> {
    check_batch("rows", input.rows.len())?;
    env.write_once(actor, key, input, move |tx, input| async move {
        store::lock_plans(&tx, [input.plan]).await?;
        let plan = store::plan::find(tx.source(), tx.actor(), input.plan).await?.ok_or(Error::NotFound)?;
        policy::activity::decide_create(tx.actor(), &plan)?;
        let keys = input.rows.iter().filter_map(|row| row.input.client_key);
        let mut known = store::activity::by_client_keys(tx.source(), plan.staff, keys).await?;
        let edited: Vec<ActivityId> = input.rows.iter().filter_map(|row| Some(row.input.edit?.0)).collect();
        let mut existing = store::activity::by_ids(tx.source(), tx.actor(), &edited).await?;
        let given = input.rows.iter().flat_map(|row| &row.input.input.evidence);
        let uploads: Vec<UploadId> = given.filter_map(|evidence| evidence.upload).collect();
        let files = store::evidence::received_of(&tx, plan.staff, &uploads).await?;
        let facts = ActivityFacts::load(tx.source(), plan).await?;
        let mut outcomes = Vec::with_capacity(input.rows.len());
        let mut written = Vec::new();
        for row in input.rows {
            if !row.is_well_formed() {
                let found = match row
                    .can_be_checked
                    .then(|| decide(&tx, &facts, &files, row.input, &known, &existing))
                {
                    Some(Err(Error::Refused(found))) => found,
                    _ => Vec::new(),
                };
                outcomes.push(RowOutcome::malformed(row.malformed, found));
                continue;
            }
            let edited = row.input.edit.map(|(id, _)| id);
            let outcome = match record(&tx, &facts, &files, row.input, &mut known, &mut existing).await {
                Ok(Outcome::Written(activity)) => {
                    let outcome = RowOutcome::done(Recorded::alone(activity.id));
                    written.push(activity);
                    outcome
                }
                Ok(Outcome::Known(activity)) => RowOutcome::done(Recorded::alone(activity.id)),
                Ok(Outcome::Differs(activity)) => RowOutcome {
                    refusals: vec![Refusal::client_key_taken(activity.version)],
                    ..RowOutcome::done(Recorded::alone(activity.id))
                },
                Err(Error::Refused(mut refusals)) => {
                    if edited.is_some_and(|id| written.iter().any(|one: &Activity| one.id == id)) {
                        refusals.iter_mut().for_each(Refusal::changed_in_request);
                    }
                    RowOutcome::refused(refusals)
                }
                Err(error) => return Err(error),
            };
            outcomes.push(outcome);
        }
        let used = written.iter().flat_map(|activity| &activity.evidence);
        let used = used.filter_map(|evidence| Some(evidence.file.as_ref()?.upload));
        store::evidence::keep(&tx, used.collect::<Vec<_>>(), tx.now()).await?;
        warn_of_overlaps(&tx, &written, &mut outcomes).await?;
        Ok(outcomes)
    })
    .await
}

/// The files that the batch names and that the person has completely uploaded.
type Files = HashMap<UploadId, ReceivedFile>;

/// The decision on a row.
enum Decision {
    /// The client key is stored: the row was written before.
    Known(Activity),
    /// The client key is stored, and the activity no longer has this content.
    Differs(Box<(Activity, ActivityInput)>),
    /// A new activity.
    New(Activity),
    /// A correction: the activity before and after.
    Edit(Box<(Activity, Activity)>),
}

/// The result of a row that is not refused.
enum Outcome {
    /// Written now.
    Written(Activity),
    /// Written before, with the same content.
    Known(Activity),
    /// The activity with the same client key was recorded with another content.
    Differs(Activity),
}

/// Decides on a row without writing it.
fn decide(
    tx: &Tx,
    facts: &ActivityFacts,
    files: &Files,
    row: ActivityRow,
    known: &HashMap<Uuid, Activity>,
    existing: &HashMap<ActivityId, Activity>,
) -> Result<Decision> {
    let evidence = evidence_of(&row.input.evidence, files, tx.now());
    let broken_links = evidence.as_ref().err().cloned().unwrap_or_default();
    let with_links = |result: std::result::Result<Activity, Vec<Refusal>>| match (result, broken_links) {
        (Ok(activity), broken) => domain::error::unless_refused(activity, broken),
        (Err(mut refusals), broken) => {
            refusals.extend(broken);
            Err(refusals)
        }
    };
    let input = row.input.with_evidence(evidence.unwrap_or_default());
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
    if let Some(known) = known.get(&client_key).cloned() {
        return Ok(match known.is_of(&input) {
            true => Decision::Known(known),
            false => Decision::Differs(Box::new((known, input))),
        });
    }
    let new = NewActivity { id: ActivityId(fresh_id()), client_key, input };
    let activity = with_links(Activity::create(new, &facts.context(tx.actor().calendar), tx.now()))?;
    Ok(Decision::New(activity))
}

/// Writes a row.
async fn record(
    tx: &Tx,
    facts: &ActivityFacts,
    files: &Files,
    row: ActivityRow,
    known: &mut HashMap<Uuid, Activity>,
    existing: &mut HashMap<ActivityId, Activity>,
) -> Result<Outcome> {
    match decide(tx, facts, files, row, known, existing)? {
        Decision::Known(activity) => Ok(Outcome::Known(activity)),
        Decision::Differs(differs) => {
            let (activity, input) = *differs;
            // The row is compared with the activity as it was first recorded, so that a row that is sent again is
            // accepted even if the activity was corrected later.
            let recorded: Option<Activity> =
                store::event::first_image(tx.source(), SubjectKind::Activity, activity.id.0).await?;
            Ok(match recorded.is_some_and(|recorded| recorded.is_of(&input)) {
                true => Outcome::Known(activity),
                false => Outcome::Differs(activity),
            })
        }
        Decision::New(activity) => {
            let activity = tx.create(activity, EventKind::ActivityRecorded, None).await?;
            known.insert(activity.client_key, activity.clone());
            Ok(Outcome::Written(activity))
        }
        Decision::Edit(edit) => {
            let (before, after) = *edit;
            let after = tx.change(&before, after, EventKind::ActivityUpdated, None).await?;
            existing.insert(after.id, after.clone());
            Ok(Outcome::Written(after))
        }
    }
}

/// Checks links and gives them ids. Returns all refusals at once.
pub(crate) fn evidence(
    links: &[EvidenceLink],
    at: Instant,
) -> std::result::Result<Vec<Evidence>, Vec<Refusal>> {
    let given: Vec<GivenEvidence> = links.iter().cloned().map(Into::into).collect();
    evidence_of(&given, &Files::new(), at)
}

/// Checks links and files and gives them ids. Returns all refusals at once.
pub(crate) fn evidence_of(
    given: &[GivenEvidence],
    files: &Files,
    at: Instant,
) -> std::result::Result<Vec<Evidence>, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let mut evidence = Vec::with_capacity(given.len());
    for (index, given) in given.iter().enumerate() {
        match Evidence::given(EvidenceId(fresh_id()), given, |upload| files.get(&upload).cloned(), at) {
            Ok(one) => evidence.push(one),
            Err(found) => refusals.extend(
                found.into_iter().map(|refusal| refusal.under(["evidence".to_owned(), index.to_string()])),
            ),
        }
    }
    if refusals.is_empty() { Ok(evidence) } else { Err(refusals) }
}

async fn warn_of_overlaps(
    tx: &Tx,
    written: &[Activity],
    outcomes: &mut [RowOutcome<Recorded>],
) -> Result<()> {
    let Some(one) = written.first() else { return Ok(()) };
    let nearby = store::activity::slots(tx.source(), one.staff, written).await?;
    for activity in written {
        let mut overlaps = activity.overlaps(&nearby);
        let total = overlaps.len();
        overlaps.truncate(OVERLAPS_MAX);
        let done = outcomes.iter_mut().filter_map(|outcome| outcome.done.as_mut());
        for recorded in done.filter(|recorded| recorded.activity == activity.id) {
            recorded.overlaps.clone_from(&overlaps);
            recorded.total_overlaps = total;
        }
    }
    Ok(())
}
