//! Finds the smallest changes that would improve a predicate. It tries each change by scoring the changed input.

use super::{Behaviour, Results, ScoreInput, score};
use crate::{
    Decimal, Key, Message, Refusal,
    plan::Direction,
    rating::{Expectation, Predicate},
    regulation::{RegulationDocument, Scheme},
};
use serde::{Deserialize, Serialize};
use strum::IntoEnumIterator;

/// One changed input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Change {
    /// A change of the result rating.
    ResultRating {
        /// The current rating.
        from: Expectation,
        /// A sufficient rating.
        to: Expectation,
    },
    /// A change of the behaviour rating.
    BehaviourRating {
        /// The current rating.
        from: Expectation,
        /// A sufficient rating.
        to: Expectation,
    },
    /// A change of an indicator's realisation.
    Realisation {
        /// The row's index in the input.
        row: usize,
        /// The indicator's index in the row.
        indicator: usize,
        /// The current realisation.
        from: Decimal,
        /// The sufficient realisation nearest to the current one, exact to the last digit.
        to: Decimal,
    },
    /// A change of the rater's score for a behaviour value.
    BehaviourScore {
        /// The value's index in the input.
        value: usize,
        /// The current score.
        from: Decimal,
        /// A sufficient score.
        to: Decimal,
    },
    /// A new idea.
    NewIdea,
}

/// The changes that would reach a predicate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// The current predicate.
    pub now: Predicate,
    /// Whether the current predicate is already good enough.
    pub reached: bool,
    /// The alternatives. All changes of one alternative together are sufficient. Empty if the predicate is already
    /// reached or can't be reached.
    pub alternatives: Vec<Vec<Change>>,
}

/// The maximum number of figures in an input.
const LEVERS_MAX: usize = 100;

/// Finds the smallest changes that improve the predicate to the wanted one or a better one.
///
/// In a rating scheme, it returns every alternative with the fewest rating steps.
///
/// In a numeric scheme, it returns the first of these that reaches the predicate:
/// 1. a new idea alone;
/// 2. one alternative for each figure that is sufficient alone, with its smallest change;
/// 3. the same, each with a new idea;
/// 4. one alternative with as few figures as possible, each with the smallest sufficient change.
///
/// For the last one, it tries up to [`TRIES_MAX`] sets of figures, smallest sets first. After that, it starts from all
/// figures and drops each one that is not needed, those with the smallest gain first.
///
/// # Errors
/// The input has too many figures, or [`score`] refuses it.
pub fn what_would_reach(
    document: &RegulationDocument,
    current: &ScoreInput,
    wanted: Predicate,
) -> Result<Reach, Vec<Refusal>> {
    if levers(current).len() > LEVERS_MAX {
        let message = Message::new(Key::TooMany).with("field", "results").with("max", LEVERS_MAX);
        return Err(Refusal::input(["results"], message).into());
    }
    let now = score(document, current)?.predicate;
    // Predicates are ordered best first.
    if now <= wanted {
        return Ok(Reach { now, reached: true, alternatives: Vec::new() });
    }
    let alternatives = match document.scheme {
        Scheme::RatingMatrix => by_ratings(document, current, wanted),
        Scheme::Numeric => by_figures(document, current, wanted),
    };
    Ok(Reach { now, reached: false, alternatives })
}

fn reaches(document: &RegulationDocument, input: &ScoreInput, wanted: Predicate) -> bool {
    score(document, input).is_ok_and(|scored| scored.predicate <= wanted)
}

const fn level(rating: Expectation) -> u8 {
    match rating {
        Expectation::Below => 0,
        Expectation::AsExpected => 1,
        Expectation::Above => 2,
    }
}

/// The result rating in effect, whether it was given, suggested or derived from the unit's predicate.
fn result_rating(document: &RegulationDocument, input: &ScoreInput) -> Option<Expectation> {
    score(document, input).ok()?.tree.rating(super::ratings::RESULT)?.parse().ok()
}

fn by_ratings(document: &RegulationDocument, current: &ScoreInput, wanted: Predicate) -> Vec<Vec<Change>> {
    let Some(result) = result_rating(document, current) else { return Vec::new() };
    let Behaviour::Rating(behaviour) = current.behaviour else { return Vec::new() };
    let mut found: Vec<(u8, Vec<Change>)> = Vec::new();
    // The unit's predicate determines the result rating of the unit's head, so the rater can't change it.
    let fixed = matches!(current.results, Results::Unit(_));
    let results = Expectation::iter()
        .filter(|rating| if fixed { *rating == result } else { level(*rating) >= level(result) });
    for better_result in results {
        for better in Expectation::iter().filter(|rating| level(*rating) >= level(behaviour)) {
            let input = ScoreInput {
                results: Results::Rating(better_result),
                behaviour: Behaviour::Rating(better),
                ..current.clone()
            };
            if !reaches(document, &input, wanted) {
                continue;
            }
            let steps = level(better_result) - level(result) + level(better) - level(behaviour);
            let mut changes = Vec::new();
            if better_result != result {
                changes.push(Change::ResultRating { from: result, to: better_result });
            }
            if better != behaviour {
                changes.push(Change::BehaviourRating { from: behaviour, to: better });
            }
            found.push((steps, changes));
        }
    }
    let fewest = found.iter().map(|(steps, _)| *steps).min();
    found.into_iter().filter(|(steps, _)| Some(*steps) == fewest).map(|(_, changes)| changes).collect()
}

