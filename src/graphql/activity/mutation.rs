//! Mutations of activities: in batches, with an outcome for each row.

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

/// A batch of activities to report or to correct.
#[derive(InputObject)]
struct RecordActivitiesInput {
    /// The plan that they were done under.
    plan_id: ID,
    /// The rows, at most 100. A row with refusals stops no other.
    rows: Vec<ActivityInput>,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// An activity: new with a client key, or a correction with id and version.
#[derive(InputObject)]
struct ActivityInput {
    /// Required of a new row: unique to you for ever. A known key gives its activity, so that an offline queue may
    /// be sent again in other batches.
    client_key: Option<Uuid>,
    /// The activity to correct.
    id: Option<ID>,
    /// The version of the activity to correct.
    expected_version: Option<i32>,
    /// The result row that it serves; may be linked later.
    plan_result_id: Option<ID>,
    /// The step of that row.
    action_plan_id: Option<ID>,
    /// When it began.
    started_at: DateTime,
    /// When it ended; at most 24 hours later, may cross midnight.
    ended_at: DateTime,
    /// What was done, at most 2,000 characters.
    description: String,
    /// How much was done, in `unit`.
    realisation: Option<Decimal>,
    /// The unit of the realisation (satuan).
    unit: Option<String>,
    /// What shows it, at most 20.
    #[graphql(default)]
    evidence: Vec<EvidenceInput>,
    /// When it was entered on the client, such as offline.
    claimed_at: Option<DateTime>,
}

/// A link that shows that something was done.
#[derive(InputObject)]
pub struct EvidenceInput {
    /// `http` or `https`, at most 2,000 characters; must be readable by the rater.
    pub url: String,
    /// What it is called, at most 120 characters.
    pub label: Option<String>,
}

impl From<EvidenceInput> for use_case::EvidenceInput {
    fn from(input: EvidenceInput) -> Self {
        Self { url: input.url, label: input.label }
    }
}

/// An activity in the version that you have seen.
#[derive(InputObject)]
struct ActivityVersionInput {
    /// The activity.
    id: ID,
    /// The version that you have seen.
    expected_version: i32,
}

/// A batch of activities to submit.
#[derive(InputObject)]
struct SubmitActivitiesInput {
    /// The activities, at most 100.
    rows: Vec<ActivityVersionInput>,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// One decision on a batch of activities.
#[derive(InputObject)]
struct ReviewActivitiesInput {
    /// The activities, at most 100.
    rows: Vec<ActivityVersionInput>,
    /// Approve, or return.
    decision: ReviewDecision,
    /// Why; required of a return.
    reason: Option<String>,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// What became of a row.
#[derive(SimpleObject)]
struct ActivityRowResult {
    /// The position of the row in the input, from 0.
    row: i32,
    /// The activity; null when `errors` tells why.
    activity: Option<Activity>,
    /// Other activities of yours at the same time, at most 20 of them: a warning.
    overlaps: Vec<ID>,
    /// What you can act on; nothing of the row was written then. Paths start at the row.
    errors: Vec<UserError>,
}

/// The outcome of a batch: one result for each row, in their order.
#[derive(SimpleObject)]
struct ActivitiesPayload {
    /// One for each row; empty when `errors` tells why the whole batch was refused.
    results: Vec<ActivityRowResult>,
    /// What you can act on; nothing was written then.
    errors: Vec<UserError>,
}

#[Object]
impl ActivityMutation {
    /// Reports and corrects activities, in one transaction with an outcome for each row.
    async fn record_activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: RecordActivitiesInput,
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

    /// Hands activities to the rater.
    async fn submit_activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: SubmitActivitiesInput,
    ) -> async_graphql::Result<ActivitiesPayload> {
        let key =
            IdempotencyKey { operation: "submitActivities", key: input.idempotency_key.map(|key| key.0) };
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let result = Rows::read(input.rows, ActivityVersionInput::parse)
            .run(|rows| use_case::submit_activities(env, actor, key, use_case::SubmitActivities { rows }))
            .await;
        payload(ctx, result).await
    }

    /// The rater approves or returns activities.
    async fn review_activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: ReviewActivitiesInput,
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

/// A batch as far as it can be read: a row with a broken id stops no other.
struct Rows<T> {
    /// The rows that can be read.
    read: Vec<T>,
    /// What is wrong with a row; none where it is among those read.
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

    /// Runs a use case on what can be read; gives the outcomes of all rows, in their order.
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
