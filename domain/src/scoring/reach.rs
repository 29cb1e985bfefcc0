//! What would lift a predicate: the smallest changes, each found by scoring again with the core itself.

use super::{Behaviour, Results, ScoreInput, score};
use crate::{
    Decimal, Key, Message, Refusal,
    evaluation::{Expectation, Predicate},
    plan::Direction,
    regulation::{RegulationDocument, Scheme},
};
use serde::{Deserialize, Serialize};
use strum::IntoEnumIterator;

/// One changed input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Change {
    /// Another rating of the results.
    ResultRating {
        /// The rating now.
        from: Expectation,
        /// The rating that would do.
        to: Expectation,
    },
    /// Another rating of the behaviour.
    BehaviourRating {
        /// The rating now.
        from: Expectation,
        /// The rating that would do.
        to: Expectation,
    },
    /// Another figure reached of an indicator.
    Realisation {
        /// The row's place in the input.
        row: usize,
        /// The indicator's place in the row.
        indicator: usize,
        /// The figure now.
        from: Decimal,
        /// The figure that would do: the nearest to the one now, to the last digit.
        to: Decimal,
    },
    /// Another score of a behaviour value.
    BehaviourScore {
        /// The value's place in the input.
        value: usize,
        /// The rater's score now.
        from: Decimal,
        /// The score that would do.
        to: Decimal,
    },
    /// A new idea.
    NewIdea,
}

/// What would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// The predicate now.
    pub now: Predicate,
    /// Whether it is as good as wanted already.
    pub reached: bool,
    /// Alternatives, the least changes first: all changes of one alternative together do. Empty if it is
    /// reached, or can't be.
    pub alternatives: Vec<Vec<Change>>,
}

/// The most figures of an input that are tried one by one.
const LEVERS_MAX: usize = 100;

/// The smallest changes that lift the predicate to the wanted one or a better one.
///
/// Ratings: all alternatives with the fewest steps of rating. Figures: each single input that alone would do,
/// with the smallest change; a new idea is added where it is a condition. Where no single one does, one
/// alternative of as few inputs as do together, none of which could be changed by less. That it is the fewest is
/// found by trying, up to [`TRIES_MAX`] sets; beyond that, inputs are dropped one by one while the rest does, those
/// that gain least first.
///
/// # Errors
/// As [`score`].
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
    // The best predicate is the smallest.
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

/// The result rating that counts, whether given, suggested or the unit's.
fn result_rating(document: &RegulationDocument, input: &ScoreInput) -> Option<Expectation> {
    score(document, input).ok()?.tree.rating(super::ratings::RESULT)?.parse().ok()
}

fn by_ratings(document: &RegulationDocument, current: &ScoreInput, wanted: Predicate) -> Vec<Vec<Change>> {
    let Some(result) = result_rating(document, current) else { return Vec::new() };
    let Behaviour::Rating(behaviour) = current.behaviour else { return Vec::new() };
    let mut found: Vec<(u8, Vec<Change>)> = Vec::new();
    // The result of a unit's head follows the unit's predicate: it is no choice of the rater.
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

/// One input that can be made better, by its place.
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
            if let Some(change) = smallest(document, base, lever, wanted) {
                alternatives.push(if idea { vec![change, Change::NewIdea] } else { vec![change] });
            }
        }
        if !alternatives.is_empty() {
            return alternatives;
        }
    }
    all_together(document, current, wanted).into_iter().collect()
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

/// The figure of a lever now and the best that makes sense, in hundredths.
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
                // A target that can't be exceeded ends at it; others at twice the target, beyond every band.
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

/// The smallest change of one lever that does.
fn smallest(
    document: &RegulationDocument,
    input: &ScoreInput,
    lever: Lever,
    wanted: Predicate,
) -> Option<Change> {
    let (now, best) = span(document, input, lever)?;
    if !worth_it(lever, input, now, best) || !reaches(document, &with(input, lever, best), wanted) {
        return None;
    }
    let does = least(now, best, |figure| reaches(document, &with(input, lever, figure), wanted));
    Some(change(lever, now, does))
}

