//! What followed a gap: people whose annual result showed that they should develop, and their result of the next year.
//!
//! The report counts what happened. It cannot say why: people choose who is trained, so the trained and the others are
//! not random groups.

#[cfg(test)]
mod tests;

use crate::{
    id::CriterionId,
    rating::{Expectation, Predicate},
    recommendation::RecommendationKind,
    scoring::RecognisedTraining,
};
use std::{cmp::Ordering, collections::BTreeMap};

/// The kinds of recommendation that ask a person to develop. The others are about posts and careers.
pub const DEVELOPING: [RecommendationKind; 3] =
    [RecommendationKind::Training, RecommendationKind::Coaching, RecommendationKind::ImprovementPlan];

/// The parts of a final annual result that show whether a person should develop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnualResult {
    /// The predicate.
    pub predicate: Predicate,
    /// The ratings of behaviour values. Values keep their id over the years.
    pub values: BTreeMap<CriterionId, Expectation>,
    /// Whether a recommendation of [`DEVELOPING`] was made on it.
    pub recommended: bool,
}

/// How a result compares with the one of the year before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Higher.
    Rose,
    /// Neither higher nor lower.
    Same,
    /// Lower.
    Fell,
}

/// What followed the gap of a person in the next year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Followed {
    /// A final annual result in the same unit.
    Result {
        /// Whether it counted a training.
        trained: bool,
        /// How it compares.
        change: Change,
    },
    /// They were in the same unit on the last day of that year, but have no final annual result of it.
    NoResult,
    /// They had left the agency by the last day of that year.
    Left,
    /// They were in another unit on the last day of that year, with another rater and other work.
    Moved,
}

impl AnnualResult {
    /// Whether it shows a gap. One of these is enough:
    ///
    /// - a predicate below GOOD; it contains ratings of results or of behaviour below expectation;
    /// - a behaviour value rated below expectation, whatever the predicate is;
    /// - a recommendation to develop, unless the predicate is VERY_GOOD, which can't improve.
    ///
    /// Ratings of result rows do not count: rows end with their plan, so the next year has none to compare, and a
    /// shortfall that matters lowers the rating of the results.
    #[must_use]
    pub fn has_gap(&self) -> bool {
        self.predicate > Predicate::Good
            || self.low_values().next().is_some()
            || (self.recommended && self.predicate != Predicate::VeryGood)
    }

    /// Compares this result with the result of the next year: by the predicate, and where that is the same, by the
    /// values that were below expectation. One of them rated higher is enough; none can fall, because they are at the
    /// lowest rating.
    #[must_use]
    pub fn followed_by(&self, next: &Self) -> Change {
        let rose = |value: &CriterionId| next.values.get(value).is_some_and(|now| *now < Expectation::Below);
        // The best predicate and the best rating come first in their enums, so less is better.
        match next.predicate.cmp(&self.predicate) {
            Ordering::Less => Change::Rose,
            Ordering::Greater => Change::Fell,
            Ordering::Equal if self.low_values().any(rose) => Change::Rose,
            Ordering::Equal => Change::Same,
        }
    }

    fn low_values(&self) -> impl Iterator<Item = &CriterionId> {
        self.values.iter().filter(|(_, rating)| **rating == Expectation::Below).map(|(value, _)| value)
    }
}

/// Whether a final result counted at least one training. A training with the same certificate as another is not
/// counted.
#[must_use]
pub fn counts_training(recognised: &[RecognisedTraining]) -> bool {
    let is_first = |one: &RecognisedTraining| {
        one.registered.as_ref().is_none_or(|registered| registered.same_as.is_none())
    };
    recognised.iter().any(is_first)
}
