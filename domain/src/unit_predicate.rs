//! The achievement of a unit in a period (capaian kinerja organisasi, SE MenPANRB 3/2023): set by the head
//! above, before the ratings of its staff are final.

#[cfg(test)]
mod tests;

use crate::{
    Refusal,
    error::{TEXT_MAX, optional_text, unless_refused},
    evaluation::OrgUnitPredicate,
    id::{AgencyId, PeriodId, StaffId, UnitId, UnitPredicateId},
    period::Period,
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// The predicate of a unit in a period; one for each unit and period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitPredicate {
    /// Its id.
    pub id: UnitPredicateId,
    /// The agency that owns it.
    pub agency: AgencyId,
    /// The unit that it is about.
    pub unit: UnitId,
    /// The year or part of it.
    pub period: PeriodId,
    /// The predicate.
    pub predicate: OrgUnitPredicate,
    /// Why, at most 2,000 characters.
    pub note: Option<String>,
    /// Who set it last.
    pub set_by: StaffId,
    /// When it was set last.
    pub set_at: Instant,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// What is set: the fields are those of [`UnitPredicate`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of UnitPredicate")]
pub struct UnitPredicateInput {
    pub predicate: OrgUnitPredicate,
    pub note: Option<String>,
    pub set_by: StaffId,
}

impl UnitPredicate {
    /// The first setting of a unit's predicate in a period.
    ///
    /// # Errors
    /// `PERIOD_CLOSED`, or the faults of the note.
    pub fn set(
        id: UnitPredicateId,
        unit: UnitId,
        period: &Period,
        input: UnitPredicateInput,
        at: Instant,
    ) -> Result<Self, Vec<Refusal>> {
        let first = Self {
            id,
            agency: period.agency,
            unit,
            period: period.id,
            predicate: input.predicate,
            note: None,
            set_by: input.set_by,
            set_at: at,
            version: 1,
        };
        first.change(period, input, at)
    }

    /// Another predicate in place of this one. Evaluations that are final keep the one they were made with.
    ///
    /// # Errors
    /// `PERIOD_CLOSED`, or the faults of the note.
    pub fn change(
        &self,
        period: &Period,
        input: UnitPredicateInput,
        at: Instant,
    ) -> Result<Self, Vec<Refusal>> {
        period.must_be_open()?;
        let mut refusals = Vec::new();
        let note = optional_text("note", input.note.as_deref(), TEXT_MAX, &mut refusals);
        unless_refused(
            Self { predicate: input.predicate, note, set_by: input.set_by, set_at: at, ..self.clone() },
            refusals,
        )
    }
}
