//! The end of the journal as far as this process knows it. Units of work notify the sequencer here.

use domain::time::{Instant, from_micros};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use tokio::sync::Notify;

/// A handle to the end of the journal; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Tail(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// Notified after entries were committed.
    appended: Notify,
    /// The time of the last entry that this process knows, in microseconds.
    at: AtomicI64,
}

impl Tail {
    /// Notifies the sequencer that entries were appended and committed.
    pub(crate) fn notify_appended(&self) {
        self.0.appended.notify_one();
    }

    /// Waits until entries are appended.
    pub(crate) async fn appended(&self) {
        self.0.appended.notified().await;
    }

    /// Records the time of the last numbered entry.
    pub(crate) fn reached(&self, at: i64) {
        self.0.at.fetch_max(at, Ordering::Relaxed);
    }

    /// The time for a new change: now, or that of the last known entry if the clock was set back.
    pub(crate) fn not_before_last(&self, now: Instant) -> Instant {
        now.max(from_micros(self.0.at.load(Ordering::Relaxed)))
    }
}
