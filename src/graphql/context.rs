//! What a resolver finds in its context.

use super::{error, loaders::Loaders};
use async_graphql::Context;
use domain::{Locale, actor::Actor};
use service::Env;
use std::sync::Arc;
use uuid::Uuid;

/// One request: who asks, in which language, with the loaders that live as long as it.
pub struct Request {
    /// Who asks; none without a login.
    pub actor: Option<Arc<Actor>>,
    /// The language of messages and labels.
    pub locale: Locale,
    /// The request's number.
    pub id: Uuid,
    /// The caller's address, for the limits of logins.
    pub address: String,
    /// The session's id, where a login made the request.
    pub session: Option<domain::id::SessionId>,
    /// One set of loaders for the request.
    pub loaders: Loaders,
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
        request.actor.as_ref().ok_or_else(|| error::failure(self, service::Error::Unauthenticated))
    }

    fn loaders(&self) -> async_graphql::Result<&Loaders> {
        Ok(&self.request()?.loaders)
    }

    fn locale(&self) -> Locale {
        self.request().map_or(Locale::Id, |request| request.locale)
    }
}
