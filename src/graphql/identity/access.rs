//! Mutations of access: activation codes, roles, API keys. For admins.

use super::{
    session::done,
    types::{AccessPayload, ActivationCode, Role, RoleGrant},
};
use crate::graphql::{
    context::ContextExt,
    error::{self, OrFail, UserError},
    id::{self, Kind},
    scalars::{DateTime, Uuid},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::{
    Key, Refusal,
    id::{ApiKeyId, RoleGrantId, StaffId},
};
use service::{IdempotencyKey, identity as identity_service};

/// Mutations of other people's access.
#[derive(Default)]
pub struct AccessMutation;

/// Input of `issueActivationCodes`: give exactly one of `orgUnitId` and `staffIds`.
#[derive(InputObject)]
struct IssueActivationCodesInput {
    /// All people without an activated account in this unit and its subunits.
    org_unit_id: Option<ID>,
    /// These people, at most 100. Use this also to reset a forgotten password.
    staff_ids: Option<Vec<ID>>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change; the codes are returned only the first time.
    idempotency_key: Option<Uuid>,
}

/// Outcome of `issueActivationCodes`. The codes are returned only once: print them.
#[derive(SimpleObject)]
struct IssueActivationCodesPayload {
    /// The codes; null if `errors` is not empty, or on a replay of the same idempotency key.
    codes: Option<Vec<ActivationCode>>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

/// Input of `grantRole`: a role to grant to a person.
#[derive(InputObject)]
struct GrantRoleInput {
    /// The person who gets the role.
    staff_id: ID,
    /// PERFORMANCE_TEAM, ADMIN or AUDITOR.
    role: Role,
    /// The unit; the role covers it and its subunits.
    org_unit_id: ID,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Uuid>,
}

/// Input of `revokeRole`: a granted role to revoke.
#[derive(InputObject)]
struct RevokeRoleInput {
    /// Global id of the granted role.
    role_grant_id: ID,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Uuid>,
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
    org_unit_id: ID,
    /// Expiry time; null for a key that is valid until revoked.
    expires_at: Option<DateTime>,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change; the API key is returned only the first time.
    idempotency_key: Option<Uuid>,
}

/// Outcome of `createApiKey`. The API key is returned only once: store it.
#[derive(SimpleObject)]
struct CreateApiKeyPayload {
    /// Global id of the API key, for `revokeApiKey`; null if `errors` is not empty.
    id: Option<ID>,
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
    api_key_id: ID,
    /// Ignored: revoking a key twice has no further effect.
    idempotency_key: Option<Uuid>,
}

#[Object]
impl AccessMutation {
    /// Issues one-time activation codes, which the personnel office prints and hands out. Earlier codes of these
    /// people stop working.
    async fn issue_activation_codes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit or the people, and an optional idempotency key.")]
        input: IssueActivationCodesInput,
    ) -> async_graphql::Result<IssueActivationCodesPayload> {
        let key = input.idempotency_key.map(|key| key.0);
        let key = IdempotencyKey { operation: "issueActivationCodes", key };
        let result = match input.parse() {
            Ok(input) => identity_service::issue_activation_codes(ctx.env()?, ctx.actor()?, key, input).await,
            Err(refusal) => Err(refusal.into()),
        };
        let (codes, errors) = error::outcome(ctx, result)?;
        Ok(IssueActivationCodesPayload {
            codes: codes.flatten().map(|codes| codes.into_iter().map(code).collect()),
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
        let grant = identity_service::GrantRole {
            staff: id::argument(ctx, Kind::Staff, &input.staff_id, "staffId")?,
            role: input.role.into(),
            unit: id::argument(ctx, Kind::OrgUnit, &input.org_unit_id, "orgUnitId")?,
        };
        let key = IdempotencyKey { operation: "grantRole", key: input.idempotency_key.map(|key| key.0) };
        let result = identity_service::grant_role(ctx.env()?, ctx.actor()?, key, grant).await;
        role_payload(ctx, result).await
    }

    /// Revokes a role, with immediate effect on this server and within five seconds on others.
    async fn revoke_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The granted role and an optional idempotency key.")] input: RevokeRoleInput,
    ) -> async_graphql::Result<RolePayload> {
        let grant = id::argument(ctx, Kind::RoleGrant, &input.role_grant_id, "roleGrantId")?;
        let key = IdempotencyKey { operation: "revokeRole", key: input.idempotency_key.map(|key| key.0) };
        let result = identity_service::revoke_role(ctx.env()?, ctx.actor()?, key, grant).await;
        role_payload(ctx, result).await
    }

    /// Creates an API key for a reporting tool. It can read aggregates and nothing else.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key's name, unit and expiry, and an optional idempotency key.")]
        input: CreateApiKeyInput,
    ) -> async_graphql::Result<CreateApiKeyPayload> {
        let key = IdempotencyKey { operation: "createApiKey", key: input.idempotency_key.map(|key| key.0) };
        let api_key = identity_service::CreateApiKey {
            name: input.name,
            unit: id::argument(ctx, Kind::OrgUnit, &input.org_unit_id, "orgUnitId")?,
            expires_at: input.expires_at.map(|at| at.0),
        };
        let result = identity_service::create_api_key(ctx.env()?, ctx.actor()?, key, api_key).await;
        let (created, errors) = error::outcome(ctx, result)?;
        let id = created.as_ref().map(|created| id::encode(Kind::ApiKey, created.id));
        Ok(CreateApiKeyPayload { id, key: created.and_then(|created| created.key), errors })
    }

    /// Revokes an API key of a reporting tool.
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The API key.")] input: RevokeApiKeyInput,
    ) -> async_graphql::Result<AccessPayload> {
        let key: ApiKeyId = id::argument(ctx, Kind::ApiKey, &input.api_key_id, "apiKeyId")?;
        done(ctx, identity_service::revoke_api_key(ctx.env()?, ctx.actor()?, key).await)
    }
}

impl IssueActivationCodesInput {
    fn parse(self) -> Result<identity_service::IssueActivationCodes, Refusal> {
        match (self.org_unit_id, self.staff_ids) {
            (Some(unit), None) => {
                id::parse(Kind::OrgUnit, &unit, "orgUnitId").map(identity_service::IssueActivationCodes::Unit)
            }
            (None, Some(people)) if people.len() <= 100 => people
                .iter()
                .map(|person| id::parse::<StaffId>(Kind::Staff, person, "staffIds"))
                .collect::<Result<_, _>>()
                .map(identity_service::IssueActivationCodes::Staff),
            _ => Err(Refusal::input(["orgUnitId"], Key::UnitOrStaff)),
        }
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
        Some(grant) => {
            Some(RoleGrant(identity_service::role_grant(ctx.env()?, ctx.actor()?, grant).await.or_fail(ctx)?))
        }
        None => None,
    };
    Ok(RolePayload { role_grant, errors })
}
