//! The regulation document. An agency can read, copy, complete and load one without a new build of the server.
//!
//! It is parsed from TOML or JSON; an unknown field is an error. Every rule value is a [`Parameter`] that says how
//! certain it is. The calculations are in `scoring`, not here.

use super::{
    Mark, Parameter, Regulation, RegulationRef, Scheme,
    correction::CorrectionRules,
    credit::CreditPoints,
    distribution::Distribution,
    numeric::Numeric,
    objection::{Deadlines, Holiday, Objection},
    parameter::marks,
    training::Training,
};
use crate::{
    Decimal, Labelled, Locale,
    rating::{Expectation, OrgUnitPredicate, Predicate},
    scoring::Label,
    time::Date,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A complete versioned rule set (peraturan).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RegulationDocument {
    /// The code: capital letters, digits and hyphens.
    pub code: String,
    /// The version of this document, from 1. A new interpretation gets a new version.
    pub version: i32,
    /// The official title, in Indonesian.
    pub title: String,
    /// The method by which it determines predicates.
    pub scheme: Scheme,
    /// The first day in force.
    pub effective_from: Date,
    /// End date (exclusive); absent while in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_to: Option<Date>,
    /// The sources of the rules. The first is the regulation itself.
    pub sources: Vec<Source>,
    /// The labels of ratings and predicates.
    pub labels: Labels,
    /// The matrix of a rating scheme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matrix: Option<Parameter<Matrix>>,
    /// The thresholds for suggesting a result rating from achievements. The suggestion is not binding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<Parameter<Suggestion>>,
    /// The result rating of a unit's head, by the unit's predicate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_head: Option<Parameter<BTreeMap<OrgUnitPredicate, Expectation>>>,
    /// The rules of a numeric scheme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numeric: Option<Numeric>,
    /// How the predicates of a unit's staff should be distributed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distribution: Option<Distribution>,
    /// Credit points of functional positions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_points: Option<CreditPoints>,
    /// How recognised training counts.
    pub training: Training,
    /// How the predicate of a year with several plans is determined.
    pub split_year: Parameter<SplitYear>,
    /// The time limits of objections.
    pub objection: Objection,
    /// The time limit for answers to corrections of personnel data; if absent, the one that ships with the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<CorrectionRules>,
    /// Holidays. No rule reads them: they are the first calendars of an agency that has none (`crate::calendar`), and
    /// stay in the documents that have them, because a stored text never changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holidays: Option<Parameter<Vec<Holiday>>>,
    /// The deadlines of the year.
    pub deadlines: Deadlines,
}

/// The source of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The title.
    pub title: String,
    /// The address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The labels of ratings and predicates, in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// The labels of ratings.
    pub ratings: BTreeMap<Expectation, Label>,
    /// The labels of a person's predicates.
    pub predicates: BTreeMap<Predicate, Label>,
    /// The labels of a unit's predicates.
    pub unit_predicates: BTreeMap<OrgUnitPredicate, Label>,
}

/// The matrix: one row for each result rating, one column for each behaviour rating. The field names say which axis is
/// which, so that no one swaps them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// Results above expectation.
    pub result_above: MatrixRow,
    /// Results as expected.
    pub result_as_expected: MatrixRow,
    /// Results below expectation.
    pub result_below: MatrixRow,
}

/// One row of the matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MatrixRow {
    /// Behaviour below expectation.
    pub behaviour_below: Predicate,
    /// Behaviour as expected.
    pub behaviour_as_expected: Predicate,
    /// Behaviour above expectation.
    pub behaviour_above: Predicate,
}

impl Matrix {
    /// The predicate for two ratings.
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

/// The lowest mean achievement, in percent, for each suggested rating. Below both, `BELOW` is suggested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Suggestion {
    /// The lowest mean achievement for `ABOVE`.
    pub above_from: Decimal,
    /// The lowest mean achievement for `AS_EXPECTED`.
    pub as_expected_from: Decimal,
}

/// The method that determines the predicate of a year with several plans.
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
    /// The last rater sees the months of each predicate, decides, and gives a reason.
    LastRaterDecides,
    /// The mean of the scores, weighted by months, determines the predicate.
    MonthWeightedScore,
}

impl RegulationDocument {
    /// The reference that evaluations store.
    #[must_use]
    pub fn reference(&self) -> RegulationRef {
        RegulationRef { code: self.code.clone(), version: self.version }
    }

    /// The summary for lists.
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

    /// The marks of all parameters: how certain each is.
    #[must_use]
    pub fn marks(&self) -> Vec<Mark> {
        marks(self)
    }

    /// The paths of the parameters that an agency still has to fill in. While any are missing, the document can be used
    /// for simulation only.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        self.marks().into_iter().filter(|mark| mark.missing).map(|mark| mark.path).collect()
    }

    /// Whether no parameter is missing.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing().is_empty()
    }
}

impl Labels {
    /// The label of a person's predicate.
    #[must_use]
    pub fn predicate(&self, predicate: Predicate, locale: Locale) -> String {
        let standard = || predicate.label(locale);
        self.predicates.get(&predicate).map_or_else(standard, |label| label.text(locale)).to_owned()
    }

    /// The label of a rating.
    #[must_use]
    pub fn rating(&self, rating: Expectation, locale: Locale) -> String {
        let standard = || rating.label(locale);
        self.ratings.get(&rating).map_or_else(standard, |label| label.text(locale)).to_owned()
    }

    /// The label of a unit's predicate.
    #[must_use]
    pub fn unit_predicate(&self, predicate: OrgUnitPredicate, locale: Locale) -> String {
        let standard = || predicate.label(locale);
        self.unit_predicates.get(&predicate).map_or_else(standard, |label| label.text(locale)).to_owned()
    }

    /// Labels without entries, so that those of PermenPANRB 6/2022 are used.
    #[must_use]
    pub const fn standard() -> Self {
        Self { ratings: BTreeMap::new(), predicates: BTreeMap::new(), unit_predicates: BTreeMap::new() }
    }

    /// Whether all labels are those of PermenPANRB 6/2022.
    #[must_use]
    pub fn are_standard(&self) -> bool {
        fn standard<T: Labelled>(labels: &BTreeMap<T, Label>) -> bool {
            labels.iter().all(|(value, label)| *label == value.words())
        }
        standard(&self.ratings) && standard(&self.predicates) && standard(&self.unit_predicates)
    }
}
