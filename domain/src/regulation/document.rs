//! A regulation as a document: what an agency can read, copy, complete and load without a new build.
//!
//! The caller reads it from TOML or JSON; an unknown field is a fault. Every value on which sources differ
//! or are silent is [`Stated`], with its mark. What may not be put here: how a scheme computes (`scoring`).

use super::{
    Mark, Regulation, RegulationRef, Scheme, Stated,
    credit::CreditPoints,
    distribution::Distribution,
    numeric::Numeric,
    objection::{Deadlines, Holiday, Objection},
    stated::marks,
};
use crate::{
    Decimal, Locale,
    evaluation::{Expectation, OrgUnitPredicate, Predicate},
    scoring::Label,
    time::Date,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A versioned rule set (peraturan), whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RegulationDocument {
    /// Its code: capital letters, figures and hyphens.
    pub code: String,
    /// Its version here, from 1; raised when it comes to be read otherwise.
    pub version: i32,
    /// Its official title, in Indonesian.
    pub title: String,
    /// How a predicate comes about.
    pub scheme: Scheme,
    /// The first day on which it is in force.
    pub effective_from: Date,
    /// The first day on which it is no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_to: Option<Date>,
    /// What it was taken from; the first is the regulation itself.
    pub sources: Vec<Source>,
    /// The names of ratings and predicates.
    pub labels: Labels,
    /// The matrix of a scheme of two ratings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matrix: Option<Stated<Matrix>>,
    /// What rating of results is suggested by achievements, where ratings are the rater's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<Stated<Suggestion>>,
    /// The rating of the results of a unit's head, by the unit's predicate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_head: Option<Stated<BTreeMap<OrgUnitPredicate, Expectation>>>,
    /// The rules of a numeric scheme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numeric: Option<Numeric>,
    /// How predicates of a unit's staff should be spread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distribution: Option<Distribution>,
    /// Credit points of functional positions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_points: Option<CreditPoints>,
    /// What recognised training counts for.
    pub training: Training,
    /// How the predicate of a year of several plans comes about.
    pub split_year: Stated<SplitYear>,
    /// The time for an objection.
    pub objection: Objection,
    /// Days that are no working days, beside Saturdays and Sundays.
    pub holidays: Stated<Vec<Holiday>>,
    /// The deadlines of the year.
    pub deadlines: Deadlines,
}

/// Where a rule can be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name.
    pub title: String,
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The names of ratings and predicates, in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// Of ratings.
    pub ratings: BTreeMap<Expectation, Label>,
    /// Of predicates of a person.
    pub predicates: BTreeMap<Predicate, Label>,
    /// Of predicates of a unit.
    pub unit_predicates: BTreeMap<OrgUnitPredicate, Label>,
}

/// The matrix, results down and behaviour across. Its axes stand in the names, so that they can't be swapped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// Results above what was expected.
    pub result_above: MatrixRow,
    /// Results as expected.
    pub result_as_expected: MatrixRow,
    /// Results below what was expected.
    pub result_below: MatrixRow,
}

/// One row of the matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MatrixRow {
    /// Behaviour below what was expected.
    pub behaviour_below: Predicate,
    /// Behaviour as expected.
    pub behaviour_as_expected: Predicate,
    /// Behaviour above what was expected.
    pub behaviour_above: Predicate,
}

impl Matrix {
    /// A cell.
    #[must_use]
    pub const fn at(&self, result: Expectation, behaviour: Expectation) -> Predicate {
        let row = match result {
            Expectation::Above => &self.result_above,
            Expectation::AsExpected => &self.result_as_expected,
            Expectation::Below => &self.result_below,
        };
        match behaviour {
            Expectation::Above => row.behaviour_above,
            Expectation::AsExpected => row.behaviour_as_expected,
            Expectation::Below => row.behaviour_below,
        }
    }
}

/// The mean achievement, in percent, from which a rating is suggested; below both it is `BELOW`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Suggestion {
    /// From here `ABOVE`.
    pub above_from: Decimal,
    /// From here `AS_EXPECTED`.
    pub as_expected_from: Decimal,
}

/// What recognised training counts for: evidence, and points only where an agency says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// The most lesson hours (JP) that count in a year.
    pub hours_cap: Stated<u32>,
    /// Points for each hour, in a numeric scheme.
    pub points_per_hour: Stated<Decimal>,
    /// The most points.
    pub points_cap: Stated<Decimal>,
}

/// How the predicate of a year of several plans comes about.
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
pub enum SplitYear {
    /// The last rater decides, shown the predicates weighted by months, and gives a reason.
    LastRaterDecides,
    /// The scores are weighted by months.
    MonthWeightedScore,
}

impl RegulationDocument {
    /// What an evaluation made with it pins.
    #[must_use]
    pub fn reference(&self) -> RegulationRef {
        RegulationRef { code: self.code.clone(), version: self.version }
    }

    /// Its head, as lists show it.
    #[must_use]
    pub fn summary(&self) -> Regulation {
        Regulation {
            code: self.code.clone(),
            version: self.version,
            title: self.title.clone(),
            scheme: self.scheme,
            source: self
                .sources
                .first()
                .map(|source| source.url.clone().unwrap_or_else(|| source.title.clone()))
                .unwrap_or_default(),
            effective_from: self.effective_from,
            effective_to: self.effective_to,
        }
    }

    /// How sure we are of each value.
    #[must_use]
    pub fn marks(&self) -> Vec<Mark> {
        marks(self)
    }

    /// The places that an agency has still to fill in. While there are any, the document serves for
    /// simulation only.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        self.marks().into_iter().filter(|mark| mark.missing).map(|mark| mark.path).collect()
    }

    /// Whether nothing is left to fill in.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing().is_empty()
    }
}

impl Labels {
    /// The name of a person's predicate.
    #[must_use]
    pub fn predicate(&self, predicate: Predicate, locale: Locale) -> String {
        let standard = || super::predicate_label(predicate, locale);
        self.predicates.get(&predicate).map_or_else(standard, |label| label.text(locale)).to_owned()
    }

    /// The name of a rating.
    #[must_use]
    pub fn rating(&self, rating: Expectation, locale: Locale) -> String {
        let standard = || super::rating_label(rating, locale);
        self.ratings.get(&rating).map_or_else(standard, |label| label.text(locale)).to_owned()
    }

    /// The name of a unit's predicate.
    #[must_use]
    pub fn unit_predicate(&self, predicate: OrgUnitPredicate, locale: Locale) -> String {
        let standard = || super::unit_predicate_label(predicate, locale);
        self.unit_predicates.get(&predicate).map_or_else(standard, |label| label.text(locale)).to_owned()
    }

    /// No names of its own: those of PermenPANRB 6/2022 stand in.
    #[must_use]
    pub const fn standard() -> Self {
        Self { ratings: BTreeMap::new(), predicates: BTreeMap::new(), unit_predicates: BTreeMap::new() }
    }

    /// Whether all its names are those of PermenPANRB 6/2022.
    #[must_use]
    pub fn are_standard(&self) -> bool {
        let same = |label: &Label, id: &str, en: &str| label.id == id && label.en == en;
        let (id, en) = (Locale::Id, Locale::En);
        self.ratings
            .iter()
            .all(|(one, label)| same(label, super::rating_label(*one, id), super::rating_label(*one, en)))
            && self.predicates.iter().all(|(one, label)| {
                same(label, super::predicate_label(*one, id), super::predicate_label(*one, en))
            })
            && self.unit_predicates.iter().all(|(one, label)| {
                same(label, super::unit_predicate_label(*one, id), super::unit_predicate_label(*one, en))
            })
    }
}
