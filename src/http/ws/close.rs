//! Why the server closes a socket: the codes of the protocol and short reasons in English, for developers.
//!
//! An app decides by the code. The sentences for people are in `domain::message`.

use domain::{ErrorCode, error_code::RETRY_AFTER_SECONDS};
use graphql::{cursor, live::DisconnectReason};
use service::journal::Position;

/// The end of a socket.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The server closes it with a code and a reason.
    Close(u16, String),
    /// The client has disconnected.
    Disconnected,
}

fn close(code: u16, reason: &str) -> End {
    End::Close(code, reason.to_owned())
}

impl End {
    /// The server ends the connection. All subscriptions can resume after this position in the journal. Without a
    /// position, each resumes after its own last cursor.
    pub(super) fn disconnect(reason: DisconnectReason, after: Option<Position>) -> Self {
        let forbidden = |why: &str| {
            let resume = after.map(|position| format!("; resume {}", cursor::encode(position)));
            Self::Close(4403, format!("Forbidden: {why}{}", resume.unwrap_or_default()))
        };
        match reason {
            DisconnectReason::Revoked => forbidden("the session has ended"),
            DisconnectReason::Expired => forbidden("the token has expired"),
            DisconnectReason::Displaced => close(1008, "Too many sockets: this one was the oldest"),
        }
    }

    /// The server shuts down, and the client reconnects to another server. All subscriptions can resume after this
    /// position in the journal. Without a position, each resumes after its own last cursor.
    pub(super) fn shutdown(after: Option<Position>) -> Self {
        let cursor = after.map(|position| format!(" {}", cursor::encode(position)));
        Self::Close(1001, format!("resume{}", cursor.unwrap_or_default()))
    }

    /// The lookup of a token has failed.
    pub(super) fn lookup(error: &service::Error) -> Self {
        match error.code() {
            ErrorCode::Unauthenticated => Self::forbidden(),
            // 1013: try again later. Clients reconnect by themselves after this code.
            code @ ErrorCode::Overloaded => {
                Self::Close(1013, format!("{}: try again in {RETRY_AFTER_SECONDS} s", code.name()))
            }
            _ => close(1011, "Internal server error"),
        }
    }

    pub(super) fn no_answer_to_pings() -> Self {
        close(1001, "No answer to pings")
    }

    pub(super) fn frame_error(error: &axum::Error) -> Self {
        // axum gives the kind of the error only in its text.
        if error.to_string().contains("Message too long") {
            close(1009, "The message is too long")
        } else {
            close(1002, "The frame can't be read")
        }
    }

    pub(super) fn protocol_error(what: &str) -> Self {
        close(4400, what)
    }

    pub(super) fn unauthorized() -> Self {
        close(4401, "Unauthorized")
    }

    pub(super) fn forbidden() -> Self {
        close(4403, "Forbidden")
    }

    pub(super) fn no_subprotocol() -> Self {
        close(4406, "Subprotocol not acceptable")
    }

    pub(super) fn init_timeout() -> Self {
        close(4408, "Connection initialisation timeout")
    }

    pub(super) fn duplicate_subscriber(id: &str) -> Self {
        Self::Close(4409, format!("Subscriber for {id} already exists"))
    }

    pub(super) fn second_init() -> Self {
        close(4429, "Too many initialisation requests")
    }
}
