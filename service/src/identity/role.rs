//! Grants and revokes roles. A change takes effect at once on this server and within five seconds on others.

use crate::{
    db::{Command, IdempotencyKey},
    directory::visible_unit,
    env::{Env, fresh_id},
    error::{Error, Result},
    store,
};
use domain::{
    Key, Message, Refusal,
    actor::{Actor, Role, RoleGrant},
    event::EventKind,
    id::{RoleGrantId, StaffId, UnitId},
    policy,
};
use serde::Serialize;

/// Input for granting a role.
#[derive(Clone, Debug, Serialize)]
pub struct GrantRole {
    /// The person who gets the role.
    pub staff: StaffId,
    /// The role. EMPLOYEE can't be granted, because everyone has it; neither can REPORTING, which only API keys have.
    pub role: Role,
    /// The unit; the role covers its subtree.
    pub unit: UnitId,
}

impl Command for GrantRole {
    const OPERATION: &'static str = "grantRole";
}

/// A role to revoke.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub struct RevokeRole {
    /// The grant.
    pub grant: RoleGrantId,
}

impl Command for RevokeRole {
    const OPERATION: &'static str = "revokeRole";
}

/// Grants a role, for admins who cover the unit.
pub async fn grant_role(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: GrantRole,
) -> Result<RoleGrantId> {
    let unit = visible_unit(env, actor, input.unit).await?.id;
    let granted = env
        .write_once(actor, key, input, move |tx, input| async move {
            let actor = tx.actor();
            policy::access::decide_role(actor, input.role, unit)?;
            if matches!(input.role, Role::Employee | Role::Reporting) {
                let message = Message::new(Key::RoleNotGranted).with_label("role", input.role);
                return Err(Error::input(["role"], message));
            }
            store::staff::active(&tx, input.staff).await?.ok_or_else(|| Refusal::not_found(["staffId"]))?;
            let current = store::role_grant::current_of(tx.connection(), input.staff).await?;
            let same = |one: &&RoleGrant| (one.role, one.unit) == (input.role, input.unit);
            if let Some(existing) = current.iter().find(same) {
                return Ok(existing.id);
            }
            let grant = RoleGrant {
                id: RoleGrantId(fresh_id()),
                agency: actor.agency,
                staff: input.staff,
                role: input.role,
                unit: input.unit,
                granted_at: tx.now(),
                revoked_at: None,
                version: 1,
            };
            Ok(tx.create(grant, EventKind::RoleGranted, None).await?.id)
        })
        .await?;
    env.token_cache().clear();
    Ok(granted)
}

/// Revokes a role, for admins who cover its unit. Admins can't revoke their own ADMIN role.
pub async fn revoke_role(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: RevokeRole,
) -> Result<RoleGrantId> {
    let revoked = env
        .write_once(actor, key, input, move |tx, RevokeRole { grant }| async move {
            let before = store::role_grant::find(tx.connection(), tx.actor().agency, grant)
                .await?
                .filter(|found| can_see(tx.actor(), found))
                .ok_or(Error::NotFound)?;
            policy::access::decide_role(tx.actor(), before.role, before.unit)?;
            if before.revoked_at.is_some() {
                return Ok(grant);
            }
            if before.role == Role::Admin && tx.actor().is(before.staff) {
                return Err(Refusal::forbidden().into());
            }
            let after = RoleGrant { revoked_at: Some(tx.now()), ..before.clone() };
            tx.change(&before, after, EventKind::RoleRevoked, None).await?;
            Ok(grant)
        })
        .await?;
    env.token_cache().clear();
    Ok(revoked)
}

/// Lists a person's current roles: for the person, for auditors, and for admins who cover the role's unit.
pub async fn grants_of(env: &Env, actor: &Actor, staff: StaffId) -> Result<Vec<RoleGrant>> {
    let mut grants = store::role_grant::current_of(env.db.reader(), staff).await?;
    grants.retain(|grant| grant.agency == actor.agency);
    Ok(grants.into_iter().filter(|grant| can_see(actor, grant)).collect())
}

/// Whether the actor can see a grant: the person who has it, auditors, and admins who cover its unit.
fn can_see(actor: &Actor, grant: &RoleGrant) -> bool {
    actor.is(grant.staff) || actor.auditor || actor.admin.covers(grant.unit)
}

/// Loads a grant, for the person who has it, for auditors, and for admins who cover its unit.
pub async fn role_grant(env: &Env, actor: &Actor, grant: RoleGrantId) -> Result<RoleGrant> {
    store::role_grant::find(env.db.reader(), actor.agency, grant)
        .await?
        .filter(|grant| can_see(actor, grant))
        .ok_or(Error::NotFound)
}
