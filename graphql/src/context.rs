//! Data in the context of every resolver: the request, its caller and its loaders.

use super::{error, labels, loaders::Loaders};
use arc_swap::ArcSwapOption;
use async_graphql::Context;
use domain::{Locale, actor::Actor, id::SessionId};
use service::{Env, identity::Authenticated};
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// One request: caller, language, and the loaders, which are dropped with the request.
pub struct Request {
    /// The caller.
    pub caller: Arc<Caller>,
    /// Language of messages and labels.
    pub locale: Locale,
    /// Request id.
    pub id: Uuid,
    /// The caller's IP address, for login rate limits.
    pub address: String,
    /// One set of loaders for the request; in a stream, one for each batch of items.
    loaders: ArcSwapOption<Loaders>,
}

impl Request {
    /// Makes a request without loaders.
    #[must_use]
    pub const fn new(caller: Arc<Caller>, locale: Locale, id: Uuid, address: String) -> Self {
        Self { caller, locale, id, address, loaders: ArcSwapOption::const_empty() }
    }

    /// Returns the loaders, created on first use.
    fn loaders(&self, env: &Env) -> Arc<Loaders> {
        self.loaders.load_full().unwrap_or_else(|| {
            let new = Arc::new(Loaders::new(env, &self.caller));
            // If another thread has set its loaders first, all threads use those.
            let before = self.loaders.compare_and_swap(&None::<Arc<Loaders>>, Some(new.clone()));
            Arc::clone(before.as_ref().unwrap_or(&new))
        })
    }

    /// Starts the next batch of stream items with the reader's current rights, and drops cached data of earlier items.
    pub fn renew(&self, reader: Authenticated) {
        self.caller.replace(reader);
        self.drop_loaders();
    }

    /// Drops the loaders with their cached data, so that an idle stream uses little memory.
    pub fn drop_loaders(&self) {
        self.loaders.store(None);
    }
}

/// The caller of a request. A login or a change of rights replaces the caller by appending to a chain, so that
/// references to an earlier caller stay valid.
#[derive(Default)]
pub struct Caller {
    found: Option<Authenticated>,
    next: OnceLock<Box<Self>>,
}

impl Caller {
    /// Makes a caller from the authenticated token; none without a token.
    #[must_use]
    pub fn new(found: Option<Authenticated>) -> Self {
        Self { found, next: OnceLock::new() }
    }

    /// Replaces the caller after a login or a change of rights.
    pub fn replace(&self, found: Authenticated) {
        let last = self.last();
        let same = |known: &Authenticated| known.actor == found.actor && known.session == found.session;
        if !last.found.as_ref().is_some_and(same) {
            let _ = last.next.set(Box::new(Self::new(Some(found))));
        }
    }

    /// Returns the actor; none without a login.
    #[must_use]
    pub fn actor(&self) -> Option<&Arc<Actor>> {
        self.authenticated().map(|found| &found.actor)
    }

    /// Returns the session; none for an API key or without a login.
    #[must_use]
    pub fn session(&self) -> Option<SessionId> {
        self.authenticated().and_then(|found| found.session)
    }

    /// Returns the caller's authentication: actor and session or key; none without a login.
    #[must_use]
    pub fn authenticated(&self) -> Option<&Authenticated> {
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

/// Shortcuts to data that every resolver needs.
pub trait ContextExt {
    /// Returns the environment of the use cases.
    fn env(&self) -> async_graphql::Result<&Env>;
    /// Returns the request.
    fn request(&self) -> async_graphql::Result<&Request>;
    /// Returns the actor; UNAUTHENTICATED without a login.
    fn actor(&self) -> async_graphql::Result<&Arc<Actor>>;
    /// Returns the request's loaders.
    fn loaders(&self) -> async_graphql::Result<Arc<Loaders>>;
    /// Returns the request's language.
    fn locale(&self) -> Locale;
    /// Returns the language that an argument chooses; by default that of the request.
    fn language(&self, chosen: Option<labels::Locale>) -> Locale {
        chosen.map_or_else(|| self.locale(), Into::into)
    }
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
        request.caller.actor().ok_or_else(|| error::to_graphql_error(self, service::Error::Unauthenticated))
    }

    fn loaders(&self) -> async_graphql::Result<Arc<Loaders>> {
        Ok(self.request()?.loaders(self.env()?))
    }

    fn locale(&self) -> Locale {
        self.request().map_or(Locale::Id, |request| request.locale)
    }
}
