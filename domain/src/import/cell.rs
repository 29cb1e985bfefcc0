//! Cleans the texts of cells: removes what spreadsheet programs add to them.

use crate::{text::tidy, time::Date};

/// Marks that spreadsheets and people put before a text to prevent a conversion.
const APOSTROPHES: [char; 6] = ['\'', '`', '’', '‘', 'ʼ', '´'];
/// Characters of an error that Excel shows in a cell, besides digits and capitals.
const ERROR_MARKS: [char; 5] = ['#', '/', '!', '?', '_'];

/// A cell as people see it: on one line, without hidden characters, without the formula around a number that is stored
/// as text (`="123"`), and without the apostrophe in front of a text that looks like a formula. A cell of dashes is
/// empty.
#[must_use]
pub fn clean(text: &str) -> String {
    let text = tidy(text);
    let inside = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    let text = inside.map_or(text.as_str(), str::trim);
    let quoted = text.strip_prefix(APOSTROPHES).filter(|rest| rest.starts_with(['=', '+', '-', '@']));
    let text = quoted.unwrap_or(text);
    if text.chars().all(|letter| matches!(letter, '-' | '–' | '—')) {
        String::new()
    } else {
        text.to_owned()
    }
}

/// A code, an id or a date: like [`clean`], without apostrophes at its start.
#[must_use]
pub fn clean_code(text: &str) -> String {
    clean(text.trim_start().trim_start_matches(APOSTROPHES)).trim_start_matches(APOSTROPHES).trim().to_owned()
}

/// A NIP without the dots, spaces, dashes and marks between its digits; any other id like [`clean_code`].
#[must_use]
pub fn clean_number(text: &str) -> String {
    let code = clean_code(text);
    let between = |letter: &char| {
        letter.is_whitespace() || matches!(letter, '.' | '-' | '"' | '/') || APOSTROPHES.contains(letter)
    };
    let bare: String = code.chars().filter(|letter| !between(letter)).collect();
    let is_nip = bare.len() == 18 && bare.bytes().all(|byte| byte.is_ascii_digit());
    if is_nip { bare } else { code }
}

/// Errors that end in a letter, unlike `#REF!`, in the languages of the spreadsheet programs that offices use.
const ERRORS: [&str; 4] = ["#N/A", "#N/D", "#NV", "#GETTING_DATA"];
/// The words that LibreOffice writes before the number of an error, in English and Indonesian.
const NUMBERED_ERRORS: [&str; 2] = ["Err:", "Galat:"];

/// Whether a spreadsheet shows an error instead of a value, such as `#N/A`, `#REF!`, `#####` or `Err:502`.
#[must_use]
pub fn is_error(text: &str) -> bool {
    let text = text.trim();
    let number = NUMBERED_ERRORS.iter().find_map(|name| text.strip_prefix(name));
    if number.is_some_and(|number| number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit())) {
        return true;
    }
    text.len() >= 3
        && text.starts_with('#')
        && text.chars().all(|letter| {
            letter.is_ascii_uppercase() || letter.is_ascii_digit() || ERROR_MARKS.contains(&letter)
        })
        && (text.ends_with(['!', '?', '#']) || ERRORS.contains(&text))
}

/// Whether a text is a number that a spreadsheet stored with fewer digits, such as `1,99E+17`.
#[must_use]
pub fn has_lost_digits(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let digits = |text: &str, also: [char; 2]| {
        text.chars().any(|letter| letter.is_ascii_digit())
            && text.chars().all(|letter| letter.is_ascii_digit() || also.contains(&letter))
    };
    digits(mantissa, [',', '.']) && digits(exponent, ['+', '-'])
}

/// Names of the months with their numbers: in Indonesian, and in English where the spelling differs.
const MONTHS: [(&str, u32); 22] = [
    ("januari", 1),
    ("january", 1),
    ("februari", 2),
    ("february", 2),
    ("pebruari", 2),
    ("maret", 3),
    ("march", 3),
    ("april", 4),
    ("mei", 5),
    ("may", 5),
    ("juni", 6),
    ("june", 6),
    ("juli", 7),
    ("july", 7),
    ("agustus", 8),
    ("august", 8),
    ("september", 9),
    ("oktober", 10),
    ("october", 10),
    ("nopember", 11),
    ("november", 11),
    ("desember", 12),
];

