//! Mutations of activities: batches with one outcome for each row.

use super::types::{Activity, one};
use crate::graphql::{
    context::ContextExt,
    enums::ReviewDecision,
    error::{self, UserError},
    id::{self, Kind},
    scalars::{DateTime, Decimal, Uuid},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::Refusal;
use service::{
    IdempotencyKey,
    activity::{self as use_case, RowOutcome},
};

/// Mutations of activities.
#[derive(Default)]
pub struct ActivityMutation;

/// Input of `recordActivities`: a batch of activities to report or correct.
#[derive(InputObject)]
struct RecordActivitiesInput {
    /// The plan that the activities belong to.
    plan_id: ID,
    /// The rows, at most 100. An error in one row does not affect the others.
    rows: Vec<ActivityInput>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Uuid>,
}

/// One activity: a new one with `clientKey`, or a correction with `id` and `expectedVersion`.
#[derive(InputObject)]
struct ActivityInput {
    /// Required for a new row: a UUID that you never use for another activity. If the key is already stored, the
    /// existing activity is returned, so an offline queue can be resent in different batches.
    client_key: Option<Uuid>,
    /// The activity to correct; null for a new one.
    id: Option<ID>,
    /// The `version` of the activity that you last read; required with `id`.
    expected_version: Option<i32>,
    /// The result row that it contributes to; null to link it later.
    plan_result_id: Option<ID>,
    /// The step (action plan) of that row.
    action_plan_id: Option<ID>,
    /// Start time.
    started_at: DateTime,
    /// End time, at most 24 hours after the start; it may be on the next day.
    ended_at: DateTime,
    /// What was done, at most 2,000 characters.
    description: String,
    /// Amount done, in `unit`.
    realisation: Option<Decimal>,
    /// Unit of `realisation` (satuan).
    unit: Option<String>,
    /// The evidence for it, at most 20 links.
    #[graphql(default)]
    evidence: Vec<EvidenceInput>,
    /// Time of entry by the client's clock, such as while offline.
    claimed_at: Option<DateTime>,
}

/// A link to evidence.
#[derive(InputObject)]
pub struct EvidenceInput {
    /// An `http` or `https` URL that the rater can open, at most 2,000 characters.
    pub url: String,
    /// Display name, at most 120 characters.
    pub label: Option<String>,
}

impl From<EvidenceInput> for use_case::EvidenceInput {
    fn from(input: EvidenceInput) -> Self {
        Self { url: input.url, label: input.label }
    }
}

/// An activity and the version of it that you last read.
#[derive(InputObject)]
struct ActivityVersionInput {
    /// The activity.
    id: ID,
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
    idempotency_key: Option<Uuid>,
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
    idempotency_key: Option<Uuid>,
}

/// The outcome of one row.
#[derive(SimpleObject)]
struct ActivityRowResult {
    /// Index of the row in the input, from 0.
    row: i32,
    /// The activity; null if `errors` is not empty.
    activity: Option<Activity>,
    /// Ids of your other activities that overlap in time, at most 20: a warning, not an error.
    overlaps: Vec<ID>,
    /// Errors that the client can act on; if there are any, nothing of this row was written. Paths are relative to
    /// the row.
    errors: Vec<UserError>,
}

/// Outcome of a batch of activities.
#[derive(SimpleObject)]
struct ActivitiesPayload {
    /// One result for each row, in input order; empty if the whole batch was refused (see `errors`).
    results: Vec<ActivityRowResult>,
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
        let key =
            IdempotencyKey { operation: "recordActivities", key: input.idempotency_key.map(|key| key.0) };
        let plan = id::argument(ctx, Kind::Plan, &input.plan_id, "planId")?;
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let result = Rows::read(input.rows, ActivityInput::parse)
            .run(|rows| {
                use_case::record_activities(env, actor, key, use_case::RecordActivities { plan, rows })
            })
            .await;
        payload(ctx, result).await
    }

    /// Submits activities to the rater.
    async fn submit_activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The activities and an optional idempotency key.")] input: SubmitActivitiesInput,
    ) -> async_graphql::Result<ActivitiesPayload> {
        let key =
            IdempotencyKey { operation: "submitActivities", key: input.idempotency_key.map(|key| key.0) };
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let result = Rows::read(input.rows, ActivityVersionInput::parse)
            .run(|rows| use_case::submit_activities(env, actor, key, use_case::SubmitActivities { rows }))
            .await;
        payload(ctx, result).await
    }

    /// Approves or returns activities. For the rater.
    async fn review_activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The activities, the decision and an optional idempotency key.")]
        input: ReviewActivitiesInput,
    ) -> async_graphql::Result<ActivitiesPayload> {
        let key =
            IdempotencyKey { operation: "reviewActivities", key: input.idempotency_key.map(|key| key.0) };
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let decision = input.decision.with_reason(input.reason);
        let result = Rows::read(input.rows, ActivityVersionInput::parse)
            .run(|rows| {
                let batch = use_case::ReviewActivities { rows, decision };
                use_case::review_activities(env, actor, key, batch)
            })
            .await;
        payload(ctx, result).await
    }
}

