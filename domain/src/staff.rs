//! People and positions.
//!
//! `assignment` has the assignments of people; `service/src/identity` has accounts and passwords.

#[cfg(test)]
mod tests;

use crate::{
    Code, Edit, Key, Message, Refusal,
    error::{name, optional_text, reason, text, unless_refused},
    id::{AgencyId, PositionId, StaffId},
    nip,
    time::Date,
    unit::{CODE_MAX, NAME_MAX},
};
use serde::{Deserialize, Serialize};

pub use crate::employment::EmploymentKind;

/// Refuses a person with neither a NIP nor an external id, because no list could identify them again. Only people from
/// outside the civil service, such as the mayor, may have neither; they can't be imported.
///
/// # Errors
/// `BAD_USER_INPUT` at the NIP.
pub fn must_be_identified(nip: Option<&str>, external_id: Option<&str>) -> Result<(), Refusal> {
    let is_given = |value: Option<&str>| value.is_some_and(|value| !crate::text::is_blank(value));
    if is_given(nip) || is_given(external_id) {
        return Ok(());
    }
    Err(Refusal::input(["nip"], Key::NoIdentity))
}

/// Whether a person still works for the agency.
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
    /// Works for the agency.
    Active,
    /// Retired, deceased, dismissed or moved to another agency.
    Ended,
}

/// A person of the agency (pegawai).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// The person's id.
    pub id: StaffId,
    /// The agency.
    pub agency: AgencyId,
    /// Nomor induk pegawai, 18 digits; unique if known.
    pub nip: Option<String>,
    /// The name with titles, as printed.
    pub name: String,
    /// The employment kind.
    pub employment_kind: EmploymentKind,
    /// The status.
    pub status: StaffStatus,
    /// The last day.
    pub ended_on: Option<Date>,
    /// The reason for leaving.
    pub end_reason: Option<String>,
    /// The id in the source system.
    pub external_id: Option<String>,
    /// The source system.
    pub source: Option<String>,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// Input for a new person; the fields are those of [`Staff`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Staff")]
pub struct NewStaff {
    pub id: StaffId,
    pub agency: AgencyId,
    pub input: StaffInput,
    pub source: Option<String>,
}

/// What people enter about a new person; the fields are those of [`Staff`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Staff")]
pub struct StaffInput {
    pub nip: Option<String>,
    pub name: String,
    pub employment_kind: EmploymentKind,
    pub external_id: Option<String>,
}

/// Changes of a person; `None` leaves a field unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Staff")]
pub struct StaffChanges {
    pub nip: Edit<String>,
    pub name: Option<String>,
    pub employment_kind: Option<EmploymentKind>,
    pub external_id: Edit<String>,
}

impl Staff {
    /// Creates a person. The caller checks that the NIP is not in use.
    ///
    /// # Errors
    /// A refusal for each invalid field. Only a malformed NIP is refused, see [`nip::check`].
    pub fn create(new: NewStaff) -> Result<Self, Vec<Refusal>> {
        let StaffInput { nip, name, employment_kind, external_id } = new.input;
        Self {
            id: new.id,
            agency: new.agency,
            nip,
            name,
            employment_kind,
            status: StaffStatus::Active,
            ended_on: None,
            end_reason: None,
            external_id,
            source: new.source,
            version: 1,
        }
        .checked(true)
    }

    /// Changes the person's data. If a person was stored with neither a NIP nor an external id, their other data can
    /// still be changed.
    ///
    /// # Errors
    /// A refusal for each invalid field, or `INVALID_TRANSITION` for a person who has left.
    pub fn update(&self, changes: StaffChanges) -> Result<Self, Vec<Refusal>> {
        self.must_be_active()?;
        let is_found = self.is_identified();
        let mut staff = self.clone();
        staff.nip = changes.nip.apply(staff.nip);
        staff.name = changes.name.unwrap_or(staff.name);
        staff.employment_kind = changes.employment_kind.unwrap_or(staff.employment_kind);
        staff.external_id = changes.external_id.apply(staff.external_id);
        staff.checked(is_found)
    }

    fn is_identified(&self) -> bool {
        !self.employment_kind.is_appraised()
            || must_be_identified(self.nip.as_deref(), self.external_id.as_deref()).is_ok()
    }

    /// Records that the person leaves, with the last day and a reason.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` for a person who has already left, `BAD_USER_INPUT` without a reason.
    pub fn end(&self, on: Date, why: &str) -> Result<Self, Refusal> {
        self.must_be_active()?;
        Ok(Self {
            status: StaffStatus::Ended,
            ended_on: Some(on),
            end_reason: Some(reason("reason", why)?),
            ..self.clone()
        })
    }

