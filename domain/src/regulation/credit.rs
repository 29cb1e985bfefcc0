//! The rules of credit points (angka kredit) for functional positions.

use super::Parameter;
use crate::{Decimal, rating::Predicate, scoring::Rounding};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The rules that convert predicates to credit points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CreditPoints {
    /// The percentage of a year's points by predicate.
    pub percents: Parameter<BTreeMap<Predicate, u32>>,
    /// The rounding of the sum.
    pub rounding: Parameter<Rounding>,
    /// The levels (jenjang).
    pub levels: Vec<CreditLevel>,
}

/// A level (jenjang) of functional positions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CreditLevel {
    /// The code, such as `MU`.
    pub code: String,
    /// The name, such as `Ahli Muda`.
    pub name: String,
    /// The category: `KETERAMPILAN` or `KEAHLIAN`.
    pub category: CreditCategory,
    /// The ranks at this level, such as `III/c-III/d`.
    pub ranks: String,
    /// The points of a year at 100 percent.
    pub coefficient: Parameter<Decimal>,
    /// The points required for the next rank.
    pub for_rank: Parameter<Decimal>,
    /// The points required for the next level; none for the highest levels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_level: Option<Parameter<Decimal>>,
}

/// The two kinds of functional positions.
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
pub enum CreditCategory {
    /// Skilled.
    Keterampilan,
    /// Expert.
    Keahlian,
}

impl CreditPoints {
    /// The level with this code or name, ignoring case.
    #[must_use]
    pub fn level(&self, code_or_name: &str) -> Option<&CreditLevel> {
        let wanted = code_or_name.trim();
        self.levels
            .iter()
            .find(|level| level.code.eq_ignore_ascii_case(wanted) || level.name.eq_ignore_ascii_case(wanted))
    }
}
