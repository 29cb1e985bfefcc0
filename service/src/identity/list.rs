//! Lists access: granted roles, API keys and accounts. For the person concerned, for admins of the unit, and for auditors.

use super::{
    second_factor,
    token_login::{self, LoginLink},
};
use crate::{
    db::{Backend, Keyset, Order, Page, PageRequest, SortKey, any_of},
    directory::{StaffFilter, must_be_person, staff_keyset},
    env::{Env, machine_now},
    error::{Error, Result},
    store,
};
use domain::{
    actor::{Actor, Coverage, Role, RoleGrant},
    id::{ApiKeyId, StaffId, UnitId},
    time::{Instant, from_micros, to_micros},
};
use entity::{account, activation_code, api_key, assignment, role_grant, staff};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Filter for granted roles; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct RoleGrantFilter {
    /// Of this person.
    pub staff: Option<StaffId>,
    /// Granted over this unit or over one below it.
    pub unit: Option<UnitId>,
    /// Of this role.
    pub role: Option<Role>,
    /// Selects revoked roles instead of those in force.
    pub revoked: bool,
}

/// Filter for API keys; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct ApiKeyFilter {
    /// For this unit or for one below it.
    pub unit: Option<UnitId>,
    /// Selects revoked and expired keys instead of the others.
    pub ended: bool,
}

/// Filter for accounts; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct AccountFilter {
    /// Of people who are assigned today to this unit or to one below it.
    pub unit: Option<UnitId>,
    /// Whether the person has set a password.
    pub activated: Option<bool>,
}

/// An API key, without the key itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// The unit; the key reads aggregates of its subtree.
    pub unit: UnitId,
    /// Who created it.
    pub created_by: Option<StaffId>,
    /// When it was created.
    pub created_at: Instant,
    /// When it expires; `None`: valid until revoked.
    pub expires_at: Option<Instant>,
    /// When it was revoked; `None` while it is not.
    pub revoked_at: Option<Instant>,
    /// The admin with whose right it works, if not its creator.
    pub taken_over_by: Option<StaffId>,
    /// When they took it over.
    pub taken_over_at: Option<Instant>,
    /// Whether it works: it was neither revoked nor has it expired, and its owner administers its unit.
    pub works: bool,
}

/// The access of a person: every person has one, also before the first code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The person.
    pub staff: StaffId,
    /// The user name for logging in; `None` before the first code.
    pub user_name: Option<String>,
    /// When the present password was set; `None` without a password.
    pub activated_at: Option<Instant>,
    /// When the person added a second factor; `None` without one.
    pub second_factor_since: Option<Instant>,
    /// The subjects of issuers that log in as the person.
    pub login_links: Vec<LoginLink>,
    /// The newest code that was neither used nor replaced: when it was issued, and when it expires.
    pub code: Option<(Instant, Instant)>,
}

/// The condition that a row belongs to a unit that the actor administers, or is about the actor. Auditors see all.
fn administered(actor: &Actor, own: Option<Expr>, within: impl FnOnce(Vec<Uuid>) -> Expr) -> Condition {
    if actor.auditor || actor.admin == Coverage::Everything {
        return Condition::all();
    }
    let units = match &actor.admin {
        Coverage::Units(units) => Some(within(units.iter().map(|unit| unit.0).collect())),
        _ => None,
    };
    // An empty condition would mean all rows.
    Condition::any().add_option(own).add_option(units).add(Expr::val(1).eq(0))
}

/// The ids of a unit and those below it today.
async fn subtree(env: &Env, actor: &Actor, unit: UnitId) -> Result<Vec<Uuid>> {
    let tree = store::org_unit::tree(env.db.reader(), actor.agency, env.today(actor)).await?;
    Ok(tree.subtree(unit).iter().map(|unit| unit.0).collect())
}

