//! The contents of a plan: rows, indicators, steps, expectations.

use super::types::{Plan, one};
use crate::graphql::{
    context::ContextExt,
    enums::{Aspect, Direction, Perspective, ResultKind},
    id::{self, Kind},
    labels::Locale,
    period::{self, Period},
    scalars::Decimal,
};
use async_graphql::{Context, ID, Object, SimpleObject};

#[derive(Clone)]
pub struct PlanResult(pub domain::plan::PlanResult);

/// A result row of a plan (rencana hasil kerja, RHK).
#[Object]
impl PlanResult {
    /// The global id, the same in each revision; activities and subordinates' rows point to it.
    pub async fn id(&self) -> ID {
        id::encode(Kind::PlanResult, self.0.id)
    }
    /// Main or additional.
    async fn kind(&self) -> ResultKind {
        self.0.kind.into()
    }
    /// The label of `kind`.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By default the request's.")] locale: Option<Locale>,
    ) -> &str {
        ResultKind::from(self.0.kind).label(locale.unwrap_or_else(|| ctx.locale().into()))
    }
    /// The result.
    async fn title(&self) -> &str {
        &self.0.title
    }
    /// The row of the superior's plan that it serves.
    async fn serves(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Self>> {
        match self.0.serves {
            Some(served) => Ok(ctx.loaders()?.results.find(ctx, served).await?.map(|(_, row)| Self(row))),
            None => Ok(None),
        }
    }
    /// The rows of subordinates' plans that serve it, as far as you may see them.
    async fn served_by(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Self>> {
        let found = ctx.loaders()?.serving_results.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(found.iter().map(|(_, row)| Self(row.clone())).collect())
    }
    /// The plan that it stands in; null if you may see the row alone, as that of your superior.
    async fn plan(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Plan>> {
        match ctx.loaders()?.results.find(ctx, self.0.id).await? {
            Some((plan, _)) => one(ctx, plan.id).await,
            None => Ok(None),
        }
    }
    /// The superior's plan was not approved yet; link the row later with `linkPlanResult`.
    async fn provisional(&self) -> bool {
        self.0.provisional
    }
    /// Who assigned it, where no row of a superior is served.
    async fn assigned_by(&self) -> Option<&str> {
        self.0.assigned_by.as_deref()
    }
    /// How it is measured.
    async fn indicators(&self) -> Vec<Indicator> {
        self.0.indicators.iter().cloned().map(Indicator).collect()
    }
    /// The steps by part of the year.
    async fn action_plans(&self) -> Vec<ActionPlan> {
        self.0.action_plans.iter().cloned().map(ActionPlan).collect()
    }
}

pub struct Indicator(domain::plan::Indicator);

/// What is to be reached: a value (both ends the same) or a range.
#[derive(SimpleObject)]
pub struct Target {
    /// The lower end, in the indicator's unit.
    min: Decimal,
    /// The upper end.
    max: Decimal,
}

/// An indicator of a result row (indikator kinerja individu, IKI).
#[Object]
impl Indicator {
    /// The global id, the same in each revision.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Indicator, self.0.id)
    }
    /// What it measures; null where it has a perspective.
    async fn aspect(&self) -> Option<Aspect> {
        self.0.aspect.map(Into::into)
    }
    /// From where it looks; only in plans of high leadership.
    async fn perspective(&self) -> Option<Perspective> {
        self.0.perspective.map(Into::into)
    }
    /// The indicator.
    async fn text(&self) -> &str {
        &self.0.text
    }
    /// What is to be reached.
    async fn target(&self) -> Target {
        Target { min: Decimal(self.0.target.min), max: Decimal(self.0.target.max) }
    }
    /// The unit of the target, such as `dokumen`, `persen`, `hari`.
    async fn unit(&self) -> &str {
        &self.0.unit
    }
    /// Which way the figure is good.
    async fn direction(&self) -> Direction {
        self.0.direction.into()
    }
    /// Nothing above the target can be reached.
    async fn target_is_maximum(&self) -> bool {
        self.0.target_is_maximum
    }
}

pub struct ActionPlan(domain::plan::ActionPlan);

/// A step of a result row in one part of the year (rencana aksi).
#[Object]
impl ActionPlan {
    /// The global id, the same in each revision.
    pub async fn id(&self) -> ID {
        id::encode(Kind::ActionPlan, self.0.id)
    }
    /// The part of the year.
    async fn period(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Period>> {
        period::one(ctx, self.0.period).await
    }
    /// The step.
    async fn text(&self) -> &str {
        &self.0.text
    }
    /// What is to be reached in that part, in words.
    async fn target(&self) -> Option<&str> {
        self.0.target.as_deref()
    }
}

pub struct BehaviourExpectation(pub domain::plan::BehaviourExpectation);

/// The leader's special expectation for a behaviour value (ekspektasi khusus pimpinan).
#[Object]
impl BehaviourExpectation {
    /// The criterion's global id; see `criteria`.
    async fn criterion_id(&self) -> ID {
        id::encode(Kind::Criterion, self.0.criterion)
    }
    /// The expectation.
    async fn text(&self) -> &str {
        &self.0.text
    }
}
