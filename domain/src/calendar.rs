//! The calendar of working days (kalender kerja) of an agency: its holidays and joint leave (cuti bersama), a year at a
//! time. A joint decree of three ministers (SKB) sets them for each year, and may move them later.

use crate::{
    Key, Message, Refusal,
    error::{text, unless_refused},
    id::{AgencyId, CalendarId},
    period::{FIRST_YEAR, LAST_YEAR},
    regulation::RegulationDocument,
    time::Date,
    unit::NAME_MAX,
};
use chrono::{Datelike, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Maximum number of days off in a year.
pub const DAYS_OFF_MAX: usize = 100;

/// An agency's days off in one year, besides Saturdays and Sundays. A year without a calendar has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkCalendar {
    /// Its id.
    pub id: CalendarId,
    /// The agency.
    pub agency: AgencyId,
    /// The year; one calendar for each.
    pub year: i32,
    /// The days off, by date.
    pub days: Vec<DayOff>,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// A day on which nobody works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayOff {
    /// The date.
    pub date: Date,
    /// The name, at most 200 characters.
    pub name: String,
    /// Whether the day is joint leave, not a holiday.
    pub joint_leave: bool,
}

/// The complete days off of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of WorkCalendar")]
pub struct YearOfDaysOff {
    pub year: i32,
    pub days: Vec<DayOff>,
}

impl WorkCalendar {
    /// Creates the calendar of a year.
    ///
    /// # Errors
    /// A refusal for each invalid field: a year out of range, a day of another year, a day twice, a missing name.
    pub fn create(id: CalendarId, agency: AgencyId, new: YearOfDaysOff) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let out_of_range = |field: &str, min: &dyn std::fmt::Display, max: &dyn std::fmt::Display| {
            Refusal::input(
                [field],
                Message::new(Key::OutOfRange).with("field", field).with("min", min).with("max", max),
            )
        };
        let YearOfDaysOff { year, mut days } = new;
        if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
            return Err(vec![out_of_range("year", &FIRST_YEAR, &LAST_YEAR)]);
        }
        if days.len() > DAYS_OFF_MAX {
            let message = Message::new(Key::TooMany).with("field", "days").with("max", DAYS_OFF_MAX);
            refusals.push(Refusal::input(["days"], message));
        }
        let mut dates = BTreeSet::new();
        for (index, day) in days.iter_mut().take(DAYS_OFF_MAX).enumerate() {
            let mut found = Vec::new();
            day.name = text("name", &day.name, NAME_MAX, &mut found);
            if day.date.year() != year {
                found.push(out_of_range("date", &format!("{year}-01-01"), &format!("{year}-12-31")));
            } else if !dates.insert(day.date) {
                let message = Message::new(Key::Duplicate).with("field", "date").with("value", day.date);
                found.push(Refusal::input(["date"], message));
            }
            refusals.extend(
                found.into_iter().map(|refusal| refusal.under(["days".to_owned(), index.to_string()])),
            );
        }
        days.sort_by_key(|day| day.date);
        unless_refused(Self { id, agency, year, days, version: 1 }, refusals)
    }

    /// The same calendar with other days off. A time limit that is running never ends earlier because of the change.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn change(&self, days: Vec<DayOff>) -> Result<Self, Vec<Refusal>> {
        let changed = Self::create(self.id, self.agency, YearOfDaysOff { year: self.year, days })?;
        Ok(Self { version: self.version, ..changed })
    }
}

/// The years of days off that a regulation names: the first calendars of an agency that follows it.
#[must_use]
pub fn first_years(document: &RegulationDocument) -> Vec<YearOfDaysOff> {
    let named = document.holidays.as_ref().and_then(|holidays| holidays.value.as_ref());
    let mut years: BTreeMap<i32, Vec<DayOff>> = BTreeMap::new();
    for holiday in named.into_iter().flatten() {
        let day = DayOff { date: holiday.date, name: holiday.name.clone(), joint_leave: false };
        years.entry(holiday.date.year()).or_default().push(day);
    }
    years.into_iter().map(|(year, days)| YearOfDaysOff { year, days }).collect()
}

