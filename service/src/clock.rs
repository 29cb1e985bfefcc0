//! The clock, ids and randomness. No other code in the workspace reads the machine's clock or creates ids;
//! `clippy.toml` enforces that.

use arc_swap::ArcSwap;
use chrono::Duration;
use domain::time::{self, Instant};
use std::sync::Arc;
use uuid::Uuid;

/// The clock for appraisals. Sessions and rate limits always use the machine's time.
#[derive(Clone, Debug)]
pub struct Clock(Arc<ArcSwap<Source>>);

#[derive(Clone, Copy, Debug)]
enum Source {
    /// The machine's clock, shifted by this duration.
    Shifted(Duration),
    /// A fixed instant; tests move it.
    Fixed(Instant),
}

impl Clock {
    /// Returns the machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::shifted(Duration::zero())
    }

    /// Returns the machine's clock shifted by a duration; only for a synthetic database.
    #[must_use]
    pub fn shifted(by: Duration) -> Self {
        Self::of(Source::Shifted(by))
    }

    /// Returns a clock that stands still.
    #[must_use]
    pub fn fixed(at: Instant) -> Self {
        Self::of(Source::Fixed(at))
    }

    fn of(source: Source) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(source)))
    }

    /// Sets a fixed clock to an instant, or shifts a running one so that it shows that instant now.
    pub fn set(&self, at: Instant) {
        self.0.rcu(|source| match **source {
            Source::Fixed(_) => Source::Fixed(at),
            Source::Shifted(_) => Source::Shifted(at - machine_now()),
        });
    }

    /// Returns the current time in whole microseconds.
    #[must_use]
    pub fn now(&self) -> Instant {
        match **self.0.load() {
            Source::Shifted(by) => time::micros(machine_now() + by),
            Source::Fixed(at) => at,
        }
    }
}

/// Returns the machine's time, used for sessions, keys and rate limits.
#[expect(clippy::disallowed_methods, reason = "only this function reads the machine's clock")]
#[must_use]
pub fn machine_now() -> Instant {
    time::micros(chrono::Utc::now())
}

/// Creates an id. Its time part only helps the index; no code reads it.
#[expect(clippy::disallowed_methods, reason = "only this function creates ids")]
#[must_use]
pub fn fresh_id() -> Uuid {
    Uuid::now_v7()
}

/// Returns random bytes for secrets and salts.
#[expect(clippy::disallowed_methods, reason = "only this function draws randomness")]
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    rand::random()
}