fn grants_visible(backend: Backend, actor: &Actor) -> Condition {
    use role_grant::{Column, Entity};
    let own = actor.staff().map(|me| Column::StaffId.eq(me.0));
    let visible = administered(actor, own, |units| any_of(backend, (Entity, Column::UnitId), units));
    Condition::all().add(Column::AgencyId.eq(actor.agency.0)).add(visible)
}

/// Loads a page of granted roles, the latest first or last.
pub async fn role_grants(
    env: &Env,
    actor: &Actor,
    filter: &RoleGrantFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<RoleGrant>, Option<u64>)> {
    use role_grant::{Column, Entity};
    must_be_person(actor)?;
    let source = env.db.source();
    let revoked = if filter.revoked { Column::RevokedAt.is_not_null() } else { Column::RevokedAt.is_null() };
    let mut which = grants_visible(source.backend, actor)
        .add(revoked)
        .add_option(filter.staff.map(|staff| Column::StaffId.eq(staff.0)))
        .add_option(filter.role.map(|role| Column::Role.eq(role.to_string())));
    if let Some(unit) = filter.unit {
        let units = subtree(env, actor, unit).await?;
        which = which.add(any_of(source.backend, (Entity, Column::UnitId), units));
    }
    let select = Entity::find().filter(which);
    let total = if count { Some(select.clone().count(source.connection).await?) } else { None };
    let keyset = Keyset {
        columns: vec![Column::GrantedAt, Column::Id],
        order,
        key: |row: &role_grant::Model| vec![SortKey::Int(row.granted_at), SortKey::Id(row.id)],
        binding: format!("roleGrants {}", serde_json::to_string(filter)?),
    };
    let page = keyset.load(source.connection, select, request).await?;
    Ok((page.try_map(store::role_grant::value)?, total))
}

fn keys_visible(backend: Backend, actor: &Actor) -> Condition {
    use api_key::{Column, Entity};
    let own = actor.staff().map(|me| Column::CreatedBy.eq(me.0).or(Column::TakenOverBy.eq(me.0)));
    let visible = administered(actor, own, |units| any_of(backend, (Entity, Column::UnitId), units));
    Condition::all().add(Column::AgencyId.eq(actor.agency.0)).add(visible)
}

/// Loads a page of API keys, the latest first or last.
pub async fn api_keys(
    env: &Env,
    actor: &Actor,
    filter: &ApiKeyFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<ApiKey>, Option<u64>)> {
    use api_key::{Column, Entity};
    must_be_person(actor)?;
    let source = env.db.source();
    let now = to_micros(machine_now());
    let ended = Condition::any().add(Column::RevokedAt.is_not_null()).add(Column::ExpiresAt.lte(now));
    let works = Condition::all()
        .add(Column::RevokedAt.is_null())
        .add(Condition::any().add(Column::ExpiresAt.is_null()).add(Column::ExpiresAt.gt(now)));
    let mut which = keys_visible(source.backend, actor).add(if filter.ended { ended } else { works });
    if let Some(unit) = filter.unit {
        let units = subtree(env, actor, unit).await?;
        which = which.add(any_of(source.backend, (Entity, Column::UnitId), units));
    }
    let select = Entity::find().filter(which);
    let total = if count { Some(select.clone().count(source.connection).await?) } else { None };
    let keyset = Keyset {
        columns: vec![Column::CreatedAt, Column::Id],
        order,
        key: |row: &api_key::Model| vec![SortKey::Int(row.created_at), SortKey::Id(row.id)],
        binding: format!("apiKeys {}", serde_json::to_string(filter)?),
    };
    let page = keyset.load(source.connection, select, request).await?;
    let rows: Vec<api_key::Model> = page.items.iter().map(|(_, row)| row.clone()).collect();
    let with_right = super::api_key::with_right(env, &rows).await?;
    Ok((page.try_map(|row| Ok(value(row, &with_right)))?, total))
}

