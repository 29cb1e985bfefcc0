//! Deterministic randomness: results depend on the seed and the purpose, not on the order of calls.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Source of random streams and ids for a seed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dice {
    seed: u64,
}

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    fn hash(self, what: &str, a: i32, b: i32, c: i32) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(self.seed.to_be_bytes());
        hasher.update(what);
        for number in [a, b, c] {
            hasher.update(number.to_be_bytes());
        }
        hasher.finalize().into()
    }

    /// Returns the random stream for a purpose.
    pub fn roll(self, what: &str, a: i32, b: i32) -> ChaCha8Rng {
        ChaCha8Rng::from_seed(self.hash(what, a, b, -1))
    }

    /// Returns the id for a purpose. It is a UUIDv7 with `a` (a year or 0) as its time, so that ids of later years sort
    /// after those of earlier years.
    pub fn id(self, what: &str, a: i32, b: i32, c: i32) -> Uuid {
        let hash = self.hash(what, a, b, c);
        let mut random = [0; 10];
        random.copy_from_slice(&hash[..10]);
        // Approximate milliseconds of the year's start, then ordered by `b` and `c`.
        let year = u64::try_from(a.max(2000) - 1970).unwrap_or(30) * 31_556_952_000;
        let order = u64::try_from(b).unwrap_or(0) * 64 + u64::try_from(c).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(year + order, &random).into_uuid()
    }
}

/// Picks one of the items.
pub(super) fn pick<'a, T>(rng: &mut impl Rng, items: &'a [T]) -> &'a T {
    &items[rng.random_range(0..items.len())]
}

/// Returns true with this probability, in percent.
pub(super) fn percent(rng: &mut impl Rng, chance: u32) -> bool {
    rng.random_range(0..100) < chance
}
