//! The age of cached values, counted from the start of the read that found them, so that a slow read does not prolong
//! their use.

use moka::Expiry;
use std::time::{Duration, Instant};

/// A cached value that records when its read began.
pub(crate) trait ReadAt {
    /// When the read began.
    fn read_at(&self) -> Instant;
}

/// Removes values from a cache at this age.
pub(crate) struct MaxAge(pub(crate) Duration);

impl MaxAge {
    fn left(&self, value: &impl ReadAt, now: Instant) -> Option<Duration> {
        Some(self.0.saturating_sub(now.saturating_duration_since(value.read_at())))
    }
}

impl<K, V: ReadAt> Expiry<K, V> for MaxAge {
    fn expire_after_create(&self, _key: &K, value: &V, now: Instant) -> Option<Duration> {
        self.left(value, now)
    }

    fn expire_after_update(
        &self,
        _key: &K,
        value: &V,
        now: Instant,
        _before: Option<Duration>,
    ) -> Option<Duration> {
        self.left(value, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl ReadAt for Instant {
        fn read_at(&self) -> Instant {
            *self
        }
    }

    #[test]
    fn a_slow_read_does_not_prolong_the_use_of_a_value() {
        let (read_at, second) = (Instant::now(), Duration::from_secs(1));
        let age = MaxAge(4 * second);
        for (taken, left) in [(0, 4), (3, 1), (4, 0), (9, 0)] {
            let stored_at = read_at + taken * second;
            assert_eq!(age.expire_after_create(&(), &read_at, stored_at), Some(left * second));
            assert_eq!(age.expire_after_update(&(), &read_at, stored_at, None), Some(left * second));
        }
    }
}
