//! The input of the scoring core, and the function that scores it. Evaluations and simulations use the same ones.

use super::{
    Label, ScoreTree,
    achievement::IndicatorFigures,
    apply, numeric, ratings, rule, sentence,
    training::{self, RecognisedTraining},
    year::{self, YearInput},
};
use crate::{
    Decimal, Key, Locale, Message, Refusal,
    error::unless_refused,
    plan::{INDICATORS_MAX, RESULTS_MAX, ResultKind},
    rating::{Expectation, OrgUnitPredicate, Predicate},
    regulation::{AssignmentScope, RegulationDocument, ResultGroup, Scheme},
};
use serde::{Deserialize, Serialize};

/// The results to score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Results {
    /// The rater's rating.
    Rating(Expectation),
    /// The unit's predicate, for the head of a unit: it determines the rating.
    Unit(OrgUnitPredicate),
    /// Rows with indicators. A numeric scheme scores them; a rating scheme derives a suggested rating.
    Rows(Vec<ResultRow>),
}

/// A result row with its indicators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultRow {
    /// The text of the result.
    pub label: String,
    /// Main or additional.
    pub kind: ResultKind,
    /// The group of a senior executive's main result.
    pub group: Option<ResultGroup>,
    /// The scope of an additional task; a numeric scheme requires it.
    pub scope: Option<AssignmentScope>,
    /// Whether the row is a step of a senior executive's action plan (rencana aksi). If any row is, the results are for
    /// a part of the year.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_action: bool,
    /// The indicators, at least one.
    pub indicators: Vec<IndicatorFigures>,
}

/// The behaviour to score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Behaviour {
    /// The rater's rating.
    Rating(Expectation),
    /// Scores by value, for a numeric scheme.
    Scores(Vec<BehaviourScore>),
}

/// The score of a behaviour value, up to 120.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BehaviourScore {
    /// The text of the value.
    pub label: String,
    /// The rater's score.
    pub rater: Decimal,
    /// The peers' score, if peers are asked.
    pub peers: Option<Decimal>,
    /// The subordinates' score, if subordinates are asked.
    pub subordinates: Option<Decimal>,
}

/// The complete input of a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreInput {
    /// The results.
    pub results: Results,
    /// The behaviour.
    pub behaviour: Behaviour,
    /// Whether peers and subordinates are asked. This determines the weights of results and behaviour.
    pub peers: bool,
    /// Whether the ratee contributed a new idea that benefits the organisation or the state.
    pub new_idea: bool,
    /// Recognised training.
    pub trainings: Vec<RecognisedTraining>,
    /// The year's earlier parts, if the ratee had several plans in the year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<YearInput>,
}

impl ScoreInput {
    /// An input of two ratings only.
    #[must_use]
    pub const fn ratings(result: Expectation, behaviour: Expectation) -> Self {
        Self {
            results: Results::Rating(result),
            behaviour: Behaviour::Rating(behaviour),
            peers: false,
            new_idea: false,
            trainings: Vec::new(),
            year: None,
        }
    }
}

/// A predicate with its score and explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreResult {
    /// The predicate.
    pub predicate: Predicate,
    /// The score in a numeric scheme, rounded to two digits for display.
    pub score: Option<Decimal>,
    /// The tree that explains the predicate.
    pub tree: ScoreTree,
}

/// The maximum number of behaviour values or trainings. Rows and indicators have the limits of a plan.
pub const ITEMS_MAX: usize = 100;

/// Scores an input by a regulation. Evaluations and simulations both use it; it stores nothing.
///
/// # Errors
/// Every refusal of the input with its path, or the section or parameter missing in the regulation.
pub fn score(document: &RegulationDocument, input: &ScoreInput) -> Result<ScoreResult, Vec<Refusal>> {
    unless_refused((), check(document, input))?;
    let trainings = training::nodes(&input.trainings, document)?;
    let skeleton = match document.scheme {
        Scheme::RatingMatrix => {
            let Behaviour::Rating(behaviour) = input.behaviour else {
                return Err(Refusal::input(["behaviour"], Key::NeedsRatings).into());
            };
            ratings::skeleton(document, &input.results, behaviour, trainings)?
        }
        Scheme::Numeric => {
            let numeric =
                document.numeric.as_ref().ok_or_else(|| ratings::section_missing(document, "numeric"))?;
            match (&input.results, &input.behaviour) {
                (Results::Rows(rows), Behaviour::Scores(values)) => {
                    numeric::skeleton(document, numeric, input, rows, values, trainings)?
                }
                (Results::Rows(_), _) => {
                    return Err(Refusal::input(["behaviour"], Key::NeedsFigures).into());
                }
                _ => return Err(Refusal::input(["results"], Key::NeedsFigures).into()),
            }
        }
    };
    let skeleton = match &input.year {
        Some(year) => year::over(document, year, skeleton)?,
        None => skeleton,
    };
    let tree = finish(document, apply::compute(skeleton, document)?);
    let predicate = tree.root.exact.parse().map_err(|_| rule::malformed())?;
    Ok(ScoreResult { predicate, score: tree.score(), tree })
}

/// Labels the predicates and stores the sentences that use the regulation's own labels.
pub(super) fn finish(document: &RegulationDocument, mut root: super::ScoreNode) -> ScoreTree {
    label_predicates(&mut root, document);
    sentence::store_custom(&mut root, &document.labels);
    ScoreTree { regulation: document.reference(), root }
}

