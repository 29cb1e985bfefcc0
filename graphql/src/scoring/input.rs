//! Inputs of simulations.

use crate::{
    enums::{Direction, Expectation, OrgUnitPredicate, Predicate, ResultKind},
    scalars::Decimal,
};
use async_graphql::{Enum, InputObject, OneofObject};
use domain::{Key, Refusal, plan::Target, scoring};
use service::regulation::RegulationChoice;

/// A regulation to compute with; by default the one in force.
#[derive(InputObject, Default)]
pub struct RegulationInput {
    /// Code, such as `PP-30-2019`.
    code: Option<String>,
    /// Version; by default the newest.
    version: Option<i32>,
}

impl From<RegulationInput> for RegulationChoice {
    fn from(input: RegulationInput) -> Self {
        Self { code: input.code, version: input.version }
    }
}

/// Group of a main result in a plan of a senior executive (JPT).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::regulation::ResultGroup")]
pub enum ResultGroup {
    /// Performance agreement and directives (perjanjian kinerja, direktif).
    Agreement,
    /// Action plans and strategic initiatives (rencana aksi, inisiatif strategis).
    Initiative,
}

/// Scope of an additional task (lingkup penugasan).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::regulation::AssignmentScope")]
pub enum AssignmentScope {
    /// Within the unit.
    SameUnit,
    /// Between units.
    BetweenUnits,
    /// Between agencies.
    BetweenAgencies,
}

/// The part of an evaluation that a training is evidence for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::scoring::CountsFor")]
pub enum TrainingCountsFor {
    /// The results.
    Results,
    /// The behaviour, such as the behaviour value Kompeten.
    Behaviour,
}

/// Input of `simulateEvaluation`: the results and the behaviour to compute with. Nothing is stored.
#[derive(InputObject)]
pub struct SimulateEvaluationInput {
    /// The regulation; by default the one in force.
    pub regulation: Option<RegulationInput>,
    /// The results.
    results: SimulatedResultsInput,
    /// The behaviour.
    behaviour: SimulatedBehaviourInput,
    /// Whether peers and subordinates are asked. This determines the weights of results and behaviour. Default false.
    #[graphql(default)]
    peers: bool,
    /// Whether there is a new idea that benefits the organisation or the state; default false.
    #[graphql(default)]
    new_idea: bool,
    /// Recognised trainings, at most 100.
    #[graphql(
        default,
        deprecation = "leave it out: trainings count by their verified certificates; removed after 2028-12-31"
    )]
    trainings: Vec<RecognisedTrainingInput>,
}

/// The results to compute with: give exactly one field.
#[derive(OneofObject)]
enum SimulatedResultsInput {
    /// Rating of the results.
    Rating(Expectation),
    /// For a unit's head: the unit's predicate, which determines the rating of the results.
    OrgUnitPredicate(OrgUnitPredicate),
    /// Rows with indicators, at most 50. A numeric scheme computes a score from them; a rating matrix derives a
    /// suggested rating.
    Rows(Vec<SimulatedResultInput>),
}

/// The behaviour to compute with: give exactly one field.
#[derive(OneofObject)]
enum SimulatedBehaviourInput {
    /// Rating of the behaviour.
    Rating(Expectation),
    /// Scores of behaviour values, at most 100, for a numeric scheme.
    Scores(Vec<BehaviourScoreInput>),
}

/// A result row.
#[derive(InputObject)]
pub struct SimulatedResultInput {
    /// The result, in words.
    label: String,
    /// Main or additional.
    kind: ResultKind,
    /// Group of a main result in a plan of a senior executive (JPT).
    group: Option<ResultGroup>,
    /// Scope of an additional task; required by a numeric scheme.
    scope: Option<AssignmentScope>,
    /// Whether the row is a step of the action plan (rencana aksi) in a plan of a senior executive. If any row is such
    /// a step, the result is that of a part of the year. It combines the mean of the steps and the mean of the other
    /// main results with the weights of the regulation; without other main results, it is the mean of the steps.
    /// Default false.
    #[graphql(default)]
    is_action_plan: bool,
    /// Its indicators, at least one.
    indicators: Vec<SimulatedIndicatorInput>,
}

/// An indicator with its realisation.
#[derive(InputObject)]
pub struct SimulatedIndicatorInput {
    /// The indicator, in words.
    label: String,
    /// Lower bound of the target.
    target_min: Decimal,
    /// Upper bound of the target; by default the same as `targetMin`.
    target_max: Option<Decimal>,
    /// Realisation.
    realisation: Decimal,
    /// Unit of measure of target and realisation (satuan).
    #[graphql(default)]
    measure: String,
    /// Whether a higher or a lower figure is better.
    direction: Direction,
    /// Whether the target is the maximum, such as 100 percent; default false.
    #[graphql(default)]
    target_is_maximum: bool,
}

/// The score of a behaviour value.
#[derive(InputObject)]
pub struct BehaviourScoreInput {
    /// The value, in words.
    label: String,
    /// Score by the rater.
    rater: Decimal,
    /// Score by peers, if they are asked.
    peers: Option<Decimal>,
    /// Score by subordinates, if they are asked.
    subordinates: Option<Decimal>,
}

