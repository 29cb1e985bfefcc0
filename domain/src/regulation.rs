//! Regulations as data: the document types, their validation, and the documents that ship with the server.
//!
//! A regulation is a versioned rule set. A stored version never changes, and each evaluation names the version that it
//! uses. A [`RegulationDocument`] is the complete rule set; it marks each parameter as certain or uncertain. The
//! calculations are in `scoring`, not here.

mod correction;
mod credit;
mod distribution;
mod document;
mod numeric;
mod objection;
mod parameter;
#[cfg(test)]
mod schema;
mod shipped;
#[cfg(test)]
mod tests;
mod training;
mod validate;
mod validate_numeric;

pub use correction::{CorrectionRules, correction_days};
pub use credit::{CreditCategory, CreditLevel, CreditPoints};
pub use distribution::{Distribution, Limit, LimitRule, Pattern};
pub use document::{Labels, Matrix, MatrixRow, RegulationDocument, Source, SplitYear, Suggestion};
pub use numeric::{
    Achievement, Additional, Aggregation, AssignmentScope, Band, BehaviourRules, BehaviourShares,
    LeaderInPart, Numeric, PredicateBand, ResultGroup, WeightPair, Weights,
};
pub use objection::{DayCounting, Deadlines, Holiday, OBJECTION_DAYS_MAX, Objection, YearDay};
pub use parameter::{Confidence, Mark, Parameter, parameter_missing};
pub use shipped::{
    PERMENPANRB_6_2022, PP_30_2019, SHIPPED_TEXTS, in_force_on, shipped, shipped_document, shipped_documents,
};
pub use training::{Training, TrainingKind};
pub use validate::Finding;

use crate::time::Date;
use serde::{Deserialize, Serialize};

/// A reference to a regulation version, stored with each evaluation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RegulationRef {
    /// The code, such as `PERMENPANRB-6-2022`.
    pub code: String,
    /// The version of our document, from 1.
    pub version: i32,
}

/// The method by which a regulation determines predicates.
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
    /// A matrix gives the predicate for two ratings of three levels.
    RatingMatrix,
    /// Bands give the predicate for a score of up to 120.
    Numeric,
}

/// The summary of a regulation version, without its rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regulation {
    /// The code.
    pub code: String,
    /// The version of our document, from 1. A new interpretation gets a new version.
    pub version: i32,
    /// The official title, in Indonesian.
    pub title: String,
    /// The method by which it determines predicates.
    pub scheme: Scheme,
    /// The address or title of the legal text.
    pub source: String,
    /// The first day in force.
    pub effective_from: Date,
    /// End date (exclusive); none while in force.
    pub effective_to: Option<Date>,
}

impl Regulation {
    /// The reference that evaluations store.
    #[must_use]
    pub fn reference(&self) -> RegulationRef {
        RegulationRef { code: self.code.clone(), version: self.version }
    }

    /// Whether the regulation is in force on this day.
    #[must_use]
    pub fn in_force_on(&self, day: Date) -> bool {
        self.effective_from <= day && self.effective_to.is_none_or(|end| day < end)
    }
}
