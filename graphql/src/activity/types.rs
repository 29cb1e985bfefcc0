//! `Activity`, and queries on activities.

use super::evidence::{Evidence, Mark, MarkAnswer, marks_of};
use crate::{
    allowed::AllowedAction,
    connection,
    context::ContextExt,
    enums::ActivityStatus,
    error::OrFail,
    id::{self, Kind},
    journal::{self, EventConnection},
    labels::{Locale, label},
    organisation::{Staff, one_staff},
    page::{self, OrderDirection},
    period::{self, Period},
    plan::{self, ActionPlan, Plan, PlanResult},
    scalars::{DateTime, Decimal, Uuid},
    weight::list_size,
};
use async_graphql::{Context, ID, InputObject, Object};
use domain::id::ActivityId;
use futures_util::FutureExt;
use service::{
    activity as use_case,
    db::{Order, PageRequest},
    plan::PlanRow,
};
use std::sync::Arc;

#[derive(Clone)]
pub struct Activity(pub Arc<domain::activity::Activity>);

connection!(ActivityConnection, ActivityEdge, Activity, "activities", count = 200, nested);

/// A reported activity (progres harian): the work that a person did, its time, the result row that it contributes to,
/// and its evidence.
#[Object]
impl Activity {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Activity, self.0.id)
    }
    /// The person who did it.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// The plan that it belongs to.
    async fn plan(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Plan>> {
        plan::one(ctx, self.0.plan).await
    }
    /// The part of the year in which it started.
    async fn period(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Period>> {
        period::one(ctx, self.0.period).await
    }
    /// The result row that it contributes to. Once the evaluation of its period is final, it is the row in the revision
    /// that was rated; before, the row in the revision in force. Null until linked.
    async fn plan_result(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<PlanResult>> {
        Ok(self.row(ctx).await?.map(PlanResult))
    }
    /// The step (action plan) of that row, in the same revision; null if none.
    async fn action_plan(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<ActionPlan>> {
        let Some(step) = self.0.action_plan else { return Ok(None) };
        Ok(self.row(ctx).await?.and_then(|row| ActionPlan::of(&row, step)))
    }
    /// Start time.
    async fn started_at(&self) -> DateTime {
        DateTime(self.0.started_at)
    }
    /// End time.
    async fn ended_at(&self) -> DateTime {
        DateTime(self.0.ended_at)
    }
    /// Description of the work done.
    async fn description(&self) -> &str {
        &self.0.description
    }
    /// Amount done, in `measure`; null if not given.
    async fn realisation(&self) -> Option<Decimal> {
        self.0.realisation.map(Decimal)
    }
    /// Unit of measure of `realisation` (satuan); null if not given.
    async fn measure(&self) -> Option<&str> {
        self.0.measure.as_deref()
    }
    /// Status of the activity.
    async fn status(&self) -> ActivityStatus {
        self.0.status.into()
    }
    /// Label of `status` in the requested language.
    async fn status_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.status)
    }
    /// The evidence for it.
    #[graphql(directive = list_size::apply(3))]
    async fn evidence(&self) -> Vec<Evidence> {
        self.0.evidence.iter().map(|evidence| Evidence::of_activity(evidence, self.0.id)).collect()
    }
    /// Time at which the person entered it, by the client's clock, for example while offline; null if not given.
    async fn claimed_at(&self) -> Option<DateTime> {
        self.0.claimed_at.map(DateTime)
    }
    /// Time at which the server first received it.
    async fn received_at(&self) -> DateTime {
        DateTime(self.0.received_at)
    }
    /// Whether the server received it, or a correction of its day, more than seven days after the day on which it started.
    async fn late(&self) -> bool {
        self.0.late
    }
    /// The reason that the rater gave when last returning it; null if never returned.
    async fn return_reason(&self) -> Option<&str> {
        self.0.return_reason.as_deref()
    }
    /// Automatic hints about the activity and its evidence. They are never a verdict: they block nothing and change no
    /// rating.
    #[graphql(directive = list_size::apply(2))]
    async fn marks(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Mark>> {
        marks_of(ctx, self.0.id).await
    }
    /// The person's answer to the marks; null until they give one.
    async fn mark_answer(&self) -> Option<MarkAnswer<'_>> {
        self.0.mark_answer.as_ref().map(MarkAnswer::new)
    }
    /// Time of the rater's last decision; null until then.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.decided_at.map(DateTime)
    }
    /// The `clientKey` given by the client.
    async fn client_key(&self) -> Uuid {
        Uuid(self.0.client_key)
    }
    /// The journal entries about it that you can see, oldest first.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Journal cursor to start after; by default from the first entry.")] after: Option<
            String,
        >,
        #[graphql(desc = "Page size, 1 to 100; default 20.")] first: Option<i32>,
    ) -> async_graphql::Result<EventConnection> {
        journal::history(ctx, self.0.id, after, first).await
    }
    /// Version number, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// The actions on it: whether you can run each one now, and if not, why.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let found = ctx.loaders()?.activity_actions.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(AllowedAction::list(&found))
    }
}

