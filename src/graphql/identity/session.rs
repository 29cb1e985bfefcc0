//! Logs in and out.

use super::{types::AccessPayload, viewer::Viewer};
use crate::graphql::{
    context::ContextExt,
    error::{self, OrFail, UserError},
    id::{self, Kind},
    scalars::{DateTime, Uuid},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::id::SessionId;
use service::{Error, identity as identity_service};

/// Mutations of one's own login.
#[derive(Default)]
pub struct SessionMutation;

/// A login.
#[derive(InputObject)]
struct LoginInput {
    /// NIP (with or without spaces) or user name.
    user: String,
    /// The password.
    #[graphql(secret)]
    password: String,
    /// What the client calls itself, shown in the list of sessions: "Aplikasi Android, Redmi 9".
    client: Option<String>,
}

/// A refresh token to spend.
#[derive(InputObject)]
struct RefreshSessionInput {
    /// The newest refresh token; each is good for one refresh.
    #[graphql(secret)]
    refresh_token: String,
}

/// Nothing to say; leaves room for options.
#[derive(InputObject)]
struct LogoutInput {
    /// Ignored; a logout can be sent twice as it is.
    idempotency_key: Option<Uuid>,
}

/// A session to end.
#[derive(InputObject)]
struct RevokeSessionInput {
    /// The session, from `viewer.sessions`.
    session_id: ID,
    /// Ignored; ending a session can be sent twice as it is.
    idempotency_key: Option<Uuid>,
}

/// A code to spend for a password.
#[derive(InputObject)]
struct ActivateAccountInput {
    /// The one-time code from the personnel office.
    #[graphql(secret)]
    code: String,
    /// The new password, 12 to 200 characters.
    #[graphql(secret)]
    password: String,
    /// Ignored: a code works once. Where the answer was lost, log in.
    idempotency_key: Option<Uuid>,
}

/// A new password.
#[derive(InputObject)]
struct ChangePasswordInput {
    /// The password so far.
    #[graphql(secret)]
    current_password: String,
    /// The new password, 12 to 200 characters.
    #[graphql(secret)]
    new_password: String,
    /// Ignored: the session ends with the old password. Where the answer was lost, log in.
    idempotency_key: Option<Uuid>,
}

/// The outcome of a login or a refresh.
#[derive(SimpleObject)]
struct SessionPayload {
    /// For `Authorization: Bearer`; null when `errors` tells why.
    access_token: Option<String>,
    /// For `refreshSession`; keep it safe, each is good for one refresh.
    refresh_token: Option<String>,
    /// When the access token ends.
    expires_at: Option<DateTime>,
    /// Who is logged in.
    viewer: Option<Viewer>,
    /// What you can act on.
    errors: Vec<UserError>,
}

impl SessionPayload {
    async fn new(
        ctx: &Context<'_>,
        result: service::Result<identity_service::Tokens>,
    ) -> async_graphql::Result<Self> {
        let (tokens, errors) = error::outcome(ctx, result)?;
        let Some(tokens) = tokens else {
            return Ok(Self {
                access_token: None,
                refresh_token: None,
                expires_at: None,
                viewer: None,
                errors,
            });
        };
        // Not by the token: that it is used tells that the client has it.
        ctx.request()?.caller.is_now(tokens.authenticated);
        Ok(Self {
            access_token: Some(tokens.access_token),
            refresh_token: Some(tokens.refresh_token),
            expires_at: Some(DateTime(tokens.expires_at)),
            viewer: Some(Viewer),
            errors,
        })
    }
}

#[Object]
impl SessionMutation {
    /// Logs in. An unknown user and a wrong password give the same answer in the same time. Needs no login.
    async fn login(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: LoginInput,
    ) -> async_graphql::Result<SessionPayload> {
        let login = identity_service::Login {
            user: input.user,
            password: input.password,
            address: ctx.request()?.address.clone(),
            client: input.client,
        };
        SessionPayload::new(ctx, identity_service::login(ctx.env()?, login).await).await
    }

    /// Gives new tokens for a refresh token. Where the answer was lost, send the same again: for a minute it is answered
    /// with new tokens once more, until one of those is used. Any other use of an older refresh token ends the session.
    /// Needs no access token.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: RefreshSessionInput,
    ) -> async_graphql::Result<SessionPayload> {
        let result = identity_service::refresh_session(ctx.env()?, &input.refresh_token).await;
        SessionPayload::new(ctx, result).await
    }

    /// Ends this session.
    async fn logout(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: LogoutInput,
    ) -> async_graphql::Result<AccessPayload> {
        let LogoutInput { idempotency_key: _ } = input;
        let request = ctx.request()?;
        let session = request.caller.session().ok_or(Error::Forbidden).or_fail(ctx)?;
        let result = identity_service::revoke_session(ctx.env()?, ctx.actor()?, session).await;
        done(ctx, result)
    }

    /// Ends one of your sessions: a lost phone.
    async fn revoke_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: RevokeSessionInput,
    ) -> async_graphql::Result<AccessPayload> {
        let session: SessionId = id::argument(ctx, Kind::Session, &input.session_id, "sessionId")?;
        done(ctx, identity_service::revoke_session(ctx.env()?, ctx.actor()?, session).await)
    }

    /// Sets the first password, or a new one for a forgotten one, by a one-time code. Needs no login.
    async fn activate_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: ActivateAccountInput,
    ) -> async_graphql::Result<AccessPayload> {
        let ActivateAccountInput { code, password, idempotency_key: _ } = input;
        let input = identity_service::ActivateAccount { code, password };
        done(ctx, identity_service::activate_account(ctx.env()?, input).await)
    }

    /// Changes your password and ends all your sessions.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: ChangePasswordInput,
    ) -> async_graphql::Result<AccessPayload> {
        let ChangePasswordInput { current_password, new_password, idempotency_key: _ } = input;
        let input = identity_service::ChangePassword { current_password, new_password };
        done(ctx, identity_service::change_password(ctx.env()?, ctx.actor()?, input).await)
    }
}

/// Whether it was done.
pub(super) fn done(ctx: &Context<'_>, result: service::Result<()>) -> async_graphql::Result<AccessPayload> {
    let (done, errors) = error::outcome(ctx, result)?;
    Ok(AccessPayload { done: done.is_some(), errors })
}
