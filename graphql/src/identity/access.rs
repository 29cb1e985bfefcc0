//! Mutations of people's access: activation codes, roles, API keys. For admins.

use super::{
    session::done,
    types::{AccessPayload, ActivationCode, ApiKey, Role, RoleGrant},
};
use crate::{
    context::ContextExt,
    error::{self, OrFail, UserError},
    given::Given,
    id::{self, Kind},
    reader::Reader,
    scalars::DateTime,
};
use async_graphql::{Context, ID, InputObject, Object, OneofObject, SimpleObject};
use domain::{
    Key, Message, Refusal,
    id::{ApiKeyId, RoleGrantId, StaffId, UnitId},
    time::Instant,
};
use futures_util::FutureExt;
use service::identity::{self as identity_service, RevokeRole, TakeOverApiKey};
use uuid::Uuid;

/// Maximum number of people in one request for activation codes.
const MAX_RECIPIENTS: usize = 100;

/// Mutations of other people's access.
#[derive(Default)]
pub struct AccessMutation;

/// The people who get activation codes: give exactly one field.
#[derive(OneofObject, Clone)]
enum ActivationCodesForInput {
    /// All people without an activated account in this unit and its subunits.
    OrgUnitId(Given<UnitId>),
    /// These people, at most 100. Use this also to reset a forgotten password.
    StaffIds(Vec<Given<StaffId>>),
}

/// Input of `issueActivationCodes`: the people who get codes.
#[derive(InputObject)]
struct IssueActivationCodesInput {
    /// The people who get codes.
    recipients: ActivationCodesForInput,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change; the codes are returned only the first time.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of `issueActivationCodes`. The codes are returned only once: print them.
#[derive(SimpleObject)]
struct IssueActivationCodesPayload {
    /// The codes; null if `errors` is not empty, or on a replay of the same idempotency key.
    codes: Option<Vec<ActivationCode>>,
    /// The people of the unit who have no activated account and for whom another person must issue the code; null
    /// whenever `codes` is null.
    left_out: Option<Vec<PersonLeftOut>>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

/// A person of the unit who got no activation code.
#[derive(SimpleObject)]
struct PersonLeftOut {
    /// Global id of the person.
    staff_id: ID,
    /// The name.
    name: String,
    /// The reason, and who can issue the code.
    errors: Vec<UserError>,
}

/// Input of `grantRole`: a role to grant to a person.
#[derive(InputObject)]
struct GrantRoleInput {
    /// The person who gets the role.
    staff_id: Given<StaffId>,
    /// PERFORMANCE_TEAM, ADMIN or AUDITOR.
    role: Role,
    /// The unit; the role covers it and its subunits.
    org_unit_id: Given<UnitId>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `revokeRole`: a granted role to revoke.
#[derive(InputObject)]
struct RevokeRoleInput {
    /// Global id of the granted role.
    role_grant_id: Given<RoleGrantId>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of `grantRole` and `revokeRole`.
#[derive(SimpleObject)]
struct RolePayload {
    /// The granted or revoked role; null if `errors` is not empty.
    role_grant: Option<RoleGrant>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

/// Input of `createApiKey`: an API key to create for a reporting tool.
#[derive(InputObject)]
struct CreateApiKeyInput {
    /// Purpose of the key, 1 to 120 characters.
    name: String,
    /// The unit; the key reads aggregates of it and its subunits.
    org_unit_id: Given<UnitId>,
    /// Expiry time; null for a key that is valid until revoked.
    expires_at: Option<Given<Instant>>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change; the API key is returned only the first time.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of `createApiKey`. The API key is returned only once: store it.
#[derive(SimpleObject)]
struct CreateApiKeyPayload {
    /// Global id of the API key, for `revokeApiKey`; null if `errors` is not empty.
    api_key_id: Option<ID>,
    /// The API key, for `Authorization: Bearer`; null if `errors` is not empty, or on a replay of the same
    /// idempotency key.
    key: Option<String>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

/// Input of `revokeApiKey`: an API key to revoke.
#[derive(InputObject)]
struct RevokeApiKeyInput {
    /// Global id of the API key.
    api_key_id: Given<ApiKeyId>,
    /// Ignored: revoking a key twice has no further effect.
    idempotency_key: Option<Given<Uuid>>,
}

/// Input of `takeOverApiKey`: an API key to take over.
#[derive(InputObject)]
struct TakeOverApiKeyInput {
    /// Global id of the API key.
    api_key_id: Given<ApiKeyId>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of `takeOverApiKey`.
#[derive(SimpleObject)]
struct TakeOverApiKeyPayload {
    /// The API key; null if `errors` is not empty.
    api_key: Option<ApiKey>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl AccessMutation {
    /// Issues one-time activation codes, which the personnel office prints and gives to the people. Earlier codes of
    /// these people stop working.
    async fn issue_activation_codes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit or the people, and an optional idempotency key.")]
        input: IssueActivationCodesInput,
    ) -> async_graphql::Result<IssueActivationCodesPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key.clone());
        let issue = input.read(&mut read);
        let issue = identity_service::issue_activation_codes(ctx.env()?, ctx.actor()?, key, issue);
        let result = read.run(issue).await;
        let (issued, errors) = error::outcome(ctx, result)?;
        let (codes, left_out) = issued.flatten().map(|issued| (issued.codes, issued.left_out)).unzip();
        let left_out = left_out.map(|people: Vec<identity_service::LeftOut>| {
            people.into_iter().map(|one| PersonLeftOut {
                staff_id: id::encode(Kind::Staff, one.staff),
                name: one.name,
                errors: vec![UserError::new(one.refusal, ctx.locale())],
            })
        });
        Ok(IssueActivationCodesPayload {
            codes: codes.map(|codes: Vec<_>| codes.into_iter().map(code).collect()),
            left_out: left_out.map(Iterator::collect),
            errors,
        })
    }

