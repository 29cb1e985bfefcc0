//! Queries on existing results: recalculation, and changes that would improve them.

use crate::enums::{DeviationField, named};
use crate::{
    context::ContextExt,
    enums::{Expectation, Predicate},
    error::{self, OrFail, UserError},
    id::{self, Kind},
    labels::{Locale, label},
    regulation::Regulation,
    scalars::Decimal,
    weight::cost,
};
use async_graphql::{ComplexObject, Context, Enum, ID, Object, SimpleObject};
use domain::scoring::Change;
use futures_util::FutureExt;
use service::evaluation;

/// Queries on existing results.
#[derive(Default)]
pub struct RecalculationQuery;

/// A difference between the stored and the recalculated result.
#[derive(SimpleObject)]
struct Deviation {
    /// `place` of the node in the explanation; null for the result as a whole.
    place: Option<String>,
    /// The field that differs; null for a field that this version of the schema does not know.
    field: Option<DeviationField>,
    /// The stored value; null if none.
    stored: Option<String>,
    /// The recalculated value; null if none.
    computed: Option<String>,
}

/// A final result, recalculated from its stored inputs with its pinned regulation.
#[derive(SimpleObject)]
#[graphql(complex)]
struct Recalculation {
    /// The regulation, in the version that was used.
    regulation: Regulation,
    /// The stored predicate; null if none.
    stored: Option<Predicate>,
    /// The recalculated predicate.
    computed: Option<Predicate>,
    /// Whether both are identical to the last digit, including the whole explanation.
    matches: bool,
    /// The differences.
    deviations: Vec<Deviation>,
}

#[ComplexObject]
impl Recalculation {
    /// Label of `stored` in the requested language.
    async fn stored_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.stored.map(domain::evaluation::Predicate::from)?))
    }
    /// Label of `computed` in the requested language.
    async fn computed_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.computed.map(domain::evaluation::Predicate::from)?))
    }
}

/// Kind of input that would have to change to reach the predicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ReachKind {
    /// The rating of the results.
    ResultRating,
    /// The rating of the behaviour.
    BehaviourRating,
    /// The realisation of an indicator.
    Realisation,
    /// The score of a behaviour value.
    BehaviourScore,
    /// A new idea.
    NewIdea,
}

domain::labels! {
    ReachKind {
        ResultRating: "Rating hasil kerja", "Rating of results";
        BehaviourRating: "Rating perilaku kerja", "Rating of behaviour";
        Realisation: "Realisasi indikator", "Realisation of an indicator";
        BehaviourScore: "Nilai perilaku", "Score of a behaviour value";
        NewIdea: "Ide baru", "New idea";
    }
}

/// One input that would have to change to reach the predicate.
#[derive(SimpleObject)]
#[graphql(complex)]
struct ReachChange {
    /// Kind of input.
    kind: ReachKind,
    /// The current rating; null if the input is not a rating.
    from_rating: Option<Expectation>,
    /// The sufficient rating; null if the input is not a rating.
    to_rating: Option<Expectation>,
    /// Index of the result row or behaviour value among the inputs, from 0; null for other inputs.
    row: Option<i32>,
    /// Index of the indicator in the row, from 0; null for other inputs.
    indicator: Option<i32>,
    /// The current figure; null if the input is not a figure.
    from: Option<Decimal>,
    /// The sufficient figure; null if the input is not a figure.
    to: Option<Decimal>,
}

#[ComplexObject]
impl ReachChange {
    /// Label of `kind` in the requested language.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.kind)
    }
    /// Label of `fromRating` in the requested language.
    async fn from_rating_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.from_rating.map(domain::evaluation::Expectation::from)?))
    }
    /// Label of `toRating` in the requested language.
    async fn to_rating_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.to_rating.map(domain::evaluation::Expectation::from)?))
    }
}

impl From<Change> for ReachChange {
    fn from(change: Change) -> Self {
        let position = |index: usize| i32::try_from(index).ok();
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
                row: position(row),
                indicator: position(indicator),
                from: Some(Decimal(from)),
                to: Some(Decimal(to)),
                ..none(ReachKind::Realisation)
            },
            Change::BehaviourScore { value, from, to } => Self {
                row: position(value),
                from: Some(Decimal(from)),
                to: Some(Decimal(to)),
                ..none(ReachKind::BehaviourScore)
            },
            Change::NewIdea => none(ReachKind::NewIdea),
        }
    }
}

/// A set of changes that together would be sufficient.
#[derive(SimpleObject)]
struct ReachAlternative {
    /// The changes.
    changes: Vec<ReachChange>,
}

/// Outcome of `whatWouldReach`.
#[derive(SimpleObject)]
#[graphql(complex)]
struct WhatWouldReachPayload {
    /// The current predicate; null if `errors` is not empty.
    now: Option<Predicate>,
    /// Whether the current predicate is already the wanted one or better.
    reached: bool,
    /// Alternatives, fewest changes first; empty if the predicate is already reached or can't be reached.
    alternatives: Vec<ReachAlternative>,
    /// Errors that the client can act on, such as an evaluation that is not final.
    errors: Vec<UserError>,
}

#[ComplexObject]
impl WhatWouldReachPayload {
    /// Label of `now` in the requested language.
    async fn now_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.now.map(domain::evaluation::Predicate::from)?))
    }
}

#[Object]
impl RecalculationQuery {
    /// The smallest changes that would raise the predicate of a final evaluation. For those who can see its ratings.
    /// Nothing is stored.
    #[graphql(directive = cost::apply(500))]
    async fn what_would_reach(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation.")] evaluation_id: ID,
        #[graphql(desc = "The wanted predicate; a better one also counts.")] predicate: Predicate,
    ) -> async_graphql::Result<Option<WhatWouldReachPayload>> {
        let id = id::argument(ctx, Kind::Evaluation, &evaluation_id, "evaluationId")?;
        let found =
            evaluation::what_would_reach(ctx.env()?, ctx.actor()?, id, predicate.into()).boxed().await;
        let (reach, errors) = error::outcome(ctx, found)?;
        let alternatives = reach.as_ref().map(|reach| reach.alternatives.clone()).unwrap_or_default();
        Ok(Some(WhatWouldReachPayload {
            now: reach.as_ref().map(|reach| reach.now.into()),
            reached: reach.is_some_and(|reach| reach.reached),
            alternatives: alternatives
                .into_iter()
                .map(|changes| ReachAlternative { changes: changes.into_iter().map(Into::into).collect() })
                .collect(),
            errors,
        }))
    }

    /// Recalculates a final evaluation from its stored inputs with its pinned regulation, and compares the result to
    /// the last digit. For those who can see its ratings.
    #[graphql(directive = cost::apply(50))]
    async fn verify_recalculation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The evaluation.")] evaluation_id: ID,
    ) -> async_graphql::Result<Option<Recalculation>> {
        let id = id::argument(ctx, Kind::Evaluation, &evaluation_id, "evaluationId")?;
        let found =
            evaluation::verify_recalculation(ctx.env()?, ctx.actor()?, id).boxed().await.or_fail(ctx)?;
        let deviation = |one: evaluation::Deviation| Deviation {
            place: one.node,
            field: named(&one.field.to_ascii_uppercase()),
            stored: one.stored,
            computed: one.computed,
        };
        Ok(Some(Recalculation {
            regulation: Regulation(found.regulation),
            stored: found.stored.map(Into::into),
            computed: found.computed.map(Into::into),
            matches: found.deviations.is_empty(),
            deviations: found.deviations.into_iter().map(deviation).collect(),
        }))
    }
}
