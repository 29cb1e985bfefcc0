//! Subscriptions over WebSocket: the protocol graphql-transport-ws on `/graphql`.

mod message;
mod operations;
mod pace;
mod socket;
#[cfg(test)]
mod tests;

use super::{
    app::{self, App},
    auth,
    front::{Complaint, Failure},
    negotiate::{self, Media},
};
use async_graphql_axum::GraphQLProtocol;
use axum::{
    extract::{FromRequestParts, Request, WebSocketUpgrade},
    http::StatusCode,
    response::Response,
};
use socket::{Handshake, Socket};

/// The one protocol that is spoken.
const PROTOCOL: &str = "graphql-transport-ws";
/// What a socket takes of memory for reading and for writing; tungstenite would take 128 KiB each.
const BUFFER_BYTES: usize = 4 * 1024;

/// Opens a socket, if the page and the protocol are right. Who the client is, it says on the socket.
pub async fn open(app: App, request: Request) -> Response {
    let locale = negotiate::locale(request.headers());
    let refuse = |failure: Failure| failure.into_response(Media::GraphqlResponse);
    if !negotiate::may_connect(request.headers(), request.uri(), app.allowed_origins()) {
        return refuse(Failure::new("FORBIDDEN", Complaint::Origin.message(locale)));
    }
    let handshake = Handshake {
        locale,
        address: app::address(&request),
        bearer: auth::bearer(request.headers()).ok().flatten().map(str::to_owned),
    };
    let (mut parts, _) = request.into_parts();
    let malformed = |complaint| refuse(Failure::malformed(StatusCode::BAD_REQUEST, complaint, locale));
    if GraphQLProtocol::from_request_parts(&mut parts, &()).await.is_err() {
        return malformed(Complaint::Protocol);
    }
    let Ok(upgrade) = WebSocketUpgrade::from_request_parts(&mut parts, &()).await else {
        return malformed(Complaint::NoSocket);
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
