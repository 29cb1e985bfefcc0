//! Subscriptions over WebSocket: the protocol graphql-transport-ws on `/graphql`.

mod close;
mod message;
mod operations;
mod pace;
mod socket;
#[cfg(test)]
mod tests;

use super::{
    app::App,
    auth,
    front::HttpError,
    negotiate::{self, Media},
};
use async_graphql_axum::GraphQLProtocol;
use axum::{
    extract::{FromRequestParts, Request, WebSocketUpgrade},
    http::StatusCode,
    response::Response,
};
use domain::{ErrorCode, Key};
pub(crate) use message::ID_BYTES;
use socket::{Handshake, Socket};

/// The supported protocol.
const PROTOCOL: &str = "graphql-transport-ws";
/// The size of a socket's buffers for reading and for writing; tungstenite's default is 128 KiB each.
const BUFFER_BYTES: usize = 4 * 1024;

/// Opens a socket if the origin is allowed and the protocol is supported. The client authenticates on the socket, with
/// `connection_init`.
pub async fn open(app: App, request: Request) -> Response {
    let locale = negotiate::locale(request.headers());
    let edition = app.front().settings().edition;
    let refuse = |error: HttpError| error.into_response(Media::GraphqlResponse, edition);
    if !negotiate::may_connect(request.headers(), request.uri(), app.allowed_origins()) {
        return refuse(HttpError::new(ErrorCode::Forbidden, Key::OriginRefused, locale));
    }
    let handshake = Handshake {
        locale,
        address: app.address(&request),
        bearer: auth::bearer(request.headers()).ok().flatten().map(str::to_owned),
    };
    let (mut parts, _) = request.into_parts();
    let malformed = |key: Key| refuse(HttpError::malformed(StatusCode::BAD_REQUEST, key, locale));
    if GraphQLProtocol::from_request_parts(&mut parts, &()).await.is_err() {
        return malformed(Key::SocketProtocol);
    }
    let Ok(upgrade) = WebSocketUpgrade::from_request_parts(&mut parts, &()).await else {
        return malformed(Key::NoSocket);
    };
    let bytes = app.streams.limits().message_bytes;
    upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_message_size(bytes)
        .max_frame_size(bytes)
        .on_upgrade(move |socket| Socket::run(socket, app, handshake))
}
