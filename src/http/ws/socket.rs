//! One socket: a task that reads messages, delivers items, and checks the deadlines.

use super::{
    close::End,
    message::{Incoming, Outgoing, ProtocolError},
    operations::{OperationItem, Operations},
    pace::Pace,
};
use crate::http::{
    app::App,
    auth,
    front::{self, HttpError},
    stream::{self, After, Connection, Item, Kind},
};
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use domain::{ErrorCode, Key, Locale, Message as Sentence};
use futures_util::{FutureExt, SinkExt, StreamExt, future::BoxFuture};
use graphql::live::DisconnectReason;
use service::{Error, identity::Authenticated};
use std::{future::pending, time::Duration};
use tokio::time::{Instant, sleep_until, timeout};

/// Maximum number of ready items that are sent together.
const AT_ONCE: usize = 32;
/// Maximum number of pings without an answer.
const MISSED_PINGS: u32 = 2;
/// The timeout for sending the close frame, and again for the client's answer to it.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// RFC 6455: a control frame has at most 125 bytes, of which the code takes two.
const REASON_BYTES: usize = 123;

/// The data about the client in the opening request of a socket.
pub(super) struct Handshake {
    pub(super) locale: Locale,
    pub(super) address: String,
    /// The token in the header, if there is one.
    pub(super) bearer: Option<String>,
}

/// The pending lookup of a token, for `connection_init` or for a newer token in a ping.
type Lookup = BoxFuture<'static, Result<Authenticated, Error>>;

/// One socket.
pub(super) struct Socket {
    ws: WebSocket,
    app: App,
    handshake: Handshake,
    /// Whether `connection_init` has arrived.
    initialised: bool,
    /// The cursor of `connection_init`: each subscription starts after it, or after its own `after` if that is later.
    after: Option<Box<str>>,
    lookup: Option<Lookup>,
    /// Set from the acknowledgement on.
    connection: Option<Connection>,
    operations: Operations,
    pace: Pace,
    init_by: Instant,
    next_ping: Instant,
    unanswered: u32,
}

/// The next event of a socket.
enum Step {
    Disconnected(DisconnectReason),
    Shutdown,
    Timer,
    LookedUp(Result<Authenticated, Error>),
    Received(Option<Result<Message, axum::Error>>),
    Item(OperationItem),
}

impl Socket {
    /// Serves a socket until it ends. The socket is built outside the future, which would otherwise store it twice.
    pub(super) fn run(ws: WebSocket, app: App, handshake: Handshake) -> impl Future<Output = ()> + Send {
        let open = app.streams.open_token();
        let (now, limits) = (Instant::now(), app.streams.limits());
        let mut socket = Self {
            pace: Pace::new(limits.messages_per_second, now),
            init_by: now + limits.init(),
            next_ping: now + limits.ping(),
            ws,
            app,
            handshake,
            initialised: false,
            after: None,
            lookup: None,
            connection: None,
            operations: Operations::default(),
            unanswered: 0,
        };
        async move {
            let end = match socket.ws.protocol() {
                Some(_) => socket.serve().await,
                None => End::no_subprotocol(),
            };
            // Dropped before the close handshake, so that the connection no longer counts.
            (socket.operations, socket.connection) = (Operations::default(), None);
            Box::pin(close_gracefully(&mut socket.ws, end)).await;
            drop(open);
        }
    }

    async fn serve(&mut self) -> End {
        loop {
            let step = self.step().await;
            // Boxed so idle sockets don't store this future inline.
            let done = Box::pin(self.handle(step)).await;
            if let Err(end) = done {
                return end;
            }
        }
    }

    async fn handle(&mut self, step: Step) -> Result<(), End> {
        match step {
            // All earlier items are sent, so the progress is exact.
            Step::Disconnected(reason) => Err(End::disconnect(reason, self.operations.progress())),
            Step::Shutdown => Err(End::shutdown(self.operations.progress())),
            Step::Timer => self.check_deadlines().await,
            Step::LookedUp(result) => self.looked_up(result).await,
            Step::Received(message) => self.received(message).await,
            Step::Item(item) => self.deliver(item).await,
        }
    }

