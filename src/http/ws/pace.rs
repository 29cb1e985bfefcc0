//! Limits the rate at which the server reads messages of a client.

use std::time::Duration;
use tokio::time::Instant;

/// Allows a number of messages per second, and twice as many in a burst after a pause, because a reconnecting client
/// sends all its subscriptions together. Messages of a faster client are read later; none is lost.
pub(super) struct Pace {
    /// The average interval between messages.
    step: Duration,
    /// The time by which a client may be ahead of this interval.
    ahead: Duration,
    /// The time at which the client is no longer ahead.
    due: Instant,
}

impl Pace {
    pub(super) fn new(per_second: u32, now: Instant) -> Self {
        let step = Duration::from_secs(1) / per_second.max(1);
        Self { step, ahead: step * (per_second.max(1) * 2 - 1), due: now }
    }

    /// The time from which the next message may be read; none if it may be read now.
    pub(super) fn not_before(&self, now: Instant) -> Option<Instant> {
        let from = self.due.checked_sub(self.ahead)?;
        (from > now).then_some(from)
    }

    /// Counts a message.
    pub(super) fn spend(&mut self, now: Instant) {
        self.due = self.due.max(now) + self.step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_burst_is_read_at_once_and_then_a_steady_flow() {
        let start = Instant::now();
        let mut pace = Pace::new(20, start);
        for _ in 0..40 {
            assert_eq!(pace.not_before(start), None);
            pace.spend(start);
        }
        let next = pace.not_before(start).expect("a wait");
        assert_eq!(next - start, Duration::from_millis(50));
        assert_eq!(pace.not_before(next), None);
    }
}
