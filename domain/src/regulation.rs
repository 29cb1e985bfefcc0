//! The regulations that ship with the server, and how an evaluation names the one that it was made with.
//!
//! A regulation is a versioned rule set; a version that was used is never changed. Whole, it is a
//! [`RegulationDocument`]: data with marks that tell how sure we are of each value. What may not be put
//! here: how a scheme computes (`scoring`).

mod credit;
mod distribution;
mod document;
mod numeric;
mod objection;
#[cfg(test)]
mod schema;
mod shipped;
mod stated;
#[cfg(test)]
mod tests;
mod validate;
mod validate_numeric;

pub use credit::{CreditCategory, CreditLevel, CreditPoints};
pub use distribution::{Distribution, Limit, LimitRule, Pattern};
pub use document::{Labels, Matrix, MatrixRow, RegulationDocument, Source, SplitYear, Suggestion, Training};
pub use numeric::{
    Achievement, Additional, Aggregation, AssignmentScope, Band, BehaviourRules, LeaderInPart, Numeric,
    PredicateBand, RaterShares, ResultGroup, WeightPair, Weights,
};
pub use objection::{DayCounting, Deadlines, Holiday, OBJECTION_DAYS_MAX, Objection, YearDay};
pub use shipped::{
    PERMENPANRB_6_2022, PP_30_2019, SHIPPED_TEXTS, in_force_on, shipped, shipped_document, shipped_documents,
};
pub use stated::{Confidence, Mark, Stated, missing};
pub use validate::Fault;

use crate::{
    evaluation::{Expectation, OrgUnitPredicate, Predicate},
    message::Locale,
    time::Date,
};
use serde::{Deserialize, Serialize};

/// Which version of which regulation: pinned by each evaluation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RegulationRef {
    /// Its code, such as `PERMENPANRB-6-2022`.
    pub code: String,
    /// Its version here, from 1.
    pub version: i32,
}

/// How a predicate comes about.
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
pub enum Scheme {
    /// Two ratings of three levels, read in a matrix.
    RatingMatrix,
    /// A score up to 120, read in bands.
    Numeric,
}

/// A versioned rule set (peraturan).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regulation {
    /// Its code.
    pub code: String,
    /// Its version here, from 1; raised when we come to read it otherwise.
    pub version: i32,
    /// Its official title, in Indonesian.
    pub title: String,
    /// How a predicate comes about.
    pub scheme: Scheme,
    /// Where it can be read.
    pub source: String,
    /// The first day on which it is in force.
    pub effective_from: Date,
    /// The first day on which it is no more.
    pub effective_to: Option<Date>,
}

impl Regulation {
    /// What an evaluation made with it pins.
    #[must_use]
    pub fn reference(&self) -> RegulationRef {
        RegulationRef { code: self.code.clone(), version: self.version }
    }

    /// Whether it is in force on a day.
    #[must_use]
    pub fn in_force_on(&self, day: Date) -> bool {
        self.effective_from <= day && self.effective_to.is_none_or(|end| day < end)
    }
}

/// The name of a predicate of a person under PermenPANRB 6/2022. Some forms print NEEDS_IMPROVEMENT as
/// "Cukup" and POOR as "Kurang/misconduct".
#[must_use]
pub const fn predicate_label(predicate: Predicate, locale: Locale) -> &'static str {
    match (predicate, locale) {
        (Predicate::VeryGood, Locale::Id) => "Sangat Baik",
        (Predicate::Good, Locale::Id) => "Baik",
        (Predicate::NeedsImprovement, Locale::Id) => "Butuh Perbaikan",
        (Predicate::Poor, Locale::Id) => "Kurang",
        (Predicate::VeryPoor, Locale::Id) => "Sangat Kurang",
        (Predicate::VeryGood, Locale::En) => "Very good",
        (Predicate::Good, Locale::En) => "Good",
        (Predicate::NeedsImprovement, Locale::En) => "Needs improvement",
        (Predicate::Poor, Locale::En) => "Poor",
        (Predicate::VeryPoor, Locale::En) => "Very poor",
    }
}

/// The name of a predicate of a unit under PermenPANRB 6/2022: "Istimewa" stands at the top.
#[must_use]
pub const fn unit_predicate_label(predicate: OrgUnitPredicate, locale: Locale) -> &'static str {
    match (predicate, locale) {
        (OrgUnitPredicate::Outstanding, Locale::Id) => "Istimewa",
        (OrgUnitPredicate::Good, Locale::Id) => "Baik",
        (OrgUnitPredicate::NeedsImprovement, Locale::Id) => "Butuh Perbaikan",
        (OrgUnitPredicate::Poor, Locale::Id) => "Kurang",
        (OrgUnitPredicate::VeryPoor, Locale::Id) => "Sangat Kurang",
        (OrgUnitPredicate::Outstanding, Locale::En) => "Outstanding",
        (OrgUnitPredicate::Good, Locale::En) => "Good",
        (OrgUnitPredicate::NeedsImprovement, Locale::En) => "Needs improvement",
        (OrgUnitPredicate::Poor, Locale::En) => "Poor",
        (OrgUnitPredicate::VeryPoor, Locale::En) => "Very poor",
    }
}

/// The name of a rating under PermenPANRB 6/2022.
#[must_use]
pub const fn rating_label(rating: Expectation, locale: Locale) -> &'static str {
    match (rating, locale) {
        (Expectation::Above, Locale::Id) => "Di atas ekspektasi",
        (Expectation::AsExpected, Locale::Id) => "Sesuai ekspektasi",
        (Expectation::Below, Locale::Id) => "Di bawah ekspektasi",
        (Expectation::Above, Locale::En) => "Above expectation",
        (Expectation::AsExpected, Locale::En) => "As expected",
        (Expectation::Below, Locale::En) => "Below expectation",
    }
}
