//! The calendars of a generated city: those of its regulation, and for 2026 the days of the joint decree of three ministers
//! (SKB 1497, 2 and 5 of 2025, 19 September 2025).

use super::dice::Dice;
use domain::{
    calendar::{DayOff, WorkCalendar, YearOfDaysOff, first_years},
    id::{AgencyId, CalendarId},
    regulation::RegulationDocument,
    time::Date,
};
use service::{Error, Result};

/// Holidays of 2026: month, day, name.
const HOLIDAYS: [(u32, u32, &str); 17] = [
    (1, 1, "Tahun Baru Masehi"),
    (1, 16, "Isra Mikraj Nabi Muhammad saw."),
    (2, 17, "Tahun Baru Imlek 2577 Kongzili"),
    (3, 19, "Hari Suci Nyepi"),
    (3, 21, "Idulfitri 1447 Hijriah"),
    (3, 22, "Idulfitri 1447 Hijriah"),
    (4, 3, "Wafat Yesus Kristus"),
    (4, 5, "Kebangkitan Yesus Kristus (Paskah)"),
    (5, 1, "Hari Buruh Internasional"),
    (5, 14, "Kenaikan Yesus Kristus"),
    (5, 27, "Iduladha 1447 Hijriah"),
    (5, 31, "Hari Raya Waisak 2570 BE"),
    (6, 1, "Hari Lahir Pancasila"),
    (6, 16, "Tahun Baru Islam 1448 Hijriah"),
    (8, 17, "Proklamasi Kemerdekaan"),
    (8, 25, "Maulid Nabi Muhammad saw."),
    (12, 25, "Kelahiran Yesus Kristus"),
];

/// Joint leave of 2026: month, day, name.
const JOINT_LEAVE: [(u32, u32, &str); 8] = [
    (2, 16, "Tahun Baru Imlek 2577 Kongzili"),
    (3, 18, "Hari Suci Nyepi"),
    (3, 20, "Idulfitri 1447 Hijriah"),
    (3, 23, "Idulfitri 1447 Hijriah"),
    (3, 24, "Idulfitri 1447 Hijriah"),
    (5, 15, "Kenaikan Yesus Kristus"),
    (5, 28, "Iduladha 1447 Hijriah"),
    (12, 24, "Kelahiran Yesus Kristus"),
];

/// Makes the calendars.
pub(super) fn calendars(
    dice: &Dice,
    agency: AgencyId,
    rules: &RegulationDocument,
) -> Result<Vec<WorkCalendar>> {
    let made = first_years(rules).into_iter().map(|year| {
        let year = if year.year == 2026 { decreed() } else { year };
        WorkCalendar::create(CalendarId(dice.id("calendar", year.year, 0, 0)), agency, year)
            .map_err(Error::from)
    });
    made.collect()
}

/// The days off of 2026.
fn decreed() -> YearOfDaysOff {
    let all = HOLIDAYS.iter().map(|day| (day, false)).chain(JOINT_LEAVE.iter().map(|day| (day, true)));
    let off = |(&(month, day, name), joint_leave): (&(u32, u32, &str), bool)| {
        let date = Date::from_ymd_opt(2026, month, day)?;
        Some(DayOff { date, name: name.to_owned(), joint_leave })
    };
    YearOfDaysOff { year: 2026, days: all.filter_map(off).collect() }
}
