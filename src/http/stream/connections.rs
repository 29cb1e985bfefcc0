//! The open connections: their number for each person, and the reasons for which the server ends them.

use super::{Execute, StreamLimits, keeper};
use domain::{
    actor::{Actor, Identity},
    time::{Date, Instant},
};
use futures_util::stream::BoxStream;
use graphql::live::{DisconnectReason, Live, ReaderState};
use service::{
    Env, Error,
    env::machine_now,
    identity::{Authenticated, Credential},
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{Notify, watch};
use tokio_util::{
    sync::CancellationToken,
    task::{TaskTracker, task_tracker::TaskTrackerToken},
};

/// All open connections. Clones share them.
#[derive(Clone)]
pub struct Streams(Arc<Shared>);

pub(super) struct Shared {
    pub(super) env: Env,
    pub(super) limits: StreamLimits,
    pub(super) stopping: CancellationToken,
    /// Wakes the keeper if a token may expire before the next check.
    pub(super) expiring: Notify,
    execute: Execute,
    open: TaskTracker,
    connections: Mutex<Connections>,
}

/// The kind of a connection; each has its own limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A WebSocket.
    Socket,
    /// A streamed response: server-sent events or a multipart answer.
    Events,
}

#[derive(Default)]
pub(super) struct Connections {
    last: u64,
    pub(super) all: HashMap<u64, Entry>,
    /// The connections of each person, the oldest first.
    people: HashMap<(Identity, Kind), VecDeque<u64>>,
    pub(super) keeper_runs: bool,
}

pub(super) struct Entry {
    who: (Identity, Kind),
    pub(super) credential: Credential,
    /// The time at which the connection must end, as of the last check; none if it may stay open.
    pub(super) until: Option<Instant>,
    /// The day for which the rights were read.
    pub(super) day: Date,
    /// Whether the keeper has checked it at least once.
    pub(super) checked: bool,
    /// Whether its rights must be read again.
    pub(super) stale: bool,
    pub(super) state: watch::Sender<ReaderState>,
}

impl Entry {
    /// Ends the connection. If this is called again, the first reason stays.
    pub(super) fn end(&self, reason: DisconnectReason) {
        self.state.send_if_modified(|state| {
            let is_first = state.disconnect.is_none();
            state.disconnect.get_or_insert(reason);
            is_first
        });
    }

    pub(super) fn is_open(&self) -> bool {
        self.state.borrow().disconnect.is_none()
    }

    /// The expiry time of the token that opened or last renewed the connection.
    pub(super) fn expires(&self) -> Option<Instant> {
        self.state.borrow().authenticated.expires_at
    }

    pub(super) fn actor(&self) -> Arc<Actor> {
        self.state.borrow().authenticated.actor.clone()
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
    /// Starts without connections.
    #[must_use]
    pub fn new(env: Env, limits: StreamLimits, execute: Execute) -> Self {
        Self(Arc::new(Shared {
            env,
            limits,
            stopping: CancellationToken::new(),
            expiring: Notify::new(),
            execute,
            open: TaskTracker::new(),
            connections: Mutex::default(),
        }))
    }

    /// The limits of the connections.
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

    /// Ends all connections. Clients reconnect to another server and resume after their last cursors.
    pub fn stop(&self) {
        self.0.stopping.cancel();
        self.0.open.close();
    }

    /// Whether the server is shutting down.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.0.stopping.is_cancelled()
    }

    /// Waits until the server is shutting down.
    pub async fn stopping(&self) {
        self.0.stopping.cancelled().await;
    }

    /// Waits until all connections have ended after [`Streams::stop`].
    pub async fn ended(&self) {
        self.0.open.wait().await;
    }

    /// A tracker token, which a connection keeps while it is open. [`Streams::ended`] waits until all tokens are
    /// dropped.
    pub fn open_token(&self) -> TaskTrackerToken {
        self.0.open.token()
    }

    /// The number of connections.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.connections().all.len()
    }

    /// Adds a connection; closes the person's oldest one if they have too many.
    ///
    /// # Errors
    /// UNAUTHENTICATED without a session or key.
    pub fn connect(&self, kind: Kind, authenticated: Authenticated) -> Result<Connection, Error> {
        let who = (authenticated.actor.identity, kind);
        let credential = authenticated.credential()?;
        let day = authenticated.actor.calendar.day(self.0.env.now());
        let until = authenticated.expires_at;
        let (sender, state) = watch::channel(ReaderState { authenticated, disconnect: None });
        let most = match kind {
            Kind::Socket => self.0.limits.sockets_per_person,
            Kind::Events => self.0.limits.streams_per_socket,
        };
        let mut connections = self.0.connections();
        connections.last += 1;
        let number = connections.last;
        connections.all.insert(
            number,
            Entry { who, credential, until, day, checked: false, stale: false, state: sender },
        );
        let numbers = connections.people.entry(who).or_default();
        numbers.push_back(number);
        let oldest = (numbers.len() > most).then(|| numbers.front().copied()).flatten();
        if let Some(oldest) = oldest {
            if let Some(entry) = connections.all.get(&oldest) {
                entry.end(DisconnectReason::Displaced);
            }
            connections.remove(oldest);
        }
        if !connections.keeper_runs {
            connections.keeper_runs = true;
            tokio::spawn(keeper::keep(self.0.clone()));
        }
        drop(connections);
        self.0.wake_if_expiring(until);
        Ok(Connection { streams: self.clone(), number, state })
    }
}

impl Shared {
    /// Wakes the keeper if a token expires before the next check.
    fn wake_if_expiring(&self, until: Option<Instant>) {
        if until.is_some_and(|until| until < machine_now() + self.limits.check()) {
            self.expiring.notify_one();
        }
    }

    pub(super) fn connections(&self) -> MutexGuard<'_, Connections> {
        // Nothing panics while the lock is held.
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An open connection, until it is dropped.
pub struct Connection {
    streams: Streams,
    number: u64,
    state: watch::Receiver<ReaderState>,
}

impl Connection {
    /// The reader's state, for the context of subscriptions.
    #[must_use]
    pub fn live(&self) -> Live {
        Live::new(self.state.clone())
    }

    /// Continues with another token of the same person.
    ///
    /// # Errors
    /// UNAUTHENTICATED if the token belongs to someone else.
    pub fn renew(&mut self, authenticated: Authenticated) -> Result<(), Error> {
        let credential = authenticated.credential()?;
        let mut connections = self.streams.0.connections();
        let entry = connections.all.get_mut(&self.number).ok_or(Error::Unauthenticated)?;
        if entry.who.0 != authenticated.actor.identity {
            return Err(Error::Unauthenticated);
        }
        entry.credential = credential;
        let until = authenticated.expires_at;
        entry.until = until;
        entry.state.send_modify(|state| state.authenticated = authenticated);
        drop(connections);
        self.streams.0.wake_if_expiring(until);
        Ok(())
    }

    /// Waits until the server must end the connection.
    pub async fn disconnected(&mut self) -> DisconnectReason {
        let ended = self.state.wait_for(|state| state.disconnect.is_some()).await;
        // An entry is removed only after its reason is set.
        ended.ok().and_then(|state| state.disconnect).unwrap_or(DisconnectReason::Displaced)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.streams.0.connections().remove(self.number);
    }
}
