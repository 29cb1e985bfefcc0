//! NIP (nomor induk pegawai; nomor induk PPPK): the number of a civil servant, 18 digits.
//!
//! Birth date (8), year and month of appointment (6; PPPK: year and the digits 21), sex (1), sequence (3).
//! There is no check digit, and a NIP is never reissued, even if its birth date is wrong. So only a malformed NIP is
//! refused; unusual values are warnings. Sex and birth date are never read from it.

use crate::{Key, Message, employment::EmploymentKind, time::Date};
use chrono::Datelike;
use serde::{Deserialize, Serialize};

/// Result of checking the digits of a NIP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NipReport {
    /// The 18 digits; `None` if the NIP is refused.
    pub normalised: Option<String>,
    /// The reasons for refusing it.
    pub errors: Vec<Message>,
    /// Unusual values in it.
    pub warnings: Vec<Message>,
}

/// Below this age at appointment, the check warns that the person was too young.
const YOUNGEST: i32 = 17;
/// Above this age today, the check warns. Professors retire last of all civil servants, at 70.
const OLDEST: i32 = 70;
/// The digits in place of the month of appointment in the number of a PPPK.
const CONTRACT: u32 = 21;
/// The usual ages at appointment, in full years.
const USUAL_AGES: std::ops::RangeInclusive<i32> = 18..=35;

/// Checks a NIP as typed; ignores white space. If `kind` is given, warns if the NIP does not fit it.
#[must_use]
pub fn check(value: &str, kind: Option<EmploymentKind>) -> NipReport {
    let bare: String = value.chars().filter(|letter| !letter.is_whitespace()).collect();
    if bare.len() != 18 || !bare.bytes().all(|byte| byte.is_ascii_digit()) {
        return NipReport { normalised: None, errors: vec![Key::NipDigits.into()], warnings: Vec::new() };
    }
    let digits = |from: usize, to: usize| {
        bare.bytes().skip(from).take(to - from).fold(0, |number, byte| number * 10 + i32::from(byte - b'0'))
    };
    let date = |year: i32, month: i32, day: i32| {
        Some((year, u32::try_from(month).ok()?, u32::try_from(day).ok()?))
            .and_then(|(year, month, day)| Date::from_ymd_opt(year, month, day))
            .filter(|_| year > 0)
    };
    let mut errors: Vec<Message> = Vec::new();
    let mut warnings: Vec<Message> = Vec::new();

    let birth = date(digits(0, 4), digits(4, 6), digits(6, 8));
    if birth.is_none() {
        errors.push(Key::NipBirthDate.into());
    }
    let (year, month) = (digits(8, 12), digits(12, 14));
    let contract = month == 21;
    if year == 0 || !(contract || (1..=12).contains(&month)) {
        errors.push(Key::NipAppointment.into());
    }
    if !(1..=2).contains(&digits(14, 15)) {
        errors.push(Key::NipSex.into());
    }
    if digits(15, 18) == 0 {
        errors.push(Key::NipSequence.into());
    }
    if !errors.is_empty() {
        return NipReport { normalised: None, errors, warnings };
    }
    // A PPPK number has only the year of appointment. The end of that year avoids false warnings.
    if let Some((birth, appointed)) =
        birth.zip(date(year, if contract { 12 } else { month }, if contract { 31 } else { 1 }))
    {
        let age = years_between(birth, appointed);
        if age < YOUNGEST {
            warnings.push(Message::new(Key::NipTooYoung).with("age", YOUNGEST));
        } else if !USUAL_AGES.contains(&age) && !contract {
            warnings.push(Message::new(Key::NipUnusualAge).with("age", age));
        }
    }
    let fits = match kind {
        None => true,
        Some(EmploymentKind::Pns | EmploymentKind::Cpns) => !contract,
        Some(EmploymentKind::Pppk | EmploymentKind::PppkPartTime) => contract,
        Some(EmploymentKind::NonAsn) => false,
    };
    if let Some(kind) = kind.filter(|_| !fits) {
        warnings.push(Message::new(Key::NipKind).with_label("kind", kind));
    }
    NipReport { normalised: Some(bare), errors, warnings }
}

/// Warnings if the birth date or appointment in a NIP is implausible today; none for a malformed NIP.
///
/// No one in the civil service is older than [`OLDEST`], and no one has a NIP before the month of their appointment
/// (PPPK: the year). [`check`] warns if someone was too young at their appointment.
#[must_use]
pub fn implausible_dates(value: &str, today: Date) -> Vec<Message> {
    let Some(bare) = check(value, None).normalised else { return Vec::new() };
    let mut warnings = Vec::new();
    let birth = bare.get(..8).and_then(|digits| Date::parse_from_str(digits, "%Y%m%d").ok());
    if let Some(age) = birth.map(|birth| years_between(birth, today)).filter(|age| *age > OLDEST) {
        warnings.push(Message::new(Key::NipAge).with("age", age).with("today", today));
    }
    let number = |from: usize, to: usize| bare.get(from..to).and_then(|digits| digits.parse::<u32>().ok());
    if let Some((year, month)) = number(8, 12).zip(number(12, 14)) {
        let month = if month == CONTRACT { 0 } else { month };
        let this_month = (today.year_ce().1, today.month());
        if (year, month) > this_month {
            warnings.push(Message::new(Key::NipFutureAppointment).with("today", today));
        }
    }
    warnings
}

fn years_between(from: Date, to: Date) -> i32 {
    let before_birthday = (to.month(), to.day()) < (from.month(), from.day());
    to.year() - from.year() - i32::from(before_birthday)
}

