//! The year of a person with several plans.

use super::types::Evaluation;
use crate::graphql::{
    context::ContextExt,
    enums::Predicate,
    error::OrFail,
    id::{self, Kind},
    labels::Locale,
    scalars::Decimal,
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::{
    Refusal,
    evaluation::{YearGap, YearView},
};
use std::sync::Arc;

/// The predicate of a year of several plans, as the last rater decides it.
#[derive(InputObject)]
pub struct YearDecisionInput {
    /// The predicate of the year; see `yearProposal`.
    predicate: Predicate,
    /// Why, 1 to 2,000 characters; it stands in the explanation.
    reason: String,
}

/// Why the year is evaluated without a part of it.
#[derive(InputObject)]
pub struct YearGapInput {
    /// The part's evaluation; see `yearParts`.
    evaluation_id: ID,
    /// Why, 1 to 2,000 characters; it stands in the explanation.
    reason: String,
}

impl From<YearDecisionInput> for domain::scoring::YearDecision {
    fn from(input: YearDecisionInput) -> Self {
        Self { predicate: input.predicate.into(), reason: input.reason }
    }
}

impl YearGapInput {
    pub(super) fn parse(self) -> Result<YearGap, Refusal> {
        Ok(YearGap {
            evaluation: id::parse(Kind::Evaluation, &self.evaluation_id, "evaluationId")?,
            reason: self.reason,
        })
    }
}

/// What the last rater decided on a year of several plans.
#[derive(SimpleObject)]
pub struct YearDecision {
    /// The predicate of the year.
    predicate: Predicate,
    /// Why.
    reason: String,
}

pub struct YearPart(domain::evaluation::YearPart);

/// A part of a year of several plans, as after a transfer. The earlier parts are told by their result only: their
/// evaluations are for those who may see them.
#[Object]
impl YearPart {
    /// The id of the part's annual evaluation, for `yearGapReasons`; `node` answers with null if you may not see it.
    async fn evaluation_id(&self) -> ID {
        id::encode(Kind::Evaluation, self.0.evaluation)
    }
    /// What it is: position and unit.
    async fn label(&self) -> &str {
        &self.0.label
    }
    /// Its whole months: a month belongs to the part that holds most of its days, of equals to the later one.
    async fn months(&self) -> i32 {
        i32::try_from(self.0.months).unwrap_or(i32::MAX)
    }
    /// Its predicate, once it is final; of your own part what the saved ratings would come to.
    async fn predicate(&self) -> Option<Predicate> {
        self.0.predicate.map(Into::into)
    }
    /// The label of `predicate`.
    async fn predicate_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By default the request's.")] locale: Option<Locale>,
    ) -> Option<&str> {
        let locale = locale.unwrap_or_else(|| ctx.locale().into());
        Some(Predicate::from(self.0.predicate?).label(locale))
    }
    /// Its score, in a numeric scheme.
    async fn score(&self) -> Option<Decimal> {
        self.0.score.map(Decimal)
    }
    /// Whether it is the part of this evaluation; the last.
    async fn is_own(&self) -> bool {
        self.0.is_own
    }
    /// The name of the rater whose result is awaited; null once it counts.
    async fn awaits(&self) -> Option<&str> {
        self.0.awaits.as_deref()
    }
    /// Why the year was evaluated without this part; its months are in no part then.
    async fn left_out_reason(&self) -> Option<&str> {
        self.0.left_out.as_deref()
    }
}

impl Evaluation {
    /// The year behind it, if it is one of several plans and the asker sees its ratings.
    pub(super) async fn year(&self, ctx: &Context<'_>) -> async_graphql::Result<Arc<YearView>> {
        if self.rated(ctx).is_none() {
            return Ok(Arc::default());
        }
        if self.0.status.is_final() {
            let frozen = service::evaluation::frozen_year(ctx.env()?, &self.0).await;
            return frozen.map(Arc::new).or_fail(ctx);
        }
        Ok(ctx.loaders()?.years.find(ctx, self.0.id).await?.unwrap_or_default())
    }
}

/// The parts of a year.
pub(super) fn parts(view: &YearView) -> Vec<YearPart> {
    view.parts.iter().cloned().map(YearPart).collect()
}

/// What was decided on a year.
pub(super) fn decision(view: &YearView) -> Option<YearDecision> {
    let domain::scoring::YearDecision { predicate, reason } = view.decision.clone()?;
    Some(YearDecision { predicate: predicate.into(), reason })
}
