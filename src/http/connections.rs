//! The open connections of clients: the limits of their number in total and per address, the time that they may wait,
//! and the choice of the connection that is closed so that a new one can be accepted.
//!
//! A connection waits while none of its requests is running: it is silent, sends a header, or is idle between requests.
//! A new connection above a limit takes the place of the connection that has waited longest, so silent connections
//! can't keep others out. If only few connections wait, they have just been accepted and are about to send a request,
//! so the new one is refused.

use super::client_address::TrustedProxies;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{sync::Notify, time::Instant};

/// Limits of the connections of clients. 0 means no limit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConnectionLimits {
    /// Timeout for receiving the header of a request, in milliseconds. For the first request it starts with the
    /// connection.
    pub header_ms: u64,
    /// How long a connection may be idle between two requests, in milliseconds.
    pub idle_ms: u64,
    /// The longest pause within the body of a request to `/graphql` or `/graphql/stream`, in milliseconds.
    pub body_ms: u64,
    /// The interval between pings of an HTTP/2 connection, and the timeout for the answer, in milliseconds.
    pub ping_ms: u64,
    /// Maximum number of concurrent requests of an HTTP/2 connection.
    pub http2_requests: u32,
    /// Maximum share of one address in all connections, in percent; trusted proxies are exempt. All IPv6 addresses of
    /// one network (/56) count as one address.
    pub address_percent: u8,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            header_ms: 10_000,
            idle_ms: 75_000,
            body_ms: 10_000,
            ping_ms: 20_000,
            http2_requests: 100,
            address_percent: 50,
        }
    }
}

/// The duration of a limit; none for 0.
pub(crate) fn limit(milliseconds: u64) -> Option<Duration> {
    (milliseconds > 0).then(|| Duration::from_millis(milliseconds))
}

/// Default maximum number of connections: the number of sockets that one server is designed for.
pub const MAX_CONNECTIONS: usize = 10_000;

/// Waiting connections are not displaced while they are at most this fraction (one in 16) of all allowed connections.
const PROTECTED_ONE_IN: usize = 16;

/// The open connections of one listener. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Connections(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// Maximum number of connections; 0 means no limit.
    max: usize,
    /// Maximum number of connections of one address; 0 means no limit.
    of_address: usize,
    /// Exempt from the limit per address, because they forward the connections of many clients.
    proxies: Arc<TrustedProxies>,
    header: Option<Duration>,
    idle: Option<Duration>,
    /// The instant from which [`Connection::since`] counts.
    start: Instant,
    open: Mutex<Open>,
    refused: AtomicU64,
    displaced: AtomicU64,
    timed_out: AtomicU64,
}

#[derive(Debug, Default)]
struct Open {
    count: usize,
    /// The waiting connections by place; the first has waited longest.
    waiting: BTreeMap<u64, Arc<Connection>>,
    last_place: u64,
    addresses: HashMap<IpAddr, OfAddress>,
}

#[derive(Debug, Default)]
struct OfAddress {
    count: usize,
    waiting: BTreeSet<u64>,
}

/// Figures for metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Connections that are open.
    pub open: usize,
    /// Those without a running request.
    pub waiting: usize,
    /// Connections refused so far.
    pub refused: u64,
    /// Waiting connections closed so far in favour of new ones.
    pub displaced: u64,
    /// Waiting connections closed so far after a timeout.
    pub timed_out: u64,
}

impl Connections {
    /// Starts without connections. `max` is the maximum number of connections; 0 means no limit.
    #[must_use]
    pub fn new(limits: &ConnectionLimits, max: usize, proxies: Arc<TrustedProxies>) -> Self {
        let of_address = max * usize::from(limits.address_percent.min(100)) / 100;
        Self(Arc::new(Shared {
            max,
            of_address: if max > 0 && limits.address_percent > 0 { of_address.max(1) } else { 0 },
            proxies,
            header: limit(limits.header_ms),
            idle: limit(limits.idle_ms),
            start: Instant::now(),
            open: Mutex::default(),
            refused: AtomicU64::default(),
            displaced: AtomicU64::default(),
            timed_out: AtomicU64::default(),
        }))
    }

