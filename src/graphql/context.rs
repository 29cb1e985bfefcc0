//! What a resolver finds in its context.

use super::{error, loaders::Loaders};
use async_graphql::Context;
use domain::{Locale, actor::Actor, id::SessionId};
use service::{Env, identity::Authenticated};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use uuid::Uuid;

/// One request: who asks, in which language, with the loaders that live as long as it.
pub struct Request {
    /// Who asks.
    pub caller: Arc<Caller>,
    /// The language of messages and labels.
    pub locale: Locale,
    /// The request's number.
    pub id: Uuid,
    /// The caller's address, for the limits of logins.
    pub address: String,
    /// One set of loaders for the request; of a stream: for each item that needs any.
    loaders: RwLock<Option<Arc<Loaders>>>,
}

impl Request {
    /// Of somebody, from an address.
    #[must_use]
    pub const fn new(caller: Arc<Caller>, locale: Locale, id: Uuid, address: String) -> Self {
        Self { caller, locale, id, address, loaders: RwLock::new(None) }
    }

    /// The loaders, made when they are first asked for.
    fn loaders(&self, env: &Env) -> Arc<Loaders> {
        // Nothing panics while it is held.
        let known = self.loaders.read().unwrap_or_else(PoisonError::into_inner).clone();
        known.unwrap_or_else(|| {
            let mut loaders = self.loaders.write().unwrap_or_else(PoisonError::into_inner);
            loaders.get_or_insert_with(|| Arc::new(Loaders::new(env, &self.caller))).clone()
        })
    }

    /// Begins the next items of a stream, for the reader with his rights of now: nothing that was read for the items
    /// before is kept.
    pub fn renew(&self, reader: Authenticated) {
        self.caller.is_now(reader);
        self.rest();
    }

    /// Keeps nothing that was read, until it is needed again: who follows a stream mostly waits.
    pub fn rest(&self) {
        *self.loaders.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Who asks: whoever the token stands for, until a login or a change of rights makes it another. References to
/// who it was stay good, hence the chain; it grows by one with each change.
#[derive(Default)]
pub struct Caller {
    found: Option<Authenticated>,
    next: OnceLock<Box<Self>>,
}

impl Caller {
    /// Whom the token stands for; none without a token.
    #[must_use]
    pub fn new(found: Option<Authenticated>) -> Self {
        Self { found, next: OnceLock::new() }
    }

    /// From now on it is this one: after a login, or when rights have changed.
    pub fn is_now(&self, found: Authenticated) {
        let last = self.last();
        let same = |known: &Authenticated| known.actor == found.actor && known.session == found.session;
        if !last.found.as_ref().is_some_and(same) {
            let _ = last.next.set(Box::new(Self::new(Some(found))));
        }
    }

    /// Who asks; none without a login.
    #[must_use]
    pub fn actor(&self) -> Option<&Arc<Actor>> {
        self.found().map(|found| &found.actor)
    }

    /// The session, where a login made it.
    #[must_use]
    pub fn session(&self) -> Option<SessionId> {
        self.found().and_then(|found| found.session)
    }

    fn found(&self) -> Option<&Authenticated> {
        self.last().found.as_ref()
    }

    fn last(&self) -> &Self {
        let mut last = self;
        while let Some(next) = last.next.get() {
            last = next;
        }
        last
    }
}

/// Short ways to what every resolver needs.
pub trait ContextExt {
    /// The world of the use cases.
    fn env(&self) -> async_graphql::Result<&Env>;
    /// The request.
    fn request(&self) -> async_graphql::Result<&Request>;
    /// Who asks; UNAUTHENTICATED without a login.
    fn actor(&self) -> async_graphql::Result<&Arc<Actor>>;
    /// The request's loaders.
    fn loaders(&self) -> async_graphql::Result<Arc<Loaders>>;
    /// The request's language.
    fn locale(&self) -> Locale;
}

impl ContextExt for Context<'_> {
    fn env(&self) -> async_graphql::Result<&Env> {
        self.data::<Env>()
    }

    fn request(&self) -> async_graphql::Result<&Request> {
        self.data::<Request>()
    }

    fn actor(&self) -> async_graphql::Result<&Arc<Actor>> {
        let request = self.request()?;
        request.caller.actor().ok_or_else(|| error::failure(self, service::Error::Unauthenticated))
    }

    fn loaders(&self) -> async_graphql::Result<Arc<Loaders>> {
        Ok(self.request()?.loaders(self.env()?))
    }

    fn locale(&self) -> Locale {
        self.request().map_or(Locale::Id, |request| request.locale)
    }
}
