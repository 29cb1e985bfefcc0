//! The number of a civil servant (nomor induk pegawai, NIP; nomor induk PPPK): 18 digits.
//!
//! Birth date (8), year and month of appointment (6; PPPK: year and the figures 21), sex (1), sequence (3).
//! There is no check digit, and a number is never reissued, also where its birth date is wrong: so the
//! shape is refused and what is merely odd is a warning. Sex and birth date are never taken from it.

use crate::{Key, Message, staff::EmploymentKind, time::Date};
use chrono::Datelike;
use serde::{Deserialize, Serialize};

/// What is known of a number from its digits alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NipReport {
    /// The 18 digits; absent if the number is refused.
    pub normalised: Option<String>,
    /// Why it is refused.
    pub errors: Vec<Message>,
    /// What is odd about it.
    pub warnings: Vec<Message>,
}

/// The age at appointment below which a number is told to be impossible, though not refused.
const YOUNGEST: i32 = 17;
/// The usual ages at appointment, in full years.
const USUAL_AGES: std::ops::RangeInclusive<i32> = 18..=35;

/// Judges a number as typed; white space is left out. Without a kind, its match is not judged.
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
    // Of a contract only the year is known: the end of the year is taken, so that nobody is told too young.
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
        warnings.push(Message::new(Key::NipKind).with("kind", kind));
    }
    NipReport { normalised: Some(bare), errors, warnings }
}

fn years_between(from: Date, to: Date) -> i32 {
    let birthday_due = (to.month(), to.day()) < (from.month(), from.day());
    to.year() - from.year() - i32::from(birthday_due)
}

/// A number as forms print it: `19641215 199003 1 009`; another text unchanged.
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
    fn the_shape_is_refused() {
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
        assert_eq!(check("196413151990133000", None).errors.len(), 4, "all faults are told at once");
    }

    #[test]
    fn what_is_odd_is_a_warning() {
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
    fn is_printed_in_four_groups() {
        assert_eq!(printed("196412151990031009"), "19641215 199003 1 009");
        assert_eq!(printed("12"), "12");
    }

    proptest! {
        #[test]
        fn any_text_is_judged_and_a_good_one_is_kept(value in "\\PC{0,30}|[0-9 ]{17,22}") {
            let report = check(&value, None);
            prop_assert_eq!(report.normalised.is_some(), report.errors.is_empty());
            if let Some(nip) = report.normalised {
                prop_assert_eq!(nip.len(), 18);
                prop_assert_eq!(check(&printed(&nip), None).normalised, Some(nip));
            }
        }
    }
}