    /// Waits for the next event. If several are ready, the choice is random, so that none waits forever.
    async fn step(&mut self) -> Step {
        let now = Instant::now();
        let paused = self.pace.not_before(now);
        let init_by = (!self.initialised).then_some(self.init_by);
        let wake = [paused, init_by].into_iter().flatten().fold(self.next_ping, Instant::min);
        let lookup = async {
            match &mut self.lookup {
                Some(lookup) => lookup.await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = self.app.streams.stopping() => Step::Shutdown,
            reason = disconnected(&mut self.connection) => Step::Disconnected(reason),
            () = sleep_until(wake) => Step::Timer,
            result = lookup => Step::LookedUp(result),
            message = self.ws.next(), if paused.is_none() => Step::Received(message),
            Some(item) = self.operations.next() => Step::Item(item),
        }
    }

    /// Ends the socket if a deadline has passed, and sends a ping if one is due.
    async fn check_deadlines(&mut self) -> Result<(), End> {
        let now = Instant::now();
        // The time that the server takes to look up a token does not count.
        if !self.initialised && self.init_by <= now {
            return Err(End::init_timeout());
        }
        if self.next_ping <= now {
            if self.unanswered >= MISSED_PINGS {
                return Err(End::no_answer_to_pings());
            }
            self.unanswered += 1;
            self.next_ping = now + self.app.streams.limits().ping();
            self.send([Message::Ping(Default::default())]).await?;
        }
        Ok(())
    }

    /// Connects, or renews the connection, after a token has been looked up.
    async fn looked_up(&mut self, result: Result<Authenticated, Error>) -> Result<(), End> {
        self.lookup = None;
        let outcome = match (result, &mut self.connection) {
            (Ok(authenticated), None) => self.app.streams.connect(Kind::Socket, authenticated).map(Some),
            (Ok(authenticated), Some(connection)) => connection.renew(authenticated).map(|()| None),
            (Err(error), _) => Err(error),
        };
        match outcome {
            Ok(Some(connection)) => {
                self.connection = Some(connection);
                self.reply(&Outgoing::ConnectionAck).await
            }
            Ok(None) => Ok(()),
            Err(error) => {
                graphql::error::log(&error, service::env::fresh_id());
                // A failed lookup of a newer token does not end the connection.
                if self.connection.is_some() && error.code() != ErrorCode::Unauthenticated {
                    Ok(())
                } else {
                    Err(End::lookup(&error))
                }
            }
        }
    }

    async fn received(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        let message = match message {
            None => return Err(End::Disconnected),
            Some(Err(error)) => return Err(End::frame_error(&error)),
            Some(Ok(message)) => message,
        };
        self.pace.spend(Instant::now());
        self.unanswered = 0;
        match message {
            Message::Text(text) => match Incoming::read(&text) {
                Ok(incoming) => self.incoming(incoming).await,
                Err(ProtocolError(what)) => Err(End::protocol_error(what)),
            },
            Message::Binary(_) => Err(End::protocol_error("Messages are text")),
            // tungstenite answers pings.
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(_) => Err(End::Disconnected),
        }
    }

    async fn incoming(&mut self, incoming: Incoming) -> Result<(), End> {
        match incoming {
            Incoming::Init { .. } if self.initialised => Err(End::second_init()),
            Incoming::Init { token, after } => {
                self.initialised = true;
                self.after = after.map(String::into_boxed_str);
                match token.or_else(|| self.handshake.bearer.take()) {
                    Some(token) => {
                        self.look_up(token);
                        Ok(())
                    }
                    None => Err(End::forbidden()),
                }
            }
            Incoming::Ping { token } => {
                // Before the acknowledgement there is no connection to renew.
                if let Some(token) = token.filter(|_| self.connection.is_some()) {
                    self.look_up(token);
                }
                self.reply(&Outgoing::Pong).await
            }
            Incoming::Pong => Ok(()),
            Incoming::Complete { id } => {
                self.operations.stop(&id);
                Ok(())
            }
            Incoming::Subscribe { id, request } => self.subscribe(id, *request).await,
        }
    }

    fn look_up(&mut self, token: String) {
        let env = self.app.env.clone();
        self.lookup = Some(async move { auth::connecting(&env, &token).await }.boxed());
    }

    async fn subscribe(&mut self, id: String, request: async_graphql::Request) -> Result<(), End> {
        let Some(connection) = &self.connection else { return Err(End::unauthorized()) };
        if self.operations.has(&id) {
            return Err(End::duplicate_subscriber(&id));
        }
        let locale = self.handshake.locale;
        let max = self.app.streams.limits().streams_per_socket;
        let started = if self.operations.count() >= max {
            let message = Sentence::new(Key::TooManyStreams).with("max", max);
            let error = HttpError::new(ErrorCode::LimitExceeded, message, locale);
            Err(error.with("limit", "streams").with("available", max))
        } else {
            front::checked(request, locale)
                .and_then(|request| {
                    let after = self.after.as_deref().map_or(After::Own, After::AtLeast);
                    stream::prepare(&self.app, request, locale, after)
                })
                .and_then(|it| it.run(&self.app, connection.live(), self.handshake.address.clone()))
        };
        match started {
            Ok(operation) => {
                self.operations.start(id, operation);
                Ok(())
            }
            Err(error) => self.reply(&Outgoing::Error { id: &id, payload: &error.errors() }).await,
        }
    }

    /// Delivers an item of a subscription, together with other items that are ready.
    async fn deliver(&mut self, first: OperationItem) -> Result<(), End> {
        let mut messages = vec![encode(&first)];
        while messages.len() < AT_ONCE {
            match self.operations.next().now_or_never().flatten() {
                Some(item) => messages.push(encode(&item)),
                None => break,
            }
        }
        self.send(messages).await
    }

    async fn reply(&mut self, message: &Outgoing<'_>) -> Result<(), End> {
        self.send([Message::text(message.text())]).await
    }

    /// Sends messages, unless the client is too slow or the server must end the connection first.
    async fn send(&mut self, messages: impl IntoIterator<Item = Message>) -> Result<(), End> {
        let Self { ws, app, connection, .. } = self;
        let sent = async {
            for message in messages {
                ws.feed(message).await?;
            }
            ws.flush().await
        };
        tokio::select! {
            biased;
            sent = sent => sent.map_err(|_: axum::Error| End::Disconnected),
            () = sleep_until(Instant::now() + app.streams.limits().send()) => {
                tracing::debug!("disconnecting a client that reads too slowly");
                Err(End::Disconnected)
            }
            () = app.streams.stopping() => Err(End::shutdown(None)),
            reason = disconnected(connection) => Err(End::disconnect(reason, None)),
        }
    }
}

/// Waits until the server must end the connection.
async fn disconnected(connection: &mut Option<Connection>) -> DisconnectReason {
    match connection {
        Some(connection) => connection.disconnected().await,
        None => pending().await,
    }
}

fn encode(OperationItem { id, item }: &OperationItem) -> Message {
    Message::text(match item {
        Item::Next(payload, _) => Outgoing::Next { id, payload }.text(),
        Item::Failed { errors, .. } => Outgoing::Error { id, payload: errors }.text(),
        Item::Complete => Outgoing::Complete { id }.text(),
    })
}

/// Sends the reason, then reads briefly until the client closes. Closing with unread data would reset the connection,
/// and the client could lose the reason.
async fn close_gracefully(ws: &mut WebSocket, end: End) {
    match end {
        End::Disconnected => {
            let _ = timeout(CLOSE_TIMEOUT, ws.flush()).await;
        }
        End::Close(code, mut reason) => {
            reason.truncate(reason.floor_char_boundary(REASON_BYTES));
            let frame = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
            if matches!(timeout(CLOSE_TIMEOUT, ws.send(frame)).await, Ok(Ok(()))) {
                let _ = timeout(CLOSE_TIMEOUT, async { while let Some(Ok(_)) = ws.next().await {} }).await;
            }
        }
    }
}