    /// Admits a connection. Above a limit, it takes the place of the connection that has waited longest; `None` if only
    /// few wait.
    pub(super) fn admit(&self, peer: IpAddr) -> Option<Arc<Connection>> {
        let address = block(peer);
        let mut open = self.open();
        let of_address = open.addresses.get(&address);
        let longest = if self.0.of_address > 0
            && !self.0.proxies.trusts(peer.to_canonical())
            && of_address.is_some_and(|address| address.count >= self.0.of_address)
        {
            let waiting = of_address.map(|address| &address.waiting);
            let waiting = waiting.filter(|waiting| waiting.len() > self.0.of_address / PROTECTED_ONE_IN);
            Some(waiting.and_then(|waiting| waiting.first().copied()))
        } else if self.0.max > 0 && open.count >= self.0.max {
            let longest = open.waiting.first_key_value().map(|(place, _)| *place);
            Some(longest.filter(|_| open.waiting.len() > self.0.max / PROTECTED_ONE_IN))
        } else {
            None
        };
        match longest {
            Some(Some(place)) => {
                open.displace(place);
                self.0.displaced.fetch_add(1, Ordering::Relaxed);
            }
            Some(None) => {
                self.0.refused.fetch_add(1, Ordering::Relaxed);
                return None;
            }
            None => {}
        }
        let connection = Arc::new(Connection {
            all: self.clone(),
            address,
            place: AtomicU64::new(0),
            requests: AtomicUsize::new(0),
            since: AtomicU64::new(self.now()),
            phase: AtomicU8::new(HEADER),
            http2: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            must_close: Notify::new(),
        });
        open.count += 1;
        open.addresses.entry(address).or_default().count += 1;
        open.wait(&connection);
        Some(connection)
    }

