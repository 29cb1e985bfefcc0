//! `Activity`, `Evidence`, and queries on them.

use crate::{
    connection,
    graphql::{
        allowed::AllowedAction,
        context::ContextExt,
        enums::ActivityStatus,
        error::OrFail,
        id::{self, Kind},
        journal::{self, EventConnection},
        labels::Locale,
        organisation::{Staff, one_staff},
        page::{self, OrderDirection},
        period::{self, Period},
        plan::{self, Plan, PlanResult},
        scalars::{DateTime, Decimal, Uuid},
    },
};
use async_graphql::{Context, ID, InputObject, Object};
use domain::id::ActivityId;
use service::{
    activity as use_case,
    db::{Order, PageRequest},
};
use std::sync::Arc;

#[derive(Clone)]
pub struct Activity(pub Arc<domain::activity::Activity>);

connection!(ActivityConnection, ActivityEdge, Activity, "activities", nested);

/// What somebody did, when, for which row of the plan, with what evidence (progres harian).
#[Object]
impl Activity {
    /// The global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Activity, self.0.id)
    }
    /// Who did it.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// The plan that it was done under.
    async fn plan(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Plan>> {
        plan::one(ctx, self.0.plan).await
    }
    /// The part of the year that its first day lies in.
    async fn period(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Period>> {
        period::one(ctx, self.0.period).await
    }
    /// The result row that it serves; null until it is linked.
    async fn plan_result(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<PlanResult>> {
        match self.0.result {
            Some(row) => Ok(ctx.loaders()?.results.find(ctx, row).await?.map(|(_, row)| PlanResult(row))),
            None => Ok(None),
        }
    }
    /// The id of the step of that row.
    async fn action_plan_id(&self) -> Option<ID> {
        self.0.action_plan.map(|step| id::encode(Kind::ActionPlan, step))
    }
    /// When it began.
    async fn started_at(&self) -> DateTime {
        DateTime(self.0.started_at)
    }
    /// When it ended.
    async fn ended_at(&self) -> DateTime {
        DateTime(self.0.ended_at)
    }
    /// What was done.
    async fn description(&self) -> &str {
        &self.0.description
    }
    /// How much was done, in `unit`.
    async fn realisation(&self) -> Option<Decimal> {
        self.0.realisation.map(Decimal)
    }
    /// The unit of the realisation (satuan).
    async fn unit(&self) -> Option<&str> {
        self.0.measure.as_deref()
    }
    /// Where it stands.
    async fn status(&self) -> ActivityStatus {
        self.0.status.into()
    }
    /// The label of `status`.
    async fn status_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By default the request's.")] locale: Option<Locale>,
    ) -> &str {
        ActivityStatus::from(self.0.status).label(locale.unwrap_or_else(|| ctx.locale().into()))
    }
    /// What shows it.
    async fn evidence(&self) -> Vec<Evidence> {
        self.0.evidence.iter().cloned().map(Evidence).collect()
    }
    /// When the client says that it was entered, such as offline.
    async fn claimed_at(&self) -> Option<DateTime> {
        self.0.claimed_at.map(DateTime)
    }
    /// When the server received it first.
    async fn received_at(&self) -> DateTime {
        DateTime(self.0.received_at)
    }
    /// Received more than seven days after its day.
    async fn late(&self) -> bool {
        self.0.late
    }
    /// Why the rater last returned it.
    async fn return_reason(&self) -> Option<&str> {
        self.0.return_reason.as_deref()
    }
    /// When the rater last decided.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.decided_at.map(DateTime)
    }
    /// The key that the client gave it.
    async fn client_key(&self) -> Uuid {
        Uuid(self.0.client_key)
    }
    /// What happened to it, oldest first, as far as you may see it.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A cursor of the journal; from the first entry by default.")] after: Option<String>,
        #[graphql(desc = "At most so many, 1 to 100; 20 by default.")] first: Option<i32>,
    ) -> async_graphql::Result<EventConnection> {
        journal::history(ctx, self.0.id, after, first).await
    }
    /// The version, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// What you can do to it now, and if not, why not.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let found = ctx.loaders()?.activity_actions.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(AllowedAction::list(&found))
    }
}

/// An activity by id, if you may see it.
pub(in crate::graphql) async fn one(
    ctx: &Context<'_>,
    id: ActivityId,
) -> async_graphql::Result<Option<Activity>> {
    Ok(ctx.loaders()?.activities.find(ctx, id).await?.map(Activity))
}

pub struct Evidence(pub domain::activity::Evidence);

/// What shows that something was done (bukti dukung).
#[Object]
impl Evidence {
    /// The global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Evidence, self.0.id)
    }
    /// Where it lies. The server never opens it.
    async fn url(&self) -> &str {
        &self.0.url
    }
    /// What it is called.
    async fn label(&self) -> Option<&str> {
        self.0.label.as_deref()
    }
    /// SHA-256 of the bytes in hexadecimal; null for a link.
    async fn hash(&self) -> Option<&str> {
        self.0.hash.as_deref()
    }
    /// When it was added.
    async fn added_at(&self) -> DateTime {
        DateTime(self.0.added_at)
    }
}

/// Queries on activities.
#[derive(Default)]
pub struct ActivityQuery;

/// Which activities; all conditions must hold.
#[derive(InputObject, Default)]
struct ActivityFilter {
    /// Of this person.
    staff_id: Option<ID>,
    /// Under this plan.
    plan_id: Option<ID>,
    /// For this result row.
    plan_result_id: Option<ID>,
    /// Of this part of the year.
    period_id: Option<ID>,
    /// In one of these states.
    status: Option<Vec<ActivityStatus>>,
    /// Begun at or after.
    from: Option<DateTime>,
    /// Begun before.
    until: Option<DateTime>,
    /// True: only those that you decide on. False: only others.
    rated_by_me: Option<bool>,
}

/// How activities are sorted.
#[derive(InputObject, Default)]
struct ActivityOrder {
    /// By their beginning in this direction.
    started_at: OrderDirection,
}

#[Object]
impl ActivityQuery {
    /// The activities that you may see.
    async fn activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which activities; all conditions must hold.")] filter: Option<ActivityFilter>,
        #[graphql(desc = "How they are sorted.")] order_by: Option<ActivityOrder>,
        #[graphql(desc = "At most so many from the start; 20 by default, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to start.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> async_graphql::Result<ActivityConnection> {
        let filter = filter.unwrap_or_default().parse(ctx)?;
        let order = order_by.unwrap_or_default().started_at.into();
        list(ctx, &filter, order, page::request(first, after, last, before)).await
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

/// A page of activities.
pub(in crate::graphql) async fn list(
    ctx: &Context<'_>,
    filter: &use_case::ActivityFilter,
    order: Order,
    request: PageRequest,
) -> async_graphql::Result<ActivityConnection> {
    let total = page::wants_total(ctx);
    let found = use_case::list(ctx.env()?, ctx.actor()?, filter, order, &request, total).await;
    let (found, total) = found.or_fail(ctx)?;
    let node = ctx.look_ahead().field("edges").field("node");
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
    if node.field("planResult").exists() {
        loaders.results.prefetch(activities.clone().filter_map(|activity| activity.result).collect()).await;
    }
    if node.field("allowedActions").exists() {
        loaders.activity_actions.prefetch(activities.map(|activity| activity.id).collect()).await;
    }
    Ok(ActivityConnection::new(found, total, |activity| Activity(Arc::new(activity))))
}
