//! Time limits of objections, the deadlines of the year, and the holidays that older regulation documents contain.

use super::{Parameter, RegulationDocument};
use crate::{Refusal, calendar::DaysOff, time::Date};
use serde::{Deserialize, Serialize};

/// The time limits of an objection (keberatan).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Objection {
    /// The length of the objection period in days, from the receipt of the result.
    pub days: Parameter<u32>,
    /// The days that count.
    pub counting: Parameter<DayCounting>,
    /// Whether ratees can object to periodic results.
    pub periodic: Parameter<bool>,
    /// The number of days for the explanations of both sides; if absent, [`ANSWER_DAYS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_days: Option<Parameter<u32>>,
    /// The number of days to decide on an objection; if absent, [`DECISION_DAYS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_days: Option<Parameter<u32>>,
}

/// Days for explanations where the document states none. Our choice: no text was found.
pub const ANSWER_DAYS: u32 = 5;
/// Days to decide where the document states none. Our choice: according to a secondary source, PP 79/2021 gives the
/// authority 21 days to decide on an administrative appeal.
pub const DECISION_DAYS: u32 = 21;

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
    /// Monday to Friday without the agency's days off (hari kerja).
    Working,
}

/// A holiday in an older regulation document. Time limits use the calendar of the agency instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The date.
    pub date: Date,
    /// The name.
    pub name: String,
}

/// The deadlines of the year. An action after its deadline is possible, but is shown as late.
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

/// The maximum of each time limit, in days. It bounds the loop that counts days.
pub const OBJECTION_DAYS_MAX: u32 = 366;

impl RegulationDocument {
    /// The last day of the objection period of a result received on this day, with the agency's days off. The day of
    /// receipt does not count.
    ///
    /// # Errors
    /// A parameter is missing.
    pub fn objection_until(&self, received: Date, days_off: &DaysOff) -> Result<Date, Refusal> {
        let days = *self.objection.days.require("objection.days")?;
        self.days_after(received, days, days_off)
    }

    /// The last day for the explanations of both sides, and the last day for the decision. The first day that counts is
    /// the day after `from`.
    ///
    /// # Errors
    /// A parameter is missing.
    pub fn objection_terms(&self, from: Date, days_off: &DaysOff) -> Result<(Date, Date), Refusal> {
        let stated = |term: &Option<Parameter<u32>>| term.as_ref().and_then(|term| term.value);
        let answer = stated(&self.objection.answer_days).unwrap_or(ANSWER_DAYS);
        let decision = stated(&self.objection.decision_days).unwrap_or(DECISION_DAYS);
        Ok((self.days_after(from, answer, days_off)?, self.days_after(from, decision, days_off)?))
    }

    /// The day that is this number of days after `from`. Counts all days or working days, as the document says.
    fn days_after(&self, from: Date, days: u32, days_off: &DaysOff) -> Result<Date, Refusal> {
        let counting = *self.objection.counting.require("objection.counting")?;
        let mut left = days.min(OBJECTION_DAYS_MAX);
        let mut last = from;
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
