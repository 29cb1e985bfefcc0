//! Gives and takes access: codes, roles, keys. For admins.

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

/// Whose codes to make: exactly one of the two.
#[derive(InputObject)]
struct IssueActivationCodesInput {
    /// All people without an activated account in this unit and those below it.
    org_unit_id: Option<ID>,
    /// These people, at most 100; also resets a forgotten password.
    staff_ids: Option<Vec<ID>>,
    /// Makes it safe to send again; the codes are told once.
    idempotency_key: Option<Uuid>,
}

/// The codes, told once: print them.
#[derive(SimpleObject)]
struct IssueActivationCodesPayload {
    /// The codes; null when `errors` tells why, and where they were told before.
    codes: Option<Vec<ActivationCode>>,
    /// What you can act on; nothing was written then.
    errors: Vec<UserError>,
}

/// A role to grant.
#[derive(InputObject)]
struct GrantRoleInput {
    /// To whom.
    staff_id: ID,
    /// PERFORMANCE_TEAM, ADMIN or AUDITOR.
    role: Role,
    /// Over which unit's subtree.
    org_unit_id: ID,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// A role to revoke.
#[derive(InputObject)]
struct RevokeRoleInput {
    /// The grant.
    role_grant_id: ID,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// The outcome of `grantRole` and `revokeRole`.
#[derive(SimpleObject)]
struct RolePayload {
    /// The grant; null when `errors` tells why.
    role_grant: Option<RoleGrant>,
    /// What you can act on; nothing was written then.
    errors: Vec<UserError>,
}

/// A key to make.
#[derive(InputObject)]
struct CreateApiKeyInput {
    /// What the key is for, 1 to 120 characters.
    name: String,
    /// The unit whose subtree it reads aggregates of.
    org_unit_id: ID,
    /// When it ends; null: until revoked.
    expires_at: Option<DateTime>,
    /// Makes it safe to send again; the key is told once.
    idempotency_key: Option<Uuid>,
}

/// The key, told once.
#[derive(SimpleObject)]
struct CreateApiKeyPayload {
    /// The global id, for `revokeApiKey`; null when `errors` tells why.
    id: Option<ID>,
    /// The key, for `Authorization: Bearer`; null where it was told before.
    key: Option<String>,
    /// What you can act on; nothing was written then.
    errors: Vec<UserError>,
}

/// A key to end.
#[derive(InputObject)]
struct RevokeApiKeyInput {
    /// The key's global id.
    api_key_id: ID,
    /// Ignored; ending a key can be sent twice as it is.
    idempotency_key: Option<Uuid>,
}

#[Object]
impl AccessMutation {
    /// Makes one-time codes, as a download for the personnel office. Codes made before stop working.
    async fn issue_activation_codes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: IssueActivationCodesInput,
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

    /// Grants a role over a unit's subtree. Works at once.
    async fn grant_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: GrantRoleInput,
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

    /// Revokes a role. Works at once on this server, within five seconds on others.
    async fn revoke_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: RevokeRoleInput,
    ) -> async_graphql::Result<RolePayload> {
        let grant = id::argument(ctx, Kind::RoleGrant, &input.role_grant_id, "roleGrantId")?;
        let key = IdempotencyKey { operation: "revokeRole", key: input.idempotency_key.map(|key| key.0) };
        let result = identity_service::revoke_role(ctx.env()?, ctx.actor()?, key, grant).await;
        role_payload(ctx, result).await
    }

    /// Makes a key for a reporting tool. It reads aggregates and nothing else.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: CreateApiKeyInput,
    ) -> async_graphql::Result<CreateApiKeyPayload> {
        let key = IdempotencyKey { operation: "createApiKey", key: input.idempotency_key.map(|key| key.0) };
        let key = identity_service::CreateApiKey {
            name: input.name,
            unit: id::argument(ctx, Kind::OrgUnit, &input.org_unit_id, "orgUnitId")?,
            expires_at: input.expires_at.map(|at| at.0),
        };
        let result = identity_service::create_api_key(ctx.env()?, ctx.actor()?, key, key).await;
        let (created, errors) = error::outcome(ctx, result)?;
        let id = created.as_ref().map(|created| id::encode(Kind::ApiKey, created.id));
        Ok(CreateApiKeyPayload { id, key: created.and_then(|created| created.key), errors })
    }

    /// Ends a key of a reporting tool.
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: RevokeApiKeyInput,
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
