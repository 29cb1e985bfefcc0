//! The year of appraisal and its parts, with their deadlines.
//!
//! A deadline is the last day on which something is on time. A later action is flagged as late but not refused; only a
//! closed period refuses changes. An action that decides a result is refused before its first day: see
//! [`Period::rating_from`] and [`Period::ends_on`].

mod state;
mod stored;
#[cfg(test)]
mod tests;

pub use state::{Closing, PeriodDays, Unfinished};

use crate::{
    Key, Message, Refusal,
    error::unless_refused,
    id::{AgencyId, PeriodId},
    time::{Date, Instant},
};
use chrono::{Days, Months};
use serde::{Deserialize, Serialize};

/// How often people are evaluated in a year. The agency chooses.
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
pub enum Cycle {
    /// Bulanan: twelve parts.
    Monthly,
    /// Triwulanan: four parts.
    Quarterly,
}

impl Cycle {
    /// The number of parts of a year.
    #[must_use]
    pub const fn parts(self) -> u32 {
        match self {
            Self::Monthly => 12,
            Self::Quarterly => 4,
        }
    }
}

/// Status of a period.
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
pub enum PeriodStatus {
    /// Accepts changes.
    Open,
    /// Refuses changes.
    Closed,
}

/// A year or a part of one (periode penilaian).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "stored::StoredPeriod")]
pub struct Period {
    /// Its id.
    pub id: PeriodId,
    /// The agency.
    pub agency: AgencyId,
    /// The calendar year.
    pub year: i32,
    /// How the year is divided.
    pub cycle: Cycle,
    /// 0 is the year itself; its parts count from 1.
    pub part: i32,
    /// The year of a part; `None` for the year itself.
    pub parent: Option<PeriodId>,
    /// The first day.
    pub starts_on: Date,
    /// The last day.
    pub ends_on: Date,
    /// The last day to submit a plan on time.
    pub plan_deadline: Date,
    /// The first day for drafts of ratings and for predicates of units, within the period.
    pub rating_from: Date,
    /// The last day to report realisations on time.
    pub report_deadline: Date,
    /// The last day to rate on time.
    pub rating_deadline: Date,
    /// Its status.
    pub status: PeriodStatus,
    /// When it was closed; `None` while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Instant>,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// Input for opening a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewYear {
    /// The calendar year, from [`FIRST_YEAR`].
    pub year: i32,
    /// How it is divided.
    pub cycle: Cycle,
    /// By default 31 January of the year.
    pub plan_deadline: Option<Date>,
    /// Days after the end of a part to report, 0 to 90; by default [`REPORT_DAYS`].
    pub report_days: Option<u32>,
    /// Days after the end of a part to rate, from `report_days` to 90; by default [`RATING_DAYS`].
    pub rating_days: Option<u32>,
}

/// The first year that can be opened. The current regulation is from 2022, the previous one applied in 2021.
pub const FIRST_YEAR: i32 = 2021;
/// The last year that can be opened.
pub const LAST_YEAR: i32 = 2100;
/// Default days to report after the end of a part. The regulations set none; the agency may.
pub const REPORT_DAYS: u32 = 7;
/// Default days to rate after the end of a part. The regulations set none; the agency may.
pub const RATING_DAYS: u32 = 14;
/// Default days before the end of a period on which drafts of ratings begin. The regulations set none.
pub const DAYS_TO_RATE_BEFORE_END: u64 = 10;
/// Days to report on the year after its end.
pub const YEAR_REPORT_DAYS: u32 = 14;
/// Days to rate the year after its end: until the end of January.
pub const YEAR_RATING_DAYS: u32 = 31;
/// Maximum number of days from the end of a period to its deadlines.
const DAYS_MAX: u32 = 90;

