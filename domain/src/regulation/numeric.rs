//! The rules of a numeric scheme, from the achievement of an indicator to a score and a predicate.

use super::Parameter;
use crate::{Decimal, rating::Predicate, scoring::Rounding};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The rules of a numeric scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Numeric {
    /// How the achievement of an indicator is computed.
    pub achievement: Achievement,
    /// The score of an indicator by its achievement in whole percent, lowest first and without gaps.
    pub bands: Vec<Parameter<Band>>,
    /// The score for reaching a target that can't be exceeded.
    pub maximum_target_score: Parameter<Decimal>,
    /// The weights of the two groups of a senior executive's main results, in percent.
    pub groups: Parameter<BTreeMap<ResultGroup, Decimal>>,
    /// The weights for a senior executive's results in a part of the year, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leader_in_part: Option<Parameter<LeaderInPart>>,
    /// How indicator scores are combined into row scores, and row scores into the score of results.
    pub results: Parameter<Aggregation>,
    /// The points of additional results.
    pub additional: Additional,
    /// How the score of behaviour is computed.
    pub behaviour: BehaviourRules,
    /// The weights of results and behaviour.
    pub weights: Weights,
    /// The highest score of results, of behaviour and in total.
    pub cap: Parameter<Decimal>,
    /// The rounding of the total score before its predicate is determined. If absent, it is not rounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_rounding: Option<Parameter<Rounding>>,
    /// The lowest score of each predicate, best first.
    pub predicates: Vec<Parameter<PredicateBand>>,
}

/// How the achievement of an indicator (capaian IKI) is computed, in percent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Achievement {
    /// The rounding before scoring.
    pub rounding: Parameter<Rounding>,
    /// The highest achievement that counts.
    pub cap: Parameter<Decimal>,
    /// The lowest achievement that counts. If lower is better, the formula can give less than zero.
    pub floor: Parameter<Decimal>,
    /// The achievement for a realisation inside a target range.
    pub inside_range: Parameter<Decimal>,
}

/// A band of achievements. The score rises linearly from its lowest to its highest achievement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The category (kategori).
    pub category: Predicate,
    /// The lowest achievement, in whole percent.
    pub from: u32,
    /// The highest achievement, in whole percent; absent for the last band.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u32>,
    /// The score of the lowest achievement.
    pub score_from: Decimal,
    /// The score of the highest achievement.
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
    /// Whether the predicate requires a new idea (ide baru, cara baru).
    #[serde(default)]
    pub needs_new_idea: bool,
}

/// A method of combining several figures into one.
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

/// The groups of the main results of senior executives (JPT).
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

/// The weights, in percent, of action plan steps and measured main results in a senior executive's (JPT) score for a
/// part of the year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LeaderInPart {
    /// The weight of the action plan steps (rencana aksi).
    pub actions: Decimal,
    /// The weight of the main results that can be measured in the part of the year.
    pub measured: Decimal,
}

/// The scope of an additional task (lingkup penugasan).
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

/// The rules for the points of additional results (kinerja tambahan).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Additional {
    /// The factor by the category of the result, in percent.
    pub factors: Parameter<BTreeMap<Predicate, Decimal>>,
    /// The weight by the scope of the task, in percent.
    pub scope_weights: BTreeMap<AssignmentScope, Parameter<Decimal>>,
    /// The maximum points of all additional results together.
    pub cap: Parameter<Decimal>,
}

/// How the score of behaviour is computed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BehaviourRules {
    /// How the scores of behaviour values are combined.
    pub method: Parameter<Aggregation>,
    /// The weights of rater, peers and subordinates, in percent, if all are asked.
    pub shares: Parameter<BehaviourShares>,
}

/// The weights of rater, peers and subordinates, in percent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BehaviourShares {
    /// The weight of the rater.
    pub rater: Decimal,
    /// The weight of peers (rekan kerja setingkat).
    pub peers: Decimal,
    /// The weight of subordinates (bawahan langsung).
    pub subordinates: Decimal,
}

/// The weights of results and behaviour. They depend on whether peers and subordinates are asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// The weights if peers and subordinates are not asked.
    pub without_peers: Parameter<WeightPair>,
    /// The weights if peers and subordinates are asked.
    pub with_peers: Parameter<WeightPair>,
}

/// The weights of results and behaviour, in percent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WeightPair {
    /// The weight of results.
    pub results: Decimal,
    /// The weight of behaviour.
    pub behaviour: Decimal,
}

impl Weights {
    /// The weights and their path in the document, with or without peers.
    #[must_use]
    pub const fn of(&self, peers: bool) -> (&'static str, &Parameter<WeightPair>) {
        if peers {
            ("numeric.weights.with_peers", &self.with_peers)
        } else {
            ("numeric.weights.without_peers", &self.without_peers)
        }
    }
}

impl Numeric {
    /// The index and the band of an achievement: the highest band that begins at or below it; none below the first.
    #[must_use]
    pub fn band(&self, percent: crate::scoring::Exact) -> Option<(usize, &Parameter<Band>)> {
        let from = |band: &Parameter<Band>| band.value.as_ref().map(|band| i64::from(band.from));
        self.bands
            .iter()
            .enumerate()
            .filter(|(_, band)| from(band).is_some_and(|from| crate::scoring::Exact::whole(from) <= percent))
            .max_by_key(|(_, band)| from(band))
    }

    /// The best predicate for this score. A predicate that requires a new idea needs `new_idea`.
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
