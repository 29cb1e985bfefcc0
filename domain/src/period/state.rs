//! Transitions of a period: change its days, close it, reopen it.

use super::{DAYS_MAX, Period, PeriodStatus, refuse_before};
use crate::{
    Key, Labelled, Locale, Message, Refusal,
    error::{reason, unless_refused},
    scoring::Label,
    time::{Calendar, Date, Instant},
};
use chrono::Days;
use serde::{Deserialize, Serialize};

/// Kind of work that is unfinished when its period closes. A closed period refuses such work.
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
pub enum Unfinished {
    /// People who work on the last day of the year and have no plan for it.
    PlanMissing,
    /// Plans of the year that are not approved.
    PlanNotApproved,
    /// Activities that wait for the rater's review.
    ActivityNotReviewed,
    /// Evaluations without a report.
    EvaluationNotReported,
    /// Reported evaluations without ratings.
    EvaluationNotRated,
    /// Evaluations with a draft of ratings.
    EvaluationNotFinal,
}

/// Data for closing a period.
#[derive(Clone, Copy, Debug)]
pub struct Closing<'a> {
    /// The number of parts of a year that are still open.
    pub open_parts: usize,
    /// The kinds of unfinished work with their numbers; kinds without any are left out.
    pub unfinished: &'a [(Unfinished, u64)],
    /// Whether to close it although work is unfinished.
    pub confirm: bool,
}

/// New days of a period; `None` keeps the present day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PeriodDays {
    /// The last day to submit a plan on time, within the year; for years only.
    pub plan_deadline: Option<Date>,
    /// The first day for drafts of ratings, within the period.
    pub rating_from: Option<Date>,
    /// The last day to report on time, from the last day of the period to 90 days after it.
    pub report_deadline: Option<Date>,
    /// The last day to rate on time, from the reporting deadline to 90 days after the period.
    pub rating_deadline: Option<Date>,
}

impl Period {
    /// Changes the days of an open period. Earlier actions stay late or on time as they were.
    ///
    /// # Errors
    /// `PERIOD_CLOSED`, or a refusal for each day out of its range.
    pub fn update(&self, days: PeriodDays) -> Result<Self, Vec<Refusal>> {
        self.must_be_open()?;
        let mut refusals = Vec::new();
        let mut within = |field: &str, day: Date, min: Date, max: Date| {
            if !(min..=max).contains(&day) {
                let message =
                    Message::new(Key::OutOfRange).with("field", field).with("min", min).with("max", max);
                refusals.push(Refusal::input([field], message));
            }
            day
        };
        let latest = self.ends_on.checked_add_days(Days::new(DAYS_MAX.into())).unwrap_or(self.ends_on);
        let mut next = self.clone();
        if let Some(day) = days.plan_deadline {
            next.plan_deadline = within("planDeadline", day, self.starts_on, self.ends_on);
        }
        if let Some(day) = days.rating_from {
            next.rating_from = within("ratingFrom", day, self.starts_on, self.ends_on);
        }
        if let Some(day) = days.report_deadline {
            next.report_deadline = within("reportDeadline", day, self.ends_on, latest);
        }
        let rating_deadline = days.rating_deadline.unwrap_or(self.rating_deadline);
        next.rating_deadline =
            within("ratingDeadline", rating_deadline, next.report_deadline.min(latest), latest);
        if days.plan_deadline.is_some() && !self.is_year() {
            refusals.push(Refusal::input(["planDeadline"], Key::PlanDeadlineOfYear));
        }
        unless_refused(next, refusals)
    }

    /// Checks whether the period can be closed: from its last day on, and a year after its parts.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` if it is closed, or if it is a year with open parts; `TOO_EARLY` before its last day.
    pub fn permits_closing(&self, open_parts: usize, calendar: Calendar, at: Instant) -> Result<(), Refusal> {
        if !self.is_open() {
            return Err(Refusal::transition(self.status, &[]));
        }
        if self.is_year() && open_parts > 0 {
            let message = Message::new(Key::PartsOpen).with("count", open_parts);
            return Err(Refusal { message, ..Refusal::transition(self.status, &[]) });
        }
        refuse_before(self.ends_on, calendar.day(at))
    }

    /// Closes the period.
    ///
    /// # Errors
    /// As [`Self::permits_closing`]; `BAD_USER_INPUT` at `confirm` for unfinished work without a confirmation.
    pub fn close(&self, closing: &Closing<'_>, calendar: Calendar, at: Instant) -> Result<Self, Refusal> {
        self.permits_closing(closing.open_parts, calendar, at)?;
        if !closing.unfinished.is_empty() && !closing.confirm {
            let list = |locale: Locale| {
                let one = |(kind, count): &(Unfinished, u64)| format!("{}: {count}", kind.label(locale));
                closing.unfinished.iter().map(one).collect::<Vec<_>>().join("; ")
            };
            let list = Label { id: list(Locale::Id), en: list(Locale::En) };
            let message = Message::new(Key::ClosingUnfinished).with_words("list", &list);
            return Err(Refusal::input(["confirm"], message));
        }
        Ok(Self { status: PeriodStatus::Closed, closed_at: Some(at), ..self.clone() })
    }

    /// Checks whether the period can be reopened. `year` is the year of a part.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` if it is open, or if it is a part of a closed year.
    pub fn permits_reopening(&self, year: Option<&Self>) -> Result<(), Refusal> {
        if self.is_open() {
            return Err(Refusal::transition(self.status, &[]));
        }
        if year.is_some_and(|year| !year.is_open()) {
            return Err(Refusal::transition_because(self.status, &[], Key::YearClosed));
        }
        Ok(())
    }

    /// Reopens a closed period. Plans that the tick has closed with the year stay closed.
    ///
    /// # Errors
    /// As [`Self::permits_reopening`]; `BAD_USER_INPUT` without a reason. The caller writes the reason to the journal.
    pub fn reopen(&self, why: &str, year: Option<&Self>) -> Result<Self, Refusal> {
        self.permits_reopening(year)?;
        reason("reason", why)?;
        Ok(Self { status: PeriodStatus::Open, closed_at: None, ..self.clone() })
    }
}
