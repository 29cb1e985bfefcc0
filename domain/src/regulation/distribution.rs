//! How the predicates of a unit's staff should be spread, by the unit's predicate (pola distribusi).

use super::Stated;
use crate::evaluation::{OrgUnitPredicate, Predicate};
use serde::{Deserialize, Serialize};

/// The patterns of a regulation. They guide; they refuse nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Distribution {
    /// The smallest group that a pattern is held against.
    pub smallest_group: Stated<u32>,
    /// Whether the head of the unit counts.
    pub counts_head: Stated<bool>,
    /// One pattern for each predicate of a unit.
    pub patterns: Vec<Stated<Pattern>>,
}

/// The pattern for a unit's predicate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// The unit's predicate.
    pub unit_predicate: OrgUnitPredicate,
    /// What should hold.
    pub limits: Vec<Limit>,
}

/// One limit: of all people together with one of these predicates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// What kind of limit.
    pub rule: LimitRule,
    /// The predicates that are counted together.
    pub predicates: Vec<Predicate>,
    /// The limit in percent of all; not for `LARGEST` and `AT_LEAST_PEOPLE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<u32>,
    /// The limit in people, for `AT_LEAST_PEOPLE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<u32>,
}

/// What kind of limit.
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
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LimitRule {
    /// At most a percentage (paling banyak).
    AtMost,
    /// At least a percentage (paling sedikit).
    AtLeast,
    /// At least so many people.
    AtLeastPeople,
    /// More than with any other predicate (sebagian besar).
    Largest,
}

impl Distribution {
    /// The place and the pattern for a unit's predicate.
    #[must_use]
    pub fn pattern(&self, unit: OrgUnitPredicate) -> Option<&Stated<Pattern>> {
        self.patterns
            .iter()
            .find(|pattern| pattern.value.as_ref().is_some_and(|pattern| pattern.unit_predicate == unit))
    }
}
