//! One socket: a task that listens, tells, and keeps the time.

use super::{
    message::{Broken, Incoming, Outgoing},
    operations::{Operations, Told},
    pace::Pace,
};
use crate::{
    graphql::{cursor, live::DisconnectReason},
    http::{
        app::App,
        auth,
        front::{self, Complaint, Failure},
        stream::{self, Connection, Item, Kind},
    },
};
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use domain::Locale;
use futures_util::{FutureExt, SinkExt, StreamExt, future::BoxFuture};
use service::{Error, identity::Authenticated};
use std::{future::pending, time::Duration};
use tokio::time::{Instant, sleep_until, timeout};

/// So many items are written before they are sent on, if they are there.
const AT_ONCE: usize = 32;
/// Pings that may go unanswered.
const MISSES: u32 = 2;
/// How long the farewell may take, each way.
const FAREWELL: Duration = Duration::from_secs(1);
/// RFC 6455: a control frame holds 125 bytes, of which the code takes two.
const REASON_BYTES: usize = 123;

/// What was known of a client when it came.
pub(super) struct Handshake {
    pub(super) locale: Locale,
    pub(super) address: String,
    /// The token of its header, if it sent one.
    pub(super) bearer: Option<String>,
}

/// How a socket ends.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// The server says why.
    Close(u16, String),
    /// Nobody is there to be told.
    Gone,
}

fn close(code: u16, reason: &str) -> End {
    End::Close(code, reason.to_owned())
}

impl From<Over> for End {
    fn from(over: DisconnectReason) -> Self {
        match over {
            DisconnectReason::Revoked => close(4403, "Forbidden: the session has ended"),
            DisconnectReason::Displaced => close(1008, "Too many sockets: this one was the oldest"),
        }
    }
}

/// A token that is being looked at, for the beginning or for going on.
type Checking = BoxFuture<'static, Result<Authenticated, Error>>;

/// One socket.
pub(super) struct Socket {
    ws: WebSocket,
    app: App,
    handshake: Handshake,
    /// Whether the client has said who it is.
    introduced: bool,
    checking: Option<Checking>,
    /// From the acknowledgement on.
    connection: Option<Connection>,
    operations: Operations,
    pace: Pace,
    init_by: Instant,
    next_ping: Instant,
    unanswered: u32,
}

/// What happened.
enum Step {
    End(End),
    Stopping,
    Woken,
    Checked(Result<Authenticated, Error>),
    Heard(Option<Result<Message, axum::Error>>),
    Told(Told),
}

impl Socket {
    /// Serves a socket to its end. Made outside of the future, which would hold all of it twice.
    pub(super) fn run(ws: WebSocket, app: App, handshake: Handshake) -> impl Future<Output = ()> + Send {
        let open = app.streams.hold();
        let (now, limits) = (Instant::now(), app.streams.limits());
        let mut socket = Self {
            pace: Pace::new(limits.messages_per_second, now),
            init_by: now + limits.init(),
            next_ping: now + limits.ping(),
            ws,
            app,
            handshake,
            introduced: false,
            checking: None,
            connection: None,
            operations: Operations::default(),
            unanswered: 0,
        };
        async move {
            let end = match socket.ws.protocol() {
                Some(_) => socket.serve().await,
                None => close(4406, "Subprotocol not acceptable"),
            };
            // Before the farewell: its place is free at once.
            (socket.operations, socket.connection) = (Operations::default(), None);
            Box::pin(farewell(&mut socket.ws, end)).await;
            drop(open);
        }
    }

    async fn serve(&mut self) -> End {
        loop {
            let step = self.step().await;
            // In a box, as what it needs would else be held by each socket that waits.
            let done = Box::pin(self.take(step)).await;
            if let Err(end) = done {
                return end;
            }
        }
    }

    async fn take(&mut self, step: Step) -> Result<(), End> {
        match step {
            Step::End(end) => Err(end),
            // All that was told is sent.
            Step::Stopping => Err(stopping(self.operations.progress())),
            Step::Woken => self.woken().await,
            Step::Checked(found) => self.checked(found).await,
            Step::Heard(message) => self.heard(message).await,
            Step::Told(told) => self.tell(told).await,
        }
    }

