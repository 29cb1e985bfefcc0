//! The stored form of a period. Journal entries from before `rating_from` existed are read with its default.

use super::{Cycle, Period, PeriodStatus, default_rating_from};
use crate::{
    id::{AgencyId, PeriodId},
    time::{Date, Instant},
};
use serde::Deserialize;

/// The fields of [`Period`]; those that older entries do not have are optional.
#[derive(Deserialize)]
pub(super) struct StoredPeriod {
    id: PeriodId,
    agency: AgencyId,
    year: i32,
    cycle: Cycle,
    part: i32,
    parent: Option<PeriodId>,
    starts_on: Date,
    ends_on: Date,
    plan_deadline: Date,
    rating_from: Option<Date>,
    report_deadline: Date,
    rating_deadline: Date,
    status: PeriodStatus,
    closed_at: Option<Instant>,
    version: i32,
}

impl From<StoredPeriod> for Period {
    fn from(stored: StoredPeriod) -> Self {
        let StoredPeriod { starts_on, ends_on, .. } = stored;
        Self {
            id: stored.id,
            agency: stored.agency,
            year: stored.year,
            cycle: stored.cycle,
            part: stored.part,
            parent: stored.parent,
            starts_on,
            ends_on,
            plan_deadline: stored.plan_deadline,
            rating_from: stored.rating_from.unwrap_or_else(|| default_rating_from(starts_on, ends_on)),
            report_deadline: stored.report_deadline,
            rating_deadline: stored.rating_deadline,
            status: stored.status,
            closed_at: stored.closed_at,
            version: stored.version,
        }
    }
}
