//! Mutations of activities: batches with one outcome for each row.

use super::types::{Activity, one};
use crate::{
    context::ContextExt,
    enums::ReviewDecision,
    error::{self, UserError},
    given::Given,
    id::{self, Kind},
    reader::Reader,
    weight::list_size,
};
use async_graphql::{Context, ID, InputObject, Object, OneofObject, SimpleObject};
use domain::{
    activity::{self, EvidenceLink, GivenEvidence},
    id::{ActionPlanId, ActivityId, PlanId, ResultId, UploadId},
    time::Instant,
};
use service::{
    IdempotencyKey,
    activity::{self as use_case, Recorded},
    batch::{Row, RowOutcome},
};
use uuid::Uuid;

/// Mutations of activities.
#[derive(Default)]
pub struct ActivityMutation;

/// Input of `recordActivities`: a batch of activities to report or correct.
#[derive(InputObject)]
struct RecordActivitiesInput {
    /// The plan that the activities belong to.
    plan_id: Given<PlanId>,
    /// The rows, at most 100. An error in one row does not affect the others.
    rows: Vec<ActivityInput>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// The activity that a row reports or corrects: give exactly one field.
#[derive(OneofObject)]
enum ActivityTargetInput {
    /// A new activity: a UUID that you never use for another activity. If the key is already stored, the server returns
    /// the existing activity, so an offline queue can be resent in different batches. If the stored activity has
    /// different content, the row gets a CONFLICT together with the stored activity.
    ClientKey(Given<Uuid>),
    /// A stored activity to correct.
    Correction(ActivityVersionInput),
}

/// A new activity, or a correction of one.
#[derive(InputObject)]
struct ActivityInput {
    /// Whether it is a new activity or a correction, and of which.
    target: ActivityTargetInput,
    /// The result row that it contributes to, by its `rowKey` or its `id` in any revision; null to link it later.
    plan_result_id: Option<Given<ResultId>>,
    /// The step (action plan) of that row, by its `rowKey` or its `id` in any revision.
    action_plan_id: Option<Given<ActionPlanId>>,
    /// Start time.
    started_at: Given<Instant>,
    /// End time, at most 24 hours after the start; it may be on the next day.
    ended_at: Given<Instant>,
    /// Description of the work done, at most 2,000 characters.
    description: String,
    /// Amount done, in `measure`.
    realisation: Option<Given<domain::Decimal>>,
    /// Unit of measure of `realisation` (satuan).
    measure: Option<String>,
    /// The evidence for it: at most 20 links and files.
    #[graphql(default)]
    evidence: Vec<EvidenceInput>,
    /// Time at which the person entered it, by the client's clock, for example while offline.
    claimed_at: Option<Given<Instant>>,
}

/// Evidence of an activity, a training or a correction: exactly one of `url` and `uploadId`.
#[derive(InputObject)]
pub struct EvidenceInput {
    /// An `http` or `https` URL that the rater can open, at most 2,000 characters. A mark reminds the rater that the
    /// linked content can change.
    url: Option<String>,
    /// A file that you have uploaded completely, from `createUpload` with the purpose EVIDENCE. Several of these
    /// objects may use the same file.
    upload_id: Option<Given<UploadId>>,
    /// Display name, at most 120 characters.
    label: Option<String>,
}

impl EvidenceInput {
    pub(crate) fn read(read: &mut Reader, input: Self) -> GivenEvidence {
        GivenEvidence {
            url: input.url,
            upload: read.optional("uploadId", input.upload_id),
            label: input.label,
        }
    }
}

/// A link to evidence.
#[derive(InputObject)]
pub struct EvidenceLinkInput {
    /// An `http` or `https` URL that the rater can open, at most 2,000 characters.
    pub url: String,
    /// Display name, at most 120 characters.
    pub label: Option<String>,
}

impl From<EvidenceLinkInput> for EvidenceLink {
    fn from(input: EvidenceLinkInput) -> Self {
        Self { url: input.url, label: input.label }
    }
}

/// Input of `answerMarks`: your answer to the marks of your activity.
#[derive(InputObject)]
struct AnswerMarksInput {
    /// The activity.
    activity_id: Given<ActivityId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
    /// The answer, at most 2,000 characters. It replaces an earlier one.
    text: String,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of a change of one activity.
#[derive(SimpleObject)]
struct ActivityPayload {
    /// The activity; null if `errors` is not empty.
    activity: Option<Activity>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

/// An activity and the version of it that you last read.
#[derive(InputObject)]
struct ActivityVersionInput {
    /// The activity.
    id: Given<ActivityId>,
    /// The `version` that you last read; CONFLICT if the stored version is newer.
    expected_version: i32,
}

/// Input of `submitActivities`: a batch of activities to submit to the rater.
#[derive(InputObject)]
struct SubmitActivitiesInput {
    /// The activities, at most 100.
    rows: Vec<ActivityVersionInput>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `reviewActivities`: one decision for a batch of activities.
#[derive(InputObject)]
struct ReviewActivitiesInput {
    /// The activities, at most 100.
    rows: Vec<ActivityVersionInput>,
    /// APPROVE or RETURN.
    decision: ReviewDecision,
    /// The reason; required with RETURN.
    reason: Option<String>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `discardActivities`: drafts to discard.
#[derive(InputObject)]
struct DiscardActivitiesInput {
    /// The drafts, at most 100.
    rows: Vec<ActivityVersionInput>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `withdrawActivities`: submitted activities to take back.
#[derive(InputObject)]
struct WithdrawActivitiesInput {
    /// The activities, at most 100.
    rows: Vec<ActivityVersionInput>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `reopenActivities`: approved activities to decide on again.
#[derive(InputObject)]
struct ReopenActivitiesInput {
    /// The activities, at most 100.
    rows: Vec<ActivityVersionInput>,
    /// The reason for taking the approvals back, at most 2,000 characters; the journal records it.
    reason: String,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// The outcome of one row.
#[derive(SimpleObject)]
struct ActivityRowPayload {
    /// Index of the row in the input, from 0.
    row: i32,
    /// The activity; null if `errors` is not empty. With CONFLICT at `target.clientKey` it is the stored activity with
    /// this key, whose content differs.
    activity: Option<Activity>,
    /// Ids of your other activities that overlap in time, at most 20: a warning, not an error.
    overlaps: Vec<ID>,
    /// Number of all your other activities that overlap in time.
    overlap_count: i32,
    /// Errors that the client can act on; if there are any, nothing of this row was written. Paths are relative to
    /// the row.
    #[graphql(directive = list_size::apply(1))]
    errors: Vec<UserError>,
}

/// Outcome of a batch of activities.
#[derive(SimpleObject)]
struct ActivitiesPayload {
    /// One result for each row, in input order; empty if the whole batch was refused (see `errors`).
    results: Vec<ActivityRowPayload>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl ActivityMutation {
    /// Reports and corrects activities: one transaction, one outcome for each row.
    async fn record_activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan, the rows and an optional idempotency key.")] input: RecordActivitiesInput,
    ) -> async_graphql::Result<ActivitiesPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let plan = read.get("planId", input.plan_id);
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let rows = read.rows("rows", input.rows, ActivityInput::parse);
        let (key, alone) = unless_all_malformed(key, &rows);
        let batch = use_case::RecordActivities { plan, rows };
        let result = read.run(use_case::record_activities(env, actor, key, batch)).await;
        payload(ctx, result, alone).await
    }

