//! Credit points of functional positions (angka kredit).

use super::Stated;
use crate::{Decimal, evaluation::Predicate, scoring::Rounding};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a predicate becomes credit points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CreditPoints {
    /// The percentage of a year's points by predicate.
    pub percents: Stated<BTreeMap<Predicate, u32>>,
    /// How the sum is rounded, once.
    pub rounding: Stated<Rounding>,
    /// The levels (jenjang).
    pub levels: Vec<CreditLevel>,
}

/// A level of functional positions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CreditLevel {
    /// Its code, such as `MU`.
    pub code: String,
    /// Its name, such as `Ahli Muda`.
    pub name: String,
    /// The category: `KETERAMPILAN` or `KEAHLIAN`.
    pub category: CreditCategory,
    /// The ranks of it, such as `III/c-III/d`.
    pub ranks: String,
    /// The points of a year at 100 percent.
    pub coefficient: Stated<Decimal>,
    /// The points for the next rank.
    pub for_rank: Stated<Decimal>,
    /// The points for the next level; the highest levels have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_level: Option<Stated<Decimal>>,
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
    /// A level by its code or its name; the case of letters is forgiven.
    #[must_use]
    pub fn level(&self, code_or_name: &str) -> Option<&CreditLevel> {
        let wanted = code_or_name.trim();
        self.levels
            .iter()
            .find(|level| level.code.eq_ignore_ascii_case(wanted) || level.name.eq_ignore_ascii_case(wanted))
    }
}
