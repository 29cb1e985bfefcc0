//! Kinds of employment.

use serde::{Deserialize, Serialize};

/// Kind of employment. Entered, never inferred from the NIP.
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
pub enum EmploymentKind {
    /// Pegawai negeri sipil: a tenured civil servant.
    Pns,
    /// Calon PNS: a civil servant on probation.
    Cpns,
    /// Pegawai pemerintah dengan perjanjian kerja: on a contract.
    Pppk,
    /// PPPK paruh waktu: on a part-time contract.
    PppkPartTime,
    /// A person from outside the civil service, such as the mayor, who logs in and rates but is never appraised.
    NonAsn,
}

impl EmploymentKind {
    /// Whether people of this kind have plans and evaluations.
    #[must_use]
    pub const fn is_appraised(self) -> bool {
        !matches!(self, Self::NonAsn)
    }
}
