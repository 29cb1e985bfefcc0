//! The reader of a stream with their current rights, and the progress of a stream.

use domain::actor::Actor;
use service::{identity::Authenticated, journal::Position};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// State of a connected reader.
#[derive(Clone)]
pub struct ReaderState {
    /// The reader with their current rights.
    pub authenticated: Authenticated,
    /// Why the server closes the connection; none while it stays open.
    pub disconnect: Option<DisconnectReason>,
}

/// Why the server closes a connection that the client wants to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisconnectReason {
    /// The session or API key was revoked.
    Revoked,
    /// The access token has expired, and the session has no newer token that may keep the connection open.
    Expired,
    /// The same person has opened newer connections.
    Displaced,
}

/// The reader of a stream with their current rights, in the context of each subscription.
#[derive(Clone)]
pub struct Live(watch::Receiver<ReaderState>);

impl Live {
    /// Follows the state of a reader.
    #[must_use]
    pub const fn new(state: watch::Receiver<ReaderState>) -> Self {
        Self(state)
    }

    /// Returns the reader, with rights that are at most a few seconds old.
    #[must_use]
    pub fn authenticated(&self) -> Authenticated {
        self.0.borrow().authenticated.clone()
    }

    /// Returns whether these are still the reader's rights.
    #[must_use]
    pub fn is_current(&self, actor: &Arc<Actor>) -> bool {
        Arc::ptr_eq(&self.0.borrow().authenticated.actor, actor)
    }

    /// Waits until these are no longer the reader's rights.
    pub async fn changed(&mut self, actor: &Arc<Actor>) {
        let is_other = |state: &ReaderState| !Arc::ptr_eq(&state.authenticated.actor, actor);
        let is_closed = self.0.wait_for(is_other).await.is_err();
        if is_closed {
            // The connection is closed and ends the stream itself.
            std::future::pending::<()>().await;
        }
    }
}

/// Progress of a stream, in the context of each subscription. Clones share it.
#[derive(Clone, Default)]
pub struct Progress(Arc<Mutex<Reached>>);

/// The position that a stream has reached.
#[derive(Clone, Copy, Default)]
struct Reached {
    scanned: Position,
    /// The number of the last delivered entry.
    delivered: i64,
}

impl Progress {
    /// Records that all entries up to this position were delivered or are not visible to the reader.
    pub fn scanned(&self, position: Position) {
        self.reached().scanned = position;
    }

    /// Records that the entry with this number is delivered.
    pub fn delivered(&self, number: i64) {
        self.reached().delivered = number;
    }

    fn reached(&self) -> MutexGuard<'_, Reached> {
        // A panic can't leave the two numbers inconsistent.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the position after which all these streams can resume without gap or repeat; none while one of them
    /// still has entries to deliver.
    pub fn resume_after<'a>(streams: impl Iterator<Item = &'a Self>) -> Option<Position> {
        let all = streams.map(|stream| *stream.reached()).reduce(|all, one| Reached {
            scanned: if one.scanned.number < all.scanned.number { one.scanned } else { all.scanned },
            delivered: all.delivered.max(one.delivered),
        });
        let Reached { scanned, delivered } = all?;
        (scanned.number > 0 && scanned.number >= delivered).then_some(scanned)
    }
}
