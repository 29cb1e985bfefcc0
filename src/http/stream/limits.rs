//! What connections that stay open may take.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Limits of sockets and event streams.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct StreamLimits {
    /// Sockets of one person; one more closes the oldest.
    pub sockets_per_person: usize,
    /// Subscriptions of one socket, and event streams of one person.
    pub streams_per_socket: usize,
    /// Bytes of a message from a client.
    pub message_bytes: usize,
    /// Messages that are read of a socket in a second; twice as many at once.
    pub messages_per_second: u32,
    /// How long a socket may take to say who it is, in milliseconds.
    pub init_ms: u64,
    /// How long a client may take to take a message, in milliseconds.
    pub send_ms: u64,
    /// Between two pings of a socket, in milliseconds.
    pub ping_ms: u64,
    /// After so much silence an event stream shows that it lives, in milliseconds.
    pub heartbeat_ms: u64,
    /// Between two looks at whether sessions have ended or rights have changed, in milliseconds.
    pub check_ms: u64,
}

impl Default for StreamLimits {
    fn default() -> Self {
        Self {
            sockets_per_person: 5,
            streams_per_socket: 20,
            message_bytes: 64 * 1024,
            messages_per_second: 20,
            init_ms: 10_000,
            send_ms: 10_000,
            ping_ms: 25_000,
            heartbeat_ms: 15_000,
            check_ms: 2_000,
        }
    }
}

impl StreamLimits {
    pub(in crate::http) const fn init(&self) -> Duration {
        Duration::from_millis(self.init_ms)
    }

    pub(in crate::http) const fn send(&self) -> Duration {
        Duration::from_millis(self.send_ms)
    }

    pub(in crate::http) const fn ping(&self) -> Duration {
        Duration::from_millis(self.ping_ms)
    }

    pub(in crate::http) const fn heartbeat(&self) -> Duration {
        Duration::from_millis(self.heartbeat_ms)
    }

    pub(super) const fn check(&self) -> Duration {
        Duration::from_millis(self.check_ms)
    }
}
