//! Exact fractions and the only rounding function.
//!
//! Calculations use fractions, so they lose no digits. They are rounded only where a rule says so, and only by
//! [`round`]. A figure that can't be represented exactly is an error: nothing overflows and nothing panics.

use crate::{Decimal, Key, Refusal};
use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, Signed, Zero};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// An exact fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact(Ratio<i128>);

/// The error for a figure that is too large or too fine to represent exactly, or for a division by zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the figure can't be represented exactly")]
pub struct Inexact;

impl From<Inexact> for Vec<Refusal> {
    fn from(_: Inexact) -> Self {
        vec![Refusal::input(std::iter::empty::<String>(), Key::FigureTooLarge)]
    }
}

/// The largest numerator and denominator. Both are well within `i128`.
const LIMIT: i128 = 10_i128.pow(36);

impl Exact {
    /// Zero.
    pub const ZERO: Self = Self(Ratio::new_raw(0, 1));
    /// A hundred, as in percent.
    pub const HUNDRED: Self = Self(Ratio::new_raw(100, 1));

    /// Converts a whole number.
    #[must_use]
    pub const fn whole(number: i64) -> Self {
        Self(Ratio::new_raw(number as i128, 1))
    }

    fn checked(ratio: Option<Ratio<i128>>) -> Result<Self, Inexact> {
        let fits = |part: i128| (-LIMIT..=LIMIT).contains(&part);
        ratio.filter(|ratio| fits(*ratio.numer()) && fits(*ratio.denom())).map(Self).ok_or(Inexact)
    }

    /// Reduces a fraction.
    ///
    /// # Errors
    /// [`Inexact`] if the denominator is zero, or numerator or denominator is out of range.
    pub fn ratio(numerator: i128, denominator: i128) -> Result<Self, Inexact> {
        let fits = |part: i128| (-LIMIT..=LIMIT).contains(&part);
        if denominator == 0 || !fits(numerator) || !fits(denominator) {
            return Err(Inexact);
        }
        Ok(Self(Ratio::new(numerator, denominator)))
    }

    /// The sum.
    ///
    /// # Errors
    /// [`Inexact`].
    pub fn plus(self, other: Self) -> Result<Self, Inexact> {
        Self::checked(self.0.checked_add(&other.0))
    }

    /// The difference.
    ///
    /// # Errors
    /// [`Inexact`].
    pub fn minus(self, other: Self) -> Result<Self, Inexact> {
        Self::checked(self.0.checked_sub(&other.0))
    }

    /// The product.
    ///
    /// # Errors
    /// [`Inexact`].
    pub fn times(self, other: Self) -> Result<Self, Inexact> {
        Self::checked(self.0.checked_mul(&other.0))
    }

    /// The quotient.
    ///
    /// # Errors
    /// [`Inexact`], also for a division by zero.
    pub fn over(self, other: Self) -> Result<Self, Inexact> {
        if other.0.is_zero() { Err(Inexact) } else { Self::checked(self.0.checked_div(&other.0)) }
    }

    /// This percentage of the figure.
    ///
    /// # Errors
    /// [`Inexact`].
    pub fn percent(self, percent: Self) -> Result<Self, Inexact> {
        self.times(percent)?.over(Self::HUNDRED)
    }

    /// The sum of all parts.
    ///
    /// # Errors
    /// [`Inexact`].
    pub fn sum(parts: impl IntoIterator<Item = Self>) -> Result<Self, Inexact> {
        parts.into_iter().try_fold(Self::ZERO, Self::plus)
    }

    /// The mean of all parts.
    ///
    /// # Errors
    /// [`Inexact`], also if there are no parts.
    pub fn mean(parts: &[Self]) -> Result<Self, Inexact> {
        let count = i64::try_from(parts.len()).map_err(|_| Inexact)?;
        Self::sum(parts.iter().copied())?.over(Self::whole(count))
    }

    /// The figure as a decimal; none if it needs more than two digits after the point.
    #[must_use]
    pub fn decimal(self) -> Option<Decimal> {
        let hundredths = self.times(Self::HUNDRED).ok()?;
        if !hundredths.0.is_integer() {
            return None;
        }
        let hundredths = i64::try_from(hundredths.0.to_integer()).ok()?;
        let limit = Decimal::MAX.hundredths();
        (-limit..=limit).contains(&hundredths).then(|| Decimal::from_hundredths(hundredths))
    }

    /// Whether the figure is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0.is_negative()
    }
}

impl From<Decimal> for Exact {
    fn from(decimal: Decimal) -> Self {
        Self(Ratio::new(decimal.hundredths().into(), 100))
    }
}

/// Writes a whole number as `70` and a fraction as `1010/9`.
impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Exact {
    type Err = Inexact;

    fn from_str(text: &str) -> Result<Self, Inexact> {
        let whole = |part: &str| part.parse::<i128>().map_err(|_| Inexact);
        match text.split_once('/') {
            Some((numerator, denominator)) => Self::ratio(whole(numerator)?, whole(denominator)?),
            None => text.parse::<Decimal>().map(Self::from).or_else(|_| Self::ratio(whole(text)?, 1)),
        }
    }
}

