//! Instants and the calendar of deadlines.
//!
//! An instant is UTC in whole microseconds, as the database stores and the API sends it. A calendar day is a day in the
//! time zone of the agency's root unit.

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Timelike, Utc};

/// An instant in UTC, in whole microseconds.
pub type Instant = DateTime<Utc>;
/// A calendar day without a zone.
pub type Date = NaiveDate;

/// Truncates an instant to whole microseconds, the stored precision.
#[must_use]
pub fn micros(at: Instant) -> Instant {
    let nanos = at.nanosecond() / 1_000 * 1_000;
    at.with_nanosecond(nanos).unwrap_or(at)
}

/// Converts to microseconds since 1970, as stored.
#[must_use]
pub fn to_micros(at: Instant) -> i64 {
    at.timestamp_micros()
}

/// Converts stored microseconds since 1970; returns the epoch for a number out of range.
#[must_use]
pub fn from_micros(micros: i64) -> Instant {
    Utc.timestamp_micros(micros).single().unwrap_or_default()
}

/// The agency's calendar: a fixed offset from UTC in minutes.
///
/// Indonesia's three zones (WIB +420, WITA +480, WIT +540) have no daylight saving time, so a fixed offset is enough.
/// It comes from the time zone of the root unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    offset_minutes: i32,
}

impl Calendar {
    /// West Indonesian time, Asia/Jakarta.
    pub const JAKARTA: Self = Self { offset_minutes: 420 };

    /// A calendar at this many minutes east of UTC.
    #[must_use]
    pub const fn at_offset(offset_minutes: i32) -> Self {
        Self { offset_minutes }
    }

    /// The calendar of an Indonesian time zone by its IANA name; `None` for any other.
    #[must_use]
    pub fn of_zone(name: &str) -> Option<Self> {
        match name {
            "Asia/Jakarta" | "Asia/Pontianak" => Some(Self::JAKARTA),
            "Asia/Makassar" => Some(Self::at_offset(480)),
            "Asia/Jayapura" => Some(Self::at_offset(540)),
            _ => None,
        }
    }

    /// The day that an instant falls on.
    #[must_use]
    pub fn day(self, at: Instant) -> Date {
        (at + Duration::minutes(self.offset_minutes.into())).date_naive()
    }

    /// The first instant of a day.
    #[must_use]
    pub fn start_of(self, day: Date) -> Instant {
        Utc.from_utc_datetime(&day.and_time(chrono::NaiveTime::MIN))
            - Duration::minutes(self.offset_minutes.into())
    }

    /// The first instant after a day, when a deadline on that day has passed.
    #[must_use]
    pub fn end_of(self, day: Date) -> Instant {
        self.start_of(day) + Duration::days(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_jakarta_starts_at_17_utc_the_day_before() {
        let day = Date::from_ymd_opt(2026, 1, 31).expect("a date");
        let start = Calendar::JAKARTA.start_of(day);
        assert_eq!(start.to_rfc3339(), "2026-01-30T17:00:00+00:00");
        assert_eq!(Calendar::JAKARTA.day(start), day);
        assert_eq!(Calendar::JAKARTA.day(start - Duration::microseconds(1)), day.pred_opt().expect("a date"));
        assert_eq!(Calendar::JAKARTA.end_of(day) - start, Duration::days(1));
    }
}
