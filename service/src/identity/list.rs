//! Lists access: granted roles, API keys and accounts. For the person concerned, for admins of the unit, and for
//! auditors.

pub use crate::store::lists::access::{AccountFilter, ApiKeyFilter, RoleGrantFilter};

use super::{
    second_factor,
    token_login::{self, LoginLink},
};
use crate::{
    db::{Order, Page, PageRequest},
    directory::must_be_person,
    env::{Env, machine_now},
    error::{Error, Result},
    store::{
        credentials,
        lists::access::{self, By},
    },
};
use domain::{
    actor::{Actor, RoleGrant},
    id::{ApiKeyId, StaffId, UnitId},
    time::{Instant, from_micros, to_micros},
};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// An API key, without the key itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// The unit; the key reads aggregates of its subtree.
    pub unit: UnitId,
    /// Who created it; `None`: the system.
    pub created_by: Option<StaffId>,
    /// When it was created.
    pub created_at: Instant,
    /// When it expires; `None`: valid until revoked.
    pub expires_at: Option<Instant>,
    /// When it was revoked; `None` while it is not.
    pub revoked_at: Option<Instant>,
    /// The admin on whose right the key depends, if it is not its creator.
    pub taken_over_by: Option<StaffId>,
    /// When they took it over.
    pub taken_over_at: Option<Instant>,
    /// Whether it works: it is not revoked, it has not expired, and its owner administers its unit.
    pub works: bool,
}

/// The login data of a person. Every person has one such value, also before the first code is issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The person.
    pub staff: StaffId,
    /// The user name for logging in; `None` before the first code.
    pub user_name: Option<String>,
    /// When the current password was set; `None` without a password.
    pub activated_at: Option<Instant>,
    /// When the person added a second factor; `None` without one.
    pub second_factor_since: Option<Instant>,
    /// The subjects of issuers with which the person can log in.
    pub login_links: Vec<LoginLink>,
    /// When the newest code that was neither used nor replaced was issued, and when it expires.
    pub code: Option<(Instant, Instant)>,
}

/// Loads a page of granted roles, ordered by the time of the grant.
pub async fn role_grants(
    env: &Env,
    actor: &Actor,
    filter: &RoleGrantFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<RoleGrant>, Option<u64>)> {
    must_be_person(actor)?;
    let by = By { actor, today: env.today(actor) };
    access::role_grants(env.db.source(), by, filter, order, request, count).await
}

/// Loads a page of API keys, ordered by the time of creation.
pub async fn api_keys(
    env: &Env,
    actor: &Actor,
    filter: &ApiKeyFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<ApiKey>, Option<u64>)> {
    must_be_person(actor)?;
    let by = By { actor, today: env.today(actor) };
    let source = env.db.source();
    let (page, total) = access::api_keys(source, by, filter, machine_now(), order, request, count).await?;
    let rows: Vec<credentials::api_key::Row> = page.items.iter().map(|(_, row)| row.clone()).collect();
    let with_right = super::api_key::with_right(env, &rows).await?;
    Ok((page.try_map(|row| Ok(value(row, &with_right)))?, total))
}

/// Loads an API key that is visible to the actor.
pub async fn api_key(env: &Env, actor: &Actor, id: ApiKeyId) -> Result<Option<ApiKey>> {
    must_be_person(actor)?;
    let Some(row) = access::api_key(env.db.source(), actor, id).await? else {
        return Ok(None);
    };
    let with_right = super::api_key::with_right(env, std::slice::from_ref(&row)).await?;
    Ok(Some(value(row, &with_right)))
}

fn value(row: credentials::api_key::Row, with_right: &BTreeSet<Uuid>) -> ApiKey {
    let expired = row.expires_at.is_some_and(|end| end <= to_micros(machine_now()));
    ApiKey {
        works: row.revoked_at.is_none() && !expired && with_right.contains(&row.id),
        id: ApiKeyId(row.id),
        name: row.name,
        unit: UnitId(row.unit_id),
        created_by: Some(row.created_by).filter(|by| !by.is_nil()).map(StaffId),
        created_at: from_micros(row.created_at),
        expires_at: row.expires_at.map(from_micros),
        revoked_at: row.revoked_at.map(from_micros),
        taken_over_by: row.taken_over_by.map(StaffId),
        taken_over_at: row.taken_over_at.map(from_micros),
    }
}

/// Loads a page of the accounts of the people who work for the agency, ordered by name.
pub async fn accounts(
    env: &Env,
    actor: &Actor,
    filter: &AccountFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Account>, Option<u64>)> {
    must_be_person(actor)?;
    let by = By { actor, today: env.today(actor) };
    let (page, total) = access::accounts(env.db.source(), by, filter, order, request, count).await?;
    let people: Vec<StaffId> = page.items.iter().map(|(_, person)| StaffId(person.id)).collect();
    let mut found = of_people(env, &people).await?;
    let page = page.try_map(|person| found.remove(&StaffId(person.id)).ok_or(Error::NotFound))?;
    Ok((page, total))
}

/// Loads the account of a person, if it is visible to the actor.
pub async fn account(env: &Env, actor: &Actor, of: StaffId) -> Result<Option<Account>> {
    must_be_person(actor)?;
    let by = By { actor, today: env.today(actor) };
    if !access::is_account_visible(env.db.source(), by, of).await? {
        return Ok(None);
    }
    Ok(of_people(env, &[of]).await?.remove(&of))
}

/// Loads one account for each of these people.
async fn of_people(env: &Env, people: &[StaffId]) -> Result<HashMap<StaffId, Account>> {
    let source = env.db.source();
    let rows = credentials::account::of_people(source, people.iter().map(|person| person.0)).await?;
    let unused = credentials::code::unused_of(source, rows.iter().map(|row| row.id)).await?;
    let codes: HashMap<Uuid, (Instant, Instant)> = unused
        .into_iter()
        .map(|code| (code.account_id, (from_micros(code.issued_at), from_micros(code.expires_at))))
        .collect();
    let added = second_factor::of_accounts(env, rows.iter().map(|row| row.id)).await?;
    let mut links = token_login::links_of(env, rows.iter().map(|row| row.id)).await?;
    let without = |staff| Account {
        staff,
        user_name: None,
        activated_at: None,
        second_factor_since: None,
        login_links: Vec::new(),
        code: None,
    };
    let mut found: HashMap<StaffId, Account> =
        people.iter().map(|person| (*person, without(*person))).collect();
    for row in rows {
        let staff = StaffId(row.staff_id);
        let activated_at = row.activated_at.filter(|_| row.password_hash.is_some()).map(from_micros);
        let code = codes.get(&row.id).copied();
        let second_factor_since = added.get(&row.id).copied();
        let user_name = Some(row.user_name);
        let login_links = links.remove(&row.id).unwrap_or_default();
        found.insert(
            staff,
            Account { staff, user_name, activated_at, second_factor_since, login_links, code },
        );
    }
    Ok(found)
}
