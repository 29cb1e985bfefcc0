//! `Plan`, `PlanRevision`.

use super::{
    content::{BehaviourExpectation, PlanResult, PlanResultConnection, rows},
    snapshot::{self, FormOf, PersonSnapshot, Rater},
};
use crate::{
    activity::{self, Activity, ActivityConnection, ActivityOrder},
    allowed::AllowedAction,
    connection,
    context::ContextExt,
    dialogue::Dialogue,
    enums::{Approach, PlanStatus, RevisionStatus},
    error::OrFail,
    evaluation::{self, Evaluation},
    feedback::Feedback,
    id::{self, Kind},
    journal::{self, EventConnection},
    labels::{Locale, label},
    organisation::{Assignment, OrgUnit, Staff, one_staff},
    page,
    period::{self, Period},
    scalars::{Date, DateTime},
    weight::list_size,
    written::{self, Leaf, Leaves},
};
use async_graphql::{Context, ID, Lookahead, Object};
use domain::id::{PlanId, RevisionId};
use futures_util::FutureExt;
use service::{
    db::Order,
    plan::{PlanProjection, PlanRow, plan_of_revision},
};
use std::sync::Arc;

#[derive(Clone)]
pub struct Plan(pub Arc<domain::plan::Plan>);

connection!(PlanConnection, PlanEdge, Plan, "plans", nested);