    /// Waits for whatever comes first; of several, chance decides, so that none is put off for ever.
    async fn step(&mut self) -> Step {
        let now = Instant::now();
        let paused = self.pace.not_before(now);
        let init_by = (!self.introduced).then_some(self.init_by);
        let wake = [paused, init_by, self.connection.as_ref().and_then(Connection::expires)];
        let wake = wake.into_iter().flatten().fold(self.next_ping, Instant::min);
        let checking = async {
            match &mut self.checking {
                Some(checking) => checking.await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = self.app.streams.stopping() => Step::Stopping,
            over = over(&mut self.connection) => Step::End(over.into()),
            () = sleep_until(wake) => Step::Woken,
            found = checking => Step::Checked(found),
            message = self.ws.next(), if paused.is_none() => Step::Heard(message),
            Some(told) = self.operations.next() => Step::Told(told),
        }
    }

    /// The time has come for something.
    async fn woken(&mut self) -> Result<(), End> {
        let now = Instant::now();
        match &self.connection {
            // How long we take to look at a token is not the client's fault.
            None if !self.introduced && self.init_by <= now => {
                return Err(close(4408, "Connection initialisation timeout"));
            }
            Some(connection) if connection.expires().is_some_and(|at| at <= now) => return Err(expired()),
            _ => {}
        }
        if self.next_ping <= now {
            if self.unanswered >= MISSES {
                return Err(close(1001, "No answer to pings"));
            }
            self.unanswered += 1;
            self.next_ping = now + self.app.streams.limits().ping();
            self.send([Message::Ping(Default::default())]).await?;
        }
        Ok(())
    }

    /// It is known who is behind a token.
    async fn checked(&mut self, found: Result<Authenticated, Error>) -> Result<(), End> {
        self.checking = None;
        let outcome = match (found, &mut self.connection) {
            (Ok(found), None) => self.app.streams.connect(Kind::Socket, found).map(Some),
            (Ok(found), Some(connection)) => connection.renew(found).map(|()| None),
            (Err(error), _) => Err(error),
        };
        match outcome {
            Ok(Some(connection)) => {
                self.connection = Some(connection);
                self.say(&Outgoing::ConnectionAck).await
            }
            Ok(None) => Ok(()),
            Err(Error::Unauthenticated) => Err(close(4403, "Forbidden")),
            Err(cause) => {
                tracing::error!(%cause, "a token can't be looked at");
                // Who is connected stays so, until the token that is known ends.
                if self.connection.is_some() { Ok(()) } else { Err(close(1011, "Internal server error")) }
            }
        }
    }

    async fn heard(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        let message = match message {
            None => return Err(End::Gone),
            Some(Err(error)) => return Err(unreadable(&error)),
            Some(Ok(message)) => message,
        };
        self.pace.spend(Instant::now());
        self.unanswered = 0;
        match message {
            Message::Text(text) => match Incoming::read(&text) {
                Ok(incoming) => self.obey(incoming).await,
                Err(Broken(how)) => Err(close(4400, how)),
            },
            Message::Binary(_) => Err(close(4400, "Messages are text")),
            // Pings are answered by tungstenite.
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(_) => Err(End::Gone),
        }
    }

    async fn obey(&mut self, incoming: Incoming) -> Result<(), End> {
        match incoming {
            Incoming::Init { .. } if self.introduced => Err(close(4429, "Too many initialisation requests")),
            Incoming::Init { token } => {
                self.introduced = true;
                match token.or_else(|| self.handshake.bearer.take()) {
                    Some(token) => {
                        self.check(token);
                        Ok(())
                    }
                    None => Err(close(4403, "Forbidden")),
                }
            }
            Incoming::Ping { token } => {
                // Before the acknowledgement there is nothing to go on with.
                if let Some(token) = token.filter(|_| self.connection.is_some()) {
                    self.check(token);
                }
                self.say(&Outgoing::Pong).await
            }
            Incoming::Pong => Ok(()),
            Incoming::Complete { id } => {
                self.operations.stop(&id);
                Ok(())
            }
            Incoming::Subscribe { id, request } => self.subscribe(id, *request).await,
        }
    }

    fn check(&mut self, token: String) {
        let env = self.app.env.clone();
        self.checking = Some(async move { auth::connecting(&env, &token).await }.boxed());
    }

    async fn subscribe(&mut self, id: String, request: async_graphql::Request) -> Result<(), End> {
        let Some(connection) = &self.connection else { return Err(close(4401, "Unauthorized")) };
        if self.operations.has(&id) {
            return Err(End::Close(4409, format!("Subscriber for {id} already exists")));
        }
        let locale = self.handshake.locale;
        let most = self.app.streams.limits().streams_per_socket;
        let started = if self.operations.count() >= most {
            let message = Complaint::TooManyStreams { most }.message(locale);
            Err(Failure::new("LIMIT_EXCEEDED", message).with("limit", "streams").with("available", most))
        } else {
            front::checked(request, locale)
                .and_then(|request| stream::prepare(&self.app, request, locale, None))
                .and_then(|it| it.run(&self.app, connection.live(), self.handshake.address.clone()))
        };
        match started {
            Ok(operation) => {
                self.operations.start(id, operation);
                Ok(())
            }
            Err(failure) => self.say(&Outgoing::Error { id: &id, payload: &[failure.error()] }).await,
        }
    }

    /// Passes on what a subscription tells, and with it what others have to tell just now.
    async fn tell(&mut self, first: Told) -> Result<(), End> {
        let mut messages = vec![written(&first)];
        while messages.len() < AT_ONCE {
            match self.operations.next().now_or_never().flatten() {
                Some(told) => messages.push(written(&told)),
                None => break,
            }
        }
        self.send(messages).await
    }

    async fn say(&mut self, message: &Outgoing<'_>) -> Result<(), End> {
        self.send([Message::text(message.text())]).await
    }

    /// Sends, unless the client takes too long for it or has to be let go meanwhile.
    async fn send(&mut self, messages: impl IntoIterator<Item = Message>) -> Result<(), End> {
        let Self { ws, app, connection, .. } = self;
        let expires = connection.as_ref().and_then(Connection::expires);
        let sent = async {
            for message in messages {
                ws.feed(message).await?;
            }
            ws.flush().await
        };
        tokio::select! {
            biased;
            sent = sent => sent.map_err(|_: axum::Error| End::Gone),
            () = sleep_until(Instant::now() + app.streams.limits().send()) => {
                tracing::debug!("a client reads too slowly and is let go");
                Err(End::Gone)
            }
            () = async { match expires { Some(at) => sleep_until(at).await, None => pending().await } } => {
                Err(expired())
            }
            () = app.streams.stopping() => Err(stopping(None)),
            over = over(connection) => Err(over.into()),
        }
    }
}

/// Waits until whoever is connected has to be let go.
async fn over(connection: &mut Option<Connection>) -> DisconnectReason {
    match connection {
        Some(connection) => connection.over().await,
        None => pending().await,
    }
}

fn written(told: &Told) -> Message {
    let id = &*told.id;
    Message::text(match &told.item {
        Item::Next(payload, _) => Outgoing::Next { id, payload }.text(),
        Item::Failed { errors, .. } => Outgoing::Error { id, payload: errors }.text(),
        Item::Complete => Outgoing::Complete { id }.text(),
    })
}

/// The server stops; another one takes the client after this place of the journal, where it is good for all of its
/// subscriptions, or after the last cursor of each.
fn stopping(after: Option<i64>) -> End {
    let cursor = after.map(|number| format!(" {}", cursor::encode(number)));
    End::Close(1001, format!("resume{}", cursor.unwrap_or_default()))
}

fn expired() -> End {
    close(4403, "Forbidden: the token has expired")
}

/// A frame that can't be read. What it was, axum tells in its text only.
fn unreadable(error: &axum::Error) -> End {
    if error.to_string().contains("Message too long") {
        close(1009, "The message is too long")
    } else {
        close(1002, "The frame can't be read")
    }
}

/// Says why, and waits a moment for the client to take it in: what is still on its way from there would otherwise
/// make the network forget the reason.
async fn farewell(ws: &mut WebSocket, end: End) {
    match end {
        End::Gone => {
            let _ = timeout(FAREWELL, ws.flush()).await;
        }
        End::Close(code, mut reason) => {
            reason.truncate(reason.floor_char_boundary(REASON_BYTES));
            let frame = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
            if matches!(timeout(FAREWELL, ws.send(frame)).await, Ok(Ok(()))) {
                let _ = timeout(FAREWELL, async { while let Some(Ok(_)) = ws.next().await {} }).await;
            }
        }
    }
}