    /// Submits activities to the rater.
    async fn submit_activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The activities and an optional idempotency key.")] input: SubmitActivitiesInput,
    ) -> async_graphql::Result<ActivitiesPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let rows = read.rows("rows", input.rows, ActivityVersionInput::parse);
        let (key, alone) = unless_all_malformed(key, &rows);
        let batch = use_case::SubmitActivities { rows };
        let result = read.run(use_case::submit_activities(env, actor, key, batch)).await;
        payload(ctx, result, alone).await
    }

    /// Approves or returns activities. For the rater.
    async fn review_activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The activities, the decision and an optional idempotency key.")]
        input: ReviewActivitiesInput,
    ) -> async_graphql::Result<ActivitiesPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let decision = input.decision.with_reason(input.reason);
        let rows = read.rows("rows", input.rows, ActivityVersionInput::parse);
        let (key, alone) = unless_all_malformed(key, &rows);
        let batch = use_case::ReviewActivities { rows, decision };
        let result = read.run(use_case::review_activities(env, actor, key, batch)).await;
        payload(ctx, result, alone).await
    }

    /// Discards drafts of activities. They become DISCARDED and no longer count; their client keys can't be used again.
    async fn discard_activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The drafts and an optional idempotency key.")] input: DiscardActivitiesInput,
    ) -> async_graphql::Result<ActivitiesPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let rows = read.rows("rows", input.rows, ActivityVersionInput::parse);
        let (key, alone) = unless_all_malformed(key, &rows);
        let batch = use_case::DiscardActivities { rows };
        let result = read.run(use_case::discard_activities(env, actor, key, batch)).await;
        payload(ctx, result, alone).await
    }

