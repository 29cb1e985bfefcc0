//! Contents of a plan: result rows, indicators, steps, expectations.

use super::types::{Plan, one};
use crate::{
    connection,
    context::ContextExt,
    enums::{Aspect, Direction, Perspective, ResultKind},
    error::OrFail,
    id::{self, GlobalId, Kind},
    labels::{Locale, label},
    node::Node,
    page,
    period::{self, Period},
    scalars::Decimal,
    weight::list_size,
};
use async_graphql::{Context, ID, Object, SimpleObject};
use domain::id::{ActionPlanId, IndicatorId, PlanId, ResultId, RevisionId};
use futures_util::FutureExt;
use service::{
    db::{PageRequest, page_of_list},
    plan::{PlanRow, row_in_force, row_of_revision},
};

#[derive(Clone)]
pub struct PlanResult(pub PlanRow);

/// A result row of a plan (rencana hasil kerja, RHK).
#[Object]
impl PlanResult {
    /// Global id of the row in this revision; it differs between revisions.
    pub async fn id(&self) -> ID {
        id::encode_in(Kind::PlanResult, self.0.revision, self.0.row.id)
    }
    /// Key of the row, the same in each revision. Inputs accept this key or the `id` of the row in any revision.
    async fn row_key(&self) -> ID {
        id::encode(Kind::PlanResult, self.0.row.id)
    }
    /// Main or additional.
    async fn kind(&self) -> ResultKind {
        self.0.row.kind.into()
    }
    /// Label of `kind` in the requested language.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.row.kind)
    }
    /// The result.
    async fn title(&self) -> &str {
        &self.0.row.title
    }
    /// The row of the superior's plan that it contributes to, in the revision in force; null if none.
    async fn serves(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Self>> {
        match self.0.row.serves {
            Some(served) => Ok(ctx.loaders()?.results.find(ctx, served).await?.map(Self)),
            None => Ok(None),
        }
    }
    /// The rows of subordinates' plans that contribute to it and that you can see.
    async fn served_by(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<PlanResultConnection> {
        let found = ctx.loaders()?.serving_results.find(ctx, self.0.row.id).await?.unwrap_or_default();
        rows(ctx, &found, &format!("served by {}", self.0.row.id), page::request(first, after, None, None))
    }
    /// The plan that it belongs to; null if you can see only the row, such as a row of your superior's plan.
    async fn plan(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Plan>> {
        one(ctx, self.0.plan).await
    }
    /// True if the superior's plan was not approved yet: link the row later with `linkPlanResult`.
    async fn provisional(&self) -> bool {
        self.0.row.provisional
    }
    /// Who assigned the result, as text; only for a row that contributes to no row of a superior.
    async fn assigned_by(&self) -> Option<&str> {
        self.0.row.assigned_by.as_deref()
    }
    /// Its indicators.
    #[graphql(directive = list_size::apply(3))]
    async fn indicators(&self) -> Vec<Indicator> {
        let indicators = self.0.row.indicators.iter().cloned();
        indicators.map(|indicator| Indicator { revision: self.0.revision, indicator }).collect()
    }
    /// The steps, by part of the year.
    #[graphql(directive = list_size::apply(3))]
    async fn action_plans(&self) -> Vec<ActionPlan> {
        let steps = self.0.row.action_plans.iter().cloned();
        steps.map(|step| ActionPlan { revision: self.0.revision, step }).collect()
    }
}

connection!(PlanResultConnection, PlanResultEdge, PlanResult, "result rows");

/// Makes a page from a list that is already loaded completely.
pub(super) fn rows(
    ctx: &Context<'_>,
    found: &[PlanRow],
    list: &str,
    request: PageRequest,
) -> async_graphql::Result<PlanResultConnection> {
    let page = page_of_list(found, list, |row| row.row.id.0, &request).or_fail(ctx)?;
    let total = page::wants_total(ctx).then_some(found.len() as u64);
    Ok(PlanResultConnection::new(page, total, PlanResult))
}

/// Loads a row of a plan: from the frozen revision if there is one, otherwise from the revision in force. The caller
/// must have checked that the reader can see the plan, unless it shows only the row's id.
pub(crate) async fn row_of(
    ctx: &Context<'_>,
    plan: PlanId,
    frozen: Option<RevisionId>,
    result: ResultId,
) -> async_graphql::Result<Option<PlanRow>> {
    let revisions = ctx.loaders()?.revisions_of_plans.find(ctx, plan).await?.unwrap_or_default();
    Ok(row_in_force(plan, &revisions, frozen, result))
}

/// Loads a row, an indicator or a step by its id in a revision. A row key alone finds nothing, because it contains no
/// revision.
pub(crate) async fn by_id(ctx: &Context<'_>, found: GlobalId) -> async_graphql::Result<Option<Node>> {
    let Some(revision) = found.of.map(RevisionId) else { return Ok(None) };
    let has = |row: &domain::plan::PlanResult| match found.kind {
        Kind::PlanResult => row.id.0 == found.id,
        Kind::Indicator => row.indicators.iter().any(|one| one.id.0 == found.id),
        _ => row.action_plans.iter().any(|one| one.id.0 == found.id),
    };
    let row = row_of_revision(ctx.env()?, ctx.actor()?, revision, has).boxed().await.or_fail(ctx)?;
    let Some(row) = row else { return Ok(None) };
    Ok(match found.kind {
        Kind::PlanResult => Some(Node::PlanResult(PlanResult(row))),
        Kind::Indicator => {
            let indicator = row.row.indicators.into_iter().find(|one| one.id.0 == found.id);
            indicator.map(|indicator| Node::Indicator(Indicator { revision, indicator }))
        }
        _ => {
            let step = row.row.action_plans.into_iter().find(|one| one.id.0 == found.id);
            step.map(|step| Node::ActionPlan(ActionPlan { revision, step }))
        }
    })
}

/// The contents of a plan that an evaluation or feedback is about.
#[derive(Clone, Copy)]
pub struct Rated {
    /// The plan.
    pub plan: PlanId,
    /// The revision that a final evaluation rated; none for the contents in force.
    pub frozen: Option<RevisionId>,
}

impl Rated {
    /// Returns the id of a row in these contents.
    pub async fn result_id(self, ctx: &Context<'_>, result: ResultId) -> async_graphql::Result<ID> {
        let found = row_of(ctx, self.plan, self.frozen, result).await?;
        Ok(found.map_or_else(
            || id::encode(Kind::PlanResult, result),
            |found| id::encode_in(Kind::PlanResult, found.revision, result),
        ))
    }

    /// Returns the id of an indicator of a row in these contents.
    pub async fn indicator_id(
        self,
        ctx: &Context<'_>,
        result: ResultId,
        indicator: IndicatorId,
    ) -> async_graphql::Result<ID> {
        let found = row_of(ctx, self.plan, self.frozen, result).await?;
        Ok(found.map_or_else(
            || id::encode(Kind::Indicator, indicator),
            |found| id::encode_in(Kind::Indicator, found.revision, indicator),
        ))
    }
}

#[derive(Clone)]
pub struct Indicator {
    revision: RevisionId,
    indicator: domain::plan::Indicator,
}

/// A target: a single value (`min` equals `max`) or a range.
#[derive(SimpleObject)]
pub struct Target {
    /// Lower bound, in the indicator's unit.
    min: Decimal,
    /// Upper bound, in the indicator's unit.
    max: Decimal,
}

impl From<domain::plan::Target> for Target {
    fn from(target: domain::plan::Target) -> Self {
        Self { min: Decimal(target.min), max: Decimal(target.max) }
    }
}

/// An indicator of a result row (indikator kinerja individu, IKI).
#[Object]
impl Indicator {
    /// Global id of the indicator in this revision; it differs between revisions.
    pub async fn id(&self) -> ID {
        id::encode_in(Kind::Indicator, self.revision, self.indicator.id)
    }
    /// Key of the indicator, the same in each revision. Inputs accept this key or the `id` in any revision.
    async fn row_key(&self) -> ID {
        id::encode(Kind::Indicator, self.indicator.id)
    }
    /// Aspect that it measures; null if it has a perspective.
    async fn aspect(&self) -> Option<Aspect> {
        self.indicator.aspect.map(Into::into)
    }
    /// Label of `aspect` in the requested language.
    async fn aspect_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.indicator.aspect?))
    }
    /// Perspective; only in plans of senior executives (JPT).
    async fn perspective(&self) -> Option<Perspective> {
        self.indicator.perspective.map(Into::into)
    }
    /// Label of `perspective` in the requested language.
    async fn perspective_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.indicator.perspective?))
    }
    /// The indicator.
    async fn text(&self) -> &str {
        &self.indicator.text
    }
    /// Target.
    async fn target(&self) -> Target {
        self.indicator.target.into()
    }
    /// Unit of measure of the target (satuan), such as `dokumen`, `persen`, `hari`.
    async fn measure(&self) -> &str {
        &self.indicator.unit
    }
    /// Whether a higher or a lower figure is better.
    async fn direction(&self) -> Direction {
        self.indicator.direction.into()
    }
    /// Label of `direction` in the requested language.
    async fn direction_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.indicator.direction)
    }
    /// Whether the target is the maximum, such as 100 percent.
    async fn target_is_maximum(&self) -> bool {
        self.indicator.target_is_maximum
    }
}