    /// Figures for metrics.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let open = self.open();
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Figures {
            open: open.count,
            waiting: open.waiting.len(),
            refused: of(&self.0.refused),
            displaced: of(&self.0.displaced),
            timed_out: of(&self.0.timed_out),
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        // Nothing panics while the lock is held.
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.0.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Open {
    fn wait(&mut self, connection: &Arc<Connection>) {
        self.last_place += 1;
        connection.place.store(self.last_place, Ordering::Relaxed);
        self.waiting.insert(self.last_place, connection.clone());
        if let Some(address) = self.addresses.get_mut(&connection.address) {
            address.waiting.insert(self.last_place);
        }
    }

    fn stop_waiting(&mut self, connection: &Connection) {
        let place = connection.place.swap(0, Ordering::Relaxed);
        if self.waiting.remove(&place).is_some()
            && let Some(address) = self.addresses.get_mut(&connection.address)
        {
            address.waiting.remove(&place);
        }
    }

    /// Closes a waiting connection. It no longer counts from now on, although its socket closes a moment later.
    fn displace(&mut self, place: u64) {
        if let Some(connection) = self.waiting.get(&place).cloned() {
            self.close(&connection);
            connection.must_close.notify_one();
        }
    }

    fn close(&mut self, connection: &Connection) {
        self.stop_waiting(connection);
        if connection.closed.swap(true, Ordering::Relaxed) {
            return;
        }
        self.count -= 1;
        if let Some(address) = self.addresses.get_mut(&connection.address) {
            address.count -= 1;
            if address.count == 0 {
                self.addresses.remove(&connection.address);
            }
        }
    }
}

/// The connection sends the header of a request, or has sent nothing yet.
const HEADER: u8 = 0;
/// The connection is idle after a request.
const IDLE: u8 = 1;
/// The connection is no longer HTTP but a WebSocket, which has its own timeouts.
const UPGRADED: u8 = 2;

/// One open connection. Requests and places change only under the lock of all connections.
#[derive(Debug)]
pub(super) struct Connection {
    all: Connections,
    address: IpAddr,
    /// The place among the waiting connections; 0 while a request is running.
    place: AtomicU64,
    /// Running requests.
    requests: AtomicUsize,
    /// The time at which the phase began, in milliseconds after [`Shared::start`].
    since: AtomicU64,
    phase: AtomicU8,
    http2: AtomicBool,
    /// Whether it no longer counts.
    closed: AtomicBool,
    must_close: Notify,
}

impl Connection {
    /// Marks the start of a request; dropping the result marks its end.
    pub(super) fn begin(self: &Arc<Self>) -> Running {
        let mut open = self.all.open();
        if self.requests.fetch_add(1, Ordering::Relaxed) == 0 {
            open.stop_waiting(self);
        }
        Running(self.clone())
    }

    fn end(self: &Arc<Self>) {
        let mut open = self.all.open();
        let was_last = self.requests.fetch_sub(1, Ordering::Relaxed) == 1;
        let in_http = self.phase.load(Ordering::Relaxed) != UPGRADED && !self.closed.load(Ordering::Relaxed);
        if was_last && in_http {
            self.enter(IDLE);
            open.wait(self);
        }
    }

    /// The client has sent bytes. On an idle HTTP/1 connection they begin a header. HTTP/2 also sends frames that
    /// belong to no request.
    pub(super) fn received(&self) {
        if self.phase.load(Ordering::Relaxed) == IDLE
            && self.requests.load(Ordering::Relaxed) == 0
            && !self.http2.load(Ordering::Relaxed)
        {
            self.enter(HEADER);
        }
    }

    /// The connection uses HTTP/2.
    pub(super) fn speaks_http2(&self) {
        self.http2.store(true, Ordering::Relaxed);
    }

    /// The connection has become a WebSocket. It still counts, but it has no timeout here and is never closed in favour
    /// of a new one.
    pub(super) fn upgraded(&self) {
        let mut open = self.all.open();
        self.phase.store(UPGRADED, Ordering::Relaxed);
        open.stop_waiting(self);
    }

    /// The connection is closed.
    pub(super) fn close(&self) {
        self.all.open().close(self);
    }

    fn enter(&self, phase: u8) {
        self.since.store(self.all.now(), Ordering::Relaxed);
        self.phase.store(phase, Ordering::Relaxed);
    }

    /// Waits until the connection must be closed: in favour of a new one, or because it has waited longer than allowed.
    pub(super) async fn overdue(&self) {
        tokio::select! {
            () = self.must_close.notified() => {}
            () = self.waited_too_long() => {
                self.all.0.timed_out.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    async fn waited_too_long(&self) {
        let Shared { header, idle, start, .. } = &*self.all.0;
        // A phase may begin while this sleeps, so it sleeps no longer than the shortest timeout. That costs less than a
        // timer for each request.
        let Some(shortest) = [*header, *idle].into_iter().flatten().min() else {
            return std::future::pending().await;
        };
        loop {
            let now = Instant::now();
            let mut until = now + shortest;
            let timeout = if self.phase.load(Ordering::Relaxed) == IDLE { *idle } else { *header };
            if let Some(timeout) = timeout
                && self.requests.load(Ordering::Relaxed) == 0
            {
                let end = *start + Duration::from_millis(self.since.load(Ordering::Relaxed)) + timeout;
                if end <= now {
                    return;
                }
                until = until.min(end);
            }
            tokio::time::sleep_until(until).await;
        }
    }
}

/// A running request of a connection.
#[derive(Debug)]
pub(super) struct Running(Arc<Connection>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// The unit that counts as one address: an IPv4 address, or the IPv6 network of one customer.
fn block(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !(u128::MAX >> 56)).into(),
        address => address,
    }
}

#[cfg(test)]
mod tests;