/// A figure that can be improved, by its index: a realisation (row, indicator) or a behaviour score.
#[derive(Clone, Copy)]
enum Lever {
    Indicator(usize, usize),
    Value(usize),
}

fn by_figures(document: &RegulationDocument, current: &ScoreInput, wanted: Predicate) -> Vec<Vec<Change>> {
    let mut alternatives = Vec::new();
    let with_idea = ScoreInput { new_idea: true, ..current.clone() };
    if !current.new_idea && reaches(document, &with_idea, wanted) {
        return vec![vec![Change::NewIdea]];
    }
    for idea in [false, true] {
        if idea && current.new_idea {
            continue;
        }
        let base = if idea { &with_idea } else { current };
        for lever in levers(base) {
            if let Some(change) = smallest_change(document, base, lever, wanted) {
                alternatives.push(if idea { vec![change, Change::NewIdea] } else { vec![change] });
            }
        }
        if !alternatives.is_empty() {
            return alternatives;
        }
    }
    combined_changes(document, current, wanted).into_iter().collect()
}

fn levers(input: &ScoreInput) -> Vec<Lever> {
    let mut levers = Vec::new();
    if let Behaviour::Scores(values) = &input.behaviour {
        levers.extend((0..values.len()).map(Lever::Value));
    }
    if let Results::Rows(rows) = &input.results {
        for (row, one) in rows.iter().enumerate() {
            levers.extend((0..one.indicators.len()).map(|indicator| Lever::Indicator(row, indicator)));
        }
    }
    levers
}

/// The current and the best useful figure of a lever, in hundredths.
fn span(document: &RegulationDocument, input: &ScoreInput, lever: Lever) -> Option<(i64, i64)> {
    match (lever, &input.results, &input.behaviour) {
        (Lever::Value(value), _, Behaviour::Scores(values)) => {
            let best = document.numeric.as_ref()?.cap.value?;
            Some((values.get(value)?.rater.hundredths(), best.hundredths()))
        }
        (Lever::Indicator(row, indicator), Results::Rows(rows), _) => {
            let figures = rows.get(row)?.indicators.get(indicator)?;
            let best = match figures.direction {
                Direction::LowerIsBetter => 0,
                // The best figure is the target if it can't be exceeded, otherwise twice the target, which is
                // beyond every band.
                Direction::HigherIsBetter if figures.target_is_maximum => figures.target.max.hundredths(),
                Direction::HigherIsBetter => figures.target.max.hundredths().checked_mul(2)?,
            };
            let best = best.min(Decimal::MAX.hundredths());
            Some((figures.realisation.hundredths(), best))
        }
        _ => None,
    }
}

fn with(input: &ScoreInput, lever: Lever, figure: i64) -> ScoreInput {
    let mut input = input.clone();
    let figure = Decimal::from_hundredths(figure);
    match (lever, &mut input.results, &mut input.behaviour) {
        (Lever::Value(value), _, Behaviour::Scores(values)) => {
            if let Some(one) = values.get_mut(value) {
                one.rater = figure;
            }
        }
        (Lever::Indicator(row, indicator), Results::Rows(rows), _) => {
            if let Some(one) = rows.get_mut(row).and_then(|row| row.indicators.get_mut(indicator)) {
                one.realisation = figure;
            }
        }
        _ => {}
    }
    input
}

/// The smallest sufficient change of one lever.
fn smallest_change(
    document: &RegulationDocument,
    input: &ScoreInput,
    lever: Lever,
    wanted: Predicate,
) -> Option<Change> {
    let (now, best) = span(document, input, lever)?;
    if !can_improve(lever, input, now, best) || !reaches(document, &with(input, lever, best), wanted) {
        return None;
    }
    let enough =
        nearest_sufficient(now, best, |figure| reaches(document, &with(input, lever, figure), wanted));
    Some(change(lever, now, enough))
}

/// Whether the best figure is better than the current one.
fn can_improve(lever: Lever, input: &ScoreInput, now: i64, best: i64) -> bool {
    let lower = match (lever, &input.results) {
        (Lever::Indicator(row, indicator), Results::Rows(rows)) => rows
            .get(row)
            .and_then(|row| row.indicators.get(indicator))
            .is_some_and(|figures| figures.direction == Direction::LowerIsBetter),
        _ => false,
    };
    if lower { best < now } else { best > now }
}

