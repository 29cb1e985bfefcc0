//! Contents of a plan: result rows, indicators, steps, expectations.

use super::types::{Plan, one};
use crate::{
    context::ContextExt,
    enums::{Aspect, Direction, Perspective, ResultKind},
    id::{self, Kind},
    labels::{Locale, label},
    period::{self, Period},
    scalars::Decimal,
    weight::list_size,
};
use async_graphql::{Context, ID, Object, SimpleObject};

#[derive(Clone)]
pub struct PlanResult(pub domain::plan::PlanResult);

/// A result row of a plan (rencana hasil kerja, RHK).
#[Object]
impl PlanResult {
    /// Global id, the same in each revision; activities and subordinates' rows refer to it.
    pub async fn id(&self) -> ID {
        id::encode(Kind::PlanResult, self.0.id)
    }
    /// Main or additional.
    async fn kind(&self) -> ResultKind {
        self.0.kind.into()
    }
    /// Label of `kind` in the requested language.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.kind)
    }
    /// The result.
    async fn title(&self) -> &str {
        &self.0.title
    }
    /// The row of the superior's plan that it contributes to; null if none.
    async fn serves(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Self>> {
        match self.0.serves {
            Some(served) => Ok(ctx.loaders()?.results.find(ctx, served).await?.map(|(_, row)| Self(row))),
            None => Ok(None),
        }
    }
    /// The rows of subordinates' plans that contribute to it and that you can see.
    async fn served_by(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Self>> {
        let found = ctx.loaders()?.serving_results.find(ctx, self.0.id).await?.unwrap_or_default();
        Ok(found.iter().map(|(_, row)| Self(row.clone())).collect())
    }
    /// The plan that it belongs to; null if you can see only the row, as with your superior's plan.
    async fn plan(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Plan>> {
        match ctx.loaders()?.results.find(ctx, self.0.id).await? {
            Some((plan, _)) => one(ctx, plan.id).await,
            None => Ok(None),
        }
    }
    /// True if the superior's plan was not approved yet: link the row later with `linkPlanResult`.
    async fn provisional(&self) -> bool {
        self.0.provisional
    }
    /// Who assigned it, for a row that contributes to no row of a superior.
    async fn assigned_by(&self) -> Option<&str> {
        self.0.assigned_by.as_deref()
    }
    /// Its indicators.
    #[graphql(directive = list_size::apply(3))]
    async fn indicators(&self) -> Vec<Indicator> {
        self.0.indicators.iter().cloned().map(Indicator).collect()
    }
    /// The steps, by part of the year.
    #[graphql(directive = list_size::apply(3))]
    async fn action_plans(&self) -> Vec<ActionPlan> {
        self.0.action_plans.iter().cloned().map(ActionPlan).collect()
    }
}

pub struct Indicator(domain::plan::Indicator);

/// A target: a single value (`min` equals `max`) or a range.
#[derive(SimpleObject)]
pub struct Target {
    /// Lower bound, in the indicator's unit.
    min: Decimal,
    /// Upper bound, in the indicator's unit.
    max: Decimal,
}

/// An indicator of a result row (indikator kinerja individu, IKI).
#[Object]
impl Indicator {
    /// Global id, the same in each revision.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Indicator, self.0.id)
    }
    /// Aspect that it measures; null if it has a perspective.
    async fn aspect(&self) -> Option<Aspect> {
        self.0.aspect.map(Into::into)
    }
    /// Label of `aspect` in the requested language.
    async fn aspect_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.0.aspect?))
    }
    /// Perspective; only in plans of high leadership (JPT).
    async fn perspective(&self) -> Option<Perspective> {
        self.0.perspective.map(Into::into)
    }
    /// Label of `perspective` in the requested language.
    async fn perspective_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.0.perspective?))
    }
    /// The indicator.
    async fn text(&self) -> &str {
        &self.0.text
    }
    /// Target.
    async fn target(&self) -> Target {
        Target { min: Decimal(self.0.target.min), max: Decimal(self.0.target.max) }
    }
    /// Unit of the target, such as `dokumen`, `persen`, `hari`.
    async fn unit(&self) -> &str {
        &self.0.unit
    }
    /// Whether a higher or a lower figure is better.
    async fn direction(&self) -> Direction {
        self.0.direction.into()
    }
    /// Label of `direction` in the requested language.
    async fn direction_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.direction)
    }
    /// Whether the target is the maximum, such as 100 percent.
    async fn target_is_maximum(&self) -> bool {
        self.0.target_is_maximum
    }
}

pub struct ActionPlan(domain::plan::ActionPlan);

/// A step of a result row in one part of the year (rencana aksi).
#[Object]
impl ActionPlan {
    /// Global id, the same in each revision.
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
    /// Target for that part of the year, in words; null if none.
    async fn target(&self) -> Option<&str> {
        self.0.target.as_deref()
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
