//! How the predicates of a group stand against the pattern of its unit's predicate.
//!
//! People are compared as whole numbers by cross-multiplication; nothing is divided. What comes out guides the
//! rater and the leader: it is a report, never a refusal.

use super::ratings;
use crate::{
    Refusal,
    evaluation::{OrgUnitPredicate, Predicate},
    regulation::{Limit, LimitRule, RegulationDocument},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use strum::IntoEnumIterator;

/// How many people have each predicate; one that is not named has none.
pub type Counts = BTreeMap<Predicate, u32>;

/// What a pattern says of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DistributionCheck {
    /// All people.
    pub total: u64,
    /// Whether the group is large enough for the pattern.
    pub applicable: bool,
    /// Whether every limit holds. Of a group that is too small, all that is said is advice.
    pub holds: bool,
    /// Each limit.
    pub findings: Vec<LimitFinding>,
}

/// How a limit stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitFinding {
    /// The limit.
    pub limit: Limit,
    /// The people that it counts.
    pub count: u64,
    /// Whether it holds.
    pub holds: bool,
    /// How many are too many: so many must get another predicate.
    pub over: u64,
    /// How many are missing: so many must get one of these predicates.
    pub under: u64,
}

/// Holds a group against the pattern of its unit's predicate.
///
/// # Errors
/// A regulation without patterns, or without a value for this one.
pub fn check_distribution(
    document: &RegulationDocument,
    unit: OrgUnitPredicate,
    counts: &Counts,
) -> Result<DistributionCheck, Vec<Refusal>> {
    let rules = document.distribution.as_ref().ok_or_else(|| ratings::lacks(document, "distribution"))?;
    let pattern = rules
        .pattern(unit)
        .and_then(|pattern| pattern.value.as_ref())
        .ok_or_else(|| ratings::lacks(document, &format!("distribution.{unit}")))?;
    let smallest = u64::from(*rules.smallest_group.need("distribution.smallest_group")?);
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
    // What a document may say at most, so that nothing wraps even for one that was not judged.
    let share = u64::from(limit.percent.unwrap_or(0).min(100)) * total;
    let (over, under) = match limit.rule {
        // The most people are share / 100 downwards, the least upwards.
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

/// The fewest people that have to come over from the others, so that no other class is as large.
fn missing_to_be_largest(count: u64, others: &[u64]) -> u64 {
    // In an empty group no class is the largest, and nobody could come over.
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
