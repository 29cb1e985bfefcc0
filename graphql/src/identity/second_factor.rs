//! Mutations of second factors.

use super::{session::done, types::AccessPayload};
use crate::{
    context::ContextExt,
    error::{self, UserError},
    given::Given,
    reader::Reader,
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use domain::id::StaffId;
use service::identity as identity_service;
use uuid::Uuid;

/// Mutations of second factors.
#[derive(Default)]
pub struct SecondFactorMutation;

/// Input of `startSecondFactor`: the current password.
#[derive(InputObject)]
struct StartSecondFactorInput {
    /// The current password.
    #[graphql(secret)]
    current_password: String,
    /// Ignored: starting again replaces the key and the recovery codes, until the second factor is confirmed.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of `startSecondFactor`. It is returned only once: show it, and ask the person to store the recovery codes.
#[derive(SimpleObject)]
struct StartSecondFactorPayload {
    /// The key for the authenticator app in base32, for people who type it; null if `errors` is not empty.
    secret: Option<String>,
    /// The key as `otpauth` URI, for a QR code; null if `errors` is not empty.
    uri: Option<String>,
    /// Ten recovery codes for a person who has lost their phone, each valid for one login; null if `errors` is not
    /// empty.
    recovery_codes: Option<Vec<String>>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

/// Input of `confirmSecondFactor`: a first code.
#[derive(InputObject)]
struct ConfirmSecondFactorInput {
    /// The code that the authenticator app shows.
    #[graphql(secret)]
    code: String,
    /// Ignored: the same code again has no further effect.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `removeSecondFactor`: your own second factor, or that of another person.
#[derive(InputObject)]
struct RemoveSecondFactorInput {
    /// The person who has lost their second factor, for admins of their unit; null for your own.
    staff_id: Option<Given<StaffId>>,
    /// A code of the authenticator app, or a recovery code. Required if you remove your own.
    #[graphql(secret)]
    code: Option<String>,
    /// Ignored: removing a second factor twice has no further effect.
    idempotency_key: Option<Given<Uuid>>,
}

#[Object]
impl SecondFactorMutation {
    /// Starts a second factor for your account: a key for an authenticator app, and recovery codes. Logins need it only
    /// after `confirmSecondFactor`. A wrong password counts as a failed login.
    async fn start_second_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The current password.")] input: StartSecondFactorInput,
    ) -> async_graphql::Result<StartSecondFactorPayload> {
        let StartSecondFactorInput { current_password, idempotency_key } = input;
        let mut read = Reader::new(ctx)?;
        read.reference("idempotencyKey", idempotency_key);
        let request = ctx.request()?;
        let (session, address) = (request.caller.session(), request.address.clone());
        let input = identity_service::StartSecondFactor { current_password, session, address };
        let start = identity_service::start_second_factor(ctx.env()?, ctx.actor()?, input);
        let (started, errors) = error::outcome(ctx, read.run_if_well_formed(start).await)?;
        let Some(started) = started else {
            return Ok(StartSecondFactorPayload { secret: None, uri: None, recovery_codes: None, errors });
        };
        Ok(StartSecondFactorPayload {
            secret: Some(started.secret),
            uri: Some(started.uri),
            recovery_codes: Some(started.recovery_codes),
            errors,
        })
    }

    /// Confirms a started second factor with a first code. From then on `login` needs a code.
    async fn confirm_second_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The code.")] input: ConfirmSecondFactorInput,
    ) -> async_graphql::Result<AccessPayload> {
        let mut read = Reader::new(ctx)?;
        read.reference("idempotencyKey", input.idempotency_key);
        let confirm = identity_service::confirm_second_factor(ctx.env()?, ctx.actor()?, &input.code);
        done(ctx, read.run_if_well_formed(confirm).await)
    }

    /// Removes a second factor with its recovery codes. Removing your own requires a code; admins can remove the second
    /// factor of a person who has lost their phone. A wrong code counts as a failed login.
    async fn remove_second_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person, or a code for your own.")] input: RemoveSecondFactorInput,
    ) -> async_graphql::Result<AccessPayload> {
        let mut read = Reader::new(ctx)?;
        let staff = input.staff_id.map(|staff| read.get("staffId", staff));
        read.reference("idempotencyKey", input.idempotency_key);
        let request = ctx.request()?;
        let (session, address) = (request.caller.session(), request.address.clone());
        let input = identity_service::RemoveSecondFactor { staff, code: input.code, session, address };
        let remove = identity_service::remove_second_factor(ctx.env()?, ctx.actor()?, input);
        done(ctx, read.run_if_well_formed(remove).await)
    }
}
