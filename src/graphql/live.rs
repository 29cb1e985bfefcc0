//! Who reads a stream, as of now: what was known of him when it began is soon out of date.

use domain::actor::Actor;
use service::identity::Authenticated;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use tokio::sync::watch;

/// How somebody connected stands.
#[derive(Clone)]
pub struct Standing {
    /// Who it is, with the rights of today.
    pub found: Authenticated,
    /// Why he is to be let go, if he is.
    pub over: Option<Over>,
}

/// Why a connection is ended by the server while the client would go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// The session or the key was ended.
    Revoked,
    /// The same person has opened newer ones.
    Displaced,
}

/// A look at who reads a stream. It stands in the context of each subscription.
#[derive(Clone)]
pub struct Live(watch::Receiver<Standing>);

impl Live {
    /// Follows how somebody stands.
    #[must_use]
    pub const fn new(standing: watch::Receiver<Standing>) -> Self {
        Self(standing)
    }

    /// Who reads, with rights that are at most a few seconds old.
    #[must_use]
    pub fn found(&self) -> Authenticated {
        self.0.borrow().found.clone()
    }

    /// Whether these are still his rights.
    #[must_use]
    pub fn is_still(&self, actor: &Arc<Actor>) -> bool {
        Arc::ptr_eq(&self.0.borrow().found.actor, actor)
    }
}

/// How far a stream has come. It stands in the context of each subscription; clones share it.
#[derive(Clone, Default)]
pub struct Progress(Arc<(AtomicI64, AtomicI64)>);

impl Progress {
    /// All up to this number was told, or was not for the reader.
    pub fn looked(&self, number: i64) {
        self.0.0.store(number, Ordering::Relaxed);
    }

    /// The entry of this number is told.
    pub fn told(&self, number: i64) {
        self.0.1.store(number, Ordering::Relaxed);
    }

    /// The number after which all of these streams go on, without a gap or a repeat; none while one of them is in the
    /// middle of something.
    pub fn of_all<'a>(streams: impl Iterator<Item = &'a Self>) -> Option<i64> {
        let each = streams.map(|Self(it)| (it.0.load(Ordering::Relaxed), it.1.load(Ordering::Relaxed)));
        let all = each.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)));
        all.filter(|(looked, told)| *looked > 0 && looked >= told).map(|(looked, _)| looked)
    }
}
