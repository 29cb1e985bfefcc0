//! The predicate of a unit in a period (capaian kinerja organisasi, SE MenPANRB 3/2023). The head of a unit above sets
//! it before the ratings of the unit's staff become final.

#[cfg(test)]
mod tests;

use crate::{
    Refusal,
    error::{TEXT_MAX, optional_text, unless_refused},
    id::{AgencyId, PeriodId, StaffId, UnitId, UnitPredicateId},
    period::{Period, refuse_before},
    rating::OrgUnitPredicate,
    time::{Calendar, Instant},
};
use serde::{Deserialize, Serialize};

/// The predicate of a unit in a period; one for each unit and period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitPredicate {
    /// Its id.
    pub id: UnitPredicateId,
    /// The agency that owns it.
    pub agency: AgencyId,
    /// The unit.
    pub unit: UnitId,
    /// The year or part of it.
    pub period: PeriodId,
    /// The predicate.
    pub predicate: OrgUnitPredicate,
    /// The reason, at most 2,000 characters.
    pub note: Option<String>,
    /// The person who last set it.
    pub set_by: StaffId,
    /// When it was set last.
    pub set_at: Instant,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// Input for the predicate of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitPredicateInput {
    /// The predicate.
    pub predicate: OrgUnitPredicate,
    /// A note with the reason.
    pub note: Option<String>,
}

impl UnitPredicate {
    /// Sets a unit's predicate in a period for the first time.
    ///
    /// # Errors
    /// As [`Self::change`].
    pub fn set(
        id: UnitPredicateId,
        unit: UnitId,
        period: &Period,
        input: UnitPredicateInput,
        set_by: StaffId,
        calendar: Calendar,
        at: Instant,
    ) -> Result<Self, Vec<Refusal>> {
        let first = Self {
            id,
            agency: period.agency,
            unit,
            period: period.id,
            predicate: input.predicate,
            note: None,
            set_by,
            set_at: at,
            version: 1,
        };
        first.change(period, input, set_by, calendar, at)
    }

    /// Refuses unless predicates of units can be set in this period: it must be open, and the first day for drafts of
    /// ratings must have come.
    ///
    /// # Errors
    /// `PERIOD_CLOSED` or `TOO_EARLY`.
    pub fn permits(period: &Period, calendar: Calendar, at: Instant) -> Result<(), Refusal> {
        period.must_be_open()?;
        refuse_before(period.rating_from, calendar.day(at))
    }

    /// Changes the predicate. Final evaluations keep the predicate they used.
    ///
    /// # Errors
    /// As [`Self::permits`], or a refusal of the note.
    pub fn change(
        &self,
        period: &Period,
        input: UnitPredicateInput,
        set_by: StaffId,
        calendar: Calendar,
        at: Instant,
    ) -> Result<Self, Vec<Refusal>> {
        Self::permits(period, calendar, at)?;
        let mut refusals = Vec::new();
        let note = optional_text("note", input.note.as_deref(), TEXT_MAX, &mut refusals);
        unless_refused(
            Self { predicate: input.predicate, note, set_by, set_at: at, ..self.clone() },
            refusals,
        )
    }
}
