//! The rules of a numeric scheme: from the achievement of an indicator to a score and a predicate.

use super::Stated;
use crate::{Decimal, evaluation::Predicate, scoring::Rounding};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The rules of a numeric scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Numeric {
    /// How the achievement of an indicator is made.
    pub achievement: Achievement,
    /// The score of an indicator by its achievement in whole percent, lowest first and without gaps.
    pub bands: Vec<Stated<Band>>,
    /// The score of a target that is reached and can't be exceeded.
    pub maximum_target_score: Stated<Decimal>,
    /// How results weigh where they come in two groups, in percent.
    pub groups: Stated<BTreeMap<ResultGroup, Decimal>>,
    /// How the results of a high leader in a part of the year are made, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leader_in_part: Option<Stated<LeaderInPart>>,
    /// How rows are made from indicators, and results from rows.
    pub results: Stated<Aggregation>,
    /// What additional results add.
    pub additional: Additional,
    /// How the score of behaviour is made.
    pub behaviour: BehaviourRules,
    /// How results and behaviour weigh.
    pub weights: Weights,
    /// The highest score of results, of behaviour and in all.
    pub cap: Stated<Decimal>,
    /// How the final score is rounded before its predicate is read; without it, it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_rounding: Option<Stated<Rounding>>,
    /// The lowest score of each predicate, best first.
    pub predicates: Vec<Stated<PredicateBand>>,
}

/// How the achievement of an indicator (capaian IKI) is made, in percent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Achievement {
    /// How it is rounded before it is scored.
    pub rounding: Stated<Rounding>,
    /// The highest that counts.
    pub cap: Stated<Decimal>,
    /// The lowest that counts: where less is better, it could fall below zero.
    pub floor: Stated<Decimal>,
    /// Of a figure inside a range.
    pub inside_range: Stated<Decimal>,
}

/// Scores on a line between two achievements.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The category (kategori).
    pub category: Predicate,
    /// The lowest achievement, in whole percent.
    pub from: u32,
    /// The highest; none for the last band.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u32>,
    /// The score of the lowest.
    pub score_from: Decimal,
    /// The score of the highest.
    pub score_to: Decimal,
}

/// The lowest score of a predicate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PredicateBand {
    /// The predicate.
    pub predicate: Predicate,
    /// The lowest score.
    pub from: Decimal,
    /// Whether a new idea (ide baru, cara baru) is a condition.
    #[serde(default)]
    pub needs_new_idea: bool,
}

/// A way to make one figure of several.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Aggregation {
    /// The mean.
    Mean,
}

/// The groups of the main results of high leaders.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ResultGroup {
    /// Performance agreement and directives (perjanjian kinerja, direktif).
    Agreement,
    /// Action plans and strategic initiatives (rencana aksi, inisiatif strategis).
    Initiative,
}

/// How the steps of the action plan and the main results that can be measured weigh, in percent, in what a high
/// leader (JPT) reached in a part of the year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LeaderInPart {
    /// Steps of the action plan (rencana aksi).
    pub actions: Decimal,
    /// Main results that can be measured in the part of the year.
    pub measured: Decimal,
}

/// How far an additional assignment reaches (lingkup penugasan).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AssignmentScope {
    /// Within the unit.
    SameUnit,
    /// Between units.
    BetweenUnits,
    /// Between agencies.
    BetweenAgencies,
}

/// What additional results (kinerja tambahan) add.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Additional {
    /// The factor by the category of the result, in percent.
    pub factors: Stated<BTreeMap<Predicate, Decimal>>,
    /// The weight by the scope of the assignment, in percent.
    pub scope_weights: BTreeMap<AssignmentScope, Stated<Decimal>>,
    /// The most that all add together.
    pub cap: Stated<Decimal>,
}

/// How the score of behaviour is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BehaviourRules {
    /// How it is made from its values.
    pub method: Stated<Aggregation>,
    /// How rater, peers and subordinates weigh, in percent, where all are asked.
    pub shares: Stated<RaterShares>,
}

/// How rater, peers and subordinates weigh, in percent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RaterShares {
    /// The rater.
    pub rater: Decimal,
    /// Peers (rekan kerja setingkat).
    pub peers: Decimal,
    /// Subordinates (bawahan langsung).
    pub subordinates: Decimal,
}

/// How results and behaviour weigh, by whether peers and subordinates are asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Where they are not asked.
    pub without_peers: Stated<WeightPair>,
    /// Where they are.
    pub with_peers: Stated<WeightPair>,
}

/// How results and behaviour weigh, in percent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WeightPair {
    /// The results.
    pub results: Decimal,
    /// The behaviour.
    pub behaviour: Decimal,
}

impl Weights {
    /// The path and the pair for an agency that asks peers, or not.
    #[must_use]
    pub const fn of(&self, peers: bool) -> (&'static str, &Stated<WeightPair>) {
        if peers {
            ("numeric.weights.with_peers", &self.with_peers)
        } else {
            ("numeric.weights.without_peers", &self.without_peers)
        }
    }
}

impl Numeric {
    /// The band of an achievement, with its place; the highest for one beyond all.
    #[must_use]
    pub fn band(&self, percent: crate::scoring::Exact) -> Option<(usize, &Stated<Band>)> {
        let from = |band: &Stated<Band>| band.value.as_ref().map(|band| i64::from(band.from));
        self.bands
            .iter()
            .enumerate()
            .filter(|(_, band)| from(band).is_some_and(|from| crate::scoring::Exact::whole(from) <= percent))
            .max_by_key(|(_, band)| from(band))
    }

    /// The best predicate whose lowest score is reached and whose condition is met.
    #[must_use]
    pub fn predicate(&self, score: crate::scoring::Exact, new_idea: bool) -> Option<&PredicateBand> {
        self.predicates
            .iter()
            .filter_map(|band| band.value.as_ref())
            .filter(|band| {
                crate::scoring::Exact::from(band.from) <= score && (new_idea || !band.needs_new_idea)
            })
            .min_by_key(|band| band.predicate)
    }
}