/// Loads an API key that is visible to the actor.
pub async fn api_key(env: &Env, actor: &Actor, id: ApiKeyId) -> Result<Option<ApiKey>> {
    must_be_person(actor)?;
    let which = keys_visible(env.db.backend(), actor).add(api_key::Column::Id.eq(id.0));
    let Some(row) = api_key::Entity::find().filter(which).one(env.db.reader()).await? else {
        return Ok(None);
    };
    let with_right = super::api_key::with_right(env, std::slice::from_ref(&row)).await?;
    Ok(Some(value(row, &with_right)))
}

fn value(row: api_key::Model, with_right: &BTreeSet<Uuid>) -> ApiKey {
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

/// Selects the people who are assigned today to one of these units.
fn assigned_to(env: &Env, actor: &Actor, units: Vec<Uuid>) -> Expr {
    let column = (assignment::Entity, assignment::Column::UnitId);
    let people = assignment::Entity::find()
        .select_only()
        .column(assignment::Column::StaffId)
        .filter(store::assignment::open_on(env.today(actor)))
        .filter(any_of(env.db.backend(), column, units))
        .into_query();
    staff::Column::Id.in_subquery(people)
}

/// Selects the people who work for the agency and whose account is visible to the actor.
fn accounts_visible(env: &Env, actor: &Actor) -> Condition {
    use domain::staff::StaffStatus;
    let own = actor.staff().map(|me| staff::Column::Id.eq(me.0));
    Condition::all()
        .add(staff::Column::AgencyId.eq(actor.agency.0))
        .add(staff::Column::Status.eq(StaffStatus::Active.to_string()))
        .add(administered(actor, own, |units| assigned_to(env, actor, units)))
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
    let source = env.db.source();
    let mut which = accounts_visible(env, actor);
    if let Some(unit) = filter.unit {
        which = which.add(assigned_to(env, actor, subtree(env, actor, unit).await?));
    }
    if let Some(activated) = filter.activated {
        let with_password = account::Entity::find()
            .select_only()
            .column(account::Column::StaffId)
            .filter(account::Column::PasswordHash.is_not_null())
            .into_query();
        which = which.add(match activated {
            true => staff::Column::Id.in_subquery(with_password),
            false => staff::Column::Id.not_in_subquery(with_password),
        });
    }
    let select = staff::Entity::find().filter(which);
    let total = if count { Some(select.clone().count(source.connection).await?) } else { None };
    let keyset = Keyset {
        binding: format!("accounts {}", serde_json::to_string(filter)?),
        ..staff_keyset(&StaffFilter::default(), order)?
    };
    let page = keyset.load(source.connection, select, request).await?;
    let people: Vec<StaffId> = page.items.iter().map(|(_, person)| StaffId(person.id)).collect();
    let mut found = of_people(env, &people).await?;
    let page = page.try_map(|person| found.remove(&StaffId(person.id)).ok_or(Error::NotFound))?;
    Ok((page, total))
}

/// Loads the account of a person, if it is visible to the actor.
pub async fn account(env: &Env, actor: &Actor, of: StaffId) -> Result<Option<Account>> {
    must_be_person(actor)?;
    let which = accounts_visible(env, actor).add(staff::Column::Id.eq(of.0));
    if staff::Entity::find().filter(which).one(env.db.reader()).await?.is_none() {
        return Ok(None);
    }
    Ok(of_people(env, &[of]).await?.remove(&of))
}

/// Loads the accounts of these people, with one for each of them.
async fn of_people(env: &Env, people: &[StaffId]) -> Result<HashMap<StaffId, Account>> {
    let (backend, ids) = (env.db.backend(), people.iter().map(|person| person.0));
    let rows = account::Entity::find()
        .filter(any_of(backend, (account::Entity, account::Column::StaffId), ids))
        .all(env.db.reader())
        .await?;
    let of_accounts = (activation_code::Entity, activation_code::Column::AccountId);
    let unused = activation_code::Entity::find()
        .filter(any_of(backend, of_accounts, rows.iter().map(|row| row.id)))
        .filter(activation_code::Column::UsedAt.is_null())
        .order_by_asc(activation_code::Column::IssuedAt)
        .all(env.db.reader())
        .await?;
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
