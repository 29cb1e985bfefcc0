//! The messages of graphql-transport-ws.

use crate::http::{documents::DocumentSource, stream::CURSOR_BYTES};
use async_graphql::{Request, Response, ServerError};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Maximum length of a subscription's id, in bytes.
pub(crate) const ID_BYTES: usize = 128;

/// A message of a client.
#[derive(Debug)]
pub(super) enum Incoming {
    /// The client authenticates.
    Init {
        /// The access token or the key.
        token: Option<String>,
        /// A cursor: each subscription of the socket starts after it, or after its own `after` if that is later.
        after: Option<String>,
    },
    /// A ping, perhaps with a newer token.
    Ping {
        /// The newer token.
        token: Option<String>,
    },
    /// The answer to a ping.
    Pong,
    /// Starts a subscription.
    Subscribe {
        /// The client's name for it.
        id: String,
        /// The request.
        request: Box<Request>,
    },
    /// Stops a subscription.
    Complete {
        /// The client's name for it.
        id: String,
    },
}

/// A violation of the protocol, as text for the close frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ProtocolError(pub(super) &'static str);

/// The payload of a message about the connection.
#[derive(Default, Deserialize)]
struct ConnectionPayload {
    token: Option<String>,
    after: Option<String>,
}

impl Incoming {
    pub(super) fn read(text: &str) -> Result<Self, ProtocolError> {
        #[derive(Deserialize)]
        struct Envelope<'a> {
            #[serde(borrow, rename = "type")]
            kind: Cow<'a, str>,
            #[serde(borrow, default)]
            id: Option<Cow<'a, str>>,
            #[serde(borrow, default)]
            payload: Option<&'a RawValue>,
        }
        let Envelope { kind, id, payload } = object(text).ok_or(ProtocolError("Invalid message received"))?;
        let id = || match id.as_deref() {
            None | Some("") => Err(ProtocolError("A message of this type must have an id")),
            Some(id) if id.len() > ID_BYTES => Err(ProtocolError("The id is too long")),
            Some(id) => Ok(id.to_owned()),
        };
        let connection = || match payload {
            None => Ok(ConnectionPayload::default()),
            Some(payload) => {
                object(payload.get()).ok_or(ProtocolError("The payload must be an object of strings"))
            }
        };
        Ok(match &*kind {
            "connection_init" => {
                let ConnectionPayload { token, after } = connection()?;
                if after.as_ref().is_some_and(|after| after.len() > CURSOR_BYTES) {
                    return Err(ProtocolError("The cursor is too long"));
                }
                Self::Init { token, after }
            }
            "ping" => Self::Ping { token: connection()?.token },
            "pong" => Self::Pong,
            "complete" => Self::Complete { id: id()? },
            "subscribe" => {
                let payload = payload.ok_or(ProtocolError("A subscribe message must have a payload"))?.get();
                let source = object::<DocumentSource<'_>>(payload)
                    .filter(DocumentSource::is_unambiguous)
                    .ok_or(ProtocolError("The payload must have a query or a documentId, as a string"))?;
                let mut request: Request = object(payload).ok_or(ProtocolError(
                    "operationName must be a string, variables and extensions must be objects",
                ))?;
                // The id stands for the document's text until the document is looked up.
                if let Some(id) = source.into_id() {
                    request.query = id;
                }
                Self::Subscribe { id: id()?, request: Box::new(request) }
            }
            "connection_ack" | "next" | "error" => {
                return Err(ProtocolError("Only the server sends this type"));
            }
            _ => return Err(ProtocolError("There is no message of this type")),
        })
    }
}

/// Reads a JSON object. serde alone would also accept a list.
fn object<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    text.trim_ascii_start().starts_with('{').then(|| serde_json::from_str(text).ok()).flatten()
}

/// A message of the server.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Outgoing<'a> {
    /// The answer to `connection_init`.
    ConnectionAck,
    /// The answer to a ping.
    Pong,
    /// An item of a subscription.
    Next { id: &'a str, payload: &'a Response },
    /// A subscription has failed; nothing follows.
    Error { id: &'a str, payload: &'a [ServerError] },
    /// A subscription has ended.
    Complete { id: &'a str },
}

impl Outgoing<'_> {
    pub(super) fn text(&self) -> String {
        // Strings, numbers and maps with string keys: serialising them does not fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_strictly() {
        for (text, expected) in [
            ("{nope", "Invalid message received"),
            ("[]", "Invalid message received"),
            (r#"["ping"]"#, "Invalid message received"),
            (r#"{"id":"1"}"#, "Invalid message received"),
            (r#"{"type":"subscribe","id":1,"payload":{"query":"{a}"}}"#, "Invalid message received"),
            (r#"{"type":"bogus"}"#, "There is no message of this type"),
            (r#"{"type":"next","id":"1","payload":{}}"#, "Only the server sends this type"),
            (r#"{"type":"subscribe","payload":{"query":"{a}"}}"#, "A message of this type must have an id"),
            (
                r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
                "A message of this type must have an id",
            ),
            (r#"{"type":"subscribe","id":"1"}"#, "A subscribe message must have a payload"),
            (
                r#"{"type":"subscribe","id":"1","payload":{}}"#,
                "The payload must have a query or a documentId, as a string",
            ),
            (
                r#"{"type":"subscribe","id":"1","payload":["{a}"]}"#,
                "The payload must have a query or a documentId, as a string",
            ),
            (
                r#"{"type":"subscribe","id":"1","payload":{"query":7}}"#,
                "The payload must have a query or a documentId, as a string",
            ),
            (r#"{"type":"connection_init","payload":"x"}"#, "The payload must be an object of strings"),
            (r#"{"type":"connection_init","payload":["x"]}"#, "The payload must be an object of strings"),
            (
                r#"{"type":"connection_init","payload":{"token":7}}"#,
                "The payload must be an object of strings",
            ),
            (
                r#"{"type":"connection_init","payload":{"after":7}}"#,
                "The payload must be an object of strings",
            ),
            (r#"{"type":"complete"}"#, "A message of this type must have an id"),
        ] {
            assert_eq!(Incoming::read(text).expect_err(text), ProtocolError(expected), "{text}");
        }
        let long = format!(
            r#"{{"type":"connection_init","payload":{{"after":"{}"}}}}"#,
            "x".repeat(CURSOR_BYTES + 1)
        );
        assert_eq!(Incoming::read(&long).expect_err("too long"), ProtocolError("The cursor is too long"));
        let wrong = r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[1]}}"#;
        assert!(Incoming::read(wrong).is_err());
        for text in [
            r#"{"type":"connection_init"}"#,
            r#" {"type":"connection_init","payload":null}"#,
            r#"{"type":"connection_init","payload":{"token":"t","after":null}}"#,
            r#"{"type":"ping","payload":{"token":"t","more":1}}"#,
            r#"{"type":"pong"}"#,
            r#"{"type":"subscribe","id":"1","payload":{"documentId":"sha256:aa"}}"#,
            r#"{"type":"complete","id":"1"}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","operationName":null,"variables":null,"extensions":null}}"#,
        ] {
            assert!(Incoming::read(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn messages_are_written_as_the_protocol_requires() {
        assert_eq!(Outgoing::ConnectionAck.text(), r#"{"type":"connection_ack"}"#);
        assert_eq!(Outgoing::Complete { id: "1" }.text(), r#"{"type":"complete","id":"1"}"#);
    }
}