impl Activity {
    /// Loads the row that it contributes to, if the caller can see the plan.
    async fn row(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<PlanRow>> {
        let Some(result) = self.0.result else { return Ok(None) };
        if plan::one(ctx, self.0.plan).await?.is_none() {
            return Ok(None);
        }
        let frozen = ctx.loaders()?.frozen_of_plans.find(ctx, self.0.plan).await?.unwrap_or_default();
        let of_period = frozen.iter().find(|frozen| frozen.period == self.0.period);
        plan::row_of(ctx, self.0.plan, of_period.map(|frozen| frozen.revision), result).await
    }
}

/// Loads an activity by id, if the caller can see it.
pub(crate) async fn one(ctx: &Context<'_>, id: ActivityId) -> async_graphql::Result<Option<Activity>> {
    Ok(ctx.loaders()?.activities.find(ctx, id).await?.map(Activity))
}

/// Queries on activities.
#[derive(Default)]
pub struct ActivityQuery;

/// Filter of activities; all conditions must match.
#[derive(InputObject, Default)]
struct ActivityFilter {
    /// Only activities of this person.
    staff_id: Option<ID>,
    /// Only activities under this plan.
    plan_id: Option<ID>,
    /// Only activities for this result row, by its `rowKey` or its `id` in any revision.
    plan_result_id: Option<ID>,
    /// Only activities of this part of the year.
    period_id: Option<ID>,
    /// Only activities with one of these statuses; by default all except discarded ones.
    status: Option<Vec<ActivityStatus>>,
    /// Only activities that started at or after this time.
    from: Option<DateTime>,
    /// Only activities that started before this time.
    until: Option<DateTime>,
    /// True: only activities that you review. False: only the others.
    rated_by_me: Option<bool>,
}

/// Sort order of activities.
#[derive(InputObject, Default)]
pub struct ActivityOrder {
    /// By start time.
    started_at: OrderDirection,
}

impl From<ActivityOrder> for Order {
    fn from(order: ActivityOrder) -> Self {
        order.started_at.into()
    }
}

#[Object]
impl ActivityQuery {
    /// The activities that you can see.
    async fn activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filter of activities; all conditions must match.")] filter: Option<ActivityFilter>,
        #[graphql(desc = "Sort order.")] order_by: Option<ActivityOrder>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Option<ActivityConnection>> {
        let filter = filter.unwrap_or_default().parse(ctx)?;
        let order = order_by.unwrap_or_default().into();
        list(ctx, &filter, order, page::request(first, after, last, before)).await.map(Some)
    }
}

impl ActivityFilter {
    fn parse(self, ctx: &Context<'_>) -> async_graphql::Result<use_case::ActivityFilter> {
        Ok(use_case::ActivityFilter {
            staff: self
                .staff_id
                .map(|id| id::argument(ctx, Kind::Staff, &id, "filter.staffId"))
                .transpose()?,
            plan: self.plan_id.map(|id| id::argument(ctx, Kind::Plan, &id, "filter.planId")).transpose()?,
            result: self
                .plan_result_id
                .map(|id| id::argument(ctx, Kind::PlanResult, &id, "filter.planResultId"))
                .transpose()?,
            period: self
                .period_id
                .map(|id| id::argument(ctx, Kind::Period, &id, "filter.periodId"))
                .transpose()?,
            status: self.status.map(|status| status.into_iter().map(Into::into).collect()),
            from: self.from.map(|at| at.0),
            until: self.until.map(|at| at.0),
            rated_by_me: self.rated_by_me,
        })
    }
}

/// Loads a page of activities.
pub(crate) async fn list(
    ctx: &Context<'_>,
    filter: &use_case::ActivityFilter,
    order: Order,
    request: PageRequest,
) -> async_graphql::Result<ActivityConnection> {
    let total = page::wants_total(ctx);
    let found = use_case::list(ctx.env()?, ctx.actor()?, filter, order, &request, total).boxed().await;
    let (found, total) = found.or_fail(ctx)?;
    let node = page::Items::of(&ctx.look_ahead());
    let loaders = ctx.loaders()?;
    let activities = found.items.iter().map(|(_, activity)| activity);
    if node.field("staff").exists() {
        loaders.staff.prefetch(activities.clone().map(|activity| activity.staff).collect()).await;
    }
    if node.field("plan").exists() {
        loaders.plans.prefetch(activities.clone().map(|activity| activity.plan).collect()).await;
    }
    if node.field("period").exists() {
        loaders.periods.prefetch(activities.clone().map(|activity| activity.period).collect()).await;
    }
    if node.field("planResult").exists() || node.field("actionPlan").exists() {
        let plans = || activities.clone().map(|activity| activity.plan).collect();
        loaders.plans.prefetch(plans()).await;
        loaders.frozen_of_plans.prefetch(plans()).await;
        loaders.revisions_of_plans.prefetch(plans()).await;
    }
    if node.field("marks").exists() || node.field("evidence").field("marks").exists() {
        loaders.activity_marks.prefetch(activities.clone().map(|activity| activity.id).collect()).await;
    }
    if node.field("allowedActions").exists() {
        loaders.activity_actions.prefetch(activities.map(|activity| activity.id).collect()).await;
    }
    Ok(ActivityConnection::new(found, total, |activity| Activity(Arc::new(activity))))
}
