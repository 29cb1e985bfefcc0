//! Granted roles, API keys and accounts that an actor can see: their own, and those of the units that they administer.
//! Auditors see all.

use crate::{
    db::{Backend, Keyset, Order, Page, PageRequest, SortKey, Source, any_of, counted},
    error::Result,
    scope::any_or_none,
    store::{
        self,
        directory::{StaffFilter, staff_keyset},
    },
};
use domain::{
    actor::{Actor, Coverage, Role, RoleGrant},
    id::{ApiKeyId, StaffId, UnitId},
    staff::StaffStatus,
    time::{Date, Instant, to_micros},
};
use entity::{account, api_key, assignment, role_grant, staff};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};
use serde::Serialize;
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

/// The actor who reads, and the day.
#[derive(Clone, Copy)]
pub(crate) struct By<'a> {
    pub actor: &'a Actor,
    pub today: Date,
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
    any_or_none(Condition::any().add_option(own).add_option(units))
}

/// The ids of a unit and those below it today.
async fn subtree<C: ConnectionTrait>(source: Source<'_, C>, by: By<'_>, unit: UnitId) -> Result<Vec<Uuid>> {
    let tree = store::org_unit::tree(source.connection, by.actor.agency, by.today).await?;
    Ok(tree.subtree(unit).iter().map(|unit| unit.0).collect())
}

fn grants_visible(backend: Backend, actor: &Actor) -> Condition {
    use role_grant::{Column, Entity};
    let own = actor.staff().map(|me| Column::StaffId.eq(me.0));
    let visible = administered(actor, own, |units| any_of(backend, (Entity, Column::UnitId), units));
    Condition::all().add(Column::AgencyId.eq(actor.agency.0)).add(visible)
}

/// Loads a page of granted roles, ordered by the time of the grant.
pub(crate) async fn role_grants<C: ConnectionTrait>(
    source: Source<'_, C>,
    by: By<'_>,
    filter: &RoleGrantFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<RoleGrant>, Option<u64>)> {
    use role_grant::{Column, Entity};
    let revoked = if filter.revoked { Column::RevokedAt.is_not_null() } else { Column::RevokedAt.is_null() };
    let mut which = grants_visible(source.backend, by.actor)
        .add(revoked)
        .add_option(filter.staff.map(|staff| Column::StaffId.eq(staff.0)))
        .add_option(filter.role.map(|role| Column::Role.eq(role.to_string())));
    if let Some(unit) = filter.unit {
        which = which.add(any_of(source.backend, (Entity, Column::UnitId), subtree(source, by, unit).await?));
    }
    let select = Entity::find().filter(which);
    let total = counted(source, &select, count).await?;
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

/// Loads a page of API keys, ordered by the time of creation.
pub(crate) async fn api_keys<C: ConnectionTrait>(
    source: Source<'_, C>,
    by: By<'_>,
    filter: &ApiKeyFilter,
    now: Instant,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<api_key::Model>, Option<u64>)> {
    use api_key::{Column, Entity};
    let now = to_micros(now);
    let ended = Condition::any().add(Column::RevokedAt.is_not_null()).add(Column::ExpiresAt.lte(now));
    let works = Condition::all()
        .add(Column::RevokedAt.is_null())
        .add(Condition::any().add(Column::ExpiresAt.is_null()).add(Column::ExpiresAt.gt(now)));
    let mut which = keys_visible(source.backend, by.actor).add(if filter.ended { ended } else { works });
    if let Some(unit) = filter.unit {
        which = which.add(any_of(source.backend, (Entity, Column::UnitId), subtree(source, by, unit).await?));
    }
    let select = Entity::find().filter(which);
    let total = counted(source, &select, count).await?;
    let keyset = Keyset {
        columns: vec![Column::CreatedAt, Column::Id],
        order,
        key: |row: &api_key::Model| vec![SortKey::Int(row.created_at), SortKey::Id(row.id)],
        binding: format!("apiKeys {}", serde_json::to_string(filter)?),
    };
    Ok((keyset.load(source.connection, select, request).await?, total))
}

/// Loads an API key that is visible to the actor.
pub(crate) async fn api_key<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    id: ApiKeyId,
) -> Result<Option<api_key::Model>> {
    let which = keys_visible(source.backend, actor).add(api_key::Column::Id.eq(id.0));
    Ok(api_key::Entity::find().filter(which).one(source.connection).await?)
}

/// Selects the people who are assigned today to one of these units.
fn assigned_to(backend: Backend, today: Date, units: Vec<Uuid>) -> Expr {
    let column = (assignment::Entity, assignment::Column::UnitId);
    let people = assignment::Entity::find()
        .select_only()
        .column(assignment::Column::StaffId)
        .filter(store::assignment::open_on(today))
        .filter(any_of(backend, column, units))
        .into_query();
    staff::Column::Id.in_subquery(people)
}

/// Selects the people who work for the agency and whose account is visible to the actor.
fn accounts_visible(backend: Backend, by: By<'_>) -> Condition {
    let own = by.actor.staff().map(|me| staff::Column::Id.eq(me.0));
    Condition::all()
        .add(staff::Column::AgencyId.eq(by.actor.agency.0))
        .add(staff::Column::Status.eq(StaffStatus::Active.to_string()))
        .add(administered(by.actor, own, |units| assigned_to(backend, by.today, units)))
}

/// Loads a page of the people who work for the agency and whose account is visible to the actor, ordered by name.
pub(crate) async fn accounts<C: ConnectionTrait>(
    source: Source<'_, C>,
    by: By<'_>,
    filter: &AccountFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<staff::Model>, Option<u64>)> {
    let mut which = accounts_visible(source.backend, by);
    if let Some(unit) = filter.unit {
        which = which.add(assigned_to(source.backend, by.today, subtree(source, by, unit).await?));
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
    let total = counted(source, &select, count).await?;
    let keyset = Keyset {
        binding: format!("accounts {}", serde_json::to_string(filter)?),
        ..staff_keyset(&StaffFilter::default(), order)?
    };
    Ok((keyset.load(source.connection, select, request).await?, total))
}

/// Whether the account of a person is visible to the actor.
pub(crate) async fn is_account_visible<C: ConnectionTrait>(
    source: Source<'_, C>,
    by: By<'_>,
    of: StaffId,
) -> Result<bool> {
    let which = accounts_visible(source.backend, by).add(staff::Column::Id.eq(of.0));
    Ok(staff::Entity::find().filter(which).one(source.connection).await?.is_some())
}
