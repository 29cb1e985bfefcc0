//! The time for an objection, holidays and the deadlines of the year.

use super::{RegulationDocument, Stated};
use crate::{Refusal, time::Date};
use chrono::{Datelike, Weekday};
use serde::{Deserialize, Serialize};

/// How an objection (keberatan) is timed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Objection {
    /// Days after the day on which the result was received.
    pub days: Stated<u32>,
    /// Which days count.
    pub counting: Stated<DayCounting>,
    /// Whether periodic results can be objected to.
    pub periodic: Stated<bool>,
    /// Days for the decision, where there is a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_days: Option<Stated<u32>>,
}

/// Which days count.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DayCounting {
    /// All days (hari kalender).
    Calendar,
    /// Monday to Friday without holidays (hari kerja).
    Working,
}

/// A day that is no working day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// Its name.
    pub name: String,
}

/// The deadlines of the year. They block nothing; lateness is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Deadlines {
    /// Until when a plan should be approved.
    pub plan: Stated<YearDay>,
    /// Until when the annual evaluation should be final.
    pub annual_evaluation: Stated<YearDay>,
}

/// A day of the appraised year, or of a year after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct YearDay {
    /// Years after the appraised one.
    #[serde(default)]
    pub years_after: u8,
    /// The month.
    pub month: u8,
    /// The day.
    pub day: u8,
}

impl YearDay {
    /// The day for a year; none if there is no such day.
    #[must_use]
    pub fn of(self, year: i32) -> Option<Date> {
        Date::from_ymd_opt(year.checked_add(self.years_after.into())?, self.month.into(), self.day.into())
    }
}

/// The longest time for an objection, so that counting ends.
pub const OBJECTION_DAYS_MAX: u32 = 366;

impl RegulationDocument {
    /// Whether it is a working day.
    #[must_use]
    pub fn is_working_day(&self, day: Date) -> bool {
        let holiday = |holidays: &Vec<Holiday>| holidays.iter().any(|holiday| holiday.date == day);
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
            && !self.holidays.value.as_ref().is_some_and(holiday)
    }

    /// The last day for an objection to a result received on a day, which itself does not count.
    ///
    /// # Errors
    /// The parameter that has no value.
    pub fn objection_until(&self, received: Date) -> Result<Date, Refusal> {
        let days = *self.objection.days.need("objection.days")?;
        let counting = *self.objection.counting.need("objection.counting")?;
        let mut left = days.min(OBJECTION_DAYS_MAX);
        let mut last = received;
        while left > 0 {
            let Some(next) = last.succ_opt() else { break };
            last = next;
            if counting == DayCounting::Calendar || self.is_working_day(last) {
                left -= 1;
            }
        }
        Ok(last)
    }
}
