//! The columns of the figures about what followed a gap, by the predicate of the year before.
//!
//! The first steps are those of the ratings of that year, so that both tables are shown in the same units: otherwise
//! one of them could be subtracted from the other. A gap splits each predicate further.

use super::Columns::{self, One, Split};
use crate::{
    development::{Change, Followed},
    rating::Predicate,
};

/// Rated good in the year before, without a gap. The nine columns of people with a gap follow.
const GOOD: usize = 0;
/// Rated very good in the year before, without a gap. The nine columns of people with a gap follow.
const VERY_GOOD: usize = 10;
/// Rated lower than good in the year before. All of these people have a gap, so only the nine columns after this index
/// belong to them.
const BELOW: usize = 19;
/// Without a final result in the year before.
const UNRATED: usize = 29;
/// The number of columns.
pub const WIDTH: usize = 30;

/// A recognised training, and a higher result.
pub const TRAINED_ROSE: [usize; 3] = of(1);
/// A recognised training, and neither a higher nor a lower result.
pub const TRAINED_SAME: [usize; 3] = of(2);
/// A recognised training, and a lower result.
pub const TRAINED_FELL: [usize; 3] = of(3);
/// Everyone with a recognised training and a result.
pub const TRAINED: [usize; 9] = join(&[TRAINED_ROSE, TRAINED_SAME, TRAINED_FELL]);
/// No recognised training, and a higher result.
pub const OTHERS_ROSE: [usize; 3] = of(4);
/// No recognised training, and neither a higher nor a lower result.
pub const OTHERS_SAME: [usize; 3] = of(5);
/// No recognised training, and a lower result.
pub const OTHERS_FELL: [usize; 3] = of(6);
/// Everyone without a recognised training and with a result.
pub const OTHERS: [usize; 9] = join(&[OTHERS_ROSE, OTHERS_SAME, OTHERS_FELL]);
/// No result in the next year.
pub const NO_RESULT: [usize; 3] = of(7);
/// Left the agency.
pub const LEFT: [usize; 3] = of(8);
/// Moved to another unit.
pub const MOVED: [usize; 3] = of(9);
/// Everyone with a gap.
pub const GAP: [usize; 27] = join(&[
    TRAINED_ROSE,
    TRAINED_SAME,
    TRAINED_FELL,
    OTHERS_ROSE,
    OTHERS_SAME,
    OTHERS_FELL,
    NO_RESULT,
    LEFT,
    MOVED,
]);

/// The steps that split the people with a gap. The largest group comes first: a result of the next year without
/// training.
macro_rules! gap {
    ($first:ident) => {
        Split(&[
            Split(&[One($first + 4), Split(&[One($first + 5), One($first + 6)])]),
            Split(&[
                Split(&[One($first + 1), Split(&[One($first + 2), One($first + 3)])]),
                Split(&[One($first + 7), Split(&[One($first + 8), One($first + 9)])]),
            ]),
        ])
    };
}

/// The steps: those of the ratings of the year before, and then the gap.
pub const COLUMNS: Columns = Split(&[RATED_GOOD, NOT_GOOD]);
const RATED_GOOD: Columns = Split(&[One(GOOD), gap!(GOOD)]);
const NOT_GOOD: Columns = Split(&[RATED_VERY_GOOD, REMAINING]);
const RATED_VERY_GOOD: Columns = Split(&[One(VERY_GOOD), gap!(VERY_GOOD)]);
const REMAINING: Columns = Split(&[One(UNRATED), gap!(BELOW)]);

/// The columns of one outcome, one for each predicate.
const fn of(outcome: usize) -> [usize; 3] {
    [GOOD + outcome, VERY_GOOD + outcome, BELOW + outcome]
}

const fn join<const N: usize>(parts: &[[usize; 3]]) -> [usize; N] {
    let mut joined = [0; N];
    let mut at = 0;
    while at < N {
        joined[at] = parts[at / 3][at % 3];
        at += 1;
    }
    joined
}

/// The column of a person: by their predicate of the year before, and what followed their gap if they had one.
#[must_use]
pub const fn column(before: Option<Predicate>, gap: Option<Followed>) -> usize {
    let first = match before {
        None => return UNRATED,
        Some(Predicate::Good) => GOOD,
        Some(Predicate::VeryGood) => VERY_GOOD,
        Some(Predicate::NeedsImprovement | Predicate::Poor | Predicate::VeryPoor) => BELOW,
    };
    first
        + match gap {
            None => 0,
            Some(Followed::Result { trained: true, change: Change::Rose }) => 1,
            Some(Followed::Result { trained: true, change: Change::Same }) => 2,
            Some(Followed::Result { trained: true, change: Change::Fell }) => 3,
            Some(Followed::Result { trained: false, change: Change::Rose }) => 4,
            Some(Followed::Result { trained: false, change: Change::Same }) => 5,
            Some(Followed::Result { trained: false, change: Change::Fell }) => 6,
            Some(Followed::NoResult) => 7,
            Some(Followed::Left) => 8,
            Some(Followed::Moved) => 9,
        }
}