/// Formats a NIP as on forms, `19641215 199003 1 009`; returns any other text unchanged.
#[must_use]
pub fn printed(nip: &str) -> String {
    match (nip.get(..8), nip.get(8..14), nip.get(14..15), nip.get(15..18)) {
        (Some(birth), Some(appointed), Some(sex), Some(sequence)) if nip.len() == 18 => {
            format!("{birth} {appointed} {sex} {sequence}")
        }
        _ => nip.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use EmploymentKind::{NonAsn, Pns, Pppk, PppkPartTime};
    use proptest::prelude::*;

    fn keys(messages: &[Message]) -> Vec<Key> {
        messages.iter().map(Message::key).collect()
    }

    #[test]
    fn a_malformed_nip_is_refused() {
        for (value, key) in [
            ("", Key::NipDigits),
            ("19641215199003100", Key::NipDigits),
            ("1964121519900310099", Key::NipDigits),
            ("19641215199003100A", Key::NipDigits),
            ("１９６４１２１５１９９００３１００９", Key::NipDigits),
            ("196412151990-031009", Key::NipDigits),
            ("196413151990031009", Key::NipBirthDate),
            ("196302291990031009", Key::NipBirthDate),
            ("196412151990001009", Key::NipAppointment),
            ("196412151990131009", Key::NipAppointment),
            ("196412151990030009", Key::NipSex),
            ("196412151990033009", Key::NipSex),
            ("196412151990031000", Key::NipSequence),
        ] {
            let report = check(value, Some(Pns));
            assert_eq!(keys(&report.errors), [key], "{value}");
            assert_eq!(report.normalised, None, "{value}");
        }
        assert_eq!(check("196413151990133000", None).errors.len(), 4, "all errors are listed at once");
    }

    #[test]
    fn unusual_values_are_warnings() {
        for (value, kind, warnings) in [
            ("19641215 199003 1 009", Some(Pns), vec![]),
            ("19641215\u{a0}199003\t1 009", Some(Pns), vec![]),
            ("196402291990031009", Some(Pns), vec![]),
            ("198001012025211001", Some(Pppk), vec![]),
            ("198001012025211001", Some(PppkPartTime), vec![]),
            ("198001012025211001", None, vec![]),
            ("198001012025211001", Some(Pns), vec![Key::NipKind]),
            ("196412151990031009", Some(Pppk), vec![Key::NipKind]),
            ("196412151990031009", Some(NonAsn), vec![Key::NipKind]),
            ("198001011996121001", Some(Pns), vec![Key::NipTooYoung]),
            ("198001011997121001", Some(Pns), vec![Key::NipUnusualAge]),
            ("198001011998011001", Some(Pns), vec![]),
            ("196001011996121001", Some(Pns), vec![Key::NipUnusualAge]),
            ("199001011980011001", Some(Pns), vec![Key::NipTooYoung]),
        ] {
            let report = check(value, kind);
            assert_eq!(keys(&report.warnings), warnings, "{value}");
            assert!(report.errors.is_empty() && report.normalised.is_some(), "{value}");
        }
    }

    #[test]
    fn dates_that_are_implausible_on_the_day_are_warnings() {
        use Key::{NipAge, NipFutureAppointment, NipTooYoung, NipUnusualAge};
        for (value, today, warnings) in [
            ("196412151990031009", "2026-03-02", vec![]),
            ("200207012026031001", "2026-03-02", vec![]),
            ("198001012026211001", "2026-03-02", vec![]),
            // Born long ago.
            ("000101010020011001", "2026-03-02", vec![NipAge]),
            ("000101012024211001", "2026-03-02", vec![NipAge]),
            ("000101011990011001", "2026-03-02", vec![NipUnusualAge, NipAge]),
            ("190001011925011001", "2026-03-02", vec![NipAge]),
            ("195503021980011001", "2026-03-01", vec![]),
            ("195503021980011001", "2026-03-02", vec![NipAge]),
            ("195602291980011001", "2027-02-28", vec![]),
            ("195602291980011001", "2027-03-01", vec![NipAge]),
            // Appointed after today: compared by month, for PPPK by year.
            ("208001012110011001", "2026-03-02", vec![NipFutureAppointment]),
            ("200001012110011001", "2026-03-02", vec![NipUnusualAge, NipFutureAppointment]),
            ("200001012026041001", "2026-03-31", vec![NipFutureAppointment]),
            ("200001012026041001", "2026-04-01", vec![]),
            ("200001012027211001", "2026-12-31", vec![NipFutureAppointment]),
            ("200001012027211001", "2027-01-01", vec![]),
            ("999901019999011001", "2026-03-02", vec![NipTooYoung, NipFutureAppointment]),
            ("202612012026011001", "2026-03-02", vec![NipTooYoung]),
        ] {
            let today = today.parse().expect("a day");
            let mut found = check(value, None).warnings;
            found.extend(implausible_dates(value, today));
            assert_eq!(keys(&found), warnings, "{value} {today}");
        }
        // A malformed NIP is refused and has no warnings.
        for value in ["", "00010101", "000000000000000000", "１９６４１２１５１９９００３１００９"]
        {
            assert!(implausible_dates(value, Date::MAX).is_empty(), "{value}");
        }
    }

    #[test]
    fn a_nip_is_printed_in_four_groups() {
        assert_eq!(printed("196412151990031009"), "19641215 199003 1 009");
        assert_eq!(printed("12"), "12");
    }

    proptest! {
        #[test]
        fn any_text_can_be_checked_and_a_valid_nip_survives_printing(value in "\\PC{0,30}|[0-9 ]{17,22}") {
            let report = check(&value, None);
            prop_assert_eq!(report.normalised.is_some(), report.errors.is_empty());
            if let Some(nip) = report.normalised {
                prop_assert_eq!(nip.len(), 18);
                prop_assert_eq!(check(&printed(&nip), None).normalised, Some(nip));
            }
        }
    }
}
