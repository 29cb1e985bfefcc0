//! API keys of reporting tools. A key can read only aggregates of a unit's subtree, and works as long as its owner
//! administers its unit. The owner is the admin who created it or took it over last.

use super::{
    session::Authenticated,
    token::{self, Purpose},
    trace,
};
use crate::{
    db::{Command, IdempotencyKey, Tx},
    directory::visible_unit,
    env::{Env, fresh_id, machine_now},
    error::{Error, Result},
    store::{
        self,
        credentials::api_key::{self as keys, NewKey, Row},
        org_unit::Tree,
    },
};
use domain::{
    Key,
    actor::{Actor, Identity},
    event::EventKind,
    id::{AgencyId, ApiKeyId, UnitId},
    policy,
    time::{Calendar, Instant, from_micros, to_micros},
};
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
    let id = ApiKeyId(fresh_id());
    let new = NewKey {
        id,
        agency: actor.agency,
        name,
        hash: token::hash(&key),
        unit,
        by: actor.staff(),
        at: machine_now(),
        expires_at: input.expires_at,
    };
    let stored = env
        .write_once(actor, idempotency, input, move |tx, input| async move {
            // The check is part of the unit of work, so that a replay is not refused if the key has expired since the
            // first request.
            if input.expires_at.is_some_and(|end| end <= machine_now()) {
                return Err(Error::input(["expiresAt"], Key::ExpiryPassed));
            }
            let key = keys::insert(&tx, new).await?;
            trace::of_key(&tx, EventKind::ApiKeyCreated, &key).await?;
            Ok(id)
        })
        .await?;
    Ok(CreatedApiKey { id: stored, key: (stored == id).then_some(key) })
}

/// Revokes a key, for admins of its unit.
pub async fn revoke_api_key(env: &Env, actor: &Actor, key: ApiKeyId) -> Result<()> {
    env.write(actor, move |tx| async move {
        let found = administered(&tx, key).await?;
        if keys::revoke(&tx, found.id, machine_now()).await? {
            trace::of_key(&tx, EventKind::ApiKeyRevoked, &found).await?;
        }
        Ok(())
    })
    .await?;
    env.token_cache().clear();
    Ok(())
}

/// Takes over a key, for admins of its unit: from now on the key works as long as this admin administers the unit. Does
/// nothing if the admin already is its owner.
pub async fn take_over_api_key(
    env: &Env,
    actor: &Actor,
    idempotency: IdempotencyKey,
    input: TakeOverApiKey,
) -> Result<ApiKeyId> {
    let staff = actor.staff().ok_or(Error::Forbidden)?;
    env.write_once(actor, idempotency, input, move |tx, TakeOverApiKey { key }| async move {
        let found = administered(&tx, key).await?;
        let now = machine_now();
        if found.revoked_at.is_some() || found.expires_at.is_some_and(|end| end <= to_micros(now)) {
            return Err(Error::input(["apiKeyId"], Key::KeyEnded));
        }
        if owner(&found) == Some(staff.0) {
            return Ok(key);
        }
        keys::take_over(&tx, found.id, staff, now).await?;
        trace::of_key(&tx, EventKind::ApiKeyTakenOver, &found).await?;
        Ok(key)
    })
    .await?;
    env.token_cache().clear();
    Ok(input.key)
}

/// Loads a key of a unit that the actor administers.
async fn administered(tx: &Tx, key: ApiKeyId) -> Result<Row> {
    let (agency, admin) = (tx.actor().agency, &tx.actor().admin);
    let found = keys::find(tx.connection(), key).await?;
    let found = found.filter(|found| found.agency_id == agency.0 && admin.covers(UnitId(found.unit_id)));
    found.ok_or(Error::NotFound)
}

/// The person on whose right a key depends; `None` for a key of the system.
fn owner(key: &Row) -> Option<Uuid> {
    key.taken_over_by.or(Some(key.created_by)).filter(|by| !by.is_nil())
}

/// The units that the owners of keys administer. Owners who no longer work for the agency are left out.
struct Owners(HashMap<Uuid, Vec<UnitId>>);

impl Owners {
    async fn load(env: &Env, of: &[Row]) -> Result<Self> {
        let owners: BTreeSet<Uuid> = of.iter().filter_map(owner).collect();
        Ok(Self(keys::administered(env.db.source(), owners).await?))
    }

    /// Whether the owner of a key administers its unit. A key without an owner needs no right.
    fn have_right(&self, key: &Row, tree: &Tree) -> bool {
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

/// Selects the keys whose owner works for the agency and administers the key's unit, and the keys without an owner.
pub(super) async fn with_right(env: &Env, of: &[Row]) -> Result<BTreeSet<Uuid>> {
    let owners = Owners::load(env, of).await?;
    let mut found = BTreeSet::new();
    for agency in of.iter().map(|key| AgencyId(key.agency_id)).collect::<BTreeSet<_>>() {
        let (_, tree) = agency_today(env, agency).await?;
        let of_agency = of.iter().filter(|key| key.agency_id == agency.0);
        found.extend(of_agency.filter(|key| owners.have_right(key, &tree)).map(|key| key.id));
    }
    Ok(found)
}

pub(super) async fn authenticate(env: &Env, hash: &str) -> Result<Authenticated> {
    let now = to_micros(machine_now());
    let key = keys::with_hash(env.db.reader(), hash)
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
    let key = keys::find(env.db.reader(), key).await?.ok_or(Error::Unauthenticated)?;
    actor(env, &key).await
}

async fn actor(env: &Env, key: &Row) -> Result<Actor> {
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
