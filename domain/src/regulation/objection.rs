//! Time limits of objections, holidays of earlier documents, and the deadlines of the year.

use super::{Parameter, RegulationDocument};
use crate::{Refusal, calendar::DaysOff, time::Date};
use serde::{Deserialize, Serialize};

/// The time limits of an objection (keberatan).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Objection {
    /// The number of days to object after receiving the result.
    pub days: Parameter<u32>,
    /// The days that count.
    pub counting: Parameter<DayCounting>,
    /// Whether ratees can object to periodic results.
    pub periodic: Parameter<bool>,
    /// The number of days to decide on an objection, if limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_days: Option<Parameter<u32>>,
}

/// The days that count toward a time limit.
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
    /// Monday to Friday without the days off of the agency (hari kerja).
    Working,
}

/// A holiday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The date.
    pub date: Date,
    /// The name.
    pub name: String,
}

/// The deadlines of the year. Missing one blocks nothing; the delay is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Deadlines {
    /// The last day to approve a plan.
    pub plan: Parameter<YearDay>,
    /// The last day to finalise the annual evaluation.
    pub annual_evaluation: Parameter<YearDay>,
}

/// A day in the appraised year or a later year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct YearDay {
    /// The number of years after the appraised year.
    #[serde(default)]
    pub years_after: u8,
    /// The month.
    pub month: u8,
    /// The day.
    pub day: u8,
}

impl YearDay {
    /// The date for this appraised year; none if it does not exist.
    #[must_use]
    pub fn of(self, year: i32) -> Option<Date> {
        Date::from_ymd_opt(year.checked_add(self.years_after.into())?, self.month.into(), self.day.into())
    }
}

/// The maximum number of days for an objection. It bounds the loop that counts days.
pub const OBJECTION_DAYS_MAX: u32 = 366;

impl RegulationDocument {
    /// The last day to object to a result received on this day, with the days off of the agency. The day of receipt does
    /// not count.
    ///
    /// # Errors
    /// A parameter is missing.
    pub fn objection_until(&self, received: Date, days_off: &DaysOff) -> Result<Date, Refusal> {
        let days = *self.objection.days.require("objection.days")?;
        let counting = *self.objection.counting.require("objection.counting")?;
        let mut left = days.min(OBJECTION_DAYS_MAX);
        let mut last = received;
        while left > 0 {
            let Some(next) = last.succ_opt() else { break };
            last = next;
            if counting == DayCounting::Calendar || days_off.is_working_day(last) {
                left -= 1;
            }
        }
        Ok(last)
    }
}