impl ActivityInput {
    fn parse(self) -> Result<use_case::ActivityRow, Refusal> {
        let edit = match (self.id, self.expected_version) {
            (None, _) => None,
            (Some(id), Some(version)) => Some((id::parse(Kind::Activity, &id, "id")?, version)),
            (Some(_), None) => return Err(Refusal::required("expectedVersion")),
        };
        let result = self.plan_result_id.map(|id| id::parse(Kind::PlanResult, &id, "planResultId"));
        let step = self.action_plan_id.map(|id| id::parse(Kind::ActionPlan, &id, "actionPlanId"));
        Ok(use_case::ActivityRow {
            edit,
            client_key: self.client_key.map(|key| key.0),
            result: result.transpose()?,
            action_plan: step.transpose()?,
            started_at: self.started_at.0,
            ended_at: self.ended_at.0,
            description: self.description,
            realisation: self.realisation.map(|realisation| realisation.0),
            measure: self.unit,
            evidence: self.evidence.into_iter().map(Into::into).collect(),
            claimed_at: self.claimed_at.map(|at| at.0),
        })
    }
}

impl ActivityVersionInput {
    fn parse(self) -> Result<use_case::ActivityVersion, Refusal> {
        let activity = id::parse(Kind::Activity, &self.id, "id")?;
        Ok(use_case::ActivityVersion { activity, expected_version: self.expected_version })
    }
}

/// The parsed rows of a batch. A row with a malformed id does not affect the others.
struct Rows<T> {
    /// The rows that were parsed.
    read: Vec<T>,
    /// One item for each row: why parsing failed; none if the row is in `read`.
    refusals: Vec<Option<Refusal>>,
}

impl<T> Rows<T> {
    fn read<I>(inputs: Vec<I>, parse: impl Fn(I) -> Result<T, Refusal>) -> Self {
        let mut rows =
            Self { read: Vec::with_capacity(inputs.len()), refusals: Vec::with_capacity(inputs.len()) };
        for input in inputs {
            rows.refusals.push(parse(input).map(|row| rows.read.push(row)).err());
        }
        rows
    }

    /// Runs a use case on the parsed rows and returns the outcomes of all rows, in input order.
    async fn run<F>(self, use_case: impl FnOnce(Vec<T>) -> F) -> service::Result<Vec<RowOutcome>>
    where
        F: Future<Output = service::Result<Vec<RowOutcome>>>,
    {
        use_case::check_batch("rows", self.refusals.len())?;
        let outcomes = if self.read.is_empty() { Vec::new() } else { use_case(self.read).await? };
        let mut outcomes = outcomes.into_iter();
        let outcome = |refusal: Option<Refusal>| match refusal {
            Some(refusal) => Some(RowOutcome::refused(vec![refusal])),
            None => outcomes.next(),
        };
        Ok(self.refusals.into_iter().filter_map(outcome).collect())
    }
}

async fn payload(
    ctx: &Context<'_>,
    result: service::Result<Vec<RowOutcome>>,
) -> async_graphql::Result<ActivitiesPayload> {
    let (outcomes, errors) = error::outcome(ctx, result)?;
    let outcomes = outcomes.unwrap_or_default();
    ctx.loaders()?
        .activities
        .prefetch(outcomes.iter().filter_map(|outcome| outcome.activity).collect())
        .await;
    let mut results = Vec::with_capacity(outcomes.len());
    for (row, outcome) in (0..).zip(outcomes) {
        let activity = match outcome.activity {
            Some(activity) => one(ctx, activity).await?,
            None => None,
        };
        let locale = ctx.locale();
        results.push(ActivityRowResult {
            row,
            activity,
            overlaps: outcome.overlaps.into_iter().map(|id| id::encode(Kind::Activity, id)).collect(),
            errors: outcome.refusals.into_iter().map(|refusal| UserError::new(refusal, locale)).collect(),
        });
    }
    Ok(ActivitiesPayload { results, errors })
}
