//! Decimals with two fraction digits, stored as scaled integers: exactly the same in Rust, SQLite,
//! PostgreSQL and JSON. Never floats.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// A decimal with two fraction digits, stored as an `i64` of hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(i64);

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// The largest accepted magnitude: 13 digits before the point.
    pub const MAX: Self = Self(999_999_999_999_999);

    /// Converts from hundredths.
    #[must_use]
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// Converts to hundredths.
    #[must_use]
    pub const fn hundredths(self) -> i64 {
        self.0
    }

    /// Converts from a whole number.
    #[must_use]
    pub const fn whole(number: i64) -> Self {
        Self(number * 100)
    }
}

/// The text is not a decimal with at most 13 whole and two fraction digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal with at most two fraction digits")]
pub struct ParseDecimalError;

impl FromStr for Decimal {
    type Err = ParseDecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        let well_formed = !whole.is_empty()
            && whole.len() <= 13
            && fraction.len() <= 2
            && all_digits(whole)
            && all_digits(fraction)
            && (digits.contains('.') != fraction.is_empty());
        if !well_formed {
            return Err(ParseDecimalError);
        }
        let hundredths: i64 = format!("{whole}{fraction:0<2}").parse().map_err(|_| ParseDecimalError)?;
        Ok(Self(if negative { -hundredths } else { hundredths }))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", magnitude / 100, magnitude % 100)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parses_and_prints_two_fraction_digits() {
        for (text, printed) in [("12", "12.00"), ("0.5", "0.50"), ("-3.07", "-3.07"), ("0", "0.00")] {
            assert_eq!(text.parse::<Decimal>().expect("a decimal").to_string(), printed);
        }
        for text in ["", ".5", "1.", "1.234", "1e3", "+1", "--1", "1,5", "12345678901234", " 1"] {
            assert_eq!(text.parse::<Decimal>(), Err(ParseDecimalError), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_printed_decimal_parses_to_the_same_value(hundredths in -999_999_999_999_999_i64..=999_999_999_999_999) {
            let decimal = Decimal::from_hundredths(hundredths);
            prop_assert_eq!(decimal.to_string().parse::<Decimal>(), Ok(decimal));
        }
    }
}
