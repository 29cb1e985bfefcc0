//! Who is connected: how many at once, and what becomes of them.

use super::{Execute, StreamLimits, keeper};
use crate::graphql::live::{DisconnectReason, Live, ReaderState};
use domain::{
    actor::{Actor, Identity},
    time::Date,
};
use futures_util::stream::BoxStream;
use service::{
    Env, Error,
    env::machine_now,
    identity::{Authenticated, Credential},
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::watch, time::Instant};
use tokio_util::{
    sync::CancellationToken,
    task::{TaskTracker, task_tracker::TaskTrackerToken},
};

/// All connections that stay open. Clones share them.
#[derive(Clone)]
pub struct Streams(Arc<Shared>);

pub(super) struct Shared {
    pub(super) env: Env,
    pub(super) limits: StreamLimits,
    pub(super) stopping: CancellationToken,
    execute: Execute,
    open: TaskTracker,
    connections: Mutex<Connections>,
}

/// What kind of connection it is; each has its own limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A WebSocket.
    Socket,
    /// Server-sent events.
    Events,
}

#[derive(Default)]
pub(super) struct Connections {
    last: u64,
    pub(super) all: HashMap<u64, Entry>,
    /// The connections of a person, the oldest first.
    people: HashMap<(Identity, Kind), VecDeque<u64>>,
    pub(super) kept: bool,
}

pub(super) struct Entry {
    who: (Identity, Kind),
    pub(super) credential: Credential,
    /// The day that the rights are of.
    pub(super) day: Date,
    /// Whether the keeper has looked at it.
    pub(super) seen: bool,
    /// Whether the rights have to be read anew.
    pub(super) stale: bool,
    pub(super) standing: watch::Sender<ReaderState>,
}

impl Entry {
    pub(super) fn end(&self, over: DisconnectReason) {
        self.standing.send_modify(|standing| standing.disconnect = Some(over));
    }

    pub(super) fn actor(&self) -> Arc<Actor> {
        self.standing.borrow().authenticated.actor.clone()
    }
}

impl Connections {
    fn remove(&mut self, number: u64) {
        let Some(entry) = self.all.remove(&number) else { return };
        if let Some(numbers) = self.people.get_mut(&entry.who) {
            numbers.retain(|other| *other != number);
            if numbers.is_empty() {
                self.people.remove(&entry.who);
            }
        }
    }
}

impl Streams {
    /// None yet.
    #[must_use]
    pub fn new(env: Env, limits: StreamLimits, execute: Execute) -> Self {
        Self(Arc::new(Shared {
            env,
            limits,
            stopping: CancellationToken::new(),
            execute,
            open: TaskTracker::new(),
            connections: Mutex::default(),
        }))
    }

    /// What they may take.
    #[must_use]
    pub fn limits(&self) -> &StreamLimits {
        &self.0.limits
    }

    /// Runs a subscription.
    pub(super) fn execute(
        &self,
        request: async_graphql::Request,
    ) -> BoxStream<'static, async_graphql::Response> {
        (self.0.execute)(request)
    }

    /// Tells all of them to end: their clients go on elsewhere after their last cursors.
    pub fn stop(&self) {
        self.0.stopping.cancel();
        self.0.open.close();
    }

    /// Whether they are told to end.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.0.stopping.is_cancelled()
    }

    /// Waits until they are told to end.
    pub async fn stopping(&self) {
        self.0.stopping.cancelled().await;
    }

    /// Waits until, told to end, all have ended.
    pub async fn ended(&self) {
        self.0.open.wait().await;
    }

    /// Held by a connection as long as it is open.
    pub fn hold(&self) -> TaskTrackerToken {
        self.0.open.token()
    }

    /// How many are connected.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.connections().all.len()
    }

    /// Lets somebody in; his oldest connection goes if he has too many.
    ///
    /// # Errors
    /// UNAUTHENTICATED for who has neither session nor key.
    pub fn connect(&self, kind: Kind, found: Authenticated) -> Result<Connection, Error> {
        let (credential, who) = (found.credential()?, (found.actor.identity, kind));
        let day = found.actor.calendar.day(self.0.env.now());
        let expires = found.expires_at.map(moment);
        let (sender, standing) = watch::channel(ReaderState { authenticated: found, disconnect: None });
        let most = match kind {
            Kind::Socket => self.0.limits.sockets_per_person,
            Kind::Events => self.0.limits.streams_per_socket,
        };
        let mut connections = self.0.connections();
        connections.last += 1;
        let number = connections.last;
        connections.all.insert(number, Entry { who, credential, day, seen: false, stale: false, standing: sender });
        let numbers = connections.people.entry(who).or_default();
        numbers.push_back(number);
        let oldest = (numbers.len() > most).then(|| numbers.front().copied()).flatten();
        if let Some(oldest) = oldest {
            if let Some(entry) = connections.all.get(&oldest) {
                entry.end(DisconnectReason::Displaced);
            }
            connections.remove(oldest);
        }
        if !connections.kept {
            connections.kept = true;
            tokio::spawn(keeper::keep(self.0.clone()));
        }
        drop(connections);
        Ok(Connection { streams: self.clone(), number, expires, standing })
    }
}

impl Shared {
    pub(super) fn connections(&self) -> MutexGuard<'_, Connections> {
        // Nothing panics while it is held.
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who is connected, until it is dropped.
pub struct Connection {
    streams: Streams,
    number: u64,
    expires: Option<Instant>,
    standing: watch::Receiver<ReaderState>,
}

/// When an instant of the machine's clock will be.
fn moment(at: domain::time::Instant) -> Instant {
    Instant::now() + (at - machine_now()).to_std().unwrap_or(Duration::ZERO)
}

impl Connection {
    /// For the context of his subscriptions.
    #[must_use]
    pub fn live(&self) -> Live {
        Live::new(self.standing.clone())
    }

    /// Goes on with another token of the same person.
    ///
    /// # Errors
    /// UNAUTHENTICATED if it is somebody else's.
    pub fn renew(&mut self, found: Authenticated) -> Result<(), Error> {
        let credential = found.credential()?;
        let mut connections = self.streams.0.connections();
        let entry = connections.all.get_mut(&self.number).ok_or(Error::Unauthenticated)?;
        if entry.who.0 != found.actor.identity {
            return Err(Error::Unauthenticated);
        }
        entry.credential = credential;
        self.expires = found.expires_at.map(moment);
        entry.standing.send_modify(|standing| standing.authenticated = found);
        Ok(())
    }

    /// When the token ends.
    #[must_use]
    pub const fn expires(&self) -> Option<Instant> {
        self.expires
    }

    /// Waits until he is to be let go.
    pub async fn over(&mut self) -> DisconnectReason {
        let ended = self.standing.wait_for(|standing| standing.disconnect.is_some()).await;
        // Its entry goes only after it was told why.
        ended.ok().and_then(|standing| standing.disconnect).unwrap_or(DisconnectReason::Displaced)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.streams.0.connections().remove(self.number);
    }
}
