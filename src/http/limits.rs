//! The limits of this server that clients read in `serviceConfig.limits`.
//!
//! The settings are destructured without `..`, so that a new setting does not compile until clients can read it.

use super::{
    LAST_EVENT_ID_BYTES, SUBSCRIPTION_ID_BYTES, UPLOAD_PAUSE, UPLOAD_TIMEOUT,
    front::Settings,
    settings::AppSettings,
    stream::{MINUTES_PAST_TOKEN, StreamLimits},
};
use graphql::ServerLimits;

/// Returns the limits that a server with these settings enforces.
pub(super) fn of(settings: &AppSettings) -> ServerLimits {
    let Settings {
        body_bytes,
        // The number of bytes read from a refused body is not a limit for clients.
        drain_bytes: _,
        edition: _,
        errors,
        timeout,
        pause,
    } = settings.front;
    let StreamLimits {
        sockets_per_person,
        streams_per_socket,
        message_bytes,
        messages_per_second,
        init_ms,
        send_ms,
        ping_ms,
        heartbeat_ms,
        check_ms,
    } = settings.streams;
    ServerLimits {
        cost_per_minute: settings.cost_per_minute,
        body_bytes,
        errors,
        request_seconds: timeout.as_secs(),
        body_pause_seconds: pause.as_secs(),
        sockets_per_person,
        streams_per_socket,
        message_bytes,
        messages_per_second,
        subscription_id_bytes: SUBSCRIPTION_ID_BYTES,
        last_event_id_bytes: LAST_EVENT_ID_BYTES,
        init_ms,
        send_ms,
        ping_ms,
        heartbeat_ms,
        check_ms,
        minutes_past_token: MINUTES_PAST_TOKEN,
        upload_seconds: UPLOAD_TIMEOUT.as_secs(),
        upload_pause_seconds: UPLOAD_PAUSE.as_secs(),
    }
}
