//! Distribution patterns (pola distribusi): how a unit's predicate limits the predicates of its staff.

use super::Parameter;
use crate::rating::{OrgUnitPredicate, Predicate};
use serde::{Deserialize, Serialize};

/// The distribution patterns of a regulation. They are advice and block nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Distribution {
    /// The smallest group to which a pattern applies.
    pub smallest_group: Parameter<u32>,
    /// Whether the head of the unit counts as part of the group.
    pub counts_head: Parameter<bool>,
    /// One pattern for each predicate of a unit.
    pub patterns: Vec<Parameter<Pattern>>,
}

/// The pattern for a unit's predicate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// The unit's predicate.
    pub unit_predicate: OrgUnitPredicate,
    /// The limits that should be met.
    pub limits: Vec<Limit>,
}

/// A limit on the number of people with one of these predicates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The kind of limit.
    pub rule: LimitRule,
    /// The predicates counted together.
    pub predicates: Vec<Predicate>,
    /// The limit in percent of the group, for `AT_MOST` and `AT_LEAST`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<u32>,
    /// The limit in people, for `AT_LEAST_PEOPLE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<u32>,
}

/// The kind of a limit.
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
    /// At least a number of people.
    AtLeastPeople,
    /// More people than with any other predicate (sebagian besar).
    Largest,
}

impl Distribution {
    /// The pattern for a unit's predicate.
    #[must_use]
    pub fn pattern(&self, unit: OrgUnitPredicate) -> Option<&Parameter<Pattern>> {
        self.patterns
            .iter()
            .find(|pattern| pattern.value.as_ref().is_some_and(|pattern| pattern.unit_predicate == unit))
    }
}
