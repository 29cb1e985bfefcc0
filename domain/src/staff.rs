//! People and the positions that they can hold.
//!
//! What may not be put here: where somebody works (see `assignment`), and accounts and passwords
//! (`service/src/identity`).

#[cfg(test)]
mod tests;

use crate::{
    Key, Message, Refusal,
    error::{optional_text, reason, text, unless_refused},
    id::{AgencyId, PositionId, StaffId},
    nip,
    time::Date,
    unit::{CODE_MAX, NAME_MAX},
};
use serde::{Deserialize, Serialize};

/// On what footing a person works for the agency. Entered, never inferred from the NIP.
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
    /// From outside, such as the mayor: logs in and rates, is never appraised.
    NonAsn,
}

impl EmploymentKind {
    /// Whether people of this kind have plans and evaluations.
    #[must_use]
    pub const fn is_appraised(self) -> bool {
        !matches!(self, Self::NonAsn)
    }
}

/// Whether a person is still with the agency.
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
pub enum StaffStatus {
    /// At work.
    Active,
    /// Retired, dead, dismissed or gone to another agency.
    Ended,
}

/// A person of the agency (pegawai).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// The person's id.
    pub id: StaffId,
    /// The agency.
    pub agency: AgencyId,
    /// Nomor induk pegawai, 18 digits; may be missing, unique where it is known.
    pub nip: Option<String>,
    /// The name with titles, as printed.
    pub name: String,
    /// The footing.
    pub employment_kind: EmploymentKind,
    /// Whether still here.
    pub status: StaffStatus,
    /// The last day.
    pub ended_on: Option<Date>,
    /// Why the person left.
    pub end_reason: Option<String>,
    /// The id in the system that the person was taken from.
    pub external_id: Option<String>,
    /// The system that the person was taken from.
    pub source: Option<String>,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// What a new person is made of; the fields are those of [`Staff`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Staff")]
pub struct NewStaff {
    pub id: StaffId,
    pub agency: AgencyId,
    pub nip: Option<String>,
    pub name: String,
    pub employment_kind: EmploymentKind,
    pub external_id: Option<String>,
    pub source: Option<String>,
}

/// What changes on a person; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Staff")]
pub struct StaffChanges {
    pub nip: Option<String>,
    pub name: Option<String>,
    pub employment_kind: Option<EmploymentKind>,
    pub external_id: Option<String>,
}

impl Staff {
    /// A new person. That the NIP is free is the caller's to check.
    ///
    /// # Errors
    /// Every fault of the input; a NIP is refused for its shape only, see [`nip::check`].
    pub fn create(new: NewStaff) -> Result<Self, Vec<Refusal>> {
        Self {
            id: new.id,
            agency: new.agency,
            nip: new.nip,
            name: new.name,
            employment_kind: new.employment_kind,
            status: StaffStatus::Active,
            ended_on: None,
            end_reason: None,
            external_id: new.external_id,
            source: new.source,
            version: 1,
        }
        .checked()
    }

    /// The person with other data.
    ///
    /// # Errors
    /// Every fault of the input, or `INVALID_TRANSITION` for somebody who has left.
    pub fn update(&self, changes: StaffChanges) -> Result<Self, Vec<Refusal>> {
        self.must_be_active()?;
        let mut staff = self.clone();
        staff.nip = changes.nip.or(staff.nip);
        staff.name = changes.name.unwrap_or(staff.name);
        staff.employment_kind = changes.employment_kind.unwrap_or(staff.employment_kind);
        staff.external_id = changes.external_id.or(staff.external_id);
        staff.checked()
    }

    /// The person, gone after a last day, for a reason.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` for somebody who has left, `BAD_USER_INPUT` without a reason.
    pub fn end(&self, on: Date, why: &str) -> Result<Self, Refusal> {
        self.must_be_active()?;
        Ok(Self {
            status: StaffStatus::Ended,
            ended_on: Some(on),
            end_reason: Some(reason("reason", why)?),
            ..self.clone()
        })
    }

    /// What looks odd about the NIP, without being refused.
    #[must_use]
    pub fn warnings(&self) -> Vec<Message> {
        self.nip
            .as_deref()
            .map(|nip| nip::check(nip, Some(self.employment_kind)).warnings)
            .unwrap_or_default()
    }

    /// Whether the person's data and assignments can change.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` for somebody who has left.
    pub fn must_be_active(&self) -> Result<(), Refusal> {
        match self.status {
            StaffStatus::Active => Ok(()),
            StaffStatus::Ended => Err(Refusal::transition(self.status.into(), &[])),
        }
    }

    fn checked(mut self) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        self.name = text("name", &self.name, NAME_MAX, &mut refusals);
        self.external_id = optional_text("externalId", self.external_id.as_deref(), NAME_MAX, &mut refusals);
        if let Some(value) = self.nip.take().filter(|value| !value.trim().is_empty()) {
            let report = nip::check(&value, Some(self.employment_kind));
            refusals.extend(report.errors.into_iter().map(|error| Refusal::input(["nip"], error)));
            self.nip = report.normalised;
        }
        unless_refused(self, refusals)
    }
}

/// What sort of position it is (jenis jabatan, UU 20/2023).
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
pub enum PositionKind {
    /// Jabatan pimpinan tinggi utama (I).
    JptUtama,
    /// Jabatan pimpinan tinggi madya (I.a, I.b).
    JptMadya,
    /// Jabatan pimpinan tinggi pratama (II.a, II.b): secretary of the city, heads of departments.
    JptPratama,
    /// Jabatan administrator (III).
    Administrator,
    /// Jabatan pengawas (IV).
    Supervisor,
    /// Jabatan pelaksana.
    Executive,
    /// Jabatan fungsional, with a level.
    Functional,
    /// An elected or political office, such as the mayor's.
    Political,
}

impl PositionKind {
    /// Whether forms of this position show a perspective in place of an aspect.
    #[must_use]
    pub const fn is_high_leadership(self) -> bool {
        matches!(self, Self::JptUtama | Self::JptMadya | Self::JptPratama)
    }
}

/// A position that people are assigned to (jabatan).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Its id.
    pub id: PositionId,
    /// The agency.
    pub agency: AgencyId,
    /// Its code, unique in the agency.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What sort it is.
    pub kind: PositionKind,
    /// The level of a functional position (jenjang), such as `Ahli Muda`.
    pub level: Option<String>,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// What a position is made of, new or changed; the fields are those of [`Position`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Position")]
pub struct PositionInput {
    pub code: String,
    pub name: String,
    pub kind: PositionKind,
    pub level: Option<String>,
}

impl Position {
    /// A new position. That its code is free is the caller's to check.
    ///
    /// # Errors
    /// Every fault of the input; a level on a position that is not functional is one.
    pub fn create(id: PositionId, agency: AgencyId, input: PositionInput) -> Result<Self, Vec<Refusal>> {
        let empty = Self {
            id,
            agency,
            code: String::new(),
            name: String::new(),
            kind: input.kind,
            level: None,
            version: 1,
        };
        empty.update(input)
    }

    /// The position with other data.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn update(&self, input: PositionInput) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let code = text("code", &input.code, CODE_MAX, &mut refusals);
        let name = text("name", &input.name, NAME_MAX, &mut refusals);
        let level = optional_text("level", input.level.as_deref(), CODE_MAX, &mut refusals);
        if level.is_some() && input.kind != PositionKind::Functional {
            refusals.push(Refusal::input(["level"], Key::LevelOfFunctional));
        }
        unless_refused(Self { code, name, kind: input.kind, level, ..self.clone() }, refusals)
    }
}
