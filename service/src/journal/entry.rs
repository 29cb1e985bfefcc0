//! An entry of the journal without its images, and which entries a reader asks for.

use crate::{
    db::{Backend, any_of},
    error::{Error, Result},
    regulation::SHIPPED,
};
use domain::{
    event::{EventKind, SubjectKind},
    id::{AgencyId, PlanId, StaffId, UnitId},
    time::{Instant, from_micros},
};
use entity::event::{Column, Entity, Model};
use sea_orm::{ColumnTrait, Condition};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What happened, when, by whom, to what; without images.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// Its place in the journal, from 1: the cursor of every stream.
    pub number: i64,
    /// Its id.
    pub id: Uuid,
    /// The agency that owns the object.
    pub agency: AgencyId,
    /// What happened.
    pub kind: EventKind,
    /// When, by the clock of appraisals.
    pub at: Instant,
    /// The person who acted; none for a key or the system.
    pub actor: Option<StaffId>,
    /// The kind of object that it happened to.
    pub subject: SubjectKind,
    /// The object's id.
    pub subject_id: Uuid,
    /// The object's version after it.
    pub subject_version: i32,
    /// The person whom it concerns.
    pub staff: Option<StaffId>,
    /// The unit that it concerns.
    pub unit: Option<UnitId>,
    /// The plan that it concerns.
    pub plan: Option<PlanId>,
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

/// Which entries a reader asks for: the same question of a row in the database and of an entry in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Of this agency.
    pub agency: AgencyId,
    /// Of these kinds; all where there is none.
    pub kinds: Option<BTreeSet<EventKind>>,
    /// That happened to objects of these kinds; all where there is none.
    pub subjects: Option<BTreeSet<SubjectKind>>,
    /// That happened to this object.
    pub subject: Option<Uuid>,
    /// That concern this person and were done by somebody else.
    pub concerns: Option<StaffId>,
    /// That concern this plan.
    pub plan: Option<PlanId>,
    /// That concern one of these units.
    pub units: Option<BTreeSet<UnitId>>,
}

impl Topic {
    /// All of an agency.
    #[must_use]
    pub const fn all(agency: AgencyId) -> Self {
        Self { agency, kinds: None, subjects: None, subject: None, concerns: None, plan: None, units: None }
    }

    /// Whether an entry is asked for.
    #[must_use]
    pub fn takes(&self, entry: &Entry) -> bool {
        (self.agency == entry.agency || entry.agency == SHIPPED)
            && self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&entry.kind))
            && self.subjects.as_ref().is_none_or(|subjects| subjects.contains(&entry.subject))
            && self.subject.is_none_or(|subject| subject == entry.subject_id)
            && self.concerns.is_none_or(|me| entry.staff == Some(me) && entry.actor != Some(me))
            && self.plan.is_none_or(|plan| entry.plan == Some(plan))
            && self.units.as_ref().is_none_or(|units| entry.unit.is_some_and(|unit| units.contains(&unit)))
    }

    /// The same as a condition.
    pub(crate) fn condition(&self, backend: Backend) -> Condition {
        Condition::all()
            // What ships with the server is told to every agency.
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
                let by_other = Condition::any().add(Column::ActorId.is_null()).add(Column::ActorId.ne(me.0));
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