    /// Grants a role over a unit and its subunits, with immediate effect.
    async fn grant_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person, the role, the unit and an optional idempotency key.")]
        input: GrantRoleInput,
    ) -> async_graphql::Result<RolePayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let grant = identity_service::GrantRole {
            staff: read.get("staffId", input.staff_id),
            role: input.role.into(),
            unit: read.get("orgUnitId", input.org_unit_id),
        };
        let result = read.run(identity_service::grant_role(ctx.env()?, ctx.actor()?, key, grant)).await;
        role_payload(ctx, result).await
    }

    /// Revokes a role, with immediate effect on this server and within five seconds on others.
    async fn revoke_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The granted role and an optional idempotency key.")] input: RevokeRoleInput,
    ) -> async_graphql::Result<RolePayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let grant = read.get("roleGrantId", input.role_grant_id);
        let result = read
            .run(identity_service::revoke_role(ctx.env()?, ctx.actor()?, key, RevokeRole { grant }))
            .await;
        role_payload(ctx, result).await
    }

    /// Creates an API key for a reporting tool. It can read aggregates and nothing else.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key's name, unit and expiry, and an optional idempotency key.")]
        input: CreateApiKeyInput,
    ) -> async_graphql::Result<CreateApiKeyPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let api_key = identity_service::CreateApiKey {
            name: input.name,
            unit: read.get("orgUnitId", input.org_unit_id),
            expires_at: read.optional("expiresAt", input.expires_at),
        };
        let result = read.run(identity_service::create_api_key(ctx.env()?, ctx.actor()?, key, api_key)).await;
        let (created, errors) = error::outcome(ctx, result)?;
        let id = created.as_ref().map(|created| id::encode(Kind::ApiKey, created.id));
        Ok(CreateApiKeyPayload { api_key_id: id, key: created.and_then(|created| created.key), errors })
    }

    /// Takes over an API key of a reporting tool: from now on the key works with your right to its unit. A key stops
    /// working when the person who created it no longer administers the unit; taking it over makes it work again.
    async fn take_over_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The API key and an optional idempotency key.")] input: TakeOverApiKeyInput,
    ) -> async_graphql::Result<TakeOverApiKeyPayload> {
        let mut read = Reader::new(ctx)?;
        let idempotency = read.key(input.idempotency_key);
        let key = read.get("apiKeyId", input.api_key_id);
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let taken = read
            .run(identity_service::take_over_api_key(env, actor, idempotency, TakeOverApiKey { key }))
            .await;
        let (taken, errors) = error::outcome(ctx, taken)?;
        let api_key = match taken {
            Some(key) => identity_service::api_key(env, actor, key).boxed().await.or_fail(ctx)?.map(ApiKey),
            None => None,
        };
        Ok(TakeOverApiKeyPayload { api_key, errors })
    }

    /// Revokes an API key of a reporting tool.
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The API key.")] input: RevokeApiKeyInput,
    ) -> async_graphql::Result<AccessPayload> {
        let mut read = Reader::new(ctx)?;
        read.reference("idempotencyKey", input.idempotency_key);
        let key = read.get("apiKeyId", input.api_key_id);
        done(
            ctx,
            read.run_if_well_formed(identity_service::revoke_api_key(ctx.env()?, ctx.actor()?, key)).await,
        )
    }
}

impl IssueActivationCodesInput {
    fn read(self, read: &mut Reader) -> identity_service::IssueActivationCodes {
        read.at("recipients", |read| match self.recipients {
            ActivationCodesForInput::OrgUnitId(unit) => {
                identity_service::IssueActivationCodes::Unit(read.get("orgUnitId", unit))
            }
            ActivationCodesForInput::StaffIds(people) => {
                let people = read.list("staffIds", people);
                if people.len() > MAX_RECIPIENTS {
                    let message =
                        Message::new(Key::TooMany).with("field", "staffIds").with("max", MAX_RECIPIENTS);
                    read.refuse(Refusal::input(["staffIds"], message));
                }
                identity_service::IssueActivationCodes::Staff(people)
            }
        })
    }
}

fn code(code: identity_service::ActivationCode) -> ActivationCode {
    ActivationCode {
        staff_id: id::encode(Kind::Staff, code.staff),
        name: code.name,
        user_name: code.user_name,
        code: code.code,
        expires_at: DateTime(code.expires_at),
    }
}

async fn role_payload(
    ctx: &Context<'_>,
    result: service::Result<RoleGrantId>,
) -> async_graphql::Result<RolePayload> {
    let (grant, errors) = error::outcome(ctx, result)?;
    let role_grant = match grant {
        Some(grant) => Some(RoleGrant(
            identity_service::role_grant(ctx.env()?, ctx.actor()?, grant).boxed().await.or_fail(ctx)?,
        )),
        None => None,
    };
    Ok(RolePayload { role_grant, errors })
}