/// The direction of rounding.
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
pub enum RoundingMode {
    /// To the nearest, a half away from zero.
    HalfUp,
    /// To the nearest, a half to the even neighbour (banker's rounding).
    HalfEven,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

/// A rounding rule: the number of digits after the point, and the direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    /// Digits after the point, 0 to 2.
    pub scale: u8,
    /// The direction.
    pub mode: RoundingMode,
}

impl Rounding {
    /// The rounding for display of a figure that no rule rounds.
    pub const SHOWN: Self = Self { scale: 2, mode: RoundingMode::HalfUp };

    /// The maximum number of digits after the point.
    pub const MAX_SCALE: u8 = 2;

    /// Rounds a figure.
    ///
    /// # Errors
    /// [`Inexact`].
    pub fn apply(self, value: Exact) -> Result<Exact, Inexact> {
        round(value, self.scale, self.mode)
    }
}

impl fmt::Display for Rounding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.mode, self.scale)
    }
}

/// Rounds to `scale` digits after the point. No other function rounds.
///
/// # Errors
/// [`Inexact`] if the figure is out of range.
pub fn round(value: Exact, scale: u8, mode: RoundingMode) -> Result<Exact, Inexact> {
    let unit = 10_i128.checked_pow(scale.into()).ok_or(Inexact)?;
    let unit = Exact::ratio(unit, 1)?;
    let scaled = value.times(unit)?.0;
    let whole = scaled.to_integer();
    let remainder = (scaled - Ratio::from_integer(whole)).abs();
    let half = Ratio::new_raw(1, 2);
    let away = match mode {
        RoundingMode::HalfUp => remainder >= half,
        RoundingMode::HalfEven => remainder > half || (remainder == half && whole % 2 != 0),
        RoundingMode::Down => false,
        RoundingMode::Up => !remainder.is_zero(),
    };
    let step = if scaled.is_negative() { -1 } else { 1 };
    Exact::ratio(if away { whole + step } else { whole }, 1)?.over(unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use RoundingMode::{Down, HalfEven, HalfUp, Up};
    use proptest::prelude::*;

    fn exact(text: &str) -> Exact {
        text.parse().expect("a fraction")
    }

    #[test]
    fn each_mode_rounds_edge_cases_correctly() {
        for (value, scale, half_up, half_even, down, up) in [
            ("45/8", 2, "5.63", "5.62", "5.62", "5.63"),
            ("25/8", 2, "3.13", "3.12", "3.12", "3.13"),
            ("225/8", 2, "28.13", "28.12", "28.12", "28.13"),
            ("45/16", 2, "2.81", "2.81", "2.81", "2.82"),
            ("109/2", 0, "55", "54", "54", "55"),
            ("111/2", 0, "56", "56", "55", "56"),
            ("-45/8", 2, "-5.63", "-5.62", "-5.62", "-5.63"),
            ("7", 0, "7", "7", "7", "7"),
            ("5499/100", 0, "55", "55", "54", "55"),
            ("5449/100", 0, "54", "54", "54", "55"),
        ] {
            for (mode, expected) in [(HalfUp, half_up), (HalfEven, half_even), (Down, down), (Up, up)] {
                assert_eq!(round(exact(value), scale, mode), Ok(exact(expected)), "{value} {mode}");
            }
        }
    }

    #[test]
    fn inexact_figures_are_refused() {
        let huge = Exact::ratio(LIMIT, 1).expect("the largest");
        assert_eq!(huge.times(huge), Err(Inexact));
        assert_eq!(huge.plus(huge), Err(Inexact));
        assert_eq!(Exact::whole(1).over(Exact::ZERO), Err(Inexact));
        assert_eq!(Exact::ratio(1, 0), Err(Inexact));
        assert_eq!(Exact::ratio(i128::MIN, -1), Err(Inexact));
        assert_eq!(Exact::mean(&[]), Err(Inexact));
        assert_eq!(round(huge, 2, HalfUp), Err(Inexact));
        assert_eq!(round(Exact::ZERO, 255, HalfUp), Err(Inexact));
        for text in ["", "1/0", "a", "1/2/3", "1,5"] {
            assert_eq!(text.parse::<Exact>(), Err(Inexact), "{text}");
        }
    }

    proptest! {
        #[test]
        fn arithmetic_never_panics(a in any::<i128>(), b in any::<i128>(), c in any::<i128>(), d in any::<i128>(), scale in any::<u8>()) {
            if let (Ok(one), Ok(other)) = (Exact::ratio(a, b), Exact::ratio(c, d)) {
                let results = [one.plus(other), one.minus(other), one.times(other), one.over(other)];
                for value in results.into_iter().flatten() {
                    prop_assert_eq!(value.to_string().parse::<Exact>(), Ok(value));
                    let _ = round(value, scale, HalfUp);
                    let _ = value.decimal();
                }
                let _ = one.cmp(&other);
            }
        }

        #[test]
        fn rounding_changes_a_figure_by_at_most_half_a_unit(n in -1_000_000_i64..1_000_000, d in 1_i64..10_000) {
            let value = Exact::ratio(n.into(), d.into()).expect("a fraction");
            let rounded = round(value, 2, HalfUp).expect("in range");
            let off = rounded.minus(value).expect("in range");
            let half = Exact::ratio(1, 200).expect("a fraction");
            prop_assert!(off <= half && Exact::ZERO.minus(half).expect("in range") <= off);
            prop_assert!(rounded.decimal().is_some());
        }
    }
}