/// Labels every predicate node: the root, and the last part of a year of several plans.
fn label_predicates(node: &mut super::ScoreNode, document: &RegulationDocument) {
    if let (super::PREDICATE, Ok(predicate)) = (node.code.as_str(), node.exact.parse::<Predicate>()) {
        node.label = Label::new(
            &format!("Predikat kinerja: {}", document.labels.predicate(predicate, Locale::Id)),
            &format!("Predicate: {}", document.labels.predicate(predicate, Locale::En)),
        );
    }
    for child in &mut node.children {
        label_predicates(child, document);
    }
}

/// Checks the whole input and returns every refusal.
fn check(document: &RegulationDocument, input: &ScoreInput) -> Vec<Refusal> {
    let most = document.numeric.as_ref().and_then(|numeric| numeric.cap.value).unwrap_or(Decimal::MAX);
    let mut refusals = input.year.as_ref().map(|year| year::check(document, year)).unwrap_or_default();
    let mut count = |path: &[&str], items: usize, least: usize, most: usize| {
        let field = path.last().copied().unwrap_or_default();
        if items < least {
            refusals.push(Refusal::input(path, Message::new(Key::Required).with("field", field)));
        } else if items > most {
            let message = Message::new(Key::TooMany).with("field", field).with("max", most);
            refusals.push(Refusal::input(path, message));
        }
    };
    count(&["trainings"], input.trainings.len(), 0, ITEMS_MAX);
    if let Results::Rows(rows) = &input.results {
        count(&["results"], rows.len(), 1, RESULTS_MAX);
        for (index, row) in rows.iter().enumerate().take(ITEMS_MAX) {
            count(&["results", &index.to_string(), "indicators"], row.indicators.len(), 1, INDICATORS_MAX);
        }
    }
    if let Behaviour::Scores(values) = &input.behaviour {
        count(&["behaviour"], values.len(), 1, ITEMS_MAX);
        if !input.peers && values.iter().any(|value| value.peers.is_some() || value.subordinates.is_some()) {
            refusals.push(Refusal::input(["peers"], Key::PeersNotAsked));
        }
        for (index, value) in values.iter().enumerate().take(ITEMS_MAX) {
            let scores = [("rater", Some(value.rater)), ("peers", value.peers)];
            for (field, score) in scores.into_iter().chain([("subordinates", value.subordinates)]) {
                if score.is_some_and(|score| score < Decimal::ZERO || score > most) {
                    let path = ["behaviour", &index.to_string(), field];
                    refusals.push(Refusal::input(path, range(field, &Decimal::ZERO, &most)));
                }
            }
            if value.peers.is_some() != value.subordinates.is_some() {
                let field = if value.peers.is_none() { "peers" } else { "subordinates" };
                let path = ["behaviour", &index.to_string(), field];
                refusals.push(Refusal::input(path, Message::new(Key::Required).with("field", field)));
            }
        }
    }
    for (index, training) in input.trainings.iter().enumerate().take(ITEMS_MAX) {
        if training.hours > training::HOURS_MAX {
            let path = ["trainings", &index.to_string(), "hours"];
            refusals.push(Refusal::input(path, range("hours", &0, &training::HOURS_MAX)));
        }
    }
    if let Results::Rows(rows) = &input.results {
        if !rows.is_empty() && !rows.iter().any(|row| row.kind == ResultKind::Main) {
            refusals.push(Refusal::input(["results"], Key::MainResultRequired));
        }
        let is_numeric = document.scheme == Scheme::Numeric;
        let in_part = rows.iter().any(|row| row.is_action);
        let grouped = !in_part && rows.iter().any(|row| row.group.is_some());
        for (index, row) in rows.iter().enumerate().take(ITEMS_MAX) {
            let mut refused = Vec::new();
            // Only a numeric scheme weighs groups, scopes and action plans. In a rating scheme all rows count alike.
            if is_numeric {
                refused.extend(check_classification(row, grouped, in_part));
            }
            refused.extend(check_indicators(row));
            let index = index.to_string();
            refusals.extend(refused.into_iter().map(|refusal| refusal.under(["results", index.as_str()])));
        }
    }
    refusals
}

fn range(field: &str, min: &impl ToString, max: &impl ToString) -> Message {
    Message::new(Key::OutOfRange)
        .with("field", field)
        .with("min", min.to_string())
        .with("max", max.to_string())
}

fn check_classification(row: &ResultRow, grouped: bool, in_part: bool) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if grouped && row.kind == ResultKind::Main && row.group.is_none() {
        refusals.push(Refusal::required("group"));
    }
    if row.kind == ResultKind::Additional && row.scope.is_none() {
        refusals.push(Refusal::required("scope"));
    }
    if row.kind == ResultKind::Additional && in_part {
        refusals.push(Refusal::input(["kind"], Key::LeadersMainOnly));
    }
    if row.group.is_some() && in_part {
        refusals.push(Refusal::input(["group"], Key::LeadersMainOnly));
    }
    refusals
}

fn check_indicators(row: &ResultRow) -> Vec<Refusal> {
    let indicators = row.indicators.iter().enumerate().take(ITEMS_MAX);
    indicators
        .flat_map(|(index, indicator)| {
            let path = ["indicators".to_owned(), index.to_string()];
            indicator.check().into_iter().map(move |refusal| refusal.under(path.clone()))
        })
        .collect()
}