/// A day as Indonesian lists write it: `YYYY-MM-DD`, or day first, with the month as a number or by name; a time of day
/// after it is ignored. `None` for any other text; a year of two digits could mean two centuries.
#[must_use]
pub fn day(text: &str) -> Option<Date> {
    let lower = text.to_lowercase();
    let date = lower.split_once('t').filter(|(date, time)| date.len() == 10 && time.contains(':'));
    let date = date.map_or(lower.as_str(), |(date, _)| date);
    let mut parts: Vec<&str> =
        date.split([' ', '-', '/', '.', ',']).filter(|part| !part.is_empty()).collect();
    if parts.len() == 4 && parts.last().is_some_and(|time| time.contains(':')) {
        parts.pop();
    }
    let [first, month, last] = parts.as_slice() else { return None };
    let month = month.parse().ok().or_else(|| {
        let named = |(name, _): &&(&str, u32)| {
            *name == *month
                || (month.len() >= 3 && name.get(..3) == Some(*month))
                || *month == "agt" && *name == "agustus"
        };
        MONTHS.iter().chain(&[("december", 12)]).find(named).map(|(_, number)| *number)
    })?;
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    if year.len() != 4 || day.len() > 2 {
        return None;
    }
    Date::from_ymd_opt(year.parse().ok()?, month, day.parse().ok()?)
}

/// Words that people and programs write into a cell that has no value.
const NOTHING: [&str; 9] =
    ["null", "(null)", "n/a", "none", "undefined", "nihil", "kosong", "tidak ada", "belum ada"];

/// Whether a text says that the cell has no value. A cell without a value is left empty, so this is not a name or an id.
#[must_use]
pub fn says_nothing(text: &str) -> bool {
    NOTHING.contains(&text.to_lowercase().as_str())
}

/// Whether a text can be a name: it has a letter, and is neither a day, an address of e-mail, nor the value of a cell that
/// is true or false, nor does it say that there is none.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let is_truth = matches!(text, "TRUE" | "FALSE" | "BENAR" | "SALAH");
    text.chars().any(char::is_alphabetic)
        && day(text).is_none()
        && !is_truth
        && !says_nothing(text)
        && !text.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_cleaned_of_what_spreadsheets_add() {
        for (text, cleaned) in [
            ("=\"III/a\"", "III/a"),
            ("'=Dinas", "=Dinas"),
            ("'Aisyiyah Contoh", "'Aisyiyah Contoh"),
            (" - ", ""),
            ("—", ""),
            ("\u{feff}A\u{a0}\u{a0}B\r\n", "A B"),
        ] {
            assert_eq!(clean(text), cleaned, "{text:?}");
        }
        for text in [
            "'199001012015011023",
            "’199001012015011023",
            "=\"199001012015011023\"",
            "19900101 201501 1 023",
            "19900101.201501.1.023",
            "19900101-201501-1-023",
            "\u{200b}199001012015011023\u{a0}",
            "\"199001012015011023\"",
        ] {
            assert_eq!(clean_number(text), "199001012015011023", "{text:?}");
        }
        assert_eq!(clean_number("'A-1.2"), "A-1.2", "other ids keep their marks");
    }

    #[test]
    fn days_are_read_as_lists_write_them() {
        for text in [
            "2025-03-01",
            "1/3/2025",
            "01.03.2025",
            "01-03-2025",
            "1 Maret 2025",
            "01-Mar-2025",
            "2025-03-01 00:00:00",
            "01/03/2025 00:00",
            "2025-03-01T00:00:00",
        ] {
            assert_eq!(day(text), Date::from_ymd_opt(2025, 3, 1), "{text}");
        }
        assert_eq!(day("17 Agt 2024"), Date::from_ymd_opt(2024, 8, 17));
        assert_eq!(day("0205-03-01"), Date::from_ymd_opt(205, 3, 1), "the check refuses the year");
        for text in
            ["01/03/25", "03/25/2025", "45658", "2025", "kemarin", "2025-03", "1 Foo 2025", "01-03-2025-4"]
        {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_days_and_true_are_no_names() {
        for text in [
            "12",
            "2025-03-01",
            "1 Maret 2025",
            "TRUE",
            "BENAR",
            "NULL",
            "n/a",
            "Nihil",
            "Tidak ada",
            "Fajar fajar@contoh.go.id",
            "-",
            "",
        ] {
            assert!(!is_name(text), "{text}");
        }
        for text in ["Budi", "SD Negeri 1", "I", "Nan", "Benar", "ꦲꦤꦕ"] {
            assert!(is_name(text), "{text}");
        }
    }

    #[test]
    fn errors_and_lost_digits_are_recognised() {
        for text in [
            "#N/A",
            "#REF!",
            "#NAME?",
            "#DIV/0!",
            "#NULL!",
            "#######",
            "#VALUE!",
            "#GETTING_DATA",
            "#NV",
            "Err:502",
        ] {
            assert!(is_error(text), "{text}");
        }
        for text in ["#", "# 1", "#1 Dinas", "N/A", "", "#dinas!", "#DINAS", "Err:or", "Err:50"] {
            assert!(!is_error(text), "{text}");
        }
        for text in ["1,99E+17", "1.99001012015011e17", "2E5"] {
            assert!(has_lost_digits(text), "{text}");
        }
        for text in ["199001012015011023", "SE-1", "E1", "1e", "DINAS E1"] {
            assert!(!has_lost_digits(text), "{text}");
        }
    }
}