/// The annual work plan of an assignment (SKP).
#[Object]
impl Plan {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Plan, self.0.id)
    }
    /// The person who owns the plan.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// The assignment that it is for.
    async fn assignment(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Assignment>> {
        Ok(ctx.loaders()?.assignments.find(ctx, self.0.assignment).await?.map(Assignment))
    }
    /// The unit of the assignment.
    async fn org_unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<OrgUnit>> {
        Ok(ctx.loaders()?.units.find(ctx, self.0.unit).await?.map(OrgUnit))
    }
    /// The year.
    async fn period(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Period>> {
        period::one(ctx, self.0.period).await
    }
    /// Status of the plan.
    async fn status(&self) -> PlanStatus {
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
    /// First day that it covers.
    async fn starts_on(&self) -> Date {
        Date(self.0.starts_on)
    }
    /// Last day that it covers.
    async fn ends_on(&self) -> Date {
        Date(self.0.ends_on)
    }
    /// The rater, as recorded when the plan was created or the rater last changed.
    async fn rater(&self) -> Rater {
        Rater::on_form(self.0.rater.clone(), self.0.staff, FormOf::Plan(self.0.id))
    }
    /// The ratee's data as printed on the form: the current data until the annual evaluation is final or the plan is
    /// closed or cancelled; from then on, the data recorded at that time.
    async fn ratee(&self, ctx: &Context<'_>) -> async_graphql::Result<PersonSnapshot> {
        snapshot::ratee(ctx, FormOf::Plan(self.0.id)).await
    }
    /// Whether the first submission was after the deadline.
    async fn late(&self) -> bool {
        self.0.late
    }
    /// The current contents: the draft or submitted revision if there is one, otherwise the revision in force.
    async fn current_revision(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<PlanRevision>> {
        Ok(self.with_contents(ctx).await?.revision(|plan| plan.current().map(|revision| revision.number)))
    }
    /// The contents in force; null until the plan is approved.
    async fn effective_revision(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<PlanRevision>> {
        Ok(self.with_contents(ctx).await?.revision(|plan| plan.effective().map(|revision| revision.number)))
    }
    /// All revisions, oldest first.
    #[graphql(directive = list_size::apply(2))]
    async fn revisions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<PlanRevision>> {
        let Self(plan) = self.with_contents(ctx).await?;
        Ok((0..plan.revisions.len()).map(|index| PlanRevision { plan: plan.clone(), index }).collect())
    }
    /// The evaluations, one for each part of the year and one for the year; empty until the plan is approved.
    #[graphql(directive = list_size::apply(6))]
    async fn evaluations(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Evaluation>> {
        let columns = evaluation::projection(&[ctx.look_ahead()]);
        let found = ctx.loaders()?.evaluations_of_plans.find(ctx, (self.0.id, columns)).await?;
        Ok(found.unwrap_or_default().into_iter().map(Evaluation).collect())
    }
    /// The activities reported under it, by default oldest first.
    async fn activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Sort order.")] order_by: Option<ActivityOrder>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<ActivityConnection> {
        let plan = self.0.id;
        let order: Order = order_by.unwrap_or_default().into();
        if after.is_none()
            && let Some(size) = page::first_size(first)
            && !page::wants_total(ctx)
        {
            let loaders = ctx.loaders()?;
            let of_plans = match order {
                Order::Ascending => &loaders.activities_of_plans,
                Order::Descending => &loaders.newest_activities_of_plans,
            };
            let page = of_plans.find(ctx, (plan, size)).await?.unwrap_or_default();
            return Ok(ActivityConnection::shared(&page, |item| Activity(item.clone())));
        }
        let filter = service::activity::ActivityFilter { plan: Some(plan), ..Default::default() };
        activity::list(ctx, &filter, order, page::request(first, after, None, None)).await
    }
    /// The feedback on rows, activities, behaviour and the work as a whole, oldest first. Feedback in confidence is
    /// placed at the time of its release, in random order.
    #[graphql(directive = list_size::apply(3))]
    async fn feedback(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Feedback>> {
        let found = ctx.loaders()?.feedback_of_plans.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(found.iter().cloned().map(Feedback).collect())
    }
    /// The dialogues of superiors with the person (dialog, bimbingan and konseling kinerja), in the order of their days.
    #[graphql(directive = list_size::apply(3))]
    async fn dialogues(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Dialogue>> {
        let found = ctx.loaders()?.dialogues_of_plans.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(found.into_iter().map(Dialogue).collect())
    }
    /// The rows of the superior's approved plan that rows of this plan can contribute to.
    async fn servable_results(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<PlanResultConnection> {
        let found = ctx.loaders()?.servable_results.find(ctx, self.0.id).await?.unwrap_or_default();
        rows(ctx, &found, &format!("servable by {}", self.0.id), page::request(first, after, None, None))
    }
    /// The reason that the rater gave when last returning it; null if never returned.
    async fn decision_note(&self) -> Option<&str> {
        self.0.decision_note.as_deref()
    }
    /// The plan that its first contents were copied from; null if none.
    async fn copied_from(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Self>> {
        match self.0.copied_from {
            Some(plan) => one(ctx, plan).await,
            None => Ok(None),
        }
    }
    /// Time of creation.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
    /// Time of the last submission; null until then.
    async fn submitted_at(&self) -> Option<DateTime> {
        self.0.submitted_at.map(DateTime)
    }
    /// Time of the rater's last decision; null until then.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.decided_at.map(DateTime)
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
    /// Version number, from 1; to pass as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// The actions on it: whether you can run each one now, and if not, why.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let found = ctx.loaders()?.plan_actions.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(AllowedAction::list(&found))
    }
}

impl Plan {
    /// Loads the plan with its contents, which plans read by id or in a list do not include.
    async fn with_contents(&self, ctx: &Context<'_>) -> async_graphql::Result<Self> {
        if !self.0.revisions.is_empty() {
            return Ok(self.clone());
        }
        let found = ctx.loaders()?.revisions_of_plans.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(Self(Arc::new(domain::plan::Plan { revisions: found.to_vec(), ..(*self.0).clone() })))
    }

    fn revision(&self, pick: impl Fn(&domain::plan::Plan) -> Option<i32>) -> Option<PlanRevision> {
        let number = pick(&self.0)?;
        let index = self.0.revisions.iter().position(|revision| revision.number == number)?;
        Some(PlanRevision { plan: self.0.clone(), index })
    }
}

impl Leaves for Plan {
    fn leaf(field: &str) -> Option<Leaf<Self>> {
        Some(match field {
            "id" => |one, _, text| written::plain(text, &id::encode(Kind::Plan, one.0.id)),
            "status" => |one, _, text| written::name(text, Some(one.0.status)),
            _ => return None,
        })
    }
}

/// Returns the columns of a plan that the fields of these selections need. A test reads each field alone and with all
/// others.
pub(crate) fn projection(selected: &[Lookahead<'_>]) -> PlanProjection {
    let is_of_line = |field: &str| {
        matches!(
            field,
            "__typename"
                | "id"
                | "staff"
                | "assignment"
                | "orgUnit"
                | "period"
                | "status"
                | "statusLabel"
                | "createdAt"
                | "evaluations"
                | "activities"
                | "feedback"
                | "dialogues"
                | "history"
                | "allowedActions"
                | "servableResults"
        )
    };
    if page::names(selected).all(is_of_line) { PlanProjection::Line } else { PlanProjection::Head }
}

/// Loads a plan by id, if the caller can see it.
pub(crate) async fn one(ctx: &Context<'_>, id: PlanId) -> async_graphql::Result<Option<Plan>> {
    Ok(ctx.loaders()?.plans.find(ctx, id).await?.map(Plan))
}

#[derive(Clone)]
pub struct PlanRevision {
    plan: Arc<domain::plan::Plan>,
    index: usize,
}

impl PlanRevision {
    /// Loads a revision by id, if the caller can see its plan.
    pub async fn by_id(ctx: &Context<'_>, id: RevisionId) -> async_graphql::Result<Option<Self>> {
        let plan = plan_of_revision(ctx.env()?, ctx.actor()?, id).boxed().await.or_fail(ctx)?;
        Ok(plan.and_then(|plan| {
            let index = plan.revisions.iter().position(|revision| revision.id == id)?;
            Some(Self { plan: Arc::new(plan), index })
        }))
    }

    fn get(&self) -> &domain::plan::PlanRevision {
        &self.plan.revisions[self.index]
    }
}

/// A revision of a plan's contents.
#[Object]
impl PlanRevision {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::PlanRevision, self.get().id)
    }
    /// Number within the plan, from 1.
    async fn number(&self) -> i32 {
        self.get().number
    }
    /// Status of the revision.
    async fn status(&self) -> RevisionStatus {
        self.get().status.into()
    }
    /// Label of `status` in the requested language.
    async fn status_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.get().status)
    }
    /// The reason for the revision; null for the first.
    async fn reason(&self) -> Option<&str> {
        self.get().reason.as_deref()
    }
    /// How results are described.
    async fn approach(&self) -> Approach {
        self.get().content.approach.into()
    }
    /// Label of `approach` in the requested language.
    async fn approach_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.get().content.approach)
    }
    /// The result rows.
    #[graphql(directive = list_size::apply(6))]
    async fn results(&self) -> Vec<PlanResult> {
        let (plan, revision) = (self.plan.id, self.get().id);
        let rows = self.get().content.results.iter().cloned();
        rows.map(|row| PlanResult(PlanRow { plan, revision, row })).collect()
    }
    /// The leader's special expectations of behaviour.
    #[graphql(directive = list_size::apply(7))]
    async fn behaviour_expectations(&self) -> Vec<BehaviourExpectation> {
        self.get().content.behaviour_expectations.iter().cloned().map(BehaviourExpectation).collect()
    }
    /// Time of creation.
    async fn created_at(&self) -> DateTime {
        DateTime(self.get().created_at)
    }
    /// Time of the rater's last decision on it; null until then.
    async fn decided_at(&self) -> Option<DateTime> {
        self.get().decided_at.map(DateTime)
    }
}
