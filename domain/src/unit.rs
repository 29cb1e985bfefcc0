//! Organisational units: the tree from the agency down to schools and kelurahan.
//!
//! Units have a start date and an end date (exclusive). The head of a unit is an [`crate::assignment::Assignment`] that
//! leads it; predicates are in [`crate::unit_predicate`].

#[cfg(test)]
mod tests;

use crate::{
    Edit, Key, Message, Refusal,
    error::{name, optional_text, text, unless_refused},
    id::{AgencyId, UnitId},
    time::{Calendar, Date},
    tree,
};
use serde::{Deserialize, Serialize};

/// Kind of unit (jenis unit kerja).
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
pub enum UnitKind {
    /// The root: the government of the city.
    Agency,
    /// Organisasi perangkat daerah: a department, office or secretariat.
    Opd,
    /// Bidang or bagian of a department.
    Bidang,
    /// Subbagian, seksi or team.
    Subbag,
    /// Unit pelaksana teknis daerah.
    Uptd,
    /// A school.
    School,
    /// A health centre.
    Puskesmas,
    /// A district.
    Kecamatan,
    /// A subdistrict.
    Kelurahan,
    /// Anything else.
    Other,
}

/// An organisational unit (unit kerja).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgUnit {
    /// Its id.
    pub id: UnitId,
    /// The root of its tree.
    pub agency: AgencyId,
    /// The unit above; `None` for the root.
    pub parent: Option<UnitId>,
    /// Its code, unique in the agency.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: UnitKind,
    /// IANA name of the time zone for deadlines; only on the root.
    pub time_zone: Option<String>,
    /// Whether the unit is modelled from public sources and not confirmed by the agency.
    pub approximate: bool,
    /// Its id in the source system.
    pub external_id: Option<String>,
    /// The source system.
    pub source: Option<String>,
    /// The first day.
    pub valid_from: Date,
    /// End date (exclusive); `None` while current.
    pub valid_to: Option<Date>,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// Input for a new unit; the fields are those of [`OrgUnit`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of OrgUnit")]
pub struct NewUnit {
    pub id: UnitId,
    pub agency: AgencyId,
    pub parent: Option<UnitId>,
    pub input: UnitInput,
    pub time_zone: Option<String>,
    pub approximate: bool,
    pub source: Option<String>,
}

/// What people enter about a new unit, besides its parent; the fields are those of [`OrgUnit`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of OrgUnit")]
pub struct UnitInput {
    pub code: String,
    pub name: String,
    pub kind: UnitKind,
    pub external_id: Option<String>,
    pub valid_from: Date,
}

/// Changes of a unit; `None` leaves a field unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of OrgUnit")]
pub struct UnitChanges {
    pub code: Option<String>,
    pub name: Option<String>,
    pub kind: Option<UnitKind>,
    pub parent: Option<UnitId>,
    pub time_zone: Option<String>,
    pub approximate: Option<bool>,
    pub external_id: Edit<String>,
    pub valid_to: Edit<Date>,
}

/// Maximum length of a code, in characters.
pub const CODE_MAX: usize = 50;
/// Maximum length of a name, in characters.
pub const NAME_MAX: usize = 200;

impl OrgUnit {
    /// Creates a unit. The caller checks that its code is not in use and that its parent is current.
    ///
    /// # Errors
    /// A refusal for each invalid field.
    pub fn create(new: NewUnit) -> Result<Self, Vec<Refusal>> {
        let UnitInput { code, name, kind, external_id, valid_from } = new.input;
        let unit = Self {
            id: new.id,
            agency: new.agency,
            parent: new.parent,
            code,
            name,
            kind,
            time_zone: new.time_zone,
            approximate: new.approximate,
            external_id,
            source: new.source,
            valid_from,
            valid_to: None,
            version: 1,
        };
        unit.checked()
    }

    /// Changes a unit or moves it below another. `parent_of` returns the parent of a unit on the day of the change.
    ///
    /// # Errors
    /// A refusal for each invalid field, for a move below itself, and for any move of the root.
    pub fn update(
        &self,
        changes: UnitChanges,
        parent_of: impl Fn(UnitId) -> Option<UnitId>,
    ) -> Result<Self, Vec<Refusal>> {
        let mut unit = self.clone();
        let mut refusals = Vec::new();
        if let Some(parent) = changes.parent {
            if self.is_root() {
                refusals.push(Refusal::input(["parentId"], Key::RootStays));
            } else if tree::would_loop(self.id, parent, parent_of) {
                refusals.push(Refusal::input(["parentId"], Key::UnitLoop));
            }
            unit.parent = Some(parent);
        }
        unit.code = changes.code.unwrap_or(unit.code);
        unit.name = changes.name.unwrap_or(unit.name);
        unit.kind = changes.kind.unwrap_or(unit.kind);
        unit.time_zone = changes.time_zone.or(unit.time_zone);
        unit.approximate = changes.approximate.unwrap_or(unit.approximate);
        unit.external_id = changes.external_id.apply(unit.external_id);
        unit.valid_to = changes.valid_to.apply(unit.valid_to);
        match unit.checked() {
            Ok(unit) => unless_refused(unit, refusals),
            Err(more) => {
                refusals.extend(more);
                Err(refusals)
            }
        }
    }

    /// Whether the unit is the root of its tree.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.id.0 == self.agency.0
    }

    /// Whether the unit is current on a day.
    #[must_use]
    pub fn open_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day < end)
    }

    /// The calendar of deadlines: Jakarta unless the unit has another time zone.
    #[must_use]
    pub fn calendar(&self) -> Calendar {
        self.time_zone.as_deref().and_then(Calendar::of_zone).unwrap_or(Calendar::JAKARTA)
    }

    fn checked(mut self) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        self.code = text("code", &self.code, CODE_MAX, &mut refusals);
        self.name = name("name", &self.name, NAME_MAX, &mut refusals);
        self.external_id = optional_text("externalId", self.external_id.as_deref(), NAME_MAX, &mut refusals);
        if self.is_root() != (self.kind == UnitKind::Agency) || self.is_root() != self.parent.is_none() {
            refusals.push(Refusal::input(["kind"], Key::RootIsAgency));
        }
        if let Some(zone) = &self.time_zone
            && (!self.is_root() || Calendar::of_zone(zone).is_none())
        {
            let message = Message::new(Key::Unknown).with("field", "timeZone").with("value", zone);
            refusals.push(Refusal::input(["timeZone"], message));
        }
        if self.valid_to.is_some_and(|end| end <= self.valid_from) {
            refusals.push(Refusal::input(["validTo"], Key::EndBeforeStart));
        }
        unless_refused(self, refusals)
    }
}

/// Whether the new parent would put a unit below itself.
pub fn would_loop(unit: UnitId, new_parent: UnitId, parents: impl Fn(UnitId) -> Option<UnitId>) -> bool {
    tree::would_loop(unit, new_parent, parents)
}
