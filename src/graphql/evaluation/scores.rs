//! What the rater gives by a numeric scheme.

use crate::graphql::{
    id::{self, Kind},
    scalars::Decimal,
    scoring::{AssignmentScope, ResultGroup},
};
use async_graphql::{ID, InputObject, Object};
use domain::{
    Refusal,
    evaluation::{self, FigureFound, RowPlace, ValueScore},
    plan::Target,
};

/// What the rater gives by a numeric scheme, in place of the two ratings. The results follow from what was reported on
/// the indicators.
#[derive(InputObject)]
pub struct ScoresInput {
    /// Scores of behaviour values; a draft may lack some, FINAL needs all.
    #[graphql(default)]
    behaviour: Vec<ValueScoreInput>,
    /// What the rules ask of a row and the plan does not tell.
    #[graphql(default)]
    rows: Vec<RowPlaceInput>,
    /// Figures in place of those that were reported, or where none was.
    #[graphql(default)]
    figures: Vec<FigureFoundInput>,
    /// Whether peers and subordinates were asked: it decides how results and behaviour weigh.
    #[graphql(default)]
    peers: bool,
    /// A new idea that benefits the organisation or the state, in words, at most 2,000 characters: a condition of the
    /// best predicate.
    new_idea: Option<String>,
}

/// The score of a behaviour value.
#[derive(InputObject)]
pub struct ValueScoreInput {
    /// The criterion; see `criteria`.
    criterion_id: ID,
    /// By the rater, up to 120.
    rater: Decimal,
    /// By peers, where they were asked.
    peers: Option<Decimal>,
    /// By subordinates, where they were asked.
    subordinates: Option<Decimal>,
}

/// What the rules ask of a row and the plan does not tell.
#[derive(InputObject)]
pub struct RowPlaceInput {
    /// The row of the plan in force.
    plan_result_id: ID,
    /// The group of a main result of a high leader; if one has a group, each must.
    group: Option<ResultGroup>,
    /// How far an additional assignment reached; required of an additional result.
    scope: Option<AssignmentScope>,
}

/// A figure that the rater found.
#[derive(InputObject)]
pub struct FigureFoundInput {
    /// The row of the plan in force.
    plan_result_id: ID,
    /// Its indicator.
    indicator_id: ID,
    /// What was reached; by default what was reported.
    realisation: Option<Decimal>,
    /// The lower end of the target of this part of the year; by default the plan's target.
    target_min: Option<Decimal>,
    /// The upper end; by default the same as `targetMin`.
    target_max: Option<Decimal>,
}

impl ScoresInput {
    pub(super) fn parse(self) -> Result<evaluation::Scores, Refusal> {
        use super::input::each;
        let read = || -> Result<evaluation::Scores, Refusal> {
            Ok(evaluation::Scores {
                behaviour: each("behaviour", self.behaviour, ValueScoreInput::parse)?,
                rows: each("rows", self.rows, RowPlaceInput::parse)?,
                figures: each("figures", self.figures, FigureFoundInput::parse)?,
                peers: self.peers,
                new_idea: self.new_idea,
            })
        };
        read().map_err(|refusal| refusal.under(["scores"]))
    }
}

impl ValueScoreInput {
    fn parse(self) -> Result<ValueScore, Refusal> {
        Ok(ValueScore {
            criterion: id::parse(Kind::Criterion, &self.criterion_id, "criterionId")?,
            rater: self.rater.0,
            peers: self.peers.map(|score| score.0),
            subordinates: self.subordinates.map(|score| score.0),
        })
    }
}

impl RowPlaceInput {
    fn parse(self) -> Result<RowPlace, Refusal> {
        Ok(RowPlace {
            result: id::parse(Kind::PlanResult, &self.plan_result_id, "planResultId")?,
            group: self.group.map(Into::into),
            scope: self.scope.map(Into::into),
        })
    }
}

impl FigureFoundInput {
    fn parse(self) -> Result<FigureFound, Refusal> {
        let target = match (self.target_min, self.target_max) {
            (Some(min), max) => Some(Target { min: min.0, max: max.unwrap_or(min).0 }),
            (None, Some(_)) => return Err(Refusal::required("targetMin")),
            (None, None) => None,
        };
        Ok(FigureFound {
            result: id::parse(Kind::PlanResult, &self.plan_result_id, "planResultId")?,
            indicator: id::parse(Kind::Indicator, &self.indicator_id, "indicatorId")?,
            realisation: self.realisation.map(|figure| figure.0),
            target,
        })
    }
}

pub struct Scores(pub evaluation::Scores);

/// What the rater gave by a numeric scheme.
#[Object]
impl Scores {
    /// Scores of behaviour values.
    async fn behaviour(&self) -> Vec<BehaviourValueScore> {
        self.0.behaviour.iter().copied().map(BehaviourValueScore).collect()
    }
    /// What the rules ask of rows and the plan does not tell.
    async fn rows(&self) -> Vec<ScoredRow> {
        self.0.rows.iter().copied().map(ScoredRow).collect()
    }
    /// Figures in place of those that were reported.
    async fn figures(&self) -> Vec<FoundFigure> {
        self.0.figures.iter().copied().map(FoundFigure).collect()
    }
    /// Whether peers and subordinates were asked.
    async fn peers(&self) -> bool {
        self.0.peers
    }
    /// A new idea that benefits the organisation or the state.
    async fn new_idea(&self) -> Option<&str> {
        self.0.new_idea.as_deref()
    }
}

pub struct BehaviourValueScore(ValueScore);

/// The score of a behaviour value.
#[Object]
impl BehaviourValueScore {
    /// The criterion's id; see `criteria`.
    async fn criterion_id(&self) -> ID {
        id::encode(Kind::Criterion, self.0.criterion)
    }
    /// By the rater.
    async fn rater(&self) -> Decimal {
        Decimal(self.0.rater)
    }
    /// By peers, where they were asked.
    async fn peers(&self) -> Option<Decimal> {
        self.0.peers.map(Decimal)
    }
    /// By subordinates, where they were asked.
    async fn subordinates(&self) -> Option<Decimal> {
        self.0.subordinates.map(Decimal)
    }
}

pub struct ScoredRow(RowPlace);

/// What the rules ask of a row and the plan does not tell.
#[Object]
impl ScoredRow {
    /// The row's id.
    async fn plan_result_id(&self) -> ID {
        id::encode(Kind::PlanResult, self.0.result)
    }
    /// The group of a main result of a high leader.
    async fn group(&self) -> Option<ResultGroup> {
        self.0.group.map(Into::into)
    }
    /// How far an additional assignment reached.
    async fn scope(&self) -> Option<AssignmentScope> {
        self.0.scope.map(Into::into)
    }
}

pub struct FoundFigure(FigureFound);

/// A figure that the rater found.
#[Object]
impl FoundFigure {
    /// The row's id.
    async fn plan_result_id(&self) -> ID {
        id::encode(Kind::PlanResult, self.0.result)
    }
    /// The indicator's id.
    async fn indicator_id(&self) -> ID {
        id::encode(Kind::Indicator, self.0.indicator)
    }
    /// What was reached; null: what was reported.
    async fn realisation(&self) -> Option<Decimal> {
        self.0.realisation.map(Decimal)
    }
    /// The lower end of the target of this part of the year; null: the plan's target.
    async fn target_min(&self) -> Option<Decimal> {
        self.0.target.map(|target| Decimal(target.min))
    }
    /// The upper end.
    async fn target_max(&self) -> Option<Decimal> {
        self.0.target.map(|target| Decimal(target.max))
    }
}