fn change(lever: Lever, from: i64, to: i64) -> Change {
    let (from, to) = (Decimal::from_hundredths(from), Decimal::from_hundredths(to));
    match lever {
        Lever::Value(value) => Change::BehaviourScore { value, from, to },
        Lever::Indicator(row, indicator) => Change::Realisation { row, indicator, from, to },
    }
}

/// The maximum number of sets of figures to try.
const TRIES_MAX: usize = 1_000;

/// The changes of as few figures as possible that are sufficient together, each as small as possible.
fn combined_changes(
    document: &RegulationDocument,
    current: &ScoreInput,
    wanted: Predicate,
) -> Option<Vec<Change>> {
    let useful: Vec<(Lever, i64, i64)> = levers(current)
        .into_iter()
        .filter_map(|lever| span(document, current, lever).map(|(now, best)| (lever, now, best)))
        .filter(|(lever, now, best)| can_improve(*lever, current, *now, *best))
        .collect();
    let improved = |input: &ScoreInput, set: &[usize]| {
        let chosen = set.iter().filter_map(|index| useful.get(*index));
        chosen.fold(input.clone(), |input, (lever, _, best)| with(&input, *lever, *best))
    };
    let all: Vec<usize> = (0..useful.len()).collect();
    let with_idea = ScoreInput { new_idea: true, ..current.clone() };
    let base = if reaches(document, &improved(current, &all), wanted) { current } else { &with_idea };
    if !reaches(document, &improved(base, &all), wanted) {
        return None;
    }
    let sufficient = |set: &[usize]| reaches(document, &improved(base, set), wanted);
    let set = smallest_set(useful.len(), sufficient).unwrap_or_else(|| {
        let gain = |index: &usize| {
            let scored = score(document, &improved(base, &[*index])).ok();
            scored.and_then(|scored| scored.score)
        };
        let mut by_gain: Vec<(Option<Decimal>, usize)> =
            all.iter().map(|index| (gain(index), *index)).collect();
        by_gain.sort_unstable();
        by_gain.into_iter().fold(all.clone(), |set, (_, index)| {
            let without: Vec<usize> = set.iter().copied().filter(|one| *one != index).collect();
            if sufficient(&without) { without } else { set }
        })
    });
    let mut input = improved(base, &set);
    let mut changes = Vec::new();
    for (lever, now, best) in set.iter().filter_map(|index| useful.get(*index)) {
        let enough = nearest_sufficient(*now, *best, |figure| {
            reaches(document, &with(&input, *lever, figure), wanted)
        });
        input = with(&input, *lever, enough);
        changes.push(change(*lever, *now, enough));
    }
    if base.new_idea && !current.new_idea {
        changes.push(Change::NewIdea);
    }
    Some(changes)
}

/// The smallest sufficient subset of `0..count` with at least two members; none after [`TRIES_MAX`] tries.
fn smallest_set(count: usize, sufficient: impl Fn(&[usize]) -> bool) -> Option<Vec<usize>> {
    let mut tries = TRIES_MAX;
    for size in 2..=count {
        let mut set: Vec<usize> = (0..size).collect();
        loop {
            tries = tries.checked_sub(1)?;
            if sufficient(&set) {
                return Some(set);
            }
            // The next set of this size, in lexicographic order.
            let Some(at) = (0..size).rev().find(|at| set[*at] < count - size + *at) else { break };
            set[at] += 1;
            for after in at + 1..size {
                set[after] = set[after - 1] + 1;
            }
        }
    }
    None
}

/// The sufficient figure nearest to `fails`, where `suffices` is known to be sufficient. A binary search works because
/// a better figure never lowers the score.
fn nearest_sufficient(mut fails: i64, mut suffices: i64, reaches: impl Fn(i64) -> bool) -> i64 {
    while fails.abs_diff(suffices) > 1 {
        let middle = fails.midpoint(suffices);
        if reaches(middle) { suffices = middle } else { fails = middle }
    }
    suffices
}

impl ScoreInput {
    /// Returns the input with one change applied.
    #[must_use]
    pub fn changed(&self, change: &Change) -> Self {
        match *change {
            Change::ResultRating { to, .. } => Self { results: Results::Rating(to), ..self.clone() },
            Change::BehaviourRating { to, .. } => Self { behaviour: Behaviour::Rating(to), ..self.clone() },
            Change::Realisation { row, indicator, to, .. } => {
                with(self, Lever::Indicator(row, indicator), to.hundredths())
            }
            Change::BehaviourScore { value, to, .. } => with(self, Lever::Value(value), to.hundredths()),
            Change::NewIdea => Self { new_idea: true, ..self.clone() },
        }
    }
}
