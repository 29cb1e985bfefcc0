//! `Plan`, `PlanRevision`, `PlanRater`.

use super::content::{BehaviourExpectation, PlanResult};
use crate::{
    connection,
    graphql::{
        activity::{self, Activity, ActivityConnection},
        allowed::AllowedAction,
        context::ContextExt,
        enums::{Approach, Capacity, PlanStatus, RevisionStatus},
        evaluation::{self, Evaluation, Feedback},
        id::{self, Kind},
        journal::{self, EventConnection},
        labels::Locale,
        organisation::{Assignment, OrgUnit, Staff, one_staff},
        page,
        period::{self, Period},
        scalars::{Date, DateTime},
    },
};
use async_graphql::{Context, ID, Object};
use domain::{id::PlanId, plan::RaterSnapshot};
use std::sync::Arc;

#[derive(Clone)]
pub struct Plan(pub Arc<domain::plan::Plan>);

connection!(PlanConnection, PlanEdge, Plan, "plans", nested);

/// The annual work plan of an assignment (SKP).
#[Object]
impl Plan {
    /// The global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Plan, self.0.id)
    }
    /// Whose plan it is.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// The assignment that it plans.
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
    /// Where it stands.
    async fn status(&self) -> PlanStatus {
        self.0.status.into()
    }
    /// The label of `status`.
    async fn status_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By default the request's.")] locale: Option<Locale>,
    ) -> &str {
        PlanStatus::from(self.0.status).label(locale.unwrap_or_else(|| ctx.locale().into()))
    }
    /// The first day of the year that it covers.
    async fn starts_on(&self) -> Date {
        Date(self.0.starts_on)
    }
    /// The last day of the year that it covers.
    async fn ends_on(&self) -> Date {
        Date(self.0.ends_on)
    }
    /// Who rates, as it was when the plan was made or the rater last changed.
    async fn rater(&self) -> Rater {
        Rater(self.0.rater.clone())
    }
    /// Whether it was first submitted after the deadline.
    async fn late(&self) -> bool {
        self.0.late
    }
    /// The contents: those being written or decided on if there are any, else those in force.
    async fn current_revision(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<PlanRevision>> {
        Ok(self.whole(ctx).await?.revision(|plan| plan.current().map(|revision| revision.number)))
    }
    /// The contents in force; null until the plan is approved.
    async fn effective_revision(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<PlanRevision>> {
        Ok(self.whole(ctx).await?.revision(|plan| plan.effective().map(|revision| revision.number)))
    }
    /// All revisions, oldest first.
    async fn revisions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<PlanRevision>> {
        let Self(plan) = self.whole(ctx).await?;
        Ok((0..plan.revisions.len()).map(|index| PlanRevision { plan: plan.clone(), index }).collect())
    }
    /// The evaluations: of each part of the year, and of the year. They come with the approval.
    async fn evaluations(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Evaluation>> {
        let extent = evaluation::extent(&ctx.look_ahead());
        let found = ctx.loaders()?.evaluations_of_plans.of(extent).find(ctx, self.0.id).await?;
        Ok(found.unwrap_or_default().into_iter().map(Evaluation).collect())
    }
    /// The activities reported under it, the oldest first.
    async fn activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many from the start; 20 by default, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to start.")] after: Option<String>,
    ) -> async_graphql::Result<ActivityConnection> {
        let plan = self.0.id;
        if after.is_none()
            && let Some(size) = page::first_size(first)
            && !page::wants_total(ctx)
        {
            let page = ctx.loaders()?.activities_of_plans.find(ctx, (plan, size)).await?.unwrap_or_default();
            return Ok(ActivityConnection::shared(&page, |item| Activity(item.clone())));
        }
        let filter = service::activity::ActivityFilter { plan: Some(plan), ..Default::default() };
        activity::list(ctx, &filter, Default::default(), page::request(first, after, None, None)).await
    }
    /// The superior's feedback on rows, activities and behaviour, oldest first.
    async fn feedback(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Feedback>> {
        let found = ctx.loaders()?.feedback_of_plans.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(found.iter().cloned().map(Feedback).collect())
    }
    /// The rows of the superior's plan in force that this plan may serve.
    async fn servable_results(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<PlanResult>> {
        let rows = ctx.loaders()?.servable_results.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(rows.iter().cloned().map(PlanResult).collect())
    }
    /// Why the rater last returned it.
    async fn decision_note(&self) -> Option<&str> {
        self.0.decision_note.as_deref()
    }
    /// The plan that its first contents were copied from.
    async fn copied_from(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Self>> {
        match self.0.copied_from {
            Some(plan) => one(ctx, plan).await,
            None => Ok(None),
        }
    }
    /// When it was begun.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
    /// When it was last submitted.
    async fn submitted_at(&self) -> Option<DateTime> {
        self.0.submitted_at.map(DateTime)
    }
    /// When the rater last decided.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.decided_at.map(DateTime)
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
    /// The version, from 1; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
    /// What you can do to it now, and if not, why not.
    async fn allowed_actions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<AllowedAction>> {
        let found = ctx.loaders()?.plan_actions.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(AllowedAction::list(&found))
    }
}

impl Plan {
    /// The plan with its contents: what is read by id or in a list comes without them.
    async fn whole(&self, ctx: &Context<'_>) -> async_graphql::Result<Self> {
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

/// A plan by id, if you may see it.
pub(in crate::graphql) async fn one(ctx: &Context<'_>, id: PlanId) -> async_graphql::Result<Option<Plan>> {
    Ok(ctx.loaders()?.plans.find(ctx, id).await?.map(Plan))
}

pub struct PlanRevision {
    plan: Arc<domain::plan::Plan>,
    index: usize,
}

impl PlanRevision {
    fn get(&self) -> &domain::plan::PlanRevision {
        &self.plan.revisions[self.index]
    }
}

/// A version of a plan's contents.
#[Object]
impl PlanRevision {
    /// The global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::PlanRevision, self.get().id)
    }
    /// The number in the plan, from 1.
    async fn number(&self) -> i32 {
        self.get().number
    }
    /// Where it stands.
    async fn status(&self) -> RevisionStatus {
        self.get().status.into()
    }
    /// Why the plan is revised; null for the first.
    async fn reason(&self) -> Option<&str> {
        self.get().reason.as_deref()
    }
    /// How results are told.
    async fn approach(&self) -> Approach {
        self.get().content.approach.into()
    }
    /// The result rows.
    async fn results(&self) -> Vec<PlanResult> {
        self.get().content.results.iter().cloned().map(PlanResult).collect()
    }
    /// The leader's special expectations of behaviour.
    async fn behaviour_expectations(&self) -> Vec<BehaviourExpectation> {
        self.get().content.behaviour_expectations.iter().cloned().map(BehaviourExpectation).collect()
    }
    /// When it was begun.
    async fn created_at(&self) -> DateTime {
        DateTime(self.get().created_at)
    }
    /// When the rater last decided on it.
    async fn decided_at(&self) -> Option<DateTime> {
        self.get().decided_at.map(DateTime)
    }
}

pub struct Rater(pub RaterSnapshot);

/// Who rates (pejabat penilai kinerja), as forms print it.
#[Object(name = "PlanRater")]
impl Rater {
    /// The person.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// The name.
    async fn name(&self) -> &str {
        &self.0.name
    }
    /// The NIP; null for a rater from outside, or if you may not see it.
    async fn nip(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<&str>> {
        let personal = ctx.loaders()?.personal.find(ctx, self.0.staff).await?.is_some();
        Ok(if personal { self.0.nip.as_deref() } else { None })
    }
    /// The name of the position.
    async fn position(&self) -> &str {
        &self.0.position
    }
    /// The name of the unit.
    async fn unit(&self) -> &str {
        &self.0.unit_name
    }
    /// Definitive, or acting.
    async fn capacity(&self) -> Capacity {
        self.0.capacity.into()
    }
}
