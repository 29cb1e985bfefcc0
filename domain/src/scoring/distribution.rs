//! Compares the predicates of a group with the distribution pattern for its unit's predicate.
//!
//! All calculations use whole people. The result advises raters and leaders and never blocks an evaluation.

use super::ratings;
use crate::{
    Key, Message, Refusal,
    rating::{OrgUnitPredicate, Predicate},
    regulation::{Limit, LimitRule, RegulationDocument},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use strum::IntoEnumIterator;

/// The number of people by predicate; a missing predicate counts as zero.
pub type Counts = BTreeMap<Predicate, u32>;

/// Maximum number of people in a group whose counts come from a client: the largest integer of the API, because answers
/// contain the counts too.
pub const PEOPLE_MAX: u32 = i32::MAX.unsigned_abs();

/// Adds up counts; a predicate may occur several times.
///
/// # Errors
/// `BAD_USER_INPUT` at `counts`: together more than [`PEOPLE_MAX`] people.
pub fn count_people(given: impl IntoIterator<Item = (Predicate, u32)>) -> Result<Counts, Refusal> {
    let (mut counts, mut left) = (Counts::new(), PEOPLE_MAX);
    for (predicate, people) in given {
        left = left.checked_sub(people).ok_or_else(|| {
            let message = Message::new(Key::OutOfRange).with("field", "counts").with("min", 0);
            Refusal::input(["counts"], message.with("max", PEOPLE_MAX))
        })?;
        *counts.entry(predicate).or_default() += people;
    }
    Ok(counts)
}

/// The result of comparing a group with a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DistributionCheck {
    /// The number of people in the group.
    pub total: u64,
    /// Whether the group is large enough for the pattern to apply.
    pub applicable: bool,
    /// Whether every limit is met, even if the group is too small for the pattern to apply.
    pub holds: bool,
    /// The result for each limit.
    pub findings: Vec<LimitFinding>,
}

/// The result for one limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitFinding {
    /// The limit.
    pub limit: Limit,
    /// The number of people with one of the limit's predicates.
    pub count: u64,
    /// Whether the limit is met.
    pub holds: bool,
    /// The number of people above the limit. These people would need a predicate that the limit does not name.
    pub over: u64,
    /// The number of people missing. These people would need a predicate that the limit names.
    pub under: u64,
}

/// Compares a group with the pattern for its unit's predicate.
///
/// # Errors
/// A refusal if the regulation has no patterns, or no value for this pattern.
pub fn check_distribution(
    document: &RegulationDocument,
    unit: OrgUnitPredicate,
    counts: &Counts,
) -> Result<DistributionCheck, Vec<Refusal>> {
    let rules =
        document.distribution.as_ref().ok_or_else(|| ratings::section_missing(document, "distribution"))?;
    let pattern = rules
        .pattern(unit)
        .and_then(|pattern| pattern.value.as_ref())
        .ok_or_else(|| ratings::section_missing(document, &format!("distribution.{unit}")))?;
    let smallest = u64::from(*rules.smallest_group.require("distribution.smallest_group")?);
    let total: u64 = counts.values().copied().map(u64::from).sum();
    let findings: Vec<_> = pattern.limits.iter().map(|limit| finding(limit, counts, total)).collect();
    Ok(DistributionCheck {
        total,
        applicable: total >= smallest,
        holds: findings.iter().all(|finding| finding.holds),
        findings,
    })
}

fn finding(limit: &Limit, counts: &Counts, total: u64) -> LimitFinding {
    let of = |predicate: &Predicate| counts.get(predicate).copied().map_or(0, u64::from);
    let mut counted = limit.predicates.clone();
    counted.sort_unstable();
    counted.dedup();
    let count: u64 = counted.iter().map(of).sum();
    // Limited to the highest valid percentage, so that even an unvalidated document can't overflow.
    let share = u64::from(limit.percent.unwrap_or(0).min(100)) * total;
    let (over, under) = match limit.rule {
        // The maximum number of people is share / 100 rounded down, the minimum rounded up.
        LimitRule::AtMost => (count.saturating_sub(share / 100), 0),
        LimitRule::AtLeast => (0, share.div_ceil(100).saturating_sub(count)),
        LimitRule::AtLeastPeople => (0, u64::from(limit.people.unwrap_or(0)).saturating_sub(count)),
        LimitRule::Largest => {
            let others: Vec<u64> =
                Predicate::iter().filter(|one| !counted.contains(one)).map(|one| of(&one)).collect();
            (0, missing_to_be_largest(count, &others))
        }
    };
    LimitFinding { limit: limit.clone(), count, holds: over == 0 && under == 0, over, under }
}

/// The fewest people to move from the other predicates so that this class is larger than each of them.
fn missing_to_be_largest(count: u64, others: &[u64]) -> u64 {
    // An empty group has no largest class and no one to move.
    if count == 0 && others.iter().all(|other| *other == 0) {
        return 0;
    }
    let enough = |people: u64| {
        let leave: u64 = others.iter().map(|other| (other + 1).saturating_sub(count + people)).sum();
        count + people > 0 && leave <= people
    };
    let (mut low, mut high) = (0, others.iter().sum::<u64>());
    while low < high {
        let middle = low + (high - low) / 2;
        if enough(middle) { high = middle } else { low = middle + 1 }
    }
    low
}
