//! Lists of access: granted roles, API keys and accounts.

use super::types::{Account, ApiKey, Role, RoleGrant};
use crate::{
    connection,
    context::ContextExt,
    error::OrFail,
    id::{self, Kind},
    page::{self, OrderDirection},
};
use async_graphql::{Context, ID, InputObject, Object};
use futures_util::FutureExt;
use service::identity as identity_service;

/// Queries on the access of people and reporting tools.
#[derive(Default)]
pub struct AccessQuery;

connection!(RoleGrantConnection, RoleGrantEdge, RoleGrant, "granted roles");
connection!(ApiKeyConnection, ApiKeyEdge, ApiKey, "API keys");
connection!(AccountConnection, AccountEdge, Account, "accounts");

/// Filter of granted roles; all conditions must match.
#[derive(InputObject, Default)]
struct RoleGrantFilter {
    /// Only roles granted to this person.
    staff_id: Option<ID>,
    /// Only roles granted over this unit or one of its subunits.
    org_unit_id: Option<ID>,
    /// Only grants of this role.
    role: Option<Role>,
    /// True, the default: roles in force. False: revoked ones.
    current: Option<bool>,
}

/// Sort order of granted roles.
#[derive(InputObject)]
struct RoleGrantOrder {
    /// By the time at which they were granted.
    granted_at: OrderDirection,
}

/// Filter of API keys; all conditions must match.
#[derive(InputObject, Default)]
struct ApiKeyFilter {
    /// Only keys for this unit or one of its subunits.
    org_unit_id: Option<ID>,
    /// True, the default: keys that are neither revoked nor expired. False: the others. Such a key can still be out of
    /// use, see `works`.
    current: Option<bool>,
}

/// Sort order of API keys.
#[derive(InputObject)]
struct ApiKeyOrder {
    /// By the time at which they were created.
    created_at: OrderDirection,
}

/// Filter of accounts; all conditions must match.
#[derive(InputObject, Default)]
struct AccountFilter {
    /// Only accounts of people who are assigned today to this unit or one of its subunits.
    org_unit_id: Option<ID>,
    /// True: only people who have set a password. False: only the others, also those who never got a code.
    activated: Option<bool>,
}

/// Sort order of accounts.
#[derive(InputObject)]
struct AccountOrder {
    /// By the person's name.
    name: OrderDirection,
}

#[Object]
impl AccessQuery {
    /// The roles granted to people, by default the latest first. You see your own roles and those over the units that
    /// you administer; auditors see all of the agency.
    async fn role_grants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filter of granted roles; all conditions must match.")] filter: Option<
            RoleGrantFilter,
        >,
        #[graphql(desc = "Sort order.")] order_by: Option<RoleGrantOrder>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Option<RoleGrantConnection>> {
        let filter = filter.unwrap_or_default();
        let filter = identity_service::RoleGrantFilter {
            staff: argument(ctx, Kind::Staff, filter.staff_id.as_ref(), "staffId")?,
            unit: argument(ctx, Kind::OrgUnit, filter.org_unit_id.as_ref(), "orgUnitId")?,
            role: filter.role.map(Into::into),
            revoked: filter.current == Some(false),
        };
        let order = order_by.map_or(OrderDirection::Descending, |by| by.granted_at).into();
        let (request, total) = (page::request(first, after, last, before), page::wants_total(ctx));
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let found = identity_service::role_grants(env, actor, &filter, order, &request, total).boxed().await;
        let (found, total) = found.or_fail(ctx)?;
        Ok(Some(RoleGrantConnection::new(found, total, RoleGrant)))
    }

    /// The API keys of reporting tools, by default the latest first. You see those that you created and those for the
    /// units that you administer; auditors see all of the agency. The keys themselves are never returned.
    async fn api_keys(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filter of API keys; all conditions must match.")] filter: Option<ApiKeyFilter>,
        #[graphql(desc = "Sort order.")] order_by: Option<ApiKeyOrder>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Option<ApiKeyConnection>> {
        let filter = filter.unwrap_or_default();
        let filter = identity_service::ApiKeyFilter {
            unit: argument(ctx, Kind::OrgUnit, filter.org_unit_id.as_ref(), "orgUnitId")?,
            ended: filter.current == Some(false),
        };
        let order = order_by.map_or(OrderDirection::Descending, |by| by.created_at).into();
        let (request, total) = (page::request(first, after, last, before), page::wants_total(ctx));
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let found = identity_service::api_keys(env, actor, &filter, order, &request, total).boxed().await;
        let (found, total) = found.or_fail(ctx)?;
        Ok(Some(ApiKeyConnection::new(found, total, ApiKey)))
    }

    /// The accounts of the people who work for the agency, by name, activated or not. You see your own account and
    /// those of the units that you administer; auditors see all of the agency.
    async fn accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filter of accounts; all conditions must match.")] filter: Option<AccountFilter>,
        #[graphql(desc = "Sort order.")] order_by: Option<AccountOrder>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Option<AccountConnection>> {
        let filter = filter.unwrap_or_default();
        let filter = identity_service::AccountFilter {
            unit: argument(ctx, Kind::OrgUnit, filter.org_unit_id.as_ref(), "orgUnitId")?,
            activated: filter.activated,
        };
        let order = order_by.map_or(OrderDirection::Ascending, |by| by.name).into();
        let (request, total) = (page::request(first, after, last, before), page::wants_total(ctx));
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let found = identity_service::accounts(env, actor, &filter, order, &request, total).boxed().await;
        let (found, total) = found.or_fail(ctx)?;
        Ok(Some(AccountConnection::new(found, total, Account)))
    }
}

fn argument<T: From<uuid::Uuid>>(
    ctx: &Context<'_>,
    kind: Kind,
    given: Option<&ID>,
    name: &str,
) -> async_graphql::Result<Option<T>> {
    given.map(|given| id::argument(ctx, kind, given, name)).transpose()
}

/// Loads an API key by id; none if it is not visible.
pub async fn api_key(ctx: &Context<'_>, id: uuid::Uuid) -> async_graphql::Result<Option<ApiKey>> {
    let found = identity_service::api_key(ctx.env()?, ctx.actor()?, id.into()).boxed().await.or_fail(ctx)?;
    Ok(found.map(ApiKey))
}

/// Loads the account of a person; none if it is not visible.
pub async fn account(ctx: &Context<'_>, staff: uuid::Uuid) -> async_graphql::Result<Option<Account>> {
    let found =
        identity_service::account(ctx.env()?, ctx.actor()?, staff.into()).boxed().await.or_fail(ctx)?;
    Ok(found.map(Account))
}
