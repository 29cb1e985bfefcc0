//! Scores that the rater gives under a numeric scheme.

use crate::{
    given::Given,
    id::{self, Kind},
    labels::{Locale, label},
    plan::Rated,
    reader::Reader,
    scalars::Decimal,
    scoring::{AssignmentScope, ResultGroup},
    weight::list_size,
};
use async_graphql::{Context, ID, InputObject, Object};
use domain::{
    Refusal,
    evaluation::{self, FigureCorrection, RowClassification, ValueScore},
    id::{CriterionId, IndicatorId, ResultId},
    plan::Target,
};

/// Scores that the rater gives under a numeric scheme, instead of the two ratings. The score of the results is
/// computed from the realisations of the indicators.
#[derive(InputObject)]
pub struct ScoresInput {
    /// Scores of behaviour values. A draft may omit some; a final evaluation needs all.
    #[graphql(default)]
    behaviour: Vec<ValueScoreInput>,
    /// Data about a result row that the regulation needs and the plan does not contain.
    #[graphql(default)]
    rows: Vec<RowPlaceInput>,
    /// Figures that replace or complete the reported ones.
    #[graphql(default)]
    figures: Vec<FigureFoundInput>,
    /// Whether peers and subordinates were asked. This determines the weights of results and behaviour.
    #[graphql(default)]
    peers: bool,
    /// A new idea that benefits the organisation or the state, in words, at most 2,000 characters. The best predicate
    /// requires one.
    new_idea: Option<String>,
}

/// The score of a behaviour value.
#[derive(InputObject)]
pub struct ValueScoreInput {
    /// The criterion; see `criteria`.
    criterion_id: Given<CriterionId>,
    /// Score by the rater, 0 to 120.
    rater: Given<domain::Decimal>,
    /// Score by peers; null if they were not asked.
    peers: Option<Given<domain::Decimal>>,
    /// Score by subordinates; null if they were not asked.
    subordinates: Option<Given<domain::Decimal>>,
}

/// Data about a result row that the regulation needs and the plan does not contain.
#[derive(InputObject)]
pub struct RowPlaceInput {
    /// A result row of the plan revision in force, by its `rowKey` or its `id` in any revision.
    plan_result_id: Given<ResultId>,
    /// Group of a main result in a plan of a senior executive (JPT). Give it for all main results or for none.
    group: Option<ResultGroup>,
    /// Scope of an additional task; required for an additional result.
    scope: Option<AssignmentScope>,
}

/// A figure determined by the rater for an indicator.
#[derive(InputObject)]
pub struct FigureFoundInput {
    /// A result row of the plan revision in force, by its `rowKey` or its `id` in any revision.
    plan_result_id: Given<ResultId>,
    /// An indicator of the row, by its `rowKey` or its `id` in any revision.
    indicator_id: Given<IndicatorId>,
    /// The realisation; by default the reported one.
    realisation: Option<Given<domain::Decimal>>,
    /// Lower bound of the target for this part of the year; by default the plan's target.
    target_min: Option<Given<domain::Decimal>>,
    /// Upper bound of the target; by default the same as `targetMin`.
    target_max: Option<Given<domain::Decimal>>,
}

impl ScoresInput {
    pub(crate) fn read(self, read: &mut Reader) -> evaluation::Scores {
        read.at("scores", |read| evaluation::Scores {
            behaviour: read.each("behaviour", self.behaviour, ValueScoreInput::read),
            rows: read.each("rows", self.rows, RowPlaceInput::read),
            figures: read.each("figures", self.figures, FigureFoundInput::read),
            peers: self.peers,
            new_idea: self.new_idea,
        })
    }
}

impl ValueScoreInput {
    fn read(read: &mut Reader, score: Self) -> ValueScore {
        ValueScore {
            criterion: read.get("criterionId", score.criterion_id),
            rater: read.get("rater", score.rater),
            peers: read.optional("peers", score.peers),
            subordinates: read.optional("subordinates", score.subordinates),
        }
    }
}

impl RowPlaceInput {
    fn read(read: &mut Reader, row: Self) -> RowClassification {
        RowClassification {
            result: read.get("planResultId", row.plan_result_id),
            group: row.group.map(Into::into),
            scope: row.scope.map(Into::into),
        }
    }
}

