//! Mutations of sessions and passwords.

use super::{types::AccessPayload, viewer::Viewer};
use crate::{
    context::ContextExt,
    error::{self, OrFail, UserError},
    given::Given,
    reader::Reader,
    scalars::DateTime,
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use domain::id::SessionId;
use service::{Error, identity as identity_service};
use uuid::Uuid;

/// Mutations of the caller's own login.
#[derive(Default)]
pub struct SessionMutation;

/// Input of `login`: user name, password, the code of the second factor if the account has one, and the optional device
/// token.
#[derive(InputObject)]
struct LoginInput {
    /// NIP, with or without spaces, or user name.
    user: String,
    /// The password.
    #[graphql(secret)]
    password: String,
    /// For an account with a second factor: the code that the authenticator app shows, or a recovery code. If the code
    /// is missing, the error has the path `code`: ask for the code and send it with the password.
    #[graphql(secret)]
    code: Option<String>,
    /// The device token of the last login to this account on this device. With it, failed logins from other devices
    /// can't lock you out. An unknown token is ignored.
    #[graphql(secret)]
    device_token: Option<String>,
    /// Name of the client, shown in the list of sessions, such as "Aplikasi Android, Redmi 9".
    client: Option<String>,
}

/// Input of `refreshSession`: a refresh token to exchange for new tokens.
#[derive(InputObject)]
struct RefreshSessionInput {
    /// The newest refresh token; each works for one refresh.
    #[graphql(secret)]
    refresh_token: String,
}

/// Input of `logout`; it needs no fields.
#[derive(InputObject)]
struct LogoutInput {
    /// Ignored: logging out twice has no further effect.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `revokeSession`: a session to end.
#[derive(InputObject)]
struct RevokeSessionInput {
    /// The session, from `viewer.sessions`.
    session_id: Given<SessionId>,
    /// Ignored: ending a session twice has no further effect.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `activateAccount`: a one-time code and the new password.
#[derive(InputObject)]
struct ActivateAccountInput {
    /// The one-time code from the personnel office.
    #[graphql(secret)]
    code: String,
    /// The new password, 12 to 200 characters, not easy to guess.
    #[graphql(secret)]
    password: String,
    /// Ignored: a code works once. If the response was lost, log in with the new password.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `changePassword`: the current and the new password.
#[derive(InputObject)]
struct ChangePasswordInput {
    /// The current password.
    #[graphql(secret)]
    current_password: String,
    /// The new password, 12 to 200 characters, not easy to guess.
    #[graphql(secret)]
    new_password: String,
    /// Ignored: the change ends this session, so the request can't be repeated. If the response was lost, log in with
    /// the new password.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of `login`, `loginWithToken` and `refreshSession`.
#[derive(SimpleObject)]
pub(super) struct SessionPayload {
    /// Access token for `Authorization: Bearer`; null if `errors` is not empty.
    access_token: Option<String>,
    /// Refresh token for `refreshSession`; keep it secret. Each works for one refresh.
    refresh_token: Option<String>,
    /// Device token from the login: store it on this device, keep it after logout, and send it with the next login to
    /// this account. Null from `refreshSession`.
    device_token: Option<String>,
    /// Expiry time of the access token.
    expires_at: Option<DateTime>,
    /// True if the account must first get a second factor, because the person is an admin or auditor. Until then the
    /// session can only run `startSecondFactor`, `confirmSecondFactor` and `logout`, and `viewer` is null.
    second_factor_missing: bool,
    /// The person who is logged in.
    viewer: Option<Viewer>,
    /// Errors that the client can act on.
    errors: Vec<UserError>,
}

impl SessionPayload {
    pub(super) async fn new(
        ctx: &Context<'_>,
        result: service::Result<identity_service::Tokens>,
    ) -> async_graphql::Result<Self> {
        let (tokens, errors) = error::outcome(ctx, result)?;
        let Some(tokens) = tokens else {
            return Ok(Self {
                access_token: None,
                refresh_token: None,
                device_token: None,
                expires_at: None,
                second_factor_missing: false,
                viewer: None,
                errors,
            });
        };
        let second_factor_missing = tokens.authenticated.lacks_second_factor;
        if !second_factor_missing {
            // Set the caller without authenticating the new token: its first use proves that the client received it.
            ctx.request()?.caller.replace(tokens.authenticated);
        }
        Ok(Self {
            access_token: Some(tokens.access_token),
            refresh_token: Some(tokens.refresh_token),
            device_token: tokens.device_token,
            expires_at: Some(DateTime(tokens.expires_at)),
            second_factor_missing,
            viewer: if second_factor_missing { None } else { Some(Viewer::of(ctx)?) },
            errors,
        })
    }
}

#[Object]
impl SessionMutation {
    /// Logs in. An unknown user and a wrong password give the same response after the same time. RATE_LIMITED after too
    /// many failures, with the seconds to wait in `retryAfterSeconds`. If the account has a second factor and the code is
    /// missing or wrong, the error has the path `code`. Needs no login.
    async fn login(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "User name, password, and optionally a code, a device token and a client name.")]
        input: LoginInput,
    ) -> async_graphql::Result<SessionPayload> {
        let login = identity_service::Login {
            user: input.user,
            password: input.password,
            code: input.code,
            device_token: input.device_token,
            address: ctx.request()?.address.clone(),
            client: input.client,
        };
        let result = Reader::new(ctx)?.run_if_well_formed(identity_service::login(ctx.env()?, login)).await;
        SessionPayload::new(ctx, result).await
    }

    /// Exchanges a refresh token for new tokens. If the response was lost, send the same refresh token again: for one
    /// minute, and until one of the new tokens is used, it gives new tokens again. Any other use of an old refresh
    /// token ends the session. Needs no access token.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The refresh token.")] input: RefreshSessionInput,
    ) -> async_graphql::Result<SessionPayload> {
        let refresh = identity_service::refresh_session(ctx.env()?, &input.refresh_token);
        let result = Reader::new(ctx)?.run_if_well_formed(refresh).await;
        SessionPayload::new(ctx, result).await
    }

    /// Ends this session. The device token stays valid.
    async fn logout(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "An empty object.")] input: LogoutInput,
    ) -> async_graphql::Result<AccessPayload> {
        let mut read = Reader::new(ctx)?;
        read.reference("idempotencyKey", input.idempotency_key);
        let caller = ctx.request()?.caller.authenticated().filter(|found| found.session.is_some());
        let caller = caller.ok_or(Error::Forbidden).or_fail(ctx)?;
        done(ctx, read.run_if_well_formed(identity_service::logout(ctx.env()?, caller)).await)
    }

    /// Ends one of your sessions, such as that of a lost phone, and its device token.
    async fn revoke_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session.")] input: RevokeSessionInput,
    ) -> async_graphql::Result<AccessPayload> {
        let mut read = Reader::new(ctx)?;
        let session: SessionId = read.get("sessionId", input.session_id);
        read.reference("idempotencyKey", input.idempotency_key);
        done(
            ctx,
            read.run_if_well_formed(identity_service::revoke_session(ctx.env()?, ctx.actor()?, session))
                .await,
        )
    }

    /// Sets the first password, or replaces a forgotten one, with a one-time code. Needs no login.
    async fn activate_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The one-time code and the new password.")] input: ActivateAccountInput,
    ) -> async_graphql::Result<AccessPayload> {
        let ActivateAccountInput { code, password, idempotency_key } = input;
        let mut read = Reader::new(ctx)?;
        read.reference("idempotencyKey", idempotency_key);
        let address = ctx.request()?.address.clone();
        let input = identity_service::ActivateAccount { code, password, address };
        done(ctx, read.run_if_well_formed(identity_service::activate_account(ctx.env()?, input)).await)
    }

    /// Changes your password and ends all your sessions and device tokens. A wrong current password counts as a failed
    /// login.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The current and the new password.")] input: ChangePasswordInput,
    ) -> async_graphql::Result<AccessPayload> {
        let ChangePasswordInput { current_password, new_password, idempotency_key } = input;
        let mut read = Reader::new(ctx)?;
        read.reference("idempotencyKey", idempotency_key);
        let request = ctx.request()?;
        let (session, address) = (request.caller.session(), request.address.clone());
        let input = identity_service::ChangePassword { current_password, new_password, session, address };
        done(
            ctx,
            read.run_if_well_formed(identity_service::change_password(ctx.env()?, ctx.actor()?, input)).await,
        )
    }
}

/// Converts the outcome of a use case that returns nothing.
pub(super) fn done(ctx: &Context<'_>, result: service::Result<()>) -> async_graphql::Result<AccessPayload> {
    let (done, errors) = error::outcome(ctx, result)?;
    Ok(AccessPayload { done: done.is_some(), errors })
}
