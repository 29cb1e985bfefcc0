//! What a resolver finds in its context.

use super::{error, loaders::Loaders};
use async_graphql::Context;
use domain::{Locale, actor::Actor, id::SessionId};
use service::{Env, identity::Authenticated};
use std::sync::{Arc, OnceLock};
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
    /// One set of loaders for the request.
    pub loaders: Loaders,
}

/// Who asks: whoever the token stands for, or who has just logged in by this request.
#[derive(Default)]
pub struct Caller {
    by_token: Option<Authenticated>,
    by_login: OnceLock<Authenticated>,
}

impl Caller {
    /// Whom the token stands for; none without a token.
    #[must_use]
    pub fn new(by_token: Option<Authenticated>) -> Self {
        Self { by_token, by_login: OnceLock::new() }
    }

    /// From now on it is somebody else: what a login selects of `viewer` is read with the new rights.
    pub fn log_in(&self, found: Authenticated) {
        // One root field a mutation, hence one login a request.
        let _ = self.by_login.set(found);
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
        self.by_login.get().or(self.by_token.as_ref())
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
    fn loaders(&self) -> async_graphql::Result<&Loaders>;
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

    fn loaders(&self) -> async_graphql::Result<&Loaders> {
        Ok(&self.request()?.loaders)
    }

    fn locale(&self) -> Locale {
        self.request().map_or(Locale::Id, |request| request.locale)
    }
}
