//! Annual evaluation of a person who had several plans in the year.

use super::types::Evaluation;
use crate::{
    context::ContextExt,
    enums::Predicate,
    error::OrFail,
    given::Given,
    id::{self, Kind},
    labels::{Locale, label},
    reader::Reader,
    scalars::Decimal,
};
use async_graphql::{ComplexObject, Context, ID, InputObject, Object, SimpleObject};
use domain::{
    evaluation::{YearGap, YearView},
    id::EvaluationId,
};
use futures_util::FutureExt;
use std::sync::Arc;

/// The last rater's decision on the predicate of a year with several plans.
#[derive(InputObject)]
pub struct YearDecisionInput {
    /// The predicate of the year; see `yearProposal`.
    predicate: Predicate,
    /// The reason, 1 to 2,000 characters; it appears in the explanation.
    reason: String,
}

/// The reason why the year is evaluated without one of its parts.
#[derive(InputObject)]
pub struct YearGapInput {
    /// The part's evaluation; see `yearParts`.
    evaluation_id: Given<EvaluationId>,
    /// The reason, 1 to 2,000 characters; it appears in the explanation.
    reason: String,
}

impl From<YearDecisionInput> for domain::scoring::YearDecision {
    fn from(input: YearDecisionInput) -> Self {
        Self { predicate: input.predicate.into(), reason: input.reason }
    }
}

impl YearGapInput {
    pub(super) fn read(read: &mut Reader, gap: Self) -> YearGap {
        YearGap { evaluation: read.get("evaluationId", gap.evaluation_id), reason: gap.reason }
    }
}

/// The last rater's decision on a year with several plans.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct YearDecision {
    /// The predicate of the year.
    predicate: Predicate,
    /// The reason.
    reason: String,
}

#[ComplexObject]
impl YearDecision {
    /// Label of `predicate` in the requested language.
    async fn predicate_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, domain::evaluation::Predicate::from(self.predicate))
    }
}

pub struct YearPart(domain::evaluation::YearPart);

/// One part of a year with several plans, as after a transfer. Earlier parts show only their result; their
/// evaluations keep their own access rules.
#[Object]
impl YearPart {
    /// Global id of the part's annual evaluation, for `yearGapReasons`. `node` returns null if you can't see it.
    async fn evaluation_id(&self) -> ID {
        id::encode(Kind::Evaluation, self.0.evaluation)
    }
    /// Position and unit of the part.
    async fn label(&self) -> &str {
        &self.0.label
    }
    /// Number of months that belong to the part. A month belongs to the part that covers most of its days; on a tie, to
    /// the later part.
    async fn months(&self) -> i32 {
        i32::try_from(self.0.months).unwrap_or(i32::MAX)
    }
    /// Predicate of the part; null until final. For the part of this evaluation, the predicate that the saved ratings
    /// would give.
    async fn predicate(&self) -> Option<Predicate> {
        self.0.predicate.map(Into::into)
    }
    /// Label of `predicate` in the requested language.
    async fn predicate_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.0.predicate?))
    }
    /// Score of the part under a numeric scheme; null otherwise.
    async fn score(&self) -> Option<Decimal> {
        self.0.score.map(Decimal)
    }
    /// Whether this part belongs to the plan of this evaluation; it is the last part.
    async fn is_own(&self) -> bool {
        self.0.is_own
    }
    /// Name of the rater who still has to make the part's evaluation final; null if nobody has to.
    async fn awaits(&self) -> Option<&str> {
        self.0.awaits.as_deref()
    }
    /// The reason why the year was evaluated without this part. Its months are then not counted. Null if it was
    /// included.
    async fn left_out_reason(&self) -> Option<&str> {
        self.0.left_out.as_deref()
    }
}

impl Evaluation {
    /// Loads the year of the evaluation; empty if the year has one plan or the caller can't see the ratings.
    pub(super) async fn year(&self, ctx: &Context<'_>) -> async_graphql::Result<Arc<YearView>> {
        if self.with_visible_ratings(ctx).is_none() {
            return Ok(Arc::default());
        }
        if self.0.status.is_final() {
            let frozen = service::evaluation::frozen_year(ctx.env()?, &self.0).boxed().await;
            return frozen.map(Arc::new).or_fail(ctx);
        }
        Ok(ctx.loaders()?.years.find(ctx, self.0.id).await?.unwrap_or_default())
    }
}

/// Converts the parts of a year.
pub(super) fn parts(view: &YearView) -> Vec<YearPart> {
    view.parts.iter().cloned().map(YearPart).collect()
}

/// Converts the decision on a year.
pub(super) fn decision(view: &YearView) -> Option<YearDecision> {
    let domain::scoring::YearDecision { predicate, reason } = view.decision.clone()?;
    Some(YearDecision { predicate: predicate.into(), reason })
}
