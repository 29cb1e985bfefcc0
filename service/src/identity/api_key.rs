//! API keys of reporting tools. A key can read only aggregates of a unit's subtree, and works as long as the admin who
//! created it or took it over last administers its unit.

use super::{
    session::Authenticated,
    token::{self, Purpose},
    trace,
};
use crate::{
    db::{Command, IdempotencyKey, any_of},
    directory::visible_unit,
    env::{Env, fresh_id, machine_now},
    error::{Error, Result},
    store::{self, org_unit::Tree},
};
use domain::{
    Key,
    actor::{Actor, Identity, Role},
    event::EventKind,
    id::{AgencyId, ApiKeyId, UnitId},
    policy,
    staff::StaffStatus,
    time::{Calendar, Instant, from_micros, to_micros},
};
use entity::{api_key, role_grant, staff};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set, TryIntoModel, sea_query::Expr};
use serde::Serialize;
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};
use uuid::Uuid;

/// Input for creating a key.
#[derive(Clone, Debug, Serialize)]
pub struct CreateApiKey {
    /// What the key is for, 1 to 120 characters.
    pub name: String,
    /// The unit; the key reads aggregates of its subtree.
    pub unit: UnitId,
    /// When it expires; `None`: valid until revoked.
    pub expires_at: Option<Instant>,
}

impl Command for CreateApiKey {
    const OPERATION: &'static str = "createApiKey";
}

/// A key to take over.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub struct TakeOverApiKey {
    /// The key.
    pub key: ApiKeyId,
}

impl Command for TakeOverApiKey {
    const OPERATION: &'static str = "takeOverApiKey";
}

/// A created key.
#[derive(Clone, Debug)]
pub struct CreatedApiKey {
    /// Its id, for revoking it.
    pub id: ApiKeyId,
    /// The key itself, for `Authorization: Bearer`; `None` on a replay, because the server stores only its hash.
    pub key: Option<String>,
}

/// Creates a key, for admins of the unit.
pub async fn create_api_key(
    env: &Env,
    actor: &Actor,
    idempotency: IdempotencyKey,
    input: CreateApiKey,
) -> Result<CreatedApiKey> {
    let unit = visible_unit(env, actor, input.unit).await?.id;
    policy::access::decide(actor, unit)?;
    let mut refusals = Vec::new();
    let name = domain::error::text("name", &input.name, 120, &mut refusals);
    if !refusals.is_empty() {
        return Err(refusals.into());
    }
    let key = token::issue(Purpose::ApiKey);
    let id = fresh_id();
    let row = api_key::ActiveModel {
        id: Set(id),
        agency_id: Set(actor.agency.0),
        name: Set(name),
        key_hash: Set(token::hash(&key)),
        unit_id: Set(unit.0),
        created_by: Set(actor.staff().map_or(uuid::Uuid::nil(), |staff| staff.0)),
        created_at: Set(to_micros(machine_now())),
        expires_at: Set(input.expires_at.map(to_micros)),
        revoked_at: Set(None),
        taken_over_by: Set(None),
        taken_over_at: Set(None),
    };
    let stored = env
        .write_once(actor, idempotency, input, move |tx, input| async move {
            // A replay of a key that has expired since then is not refused.
            if input.expires_at.is_some_and(|end| end <= machine_now()) {
                return Err(Error::input(["expiresAt"], Key::ExpiryPassed));
            }
            let key = row.clone().try_into_model()?;
            api_key::Entity::insert(row).exec_without_returning(tx.connection()).await?;
            trace::of_key(&tx, EventKind::ApiKeyCreated, &key).await?;
            Ok(id)
        })
        .await?;
    Ok(CreatedApiKey { id: ApiKeyId(stored), key: (stored == id).then_some(key) })
}

/// Revokes a key, for admins of its unit.
pub async fn revoke_api_key(env: &Env, actor: &Actor, key: ApiKeyId) -> Result<()> {
    env.write(actor, move |tx| async move {
        let found = api_key::Entity::find_by_id(key.0)
            .filter(api_key::Column::AgencyId.eq(tx.actor().agency.0))
            .one(tx.connection())
            .await?
            .filter(|found| tx.actor().admin.covers(UnitId(found.unit_id)))
            .ok_or(Error::NotFound)?;
        let revoked = api_key::Entity::update_many()
            .col_expr(api_key::Column::RevokedAt, Expr::value(to_micros(machine_now())))
            .filter(api_key::Column::Id.eq(found.id))
            .filter(api_key::Column::RevokedAt.is_null())
            .exec(tx.connection())
            .await?;
        if revoked.rows_affected > 0 {
            trace::of_key(&tx, EventKind::ApiKeyRevoked, &found).await?;
        }
        Ok(())
    })
    .await?;
    env.token_cache().clear();
    Ok(())
}

