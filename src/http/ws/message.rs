//! The messages of graphql-transport-ws.

use crate::http::documents::Asked;
use async_graphql::{Request, Response, ServerError};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The longest id of a subscription.
const ID_BYTES: usize = 128;

/// What a client says.
#[derive(Debug)]
pub(super) enum Incoming {
    /// Who it is.
    Init {
        /// The access token or the key.
        token: Option<String>,
    },
    /// It lives, and perhaps has a newer token.
    Ping {
        /// The newer token.
        token: Option<String>,
    },
    /// It has heard us.
    Pong,
    /// A subscription begins.
    Subscribe {
        /// The client's name for it.
        id: String,
        /// What it asks for.
        request: Box<Request>,
    },
    /// A subscription is no longer wanted.
    Complete {
        /// The client's name for it.
        id: String,
    },
}

/// A message that breaks the protocol, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken(pub(super) &'static str);

/// What a client may send along with a message about the connection.
#[derive(Default, Deserialize)]
struct Pass {
    token: Option<String>,
}

impl Incoming {
    pub(super) fn read(text: &str) -> Result<Self, Broken> {
        #[derive(Deserialize)]
        struct Envelope<'a> {
            #[serde(borrow, rename = "type")]
            kind: Cow<'a, str>,
            #[serde(borrow, default)]
            id: Option<Cow<'a, str>>,
            #[serde(borrow, default)]
            payload: Option<&'a RawValue>,
        }
        let Envelope { kind, id, payload } = object(text).ok_or(Broken("Invalid message received"))?;
        let id = || match id.as_deref() {
            None | Some("") => Err(Broken("A message of this type has an id")),
            Some(id) if id.len() > ID_BYTES => Err(Broken("The id is too long")),
            Some(id) => Ok(id.to_owned()),
        };
        let pass = || match payload {
            None => Ok(Pass::default()),
            Some(payload) => object(payload.get()).ok_or(Broken("The payload is an object")),
        };
        Ok(match &*kind {
            "connection_init" => Self::Init { token: pass()?.token },
            "ping" => Self::Ping { token: pass()?.token },
            "pong" => Self::Pong,
            "complete" => Self::Complete { id: id()? },
            "subscribe" => {
                let payload = payload.ok_or(Broken("A subscribe message has a payload"))?.get();
                let asked = object::<Asked<'_>>(payload)
                    .filter(Asked::is_clear)
                    .ok_or(Broken("The payload has a query or a documentId, a string"))?;
                let mut request: Request = object(payload).ok_or(Broken(
                    "The payload's operationName is a string, variables and extensions objects",
                ))?;
                if let Some(id) = asked.into_id() {
                    request.query = id;
                }
                Self::Subscribe { id: id()?, request: Box::new(request) }
            }
            "connection_ack" | "next" | "error" => return Err(Broken("Only the server sends this type")),
            _ => return Err(Broken("There is no message of this type")),
        })
    }
}

/// Reads a JSON object; serde would take a list for it too.
fn object<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    text.trim_ascii_start().starts_with('{').then(|| serde_json::from_str(text).ok()).flatten()
}

/// What the server says.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Outgoing<'a> {
    /// Welcome.
    ConnectionAck,
    /// An answer to a ping.
    Pong,
    /// An item.
    Next { id: &'a str, payload: &'a Response },
    /// A subscription has failed; nothing more comes of it.
    Error { id: &'a str, payload: &'a [ServerError] },
    /// A subscription has come to its end.
    Complete { id: &'a str },
}

impl Outgoing<'_> {
    pub(super) fn text(&self) -> String {
        // Strings, numbers and maps with keys of text: writing them does not fail.
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
            (r#"{"type":"subscribe","payload":{"query":"{a}"}}"#, "A message of this type has an id"),
            (r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#, "A message of this type has an id"),
            (r#"{"type":"subscribe","id":"1"}"#, "A subscribe message has a payload"),
            (
                r#"{"type":"subscribe","id":"1","payload":{}}"#,
                "The payload has a query or a documentId, a string",
            ),
            (
                r#"{"type":"subscribe","id":"1","payload":["{a}"]}"#,
                "The payload has a query or a documentId, a string",
            ),
            (
                r#"{"type":"subscribe","id":"1","payload":{"query":7}}"#,
                "The payload has a query or a documentId, a string",
            ),
            (r#"{"type":"connection_init","payload":"x"}"#, "The payload is an object"),
            (r#"{"type":"connection_init","payload":["x"]}"#, "The payload is an object"),
            (r#"{"type":"connection_init","payload":{"token":7}}"#, "The payload is an object"),
            (r#"{"type":"complete"}"#, "A message of this type has an id"),
        ] {
            assert_eq!(Incoming::read(text).expect_err(text), Broken(expected), "{text}");
        }
        let wrong = r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[1]}}"#;
        assert!(Incoming::read(wrong).is_err());
        for text in [
            r#"{"type":"connection_init"}"#,
            r#" {"type":"connection_init","payload":null}"#,
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
    fn messages_are_written_as_the_protocol_has_them() {
        assert_eq!(Outgoing::ConnectionAck.text(), r#"{"type":"connection_ack"}"#);
        assert_eq!(Outgoing::Complete { id: "1" }.text(), r#"{"type":"complete","id":"1"}"#);
    }
}