/// The days off in the years that a rule looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DaysOff(BTreeSet<Date>);

impl DaysOff {
    /// The days off in these calendars.
    #[must_use]
    pub fn of<'a>(calendars: impl IntoIterator<Item = &'a WorkCalendar>) -> Self {
        Self(calendars.into_iter().flat_map(|year| &year.days).map(|day| day.date).collect())
    }

    /// Whether a day is a working day (hari kerja): Monday to Friday and no day off.
    #[must_use]
    pub fn is_working_day(&self, day: Date) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.0.contains(&day)
    }

    /// The day that is this number of working days after another day, which itself is not counted.
    #[must_use]
    pub fn working_days_after(&self, from: Date, days: u32) -> Date {
        from.iter_days()
            .skip(1)
            .filter(|day| self.is_working_day(*day))
            .take(days as usize)
            .last()
            .unwrap_or(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{regulation::shipped_documents, testing::*};

    fn off(date: &str, name: &str) -> DayOff {
        DayOff { date: day(date), name: name.to_owned(), joint_leave: false }
    }

    fn calendar(year: i32, days: Vec<DayOff>) -> Result<WorkCalendar, Vec<Refusal>> {
        WorkCalendar::create(CalendarId(uuid(900)), AGENCY, YearOfDaysOff { year, days })
    }

    #[test]
    fn a_calendar_has_each_day_of_its_year_at_most_once() {
        let made = calendar(2026, vec![off("2026-08-17", " Proklamasi "), off("2026-01-01", "Tahun Baru")]);
        let made = made.expect("a calendar");
        let days: Vec<_> = made.days.iter().map(|day| (day.date.to_string(), day.name.as_str())).collect();
        assert_eq!(days, [("2026-01-01".to_owned(), "Tahun Baru"), ("2026-08-17".to_owned(), "Proklamasi")]);
        let days = vec![
            off("2026-01-01", "a"),
            off("2027-01-01", "b"),
            off("2026-01-01", "c"),
            off("2026-02-01", " "),
        ];
        let refused = calendar(2026, days).expect_err("refused");
        assert_eq!(paths(&refused), ["days.1.date", "days.2.date", "days.3.name"]);
        assert_eq!(paths(&calendar(1999, Vec::new()).expect_err("refused")), ["year"]);
        let many = (0..=DAYS_OFF_MAX).map(|_| off("2026-01-01", "a")).collect();
        assert!(paths(&calendar(2026, many).expect_err("refused")).contains(&"days".to_owned()));
    }

    #[test]
    fn working_days_are_monday_to_friday_without_days_off() {
        let years = [calendar(2026, vec![off("2026-08-17", "Proklamasi")]).expect("a calendar")];
        let days_off = DaysOff::of(&years);
        for (date, works) in [
            ("2026-08-14", true),
            ("2026-08-15", false),
            ("2026-08-16", false),
            ("2026-08-17", false),
            ("2026-08-18", true),
            ("2027-08-17", true),
        ] {
            assert_eq!(days_off.is_working_day(day(date)), works, "{date}");
        }
        assert!(DaysOff::default().is_working_day(day("2026-08-17")), "a year without a calendar");
        for (days, last) in [(0, "2026-08-13"), (1, "2026-08-14"), (2, "2026-08-18"), (5, "2026-08-21")] {
            assert_eq!(days_off.working_days_after(day("2026-08-13"), days), day(last), "{days}");
        }
        assert_eq!(days_off.working_days_after(day("2026-08-15"), 1), day("2026-08-18"), "from a Saturday");
    }

    #[test]
    fn a_regulation_gives_the_first_years() {
        let years = first_years(&shipped_documents()[0]);
        assert_eq!(
            years.iter().map(|year| (year.year, year.days.len())).collect::<Vec<_>>(),
            [(2026, 5), (2027, 5)]
        );
        for year in years {
            assert!(WorkCalendar::create(CalendarId(uuid(900)), AGENCY, year).is_ok());
        }
    }
}
