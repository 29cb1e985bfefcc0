//! The contents of a plan in a past state. Its rows have no ids, because the rows of the revision may have changed
//! since then.

use crate::{
    enums::{Approach, Aspect, Direction, Perspective, ResultKind},
    id::{self, Kind},
    labels::{Locale, label},
    plan::Target,
};
use async_graphql::{ComplexObject, Context, ID, SimpleObject};

/// The contents of a plan in a past state.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct PlanContent {
    /// How results were described.
    approach: Approach,
    /// The result rows.
    results: Vec<RecordedResult>,
}

/// A result row in a past state.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct RecordedResult {
    /// Key of the row, the same in each revision.
    row_key: ID,
    /// Main or additional.
    kind: ResultKind,
    /// The result.
    title: String,
    /// Who assigned the result, as text; only for a row that contributes to no row of a superior.
    assigned_by: Option<String>,
    /// Its indicators.
    indicators: Vec<RecordedIndicator>,
    /// The steps, by part of the year.
    action_plans: Vec<RecordedActionPlan>,
}

/// An indicator in a past state.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct RecordedIndicator {
    /// Key of the indicator, the same in each revision.
    row_key: ID,
    /// Aspect that it measures; null if it has a perspective.
    aspect: Option<Aspect>,
    /// Perspective; only in plans of senior executives (JPT).
    perspective: Option<Perspective>,
    /// The indicator.
    text: String,
    /// Target.
    target: Target,
    /// Unit of measure of the target (satuan), such as `dokumen`, `persen`, `hari`.
    measure: String,
    /// Whether a higher or a lower figure is better.
    direction: Direction,
}

/// A step of a result row in a past state.
#[derive(SimpleObject)]
pub struct RecordedActionPlan {
    /// Key of the step, the same in each revision.
    row_key: ID,
    /// The step.
    text: String,
    /// Target for that part of the year, in words; null if none.
    target: Option<String>,
}

#[ComplexObject]
impl PlanContent {
    /// Label of `approach` in the requested language.
    async fn approach_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, domain::plan::Approach::from(self.approach))
    }
}

#[ComplexObject]
impl RecordedResult {
    /// Label of `kind` in the requested language.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, domain::plan::ResultKind::from(self.kind))
    }
}

#[ComplexObject]
impl RecordedIndicator {
    /// Label of `aspect` in the requested language.
    async fn aspect_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, domain::plan::Aspect::from(self.aspect?)))
    }
    /// Label of `perspective` in the requested language.
    async fn perspective_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, domain::plan::Perspective::from(self.perspective?)))
    }
    /// Label of `direction` in the requested language.
    async fn direction_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, domain::plan::Direction::from(self.direction))
    }
}

impl PlanContent {
    pub(super) fn new(content: &domain::plan::PlanContent) -> Self {
        let indicator = |one: &domain::plan::Indicator| RecordedIndicator {
            row_key: id::encode(Kind::Indicator, one.id),
            aspect: one.aspect.map(Into::into),
            perspective: one.perspective.map(Into::into),
            text: one.text.clone(),
            target: one.target.into(),
            measure: one.unit.clone(),
            direction: one.direction.into(),
        };
        let step = |one: &domain::plan::ActionPlan| RecordedActionPlan {
            row_key: id::encode(Kind::ActionPlan, one.id),
            text: one.text.clone(),
            target: one.target.clone(),
        };
        let row = |row: &domain::plan::PlanResult| RecordedResult {
            row_key: id::encode(Kind::PlanResult, row.id),
            kind: row.kind.into(),
            title: row.title.clone(),
            assigned_by: row.assigned_by.clone(),
            indicators: row.indicators.iter().map(indicator).collect(),
            action_plans: row.action_plans.iter().map(step).collect(),
        };
        Self { approach: content.approach.into(), results: content.results.iter().map(row).collect() }
    }
}
