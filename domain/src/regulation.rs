//! The regulations that ship with the server, and how an evaluation names the one that it was made with.
//!
//! A regulation is a versioned rule set; a version that was used is never changed. What may not be put
//! here: how a scheme computes (`scoring`).

use crate::{
    evaluation::{OrgUnitPredicate, Predicate},
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

/// The code of the regulation in force: PermenPANRB 6/2022.
pub const PERMENPANRB_6_2022: &str = "PERMENPANRB-6-2022";

/// The regulations that ship with the server.
#[must_use]
pub fn shipped() -> Vec<Regulation> {
    vec![Regulation {
        code: PERMENPANRB_6_2022.to_owned(),
        version: 1,
        title: "Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 6 Tahun 2022 \
                tentang Pengelolaan Kinerja Pegawai Aparatur Sipil Negara"
            .to_owned(),
        scheme: Scheme::RatingMatrix,
        source: "https://jdih.menpan.go.id".to_owned(),
        effective_from: Date::from_ymd_opt(2022, 2, 3).unwrap_or_default(),
        effective_to: None,
    }]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_shipped_regulation_is_in_force_since_february_2022() {
        let day = |text: &str| text.parse::<Date>().expect("a date");
        let in_force = |on: &str| shipped().into_iter().filter(|one| one.in_force_on(day(on))).count();
        assert_eq!(in_force("2022-02-02"), 0);
        assert_eq!(in_force("2022-02-03"), 1);
        assert_eq!(in_force("2026-01-01"), 1);
        assert_eq!(shipped()[0].reference().code, PERMENPANRB_6_2022);
    }
}
