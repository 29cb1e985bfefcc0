//! A journal entry without its images, and the topic that selects entries for a reader.

use crate::{
    db::{Backend, any_of},
    error::{Error, Result},
    position::Position,
    store::SHIPPED,
};
use domain::{
    event::{EventKind, OF_ACCESS, SubjectKind},
    id::{AgencyId, PlanId, StaffId, UnitId},
    time::{Instant, from_micros},
};
use entity::event::{Column, Entity, Model};
use sea_orm::{ColumnTrait, Condition};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A journal entry without its images: what happened, when, who did it and to which object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The number in the journal, from 1. It is the cursor of every stream.
    pub number: i64,
    /// The id of the entry.
    pub id: Uuid,
    /// The agency that owns the object.
    pub agency: AgencyId,
    /// The kind of change.
    pub kind: EventKind,
    /// When it happened, by the appraisal clock.
    pub at: Instant,
    /// The person who acted; `None` for an API key or the system.
    pub actor: Option<StaffId>,
    /// The kind of the changed object.
    pub subject: SubjectKind,
    /// The object's id.
    pub subject_id: Uuid,
    /// The object's version after the change.
    pub subject_version: i32,
    /// The person that the entry concerns.
    pub staff: Option<StaffId>,
    /// The unit that the entry concerns.
    pub unit: Option<UnitId>,
    /// The plan that the entry concerns.
    pub plan: Option<PlanId>,
}

impl Entry {
    /// The position after this entry.
    #[must_use]
    pub fn position(&self) -> Position {
        Position::after(self.number, self.id)
    }
}

impl TryFrom<Model> for Entry {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self> {
        Ok(Self {
            number: row.number.ok_or_else(|| Error::internal("an entry without a number"))?,
            id: row.id,
            agency: AgencyId(row.agency_id),
            kind: row.kind.parse().map_err(Error::internal)?,
            at: from_micros(row.at),
            actor: row.actor_id.filter(|_| row.actor_kind == "STAFF").map(StaffId),
            subject: row.subject_kind.parse().map_err(Error::internal)?,
            subject_id: row.subject_id,
            subject_version: row.subject_version,
            staff: row.staff_id.map(StaffId),
            unit: row.unit_id.map(UnitId),
            plan: row.plan_id.map(PlanId),
        })
    }
}

/// A filter on entries, both in the database and in memory. An entry must meet all conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Entries of this agency.
    pub agency: AgencyId,
    /// Entries of these kinds; `None`: all kinds.
    pub kinds: Option<BTreeSet<EventKind>>,
    /// Entries about objects of these kinds; `None`: all kinds.
    pub subjects: Option<BTreeSet<SubjectKind>>,
    /// Entries about this object.
    pub subject: Option<Uuid>,
    /// Entries that concern this person and were made by someone else, and entries about the person's account or login.
    pub concerns: Option<StaffId>,
    /// Entries that concern this plan.
    pub plan: Option<PlanId>,
    /// Entries that concern one of these units.
    pub units: Option<BTreeSet<UnitId>>,
}

impl Topic {
    /// All entries of an agency.
    #[must_use]
    pub const fn all(agency: AgencyId) -> Self {
        Self { agency, kinds: None, subjects: None, subject: None, concerns: None, plan: None, units: None }
    }

    /// Whether the topic includes this entry.
    #[must_use]
    pub fn matches(&self, entry: &Entry) -> bool {
        (self.agency == entry.agency || entry.agency == SHIPPED)
            && self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&entry.kind))
            && self.subjects.as_ref().is_none_or(|subjects| subjects.contains(&entry.subject))
            && self.subject.is_none_or(|subject| subject == entry.subject_id)
            && self.concerns.is_none_or(|me| {
                entry.staff == Some(me) && (entry.actor != Some(me) || OF_ACCESS.contains(&entry.kind))
            })
            && self.plan.is_none_or(|plan| entry.plan == Some(plan))
            && self.units.as_ref().is_none_or(|units| entry.unit.is_some_and(|unit| units.contains(&unit)))
    }

    /// The SQL condition equal to [`Topic::matches`].
    pub(crate) fn condition(&self, backend: Backend) -> Condition {
        Condition::all()
            // Every agency reads the entries of regulations that ship with the server.
            .add(Column::AgencyId.is_in([self.agency.0, SHIPPED.0]))
            .add_option(
                self.kinds.as_ref().map(|kinds| Column::Kind.is_in(kinds.iter().map(ToString::to_string))),
            )
            .add_option(
                self.subjects
                    .as_ref()
                    .map(|subjects| Column::SubjectKind.is_in(subjects.iter().map(ToString::to_string))),
            )
            .add_option(self.subject.map(|subject| Column::SubjectId.eq(subject)))
            .add_option(self.concerns.map(|me| {
                let by_other = Condition::any()
                    .add(Column::ActorId.is_null())
                    .add(Column::ActorId.ne(me.0))
                    .add(Column::Kind.is_in(OF_ACCESS.iter().map(ToString::to_string)));
                Condition::all().add(Column::StaffId.eq(me.0)).add(by_other)
            }))
            .add_option(self.plan.map(|plan| Column::PlanId.eq(plan.0)))
            .add_option(
                self.units
                    .as_ref()
                    .map(|units| any_of(backend, (Entity, Column::UnitId), units.iter().map(|unit| unit.0))),
            )
    }
}
