//! The year of appraisal and its parts, with their deadlines.
//!
//! A deadline is the last day on which something is in time. A later action is flagged as late but not refused; only a
//! closed period refuses changes.

use crate::{
    Key, Message, Refusal,
    error::unless_refused,
    id::{AgencyId, PeriodId},
    time::Date,
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
    /// The last day to report realisations on time.
    pub report_deadline: Date,
    /// The last day to rate on time.
    pub rating_deadline: Date,
    /// Its status.
    pub status: PeriodStatus,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// Input for opening a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewYear {
    /// The agency.
    pub agency: AgencyId,
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
/// Days to report on the year after its end.
pub const YEAR_REPORT_DAYS: u32 = 14;
/// Days to rate the year after its end: until the end of January.
pub const YEAR_RATING_DAYS: u32 = 31;
const DAYS_MAX: u32 = 90;

/// Creates a year and its parts, all open, the year first. Calls `ids` once for each.
///
/// # Errors
/// A refusal for each invalid field.
pub fn open_year(new: &NewYear, mut ids: impl FnMut() -> PeriodId) -> Result<Vec<Period>, Vec<Refusal>> {
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
            agency: new.agency,
            year: new.year,
            cycle: new.cycle,
            part,
            parent: (part != 0).then_some(year_id),
            starts_on,
            ends_on,
            plan_deadline,
            report_deadline: ends_on.checked_add_days(Days::new(report.into()))?,
            rating_deadline: ends_on.checked_add_days(Days::new(rating.into()))?,
            status: PeriodStatus::Open,
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

impl Period {
    /// Whether it is a year, not a part of one.
    #[must_use]
    pub const fn is_year(&self) -> bool {
        self.part == 0
    }

    /// Whether it contains a day.
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        self.starts_on <= day && day <= self.ends_on
    }

    /// Whether it accepts changes.
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

    /// Closes the period. A year closes after all its parts; `open_parts` is the number of parts still open.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` if it is closed, or if it is a year with open parts.
    pub fn close(&self, open_parts: usize) -> Result<Self, Refusal> {
        if !self.is_open() {
            return Err(Refusal::transition(self.status, &[]));
        }
        if self.is_year() && open_parts > 0 {
            let message = Message::new(Key::PartsOpen).with("count", open_parts);
            return Err(Refusal { message, ..Refusal::transition(self.status, &[]) });
        }
        Ok(Self { status: PeriodStatus::Closed, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn year(year: i32, cycle: Cycle) -> Result<Vec<Period>, Vec<Refusal>> {
        let mut next = 0;
        let new = NewYear {
            agency: AgencyId(Uuid::from_u128(1)),
            year,
            cycle,
            plan_deadline: None,
            report_days: None,
            rating_days: None,
        };
        open_year(&new, || {
            next += 1;
            PeriodId(Uuid::from_u128(next))
        })
    }

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn a_year_has_its_usual_deadlines() {
        let periods = year(2026, Cycle::Quarterly).expect("a year");
        assert_eq!(periods.len(), 5);
        assert_eq!((periods[0].starts_on, periods[0].ends_on), (day("2026-01-01"), day("2026-12-31")));
        assert_eq!(periods[0].plan_deadline, day("2026-01-31"));
        assert_eq!(periods[0].rating_deadline, day("2027-01-31"));
        assert_eq!((periods[2].starts_on, periods[2].ends_on), (day("2026-04-01"), day("2026-06-30")));
        assert_eq!(periods[2].report_deadline, day("2026-07-07"));
        assert_eq!(periods[2].rating_deadline, day("2026-07-14"));
        assert_eq!(periods[2].parent, Some(periods[0].id));
        assert_eq!(periods[0].parent, None);
    }

    #[test]
    fn invalid_input_is_refused() {
        assert!(year(2020, Cycle::Monthly).is_err());
        assert!(year(2101, Cycle::Monthly).is_err());
        assert!(year(i32::MAX, Cycle::Monthly).is_err());
        let new = NewYear {
            agency: AgencyId(Uuid::nil()),
            year: 2026,
            cycle: Cycle::Monthly,
            plan_deadline: Some(day("2025-12-31")),
            report_days: Some(91),
            rating_days: Some(91),
        };
        let refusals = open_year(&new, || PeriodId(Uuid::nil())).expect_err("refused");
        let paths: Vec<_> = refusals.iter().map(|refusal| refusal.path.join(".")).collect();
        assert_eq!(paths, ["reportDays", "ratingDays", "planDeadline"]);
    }

    #[test]
    fn a_year_closes_once_and_after_its_parts() {
        let periods = year(2026, Cycle::Monthly).expect("a year");
        let refusal = periods[0].close(3).expect_err("open parts");
        assert_eq!(refusal.message.key(), Key::PartsOpen);
        let closed = periods[0].close(0).expect("closed");
        assert!(!closed.is_open());
        assert!(closed.close(0).is_err());
        assert_eq!(closed.must_be_open(), Err(Refusal::period_closed()));
        assert!(periods[1].close(11).is_ok(), "a part can close before the others");
    }

    proptest! {
        #[test]
        fn the_parts_cover_the_year_without_gap_or_overlap(number in FIRST_YEAR..=LAST_YEAR, monthly: bool) {
            let cycle = if monthly { Cycle::Monthly } else { Cycle::Quarterly };
            let periods = year(number, cycle).expect("a year");
            let (whole, parts) = periods.split_first().expect("a year");
            prop_assert_eq!(parts.len() as u32, cycle.parts());
            let mut next = whole.starts_on;
            for part in parts {
                prop_assert_eq!(part.starts_on, next);
                next = part.ends_on.succ_opt().expect("a day");
            }
            prop_assert_eq!(whole.ends_on.succ_opt(), Some(next));
        }
    }
}
