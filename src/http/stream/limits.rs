//! Limits of connections that stay open.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Limits of sockets and event streams.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct StreamLimits {
    /// Maximum number of sockets of one person. One more socket closes the oldest.
    pub sockets_per_person: usize,
    /// Maximum number of subscriptions of one socket, and of event streams of one person.
    pub streams_per_socket: usize,
    /// Maximum size of a message from a client, in bytes.
    pub message_bytes: usize,
    /// Maximum number of messages read from a socket in a second, twice as many in a burst. Further messages are read
    /// later.
    pub messages_per_second: u32,
    /// The timeout for `connection_init`, in milliseconds.
    pub init_ms: u64,
    /// The timeout for sending a message, in milliseconds.
    pub send_ms: u64,
    /// The interval between pings of a socket, in milliseconds.
    pub ping_ms: u64,
    /// The interval between heartbeats of a silent event stream, in milliseconds.
    pub heartbeat_ms: u64,
    /// The interval between checks for ended sessions and changed rights, in milliseconds.
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