/// A recognised training (pengembangan kompetensi).
#[derive(InputObject)]
pub struct RecognisedTrainingInput {
    /// Reference that identifies the training, such as a certificate number. The same training counts once.
    reference: String,
    /// Its name.
    title: String,
    /// Lesson hours (JP).
    hours: i32,
    /// Whether it is evidence for the results or the behaviour.
    counts_for: TrainingCountsFor,
    /// The result row or behaviour value, in words.
    of: Option<String>,
}

/// A number of months at one level with one predicate.
#[derive(InputObject)]
pub struct CreditSegmentInput {
    /// Level (jenjang) by code or name, if different from the `level` argument.
    level: Option<String>,
    /// Number of whole months, 1 to 12.
    months: i32,
    /// The predicate of these months.
    predicate: Predicate,
}

/// Number of people with a predicate.
#[derive(InputObject)]
pub struct PredicateCountInput {
    /// The predicate.
    pub predicate: Predicate,
    /// Number of people.
    pub count: i32,
}

/// Parses a count from a client. The count must not be negative.
pub fn natural(field: &str, value: i32) -> Result<u32, Refusal> {
    u32::try_from(value).map_err(|_| {
        let message =
            domain::Message::new(Key::OutOfRange).with("field", field).with("min", 0).with("max", i32::MAX);
        Refusal::input([field], message)
    })
}

impl SimulateEvaluationInput {
    /// Converts to the domain's input, or returns a refusal for each malformed value.
    pub fn parse(self) -> Result<scoring::ScoreInput, Vec<Refusal>> {
        let results = match self.results {
            SimulatedResultsInput::Rating(rating) => scoring::Results::Rating(rating.into()),
            SimulatedResultsInput::OrgUnitPredicate(unit) => scoring::Results::Unit(unit.into()),
            SimulatedResultsInput::Rows(rows) => {
                scoring::Results::Rows(rows.into_iter().map(Into::into).collect())
            }
        };
        let behaviour = match self.behaviour {
            SimulatedBehaviourInput::Rating(rating) => scoring::Behaviour::Rating(rating.into()),
            SimulatedBehaviourInput::Scores(values) => {
                scoring::Behaviour::Scores(values.into_iter().map(Into::into).collect())
            }
        };
        Ok(scoring::ScoreInput {
            results,
            behaviour,
            peers: self.peers,
            new_idea: self.new_idea,
            trainings: trainings(self.trainings)?,
            year: None,
        })
    }
}

impl From<SimulatedResultInput> for scoring::ResultRow {
    fn from(row: SimulatedResultInput) -> Self {
        Self {
            label: row.label,
            kind: row.kind.into(),
            group: row.group.map(Into::into),
            scope: row.scope.map(Into::into),
            is_action: row.is_action_plan,
            indicators: row.indicators.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<SimulatedIndicatorInput> for scoring::IndicatorFigures {
    fn from(indicator: SimulatedIndicatorInput) -> Self {
        let (min, max) = (indicator.target_min.0, indicator.target_max.unwrap_or(indicator.target_min).0);
        Self {
            label: indicator.label,
            target: Target { min, max },
            realisation: indicator.realisation.0,
            unit: indicator.measure,
            direction: indicator.direction.into(),
            target_is_maximum: indicator.target_is_maximum,
        }
    }
}

impl From<BehaviourScoreInput> for scoring::BehaviourScore {
    fn from(value: BehaviourScoreInput) -> Self {
        Self {
            label: value.label,
            rater: value.rater.0,
            peers: value.peers.map(|score| score.0),
            subordinates: value.subordinates.map(|score| score.0),
        }
    }
}

/// Converts trainings to the domain's type.
fn trainings(given: Vec<RecognisedTrainingInput>) -> Result<Vec<scoring::RecognisedTraining>, Vec<Refusal>> {
    let (mut trainings, mut refusals) = (Vec::with_capacity(given.len()), Vec::new());
    for (index, training) in given.into_iter().enumerate() {
        match natural("hours", training.hours) {
            Ok(hours) => trainings.push(scoring::RecognisedTraining {
                reference: training.reference,
                title: training.title,
                hours,
                counts_for: training.counts_for.into(),
                of: training.of,
                registered: None,
            }),
            Err(refusal) => refusals.push(refusal.under(["trainings".to_owned(), index.to_string()])),
        }
    }
    if refusals.is_empty() { Ok(trainings) } else { Err(refusals) }
}

/// Converts segments to the domain's type.
pub fn segments(given: Vec<CreditSegmentInput>) -> Result<Vec<scoring::CreditSegment>, Vec<Refusal>> {
    let (mut segments, mut refusals) = (Vec::with_capacity(given.len()), Vec::new());
    for (index, segment) in given.into_iter().enumerate() {
        match natural("months", segment.months) {
            Ok(months) => segments.push(scoring::CreditSegment {
                level: segment.level,
                months,
                predicate: segment.predicate.into(),
            }),
            Err(refusal) => refusals.push(refusal.under(["segments".to_owned(), index.to_string()])),
        }
    }
    if refusals.is_empty() { Ok(segments) } else { Err(refusals) }
}
