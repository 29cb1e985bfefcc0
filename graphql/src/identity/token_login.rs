//! Mutations of logins with tokens of the agency's own system.

use super::{
    session::{SessionPayload, done},
    types::AccessPayload,
};
use crate::{
    context::ContextExt,
    error::{self, UserError},
    given::Given,
    reader::Reader,
    scalars::DateTime,
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use domain::id::StaffId;
use service::identity as identity_service;
use uuid::Uuid;

/// Mutations of logins with tokens of the agency's own system (OpenID Connect).
#[derive(Default)]
pub struct TokenLoginMutation;

/// Input of `startLogin`; it needs no fields.
#[derive(InputObject)]
struct StartLoginInput {
    /// Ignored: each call returns a new nonce.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of `startLogin`: the data for the app's request to the issuer.
#[derive(SimpleObject)]
struct StartLoginPayload {
    /// The URL of the issuer, below which its discovery document is; null if `errors` is not empty.
    issuer: Option<String>,
    /// The client ids of this system's apps at the issuer; null if `errors` is not empty.
    client_ids: Option<Vec<String>>,
    /// The nonce for the request to the issuer, valid for one login; null if `errors` is not empty.
    nonce: Option<String>,
    /// Expiry time of the nonce, ten minutes from now; null if `errors` is not empty.
    expires_at: Option<DateTime>,
    /// Errors that the client can act on.
    errors: Vec<UserError>,
}

/// Input of `loginWithToken`: an ID token and the optional device token.
#[derive(InputObject)]
struct LoginWithTokenInput {
    /// The ID token of the issuer, with the nonce from `startLogin`.
    #[graphql(secret)]
    token: String,
    /// The device token of the last login to this account on this device. An unknown token is ignored.
    #[graphql(secret)]
    device_token: Option<String>,
    /// Name of the client, shown in the list of sessions, such as "Aplikasi Android, Redmi 9".
    client: Option<String>,
}

/// Input of `unlinkLogin`: a person and an issuer.
#[derive(InputObject)]
struct UnlinkLoginInput {
    /// The person.
    staff_id: Given<StaffId>,
    /// The issuer, from `accounts { nodes { loginLinks { issuer } } }`.
    issuer: String,
    /// Ignored: removing a link twice has no further effect.
    idempotency_key: Option<Given<Uuid>>,
}

#[Object]
impl TokenLoginMutation {
    /// Starts a login through the agency's own system: returns the issuer and a nonce. Writes nothing. Needs no login.
    async fn start_login(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "An empty object.")] input: StartLoginInput,
    ) -> async_graphql::Result<StartLoginPayload> {
        let mut read = Reader::new(ctx)?;
        read.reference("idempotencyKey", input.idempotency_key);
        let env = ctx.env()?;
        let started = read.run_if_well_formed(async { identity_service::start_login(env) }).await;
        let (started, errors) = error::outcome(ctx, started)?;
        let Some(started) = started else {
            return Ok(StartLoginPayload {
                issuer: None,
                client_ids: None,
                nonce: None,
                expires_at: None,
                errors,
            });
        };
        Ok(StartLoginPayload {
            issuer: Some(started.issuer),
            client_ids: Some(started.client_ids),
            nonce: Some(started.nonce),
            expires_at: Some(DateTime(started.expires_at)),
            errors,
        })
    }

    /// Logs in with an ID token of the agency's own system. At the first login the server finds the person by the NIP
    /// or id in the token, and links the token's issuer and subject to their account. RATE_LIMITED after too many
    /// failures from an address; OVERLOADED while the issuer does not answer. Needs no login.
    async fn login_with_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ID token and an optional client name.")] input: LoginWithTokenInput,
    ) -> async_graphql::Result<SessionPayload> {
        let login = identity_service::LoginWithToken {
            token: input.token,
            device_token: input.device_token,
            address: ctx.request()?.address.clone(),
            client: input.client,
        };
        let login = identity_service::login_with_token(ctx.env()?, login);
        SessionPayload::new(ctx, Reader::new(ctx)?.run_if_well_formed(login).await).await
    }

    /// Removes the link between a person and a login of the agency's own system, and ends the sessions that were opened
    /// with it. The next login creates a new link. For admins.
    async fn unlink_login(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person and the issuer.")] input: UnlinkLoginInput,
    ) -> async_graphql::Result<AccessPayload> {
        let UnlinkLoginInput { staff_id, issuer, idempotency_key } = input;
        let mut read = Reader::new(ctx)?;
        let staff = read.get("staffId", staff_id);
        read.reference("idempotencyKey", idempotency_key);
        let unlink = identity_service::unlink_login(ctx.env()?, ctx.actor()?, staff, issuer);
        done(ctx, read.run_if_well_formed(unlink).await)
    }
}