#[derive(Clone)]
pub struct ActionPlan {
    revision: RevisionId,
    step: domain::plan::ActionPlan,
}

/// A step of a result row in one part of the year (rencana aksi).
#[Object]
impl ActionPlan {
    /// Global id of the step in this revision; it differs between revisions.
    pub async fn id(&self) -> ID {
        id::encode_in(Kind::ActionPlan, self.revision, self.step.id)
    }
    /// Key of the step, the same in each revision. Inputs accept this key or the `id` in any revision.
    async fn row_key(&self) -> ID {
        id::encode(Kind::ActionPlan, self.step.id)
    }
    /// The part of the year.
    async fn period(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Period>> {
        period::one(ctx, self.step.period).await
    }
    /// The step.
    async fn text(&self) -> &str {
        &self.step.text
    }
    /// Target for that part of the year, in words; null if none.
    async fn target(&self) -> Option<&str> {
        self.step.target.as_deref()
    }
}

impl ActionPlan {
    /// Returns the step of a row with this id.
    pub fn of(row: &PlanRow, id: ActionPlanId) -> Option<Self> {
        let step = row.row.action_plans.iter().find(|step| step.id == id)?.clone();
        Some(Self { revision: row.revision, step })
    }
}

pub struct BehaviourExpectation(pub domain::plan::BehaviourExpectation);

/// The leader's special expectation for a behaviour value (ekspektasi khusus pimpinan).
#[Object]
impl BehaviourExpectation {
    /// Global id of the criterion; see `criteria`.
    async fn criterion_id(&self) -> ID {
        id::encode(Kind::Criterion, self.0.criterion)
    }
    /// The expectation.
    async fn text(&self) -> &str {
        &self.0.text
    }
}