    /// Makes submitted activities drafts again, before the rater decides.
    async fn withdraw_activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The activities and an optional idempotency key.")] input: WithdrawActivitiesInput,
    ) -> async_graphql::Result<ActivitiesPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let rows = read.rows("rows", input.rows, ActivityVersionInput::parse);
        let (key, alone) = unless_all_malformed(key, &rows);
        let batch = use_case::WithdrawActivities { rows };
        let result = read.run(use_case::withdraw_activities(env, actor, key, batch)).await;
        payload(ctx, result, alone).await
    }

    /// Takes back approvals of activities, with a reason, while their part of the year is open and its evaluation is
    /// not final. The activities wait for a decision again. For the rater.
    async fn reopen_activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The activities, the reason and an optional idempotency key.")]
        input: ReopenActivitiesInput,
    ) -> async_graphql::Result<ActivitiesPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let rows = read.rows("rows", input.rows, ActivityVersionInput::parse);
        let (key, alone) = unless_all_malformed(key, &rows);
        let batch = use_case::ReopenActivities { rows, reason: input.reason };
        let result = read.run(use_case::reopen_activities(env, actor, key, batch)).await;
        payload(ctx, result, alone).await
    }

    /// Answers the marks of your activity, while its part of the year is open and the evaluation of that part is not
    /// final. The rater sees the answer next to the marks.
    async fn answer_marks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The activity, its version, the answer and an optional idempotency key.")]
        input: AnswerMarksInput,
    ) -> async_graphql::Result<ActivityPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let answer = use_case::AnswerMarks {
            activity: read.get("activityId", input.activity_id),
            expected_version: input.expected_version,
            text: input.text,
        };
        let result = read.run(use_case::answer_marks(ctx.env()?, ctx.actor()?, key, answer)).await;
        let (id, errors) = error::outcome(ctx, result)?;
        let activity = match id {
            Some(id) => one(ctx, id).await?,
            None => None,
        };
        Ok(ActivityPayload { activity, errors })
    }
}

impl ActivityInput {
    fn parse(read: &mut Reader, row: Self) -> use_case::ActivityRow {
        let (edit, client_key) = read.at("target", |read| match row.target {
            ActivityTargetInput::ClientKey(key) => (None, Some(read.get("clientKey", key))),
            ActivityTargetInput::Correction(of) => {
                let of = read.at("correction", |read| ActivityVersionInput::parse(read, of));
                (Some((of.activity, of.expected_version)), None)
            }
        });
        use_case::ActivityRow {
            edit,
            client_key,
            input: activity::ActivityInput {
                result: read.reference("planResultId", row.plan_result_id),
                action_plan: read.reference("actionPlanId", row.action_plan_id),
                started_at: read.get("startedAt", row.started_at),
                ended_at: read.get("endedAt", row.ended_at),
                description: row.description,
                realisation: read.optional("realisation", row.realisation),
                measure: row.measure,
                evidence: read.each("evidence", row.evidence, EvidenceInput::read),
                claimed_at: read.optional("claimedAt", row.claimed_at),
            },
        }
    }
}

impl ActivityVersionInput {
    fn parse(read: &mut Reader, row: Self) -> use_case::ActivityVersion {
        use_case::ActivityVersion { activity: read.get("id", row.id), expected_version: row.expected_version }
    }
}

/// Returns the outcomes of a batch in which every row has malformed values; they apply even if the plan can't be found.
/// Such a batch writes nothing, so it does not use up its idempotency key.
fn unless_all_malformed<T>(
    key: IdempotencyKey,
    rows: &[Row<T>],
) -> (IdempotencyKey, Option<Vec<RowOutcome<Recorded>>>) {
    if rows.is_empty() || rows.iter().any(|row| row.malformed.is_empty()) {
        return (key, None);
    }
    let outcomes = rows.iter().map(|row| RowOutcome::refused(row.malformed.clone())).collect();
    (IdempotencyKey::NONE, Some(outcomes))
}

async fn payload(
    ctx: &Context<'_>,
    result: service::Result<Vec<RowOutcome<Recorded>>>,
    alone: Option<Vec<RowOutcome<Recorded>>>,
) -> async_graphql::Result<ActivitiesPayload> {
    let result = match (result, alone) {
        (Err(service::Error::NotFound), Some(alone)) => Ok(alone),
        (result, _) => result,
    };
    let (outcomes, errors) = error::outcome(ctx, result)?;
    let outcomes = outcomes.unwrap_or_default();
    ctx.loaders()?
        .activities
        .prefetch(outcomes.iter().filter_map(|outcome| Some(outcome.done.as_ref()?.activity)).collect())
        .await;
    let mut results = Vec::with_capacity(outcomes.len());
    for (row, outcome) in (0..).zip(outcomes) {
        let (activity, overlaps, total_overlaps) = match outcome.done {
            Some(done) => (one(ctx, done.activity).await?, done.overlaps, done.total_overlaps),
            None => (None, Vec::new(), 0),
        };
        results.push(ActivityRowPayload {
            row,
            activity,
            overlap_count: i32::try_from(total_overlaps).unwrap_or(i32::MAX),
            overlaps: overlaps.into_iter().map(|id| id::encode(Kind::Activity, id)).collect(),
            errors: error::of_row(ctx, outcome.refusals),
        });
    }
    Ok(ActivitiesPayload { results, errors })
}