/// Whether the best lies in the good direction from now.
fn worth_it(lever: Lever, input: &ScoreInput, now: i64, best: i64) -> bool {
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

/// The most sets of inputs that are tried for the smallest.
const TRIES_MAX: usize = 1_000;

/// The fewest inputs that do together, each changed by no more than it takes.
fn all_together(
    document: &RegulationDocument,
    current: &ScoreInput,
    wanted: Predicate,
) -> Option<Vec<Change>> {
    let useful: Vec<(Lever, i64, i64)> = levers(current)
        .into_iter()
        .filter_map(|lever| span(document, current, lever).map(|(now, best)| (lever, now, best)))
        .filter(|(lever, now, best)| worth_it(*lever, current, *now, *best))
        .collect();
    let lifted = |input: &ScoreInput, set: &[usize]| {
        let chosen = set.iter().filter_map(|index| useful.get(*index));
        chosen.fold(input.clone(), |input, (lever, _, best)| with(&input, *lever, *best))
    };
    let all: Vec<usize> = (0..useful.len()).collect();
    let with_idea = ScoreInput { new_idea: true, ..current.clone() };
    let base = if reaches(document, &lifted(current, &all), wanted) { current } else { &with_idea };
    if !reaches(document, &lifted(base, &all), wanted) {
        return None;
    }
    let does = |set: &[usize]| reaches(document, &lifted(base, set), wanted);
    let set = fewest(useful.len(), does).unwrap_or_else(|| {
        let gain = |index: &usize| {
            let scored = score(document, &lifted(base, &[*index])).ok();
            scored.and_then(|scored| scored.score)
        };
        let mut by_gain: Vec<(Option<Decimal>, usize)> =
            all.iter().map(|index| (gain(index), *index)).collect();
        by_gain.sort_unstable();
        by_gain.into_iter().fold(all.clone(), |set, (_, index)| {
            let without: Vec<usize> = set.iter().copied().filter(|one| *one != index).collect();
            if does(&without) { without } else { set }
        })
    });
    let mut input = lifted(base, &set);
    let mut changes = Vec::new();
    for (lever, now, best) in set.iter().filter_map(|index| useful.get(*index)) {
        let enough = least(*now, *best, |figure| reaches(document, &with(&input, *lever, figure), wanted));
        input = with(&input, *lever, enough);
        changes.push(change(*lever, *now, enough));
    }
    if base.new_idea && !current.new_idea {
        changes.push(Change::NewIdea);
    }
    Some(changes)
}

/// The first of the smallest sets of `0..count` that do, two members or more; none if it takes too many tries.
fn fewest(count: usize, does: impl Fn(&[usize]) -> bool) -> Option<Vec<usize>> {
    let mut tries = TRIES_MAX;
    for size in 2..=count {
        let mut set: Vec<usize> = (0..size).collect();
        loop {
            tries = tries.checked_sub(1)?;
            if does(&set) {
                return Some(set);
            }
            // The next set of this size: the last member that can move on does, those after it follow close.
            let Some(at) = (0..size).rev().find(|at| set[*at] < count - size + *at) else { break };
            set[at] += 1;
            for after in at + 1..size {
                set[after] = set[after - 1] + 1;
            }
        }
    }
    None
}

/// The figure nearest to `fails` that does; `does` is known to. Scores never fall when a figure gets better, so that
/// the place can be halved.
fn least(mut fails: i64, mut does: i64, reaches: impl Fn(i64) -> bool) -> i64 {
    while fails.abs_diff(does) > 1 {
        let middle = fails.midpoint(does);
        if reaches(middle) { does = middle } else { fails = middle }
    }
    does
}

impl ScoreInput {
    /// The input with one change made.
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
