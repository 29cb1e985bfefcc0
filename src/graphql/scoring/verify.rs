//! Results that exist: computed again, and what would lift them.

use crate::graphql::{
    context::ContextExt,
    enums::{Expectation, Predicate},
    error::{self, OrFail, UserError},
    id::{self, Kind},
    regulation::Regulation,
    scalars::Decimal,
};
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use domain::scoring::Change;
use service::evaluation;

/// Queries on results that exist.
#[derive(Default)]
pub struct RecalculationQuery;

/// Where a stored result is not what comes out.
#[derive(SimpleObject)]
struct Deviation {
    /// The node of the explanation; null: the result as a whole.
    node: Option<String>,
    /// What of it, such as `exact`.
    field: String,
    /// What is stored.
    stored: Option<String>,
    /// What comes out.
    computed: Option<String>,
}

/// A final result computed again from its stored inputs by the regulation that it pins.
#[derive(SimpleObject)]
struct Recalculation {
    /// The regulation, in the version that was used.
    regulation: Regulation,
    /// What is stored.
    stored: Option<Predicate>,
    /// What comes out now.
    computed: Option<Predicate>,
    /// Whether both are the same to the last digit, the whole explanation included.
    matches: bool,
    /// Where they differ.
    deviations: Vec<Deviation>,
}

/// The kind of an input that would have to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
enum ReachKind {
    /// The rating of the results.
    ResultRating,
    /// The rating of the behaviour.
    BehaviourRating,
    /// A figure reached of an indicator.
    Realisation,
    /// The score of a behaviour value.
    BehaviourScore,
    /// A new idea.
    NewIdea,
}

/// One input that would have to change.
#[derive(SimpleObject)]
struct ReachChange {
    /// What kind of input.
    kind: ReachKind,
    /// The rating now, of a rating.
    from_rating: Option<Expectation>,
    /// The rating that would do, of a rating.
    to_rating: Option<Expectation>,
    /// The place of the result row or behaviour value among the inputs, from 0.
    row: Option<i32>,
    /// The place of the indicator in the row, from 0.
    indicator: Option<i32>,
    /// The figure now.
    from: Option<Decimal>,
    /// The figure that would do.
    to: Option<Decimal>,
}

impl From<Change> for ReachChange {
    fn from(change: Change) -> Self {
        let place = |index: usize| i32::try_from(index).ok();
        let none = |kind| Self {
            kind,
            from_rating: None,
            to_rating: None,
            row: None,
            indicator: None,
            from: None,
            to: None,
        };
        let rating = |kind, from: domain::evaluation::Expectation, to: domain::evaluation::Expectation| {
            Self { from_rating: Some(from.into()), to_rating: Some(to.into()), ..none(kind) }
        };
        match change {
            Change::ResultRating { from, to } => rating(ReachKind::ResultRating, from, to),
            Change::BehaviourRating { from, to } => rating(ReachKind::BehaviourRating, from, to),
            Change::Realisation { row, indicator, from, to } => Self {
                row: place(row),
                indicator: place(indicator),
                from: Some(Decimal(from)),
                to: Some(Decimal(to)),
                ..none(ReachKind::Realisation)
            },
            Change::BehaviourScore { value, from, to } => Self {
                row: place(value),
                from: Some(Decimal(from)),
                to: Some(Decimal(to)),
                ..none(ReachKind::BehaviourScore)
            },
            Change::NewIdea => none(ReachKind::NewIdea),
        }
    }
}

/// Changes that together would do.
#[derive(SimpleObject)]
struct ReachAlternative {
    /// The changes.
    changes: Vec<ReachChange>,
}

/// The answer of `whatWouldReach`.
#[derive(SimpleObject)]
struct WhatWouldReachResult {
    /// The predicate now; null when `errors` tells why.
    now: Option<Predicate>,
    /// Whether it is as good as wanted already.
    reached: bool,
    /// Alternatives, the least changes first; empty if it is reached, or can't be.
    alternatives: Vec<ReachAlternative>,
    /// What is wrong with the question: the evaluation is not final.
    errors: Vec<UserError>,
}

#[Object]
impl RecalculationQuery {
    /// The smallest changes that would lift the predicate of a final evaluation, for those who see its ratings.
    /// Nothing is stored.
    async fn what_would_reach(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation.")] evaluation_id: ID,
        #[graphql(desc = "The predicate that is wanted, or a better one.")] predicate: Predicate,
    ) -> async_graphql::Result<WhatWouldReachResult> {
        let id = id::argument(ctx, Kind::Evaluation, &evaluation_id, "evaluationId")?;
        let found = evaluation::what_would_reach(ctx.env()?, ctx.actor()?, id, predicate.into()).await;
        let (reach, errors) = error::outcome(ctx, found)?;
        let alternatives = reach.as_ref().map(|reach| reach.alternatives.clone()).unwrap_or_default();
        Ok(WhatWouldReachResult {
            now: reach.as_ref().map(|reach| reach.now.into()),
            reached: reach.is_some_and(|reach| reach.reached),
            alternatives: alternatives
                .into_iter()
                .map(|changes| ReachAlternative { changes: changes.into_iter().map(Into::into).collect() })
                .collect(),
            errors,
        })
    }

    /// Computes a final evaluation again, for those who see its ratings: by the regulation that it pins, from the
    /// inputs that it froze, compared to the last digit.
    async fn verify_recalculation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation.")] evaluation_id: ID,
    ) -> async_graphql::Result<Recalculation> {
        let id = id::argument(ctx, Kind::Evaluation, &evaluation_id, "evaluationId")?;
        let found = evaluation::verify_recalculation(ctx.env()?, ctx.actor()?, id).await.or_fail(ctx)?;
        let deviation = |one: evaluation::Deviation| Deviation {
            node: one.node,
            field: one.field.to_owned(),
            stored: one.stored,
            computed: one.computed,
        };
        Ok(Recalculation {
            regulation: Regulation(found.regulation),
            stored: found.stored.map(Into::into),
            computed: found.computed.map(Into::into),
            matches: found.deviations.is_empty(),
            deviations: found.deviations.into_iter().map(deviation).collect(),
        })
    }
}