    /// Records that the person works for the agency again. The journal keeps the earlier ending.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` for a person who has not left.
    pub fn reinstate(&self) -> Result<Self, Refusal> {
        self.must_have_left()?;
        Ok(Self { status: StaffStatus::Active, ended_on: None, end_reason: None, ..self.clone() })
    }

    /// Refuses to reinstate a person who has not left.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` for a person who works for the agency.
    pub fn must_have_left(&self) -> Result<(), Refusal> {
        match self.status {
            StaffStatus::Ended => Ok(()),
            StaffStatus::Active => Err(Refusal::transition(self.status, &[])),
        }
    }

    /// The refusal of a new person with the NIP or external id of this one, who has left and can be reinstated.
    #[must_use]
    pub fn can_be_reinstated(&self, field: &str) -> Refusal {
        let message = Message::new(Key::CanBeReinstated)
            .with("field", field)
            .with("person", &self.name)
            .with("day", self.ended_on.unwrap_or_default());
        Refusal { code: Code::CanBeReinstated { staff: self.id }, ..Refusal::input([field], message) }
    }

    /// Warnings about unusual values in the NIP.
    #[must_use]
    pub fn warnings(&self) -> Vec<Message> {
        self.nip
            .as_deref()
            .map(|nip| nip::check(nip, Some(self.employment_kind)).warnings)
            .unwrap_or_default()
    }

    /// Refuses changes of a person who has left.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` for a person who has left.
    pub fn must_be_active(&self) -> Result<(), Refusal> {
        match self.status {
            StaffStatus::Active => Ok(()),
            StaffStatus::Ended => Err(Refusal::transition(self.status, &[])),
        }
    }

    fn checked(mut self, must_be_identified: bool) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        if must_be_identified && !self.is_identified() {
            refusals.push(Refusal::input(["nip"], Key::NoIdentity));
        }
        self.name = name("name", &self.name, NAME_MAX, &mut refusals);
        self.external_id = optional_text("externalId", self.external_id.as_deref(), NAME_MAX, &mut refusals);
        if let Some(value) = self.nip.take().filter(|value| !crate::text::is_blank(value)) {
            let report = nip::check(&value, Some(self.employment_kind));
            refusals.extend(report.errors.into_iter().map(|error| Refusal::input(["nip"], error)));
            self.nip = report.normalised;
        }
        unless_refused(self, refusals)
    }
}

/// Kind of position (jenis jabatan, UU 20/2023).
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
    /// Jabatan pelaksana: carries out services and administration. Rows and images have the name `EXECUTIVE`.
    #[strum(serialize = "EXECUTIVE")]
    #[serde(rename = "EXECUTIVE")]
    Implementer,
    /// Jabatan fungsional, with a level.
    Functional,
    /// An elected or political office, such as the mayor's.
    Political,
}

impl PositionKind {
    /// Whether forms for this position show a perspective instead of an aspect.
    #[must_use]
    pub const fn is_senior_executive(self) -> bool {
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
    /// Its kind.
    pub kind: PositionKind,
    /// The level of a functional position (jenjang), such as `Ahli Muda`.
    pub level: Option<String>,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// Input for a new or changed position; the fields are those of [`Position`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Position")]
pub struct PositionInput {
    pub code: String,
    pub name: String,
    pub kind: PositionKind,
    pub level: Option<String>,
}

/// Changes of a position; absent fields stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Position")]
pub struct PositionChanges {
    pub code: Option<String>,
    pub name: Option<String>,
    pub kind: Option<PositionKind>,
    pub level: Edit<String>,
}

impl Position {
    /// Creates a position. The caller checks that its code is not in use.
    ///
    /// # Errors
    /// A refusal for each invalid field, such as a level on a position that is not functional.
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

    /// Changes some fields of the position; absent ones stay as they are.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn edit(&self, changes: PositionChanges) -> Result<Self, Vec<Refusal>> {
        self.update(PositionInput {
            code: changes.code.unwrap_or_else(|| self.code.clone()),
            name: changes.name.unwrap_or_else(|| self.name.clone()),
            kind: changes.kind.unwrap_or(self.kind),
            level: changes.level.apply(self.level.clone()),
        })
    }

    /// Changes the position.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn update(&self, input: PositionInput) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let code = text("code", &input.code, CODE_MAX, &mut refusals);
        let name = name("name", &input.name, NAME_MAX, &mut refusals);
        let level = optional_text("level", input.level.as_deref(), CODE_MAX, &mut refusals);
        if level.is_some() && input.kind != PositionKind::Functional {
            refusals.push(Refusal::input(["level"], Key::LevelOfFunctional));
        }
        unless_refused(Self { code, name, kind: input.kind, level, ..self.clone() }, refusals)
    }
}