impl FigureFoundInput {
    fn read(read: &mut Reader, figure: Self) -> FigureCorrection {
        let min = read.optional("targetMin", figure.target_min);
        let max = read.optional("targetMax", figure.target_max);
        if min.is_none() && max.is_some() {
            read.refuse(Refusal::required("targetMin"));
        }
        FigureCorrection {
            result: read.get("planResultId", figure.plan_result_id),
            indicator: read.get("indicatorId", figure.indicator_id),
            realisation: read.optional("realisation", figure.realisation),
            target: min.map(|min| Target { min, max: max.unwrap_or(min) }),
        }
    }
}

pub struct Scores {
    pub scores: evaluation::Scores,
    pub rated: Rated,
}

/// Scores that the rater gave under a numeric scheme.
#[Object]
impl Scores {
    /// Scores of behaviour values.
    #[graphql(directive = list_size::apply(7))]
    async fn behaviour(&self) -> Vec<BehaviourValueScore> {
        self.scores.behaviour.iter().copied().map(BehaviourValueScore).collect()
    }
    /// Data about result rows that the regulation needs and the plan does not contain.
    #[graphql(directive = list_size::apply(6))]
    async fn rows(&self) -> Vec<ScoredRow> {
        self.scores.rows.iter().map(|row| ScoredRow(*row, self.rated)).collect()
    }
    /// Figures that replace or complete the reported ones.
    async fn figures(&self) -> Vec<FoundFigure> {
        self.scores.figures.iter().map(|figure| FoundFigure(*figure, self.rated)).collect()
    }
    /// Whether peers and subordinates were asked.
    async fn peers(&self) -> bool {
        self.scores.peers
    }
    /// A new idea that benefits the organisation or the state, in words; null if none.
    async fn new_idea(&self) -> Option<&str> {
        self.scores.new_idea.as_deref()
    }
}

pub struct BehaviourValueScore(ValueScore);

/// The score of a behaviour value.
#[Object]
impl BehaviourValueScore {
    /// Global id of the criterion; see `criteria`.
    async fn criterion_id(&self) -> ID {
        id::encode(Kind::Criterion, self.0.criterion)
    }
    /// Score by the rater.
    async fn rater(&self) -> Decimal {
        Decimal(self.0.rater)
    }
    /// Score by peers; null if they were not asked.
    async fn peers(&self) -> Option<Decimal> {
        self.0.peers.map(Decimal)
    }
    /// Score by subordinates; null if they were not asked.
    async fn subordinates(&self) -> Option<Decimal> {
        self.0.subordinates.map(Decimal)
    }
}

pub struct ScoredRow(RowClassification, Rated);

/// Data about a result row that the regulation needs and the plan does not contain.
#[Object]
impl ScoredRow {
    /// Global id of the result row. Once the evaluation is final, it is the row's id in the revision that was rated;
    /// before, its id in the revision in force.
    async fn plan_result_id(&self, ctx: &Context<'_>) -> async_graphql::Result<ID> {
        self.1.result_id(ctx, self.0.result).await
    }
    /// Group of a main result in a plan of a senior executive (JPT); null for other rows.
    async fn group(&self) -> Option<ResultGroup> {
        self.0.group.map(Into::into)
    }
    /// Label of `group` in the requested language.
    async fn group_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.0.group?))
    }
    /// Scope of an additional task; null for a main result.
    async fn scope(&self) -> Option<AssignmentScope> {
        self.0.scope.map(Into::into)
    }
    /// Label of `scope` in the requested language.
    async fn scope_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> Option<&str> {
        Some(label(ctx, locale, self.0.scope?))
    }
}

pub struct FoundFigure(FigureCorrection, Rated);

/// A figure determined by the rater for an indicator.
#[Object]
impl FoundFigure {
    /// Global id of the result row. Once the evaluation is final, it is the row's id in the revision that was rated;
    /// before, its id in the revision in force.
    async fn plan_result_id(&self, ctx: &Context<'_>) -> async_graphql::Result<ID> {
        self.1.result_id(ctx, self.0.result).await
    }
    /// Global id of the indicator, in the same revision.
    async fn indicator_id(&self, ctx: &Context<'_>) -> async_graphql::Result<ID> {
        self.1.indicator_id(ctx, self.0.result, self.0.indicator).await
    }
    /// The realisation; null if the reported one applies.
    async fn realisation(&self) -> Option<Decimal> {
        self.0.realisation.map(Decimal)
    }
    /// Lower bound of the target for this part of the year; null if the plan's target applies.
    async fn target_min(&self) -> Option<Decimal> {
        self.0.target.map(|target| Decimal(target.min))
    }
    /// Upper bound of the target.
    async fn target_max(&self) -> Option<Decimal> {
        self.0.target.map(|target| Decimal(target.max))
    }
}
