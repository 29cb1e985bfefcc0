//! The vocabulary of ratings: what a rater says about results and behaviour, and the predicates that follow.

use serde::{Deserialize, Serialize};

/// A rating of results or behaviour against expectations.
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
pub enum Expectation {
    /// Di atas ekspektasi.
    Above,
    /// Sesuai ekspektasi.
    AsExpected,
    /// Di bawah ekspektasi.
    Below,
}

/// The predicate of a person (predikat kinerja pegawai), best first.
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
pub enum Predicate {
    /// Sangat Baik.
    VeryGood,
    /// Baik.
    Good,
    /// Butuh Perbaikan; "Cukup" under PP 30/2019.
    NeedsImprovement,
    /// Kurang.
    Poor,
    /// Sangat Kurang.
    VeryPoor,
}

/// The predicate of a unit (capaian kinerja organisasi), best first. Its values differ from those of a person.
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
pub enum OrgUnitPredicate {
    /// Istimewa.
    Outstanding,
    /// Baik.
    Good,
    /// Butuh Perbaikan.
    NeedsImprovement,
    /// Kurang.
    Poor,
    /// Sangat Kurang.
    VeryPoor,
}