/// Creates a year of an agency and its parts, all open, the year first. Calls `ids` once for each.
///
/// # Errors
/// A refusal for each invalid field.
pub fn open_year(
    agency: AgencyId,
    new: &NewYear,
    mut ids: impl FnMut() -> PeriodId,
) -> Result<Vec<Period>, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let mut range = |field: &str, value: i64, min: i64, max: i64| {
        if !(min..=max).contains(&value) {
            let message =
                Message::new(Key::OutOfRange).with("field", field).with("min", min).with("max", max);
            refusals.push(Refusal::input([field], message));
        }
    };
    let report_days = new.report_days.unwrap_or(REPORT_DAYS);
    let rating_days = new.rating_days.unwrap_or(RATING_DAYS.max(report_days));
    range("year", new.year.into(), FIRST_YEAR.into(), LAST_YEAR.into());
    range("reportDays", report_days.into(), 0, DAYS_MAX.into());
    range("ratingDays", rating_days.into(), report_days.min(DAYS_MAX).into(), DAYS_MAX.into());
    let (Some(first), Some(january_ends)) =
        (Date::from_ymd_opt(new.year, 1, 1), Date::from_ymd_opt(new.year, 1, 31))
    else {
        return Err(refusals);
    };
    let plan_deadline = new.plan_deadline.unwrap_or(january_ends);
    if plan_deadline < first {
        refusals.push(Refusal::input(["planDeadline"], Key::EndBeforeStart));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let year_id = ids();
    let period = |id: PeriodId, part: i32, starts_on: Date, months: u32, report: u32, rating: u32| {
        let ends_on = starts_on.checked_add_months(Months::new(months))?.pred_opt()?;
        Some(Period {
            id,
            agency,
            year: new.year,
            cycle: new.cycle,
            part,
            parent: (part != 0).then_some(year_id),
            starts_on,
            ends_on,
            plan_deadline,
            rating_from: default_rating_from(starts_on, ends_on),
            report_deadline: ends_on.checked_add_days(Days::new(report.into()))?,
            rating_deadline: ends_on.checked_add_days(Days::new(rating.into()))?,
            status: PeriodStatus::Open,
            closed_at: None,
            version: 1,
        })
    };
    let mut periods: Vec<Period> = Vec::new();
    periods.extend(period(
        year_id,
        0,
        first,
        12,
        report_days.max(YEAR_REPORT_DAYS),
        rating_days.max(YEAR_RATING_DAYS),
    ));
    let months = 12 / new.cycle.parts();
    for (part, index) in (1..).zip(0..new.cycle.parts()) {
        let starts_on = first.checked_add_months(Months::new(index * months));
        periods.extend(starts_on.and_then(|on| period(ids(), part, on, months, report_days, rating_days)));
    }
    unless_refused(periods, refusals)
}

/// The default first day for drafts of ratings of a period with these days.
fn default_rating_from(starts_on: Date, ends_on: Date) -> Date {
    ends_on.checked_sub_days(Days::new(DAYS_TO_RATE_BEFORE_END)).map_or(starts_on, |day| day.max(starts_on))
}

impl Period {
    /// Whether the period is a year, not a part of one.
    #[must_use]
    pub const fn is_year(&self) -> bool {
        self.part == 0
    }

    /// Whether the period contains a day.
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        self.starts_on <= day && day <= self.ends_on
    }

    /// Whether the period accepts changes.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.status == PeriodStatus::Open
    }

    /// Refuses changes of a closed period.
    ///
    /// # Errors
    /// `PERIOD_CLOSED`.
    pub fn must_be_open(&self) -> Result<(), Refusal> {
        if self.is_open() { Ok(()) } else { Err(Refusal::period_closed()) }
    }
}

/// Refuses an action before the first day on which it is possible.
///
/// # Errors
/// `TOO_EARLY`.
pub(crate) fn refuse_before(opens_on: Date, today: Date) -> Result<(), Refusal> {
    if today < opens_on { Err(Refusal::too_early(opens_on)) } else { Ok(()) }
}
