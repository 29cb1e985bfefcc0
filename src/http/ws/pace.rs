//! How fast the server reads messages of a client.

use std::time::Duration;
use tokio::time::Instant;

/// Allows a number of messages a second, and twice as many in a burst after a pause: a reconnecting client sends all
/// its subscriptions together. Messages of a faster client are read later; none is lost.
pub(super) struct Pace {
    /// The interval between messages in the long run.
    step: Duration,
    /// How far ahead of its pace a client may be.
    ahead: Duration,
    /// When the client is back at its pace.
    due: Instant,
}

impl Pace {
    pub(super) fn new(per_second: u32, now: Instant) -> Self {
        let step = Duration::from_secs(1) / per_second.max(1);
        Self { step, ahead: step * (per_second.max(1) * 2 - 1), due: now }
    }

    /// When the next message may be read, if not now.
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