/// Takes a key over, for admins of its unit: it works with their right from now on. Nothing happens if it already does.
pub async fn take_over_api_key(
    env: &Env,
    actor: &Actor,
    idempotency: IdempotencyKey,
    input: TakeOverApiKey,
) -> Result<ApiKeyId> {
    let staff = actor.staff().ok_or(Error::Forbidden)?;
    env.write_once(actor, idempotency, input, move |tx, TakeOverApiKey { key }| async move {
        let found = api_key::Entity::find_by_id(key.0)
            .filter(api_key::Column::AgencyId.eq(tx.actor().agency.0))
            .one(tx.connection())
            .await?
            .filter(|found| tx.actor().admin.covers(UnitId(found.unit_id)))
            .ok_or(Error::NotFound)?;
        let now = to_micros(machine_now());
        if found.revoked_at.is_some() || found.expires_at.is_some_and(|end| end <= now) {
            return Err(Error::input(["apiKeyId"], Key::KeyEnded));
        }
        if owner(&found) == Some(staff.0) {
            return Ok(key);
        }
        api_key::Entity::update_many()
            .col_expr(api_key::Column::TakenOverBy, Expr::value(staff.0))
            .col_expr(api_key::Column::TakenOverAt, Expr::value(now))
            .filter(api_key::Column::Id.eq(found.id))
            .exec(tx.connection())
            .await?;
        trace::of_key(&tx, EventKind::ApiKeyTakenOver, &found).await?;
        Ok(key)
    })
    .await?;
    env.token_cache().clear();
    Ok(input.key)
}

/// The person with whose right a key works; none for a key of the system.
fn owner(key: &api_key::Model) -> Option<Uuid> {
    key.taken_over_by.or(Some(key.created_by)).filter(|by| !by.is_nil())
}

/// The units that the owners of keys administer, of those who work for the agency.
struct Owners(HashMap<Uuid, Vec<UnitId>>);

impl Owners {
    async fn load(env: &Env, keys: &[api_key::Model]) -> Result<Self> {
        let (connection, backend) = (env.db.reader(), env.db.backend());
        let owners: BTreeSet<Uuid> = keys.iter().filter_map(owner).collect();
        let active: Vec<Uuid> = staff::Entity::find()
            .select_only()
            .column(staff::Column::Id)
            .filter(any_of(backend, (staff::Entity, staff::Column::Id), owners))
            .filter(staff::Column::Status.eq(StaffStatus::Active.to_string()))
            .into_tuple()
            .all(connection)
            .await?;
        let grants = role_grant::Entity::find()
            .filter(any_of(backend, (role_grant::Entity, role_grant::Column::StaffId), active))
            .filter(role_grant::Column::Role.eq(Role::Admin.to_string()))
            .filter(role_grant::Column::RevokedAt.is_null())
            .all(connection)
            .await?;
        let mut units: HashMap<Uuid, Vec<UnitId>> = HashMap::new();
        for grant in grants {
            units.entry(grant.staff_id).or_default().push(UnitId(grant.unit_id));
        }
        Ok(Self(units))
    }

    /// Whether the owner of a key administers its unit. A key without an owner needs no right.
    fn have_right(&self, key: &api_key::Model, tree: &Tree) -> bool {
        let administers = |owner| {
            let units = self.0.get(&owner).into_iter().flatten().copied();
            tree.coverage(units).covers(UnitId(key.unit_id))
        };
        owner(key).is_none_or(administers)
    }
}

/// The calendar of an agency, and its units today.
async fn agency_today(env: &Env, agency: AgencyId) -> Result<(Calendar, Tree)> {
    let calendar = store::org_unit::calendar(env.db.reader(), agency).await?;
    let tree = store::org_unit::tree(env.db.reader(), agency, calendar.day(env.now())).await?;
    Ok((calendar, tree))
}

/// Selects the keys with an owner who works for the agency and administers the unit of the key, and those without an
/// owner.
pub(super) async fn with_right(env: &Env, keys: &[api_key::Model]) -> Result<BTreeSet<Uuid>> {
    let owners = Owners::load(env, keys).await?;
    let mut found = BTreeSet::new();
    for agency in keys.iter().map(|key| AgencyId(key.agency_id)).collect::<BTreeSet<_>>() {
        let (_, tree) = agency_today(env, agency).await?;
        let of_agency = keys.iter().filter(|key| key.agency_id == agency.0);
        found.extend(of_agency.filter(|key| owners.have_right(key, &tree)).map(|key| key.id));
    }
    Ok(found)
}

pub(super) async fn authenticate(env: &Env, hash: &str) -> Result<Authenticated> {
    let now = to_micros(machine_now());
    let key = api_key::Entity::find()
        .filter(api_key::Column::KeyHash.eq(hash))
        .one(env.db.reader())
        .await?
        .filter(|key| key.revoked_at.is_none() && key.expires_at.is_none_or(|end| end > now))
        .ok_or(Error::Unauthenticated)?;
    let actor = actor(env, &key).await?;
    Ok(Authenticated {
        actor: Arc::new(actor),
        session: None,
        expires_at: key.expires_at.map(from_micros),
        lacks_second_factor: false,
    })
}

/// Loads the current rights of a key.
pub(super) async fn load(env: &Env, key: ApiKeyId) -> Result<Actor> {
    let key = api_key::Entity::find_by_id(key.0).one(env.db.reader()).await?.ok_or(Error::Unauthenticated)?;
    actor(env, &key).await
}

async fn actor(env: &Env, key: &api_key::Model) -> Result<Actor> {
    let agency = AgencyId(key.agency_id);
    let (calendar, tree) = agency_today(env, agency).await?;
    if !Owners::load(env, std::slice::from_ref(key)).await?.have_right(key, &tree) {
        return Err(Error::Unauthenticated);
    }
    Ok(Actor {
        identity: Identity::ApiKey(ApiKeyId(key.id)),
        calendar,
        reporting: tree.coverage([UnitId(key.unit_id)]),
        ..Actor::system(agency)
    })
}
