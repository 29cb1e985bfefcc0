//! Ended credentials and changed rights of open connections, checked for all connections in one go.

use super::{Authenticated, actor, api_key as keys, second_factor};
use crate::{
    db::{BATCH, any_of},
    env::{Env, machine_now},
    error::{Error, Result},
    store,
};
use domain::{
    actor::{Actor, Coverage, Identity},
    event::EventKind,
    id::{ApiKeyId, SessionId, StaffId},
    staff::StaffStatus,
    time::{Instant, from_micros, to_micros},
};
use entity::{account, api_key, event, session, staff};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
};
use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};
use uuid::Uuid;

/// How far back the first check of a new connection searches the journal. Longer than the time between reading the
/// connection's rights and that check.
pub const RIGHTS_LOOKBACK: Duration = Duration::from_secs(8);

/// The session or API key that keeps a connection open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    /// A login session.
    Session(SessionId),
    /// A reporting tool's API key.
    Key(ApiKeyId),
}

impl Authenticated {
    /// Returns the credential that keeps the connection open.
    ///
    /// # Errors
    /// UNAUTHENTICATED for the system itself, which never connects.
    pub fn credential(&self) -> Result<Credential> {
        match (self.session, self.actor.identity) {
            (Some(session), _) => Ok(Credential::Session(session)),
            (None, Identity::ApiKey(key)) => Ok(Credential::Key(key)),
            (None, Identity::Staff(_) | Identity::System) => Err(Error::Unauthenticated),
        }
    }
}

/// Whether a credential can keep connections open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// It ended by logout, password change, departure of the person, or revocation, or the key has expired; or a second
    /// factor is missing that the settings make compulsory.
    Ended,
    /// It lasts until its newest access token or the key expires; `None`: until it is revoked.
    Until(Option<Instant>),
}

/// Checks credentials. Returns the validity of each of them.
pub async fn validity(env: &Env, credentials: &[Credential]) -> Result<HashMap<Credential, Validity>> {
    let (mut sessions, mut keys) = (Vec::new(), Vec::new());
    for credential in credentials {
        match credential {
            Credential::Session(id) => sessions.push(id.0),
            Credential::Key(id) => keys.push(id.0),
        }
    }
    let mut found: HashMap<Credential, Validity> =
        credentials.iter().map(|credential| (*credential, Validity::Ended)).collect();
    for ids in sessions.chunks(BATCH) {
        for (id, until) in living_sessions(env, ids).await? {
            let until = Validity::Until(Some(from_micros(until)));
            found.insert(Credential::Session(SessionId(id)), until);
        }
    }
    for ids in keys.chunks(BATCH) {
        for (id, until) in living_keys(env, ids).await? {
            found.insert(Credential::Key(ApiKeyId(id)), Validity::Until(until.map(from_micros)));
        }
    }
    Ok(found)
}

/// The sessions that have not ended, each with the expiry of its newest access token.
async fn living_sessions(env: &Env, ids: &[Uuid]) -> Result<Vec<(Uuid, i64)>> {
    let owner = Query::select()
        .expr(Expr::val(1))
        .from(account::Entity)
        .inner_join(
            staff::Entity,
            Expr::col((staff::Entity, staff::Column::Id)).equals((account::Entity, account::Column::StaffId)),
        )
        .and_where(
            Expr::col((account::Entity, account::Column::Id))
                .equals((session::Entity, session::Column::AccountId)),
        )
        .and_where(
            Expr::col((account::Entity, account::Column::Epoch))
                .equals((session::Entity, session::Column::Epoch)),
        )
        .and_where(Expr::col((staff::Entity, staff::Column::Status)).eq(StaffStatus::Active.to_string()))
        .to_owned();
    // A person who becomes an admin while connected must add a second factor first, if one is compulsory.
    let lacks = env.second_factor_required.then(|| second_factor::lacks_one().not());
    Ok(session::Entity::find()
        .select_only()
        .column(session::Column::Id)
        .column(session::Column::AccessExpiresAt)
        .filter(Condition::all().add_option(lacks))
        .filter(any_of(env.db.backend(), (session::Entity, session::Column::Id), ids.iter().copied()))
        .filter(session::Column::EndedAt.is_null())
        .filter(Expr::exists(owner))
        .into_tuple()
        .all(env.db.reader())
        .await?)
}

/// The keys that are neither revoked nor expired and have an owner with the right to them, each with its expiry.
async fn living_keys(env: &Env, ids: &[Uuid]) -> Result<Vec<(Uuid, Option<i64>)>> {
    let now = to_micros(machine_now());
    let keys = api_key::Entity::find()
        .filter(any_of(env.db.backend(), (api_key::Entity, api_key::Column::Id), ids.iter().copied()))
        .filter(api_key::Column::RevokedAt.is_null())
        .filter(
            Condition::any()
                .add(api_key::Column::ExpiresAt.is_null())
                .add(api_key::Column::ExpiresAt.gt(now)),
        )
        .all(env.db.reader())
        .await?;
    let with_right = keys::with_right(env, &keys).await?;
    let living = keys.into_iter().filter(|key| with_right.contains(&key.id));
    Ok(living.map(|key| (key.id, key.expires_at)).collect())
}

/// Loads the current rights of a connected actor.
pub async fn current_rights(env: &Env, before: &Actor) -> Result<Actor> {
    match before.identity {
        Identity::Staff(person) => actor::load(env, before.agency, person).await,
        Identity::ApiKey(key) => keys::load(env, key).await,
        Identity::System => Ok(before.clone()),
    }
}

/// The people with possibly changed rights, found in a range of the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RightsChanges {
    /// The number of the last entry searched.
    pub up_to: i64,
    /// People with changed roles, assignments or delegations.
    pub people: BTreeSet<StaffId>,
    /// Whether the unit tree changed, which affects everyone with rights over units.
    pub tree: bool,
}

impl RightsChanges {
    /// Whether the changes may affect this actor.
    #[must_use]
    pub fn affects(&self, actor: &Actor) -> bool {
        let units = [&actor.headed, &actor.performance_team, &actor.admin, &actor.reporting];
        actor.staff().is_some_and(|person| self.people.contains(&person))
            || (self.tree && units.into_iter().any(Coverage::is_any))
    }
}

/// Searches the journal after entry number `after`, or the last [`RIGHTS_LOOKBACK`] if `None`, for changes of rights.
pub async fn rights_changes(env: &Env, after: Option<i64>) -> Result<RightsChanges> {
    let up_to = store::event::newest(env.db.source()).await?.number;
    let mut changes = RightsChanges { up_to, ..RightsChanges::default() };
    let after = match after {
        Some(after) if after <= up_to => after,
        // The journal has lost its end, and its numbers count again from before.
        _ => first_recent(env).await?.map_or(up_to, |first| first - 1),
    };
    if after >= up_to {
        return Ok(changes);
    }
    let of_people = [
        EventKind::RoleGranted,
        EventKind::RoleRevoked,
        EventKind::AssignmentOpened,
        EventKind::AssignmentUpdated,
        EventKind::AssignmentClosed,
        EventKind::Delegated,
        EventKind::DelegationEnded,
    ];
    let of_the_tree = [EventKind::OrgUnitCreated, EventKind::OrgUnitUpdated];
    let kinds = of_people.iter().chain(&of_the_tree).map(ToString::to_string);
    let people: Vec<Option<Uuid>> = event::Entity::find()
        .select_only()
        .column(event::Column::StaffId)
        .filter(event::Column::Number.gt(after))
        .filter(event::Column::Number.lte(up_to))
        .filter(event::Column::Kind.is_in(kinds))
        .distinct()
        .into_tuple()
        .all(env.db.reader())
        .await?;
    for person in people {
        match person {
            Some(person) => changes.people.extend([StaffId(person)]),
            // The entry of a unit has no person.
            None => changes.tree = true,
        }
    }
    Ok(changes)
}

/// Finds the number of the first entry within [`RIGHTS_LOOKBACK`].
async fn first_recent(env: &Env) -> Result<Option<i64>> {
    let since = env.now() - RIGHTS_LOOKBACK;
    let first: Option<Option<i64>> = event::Entity::find()
        .select_only()
        .column_as(event::Column::Number.min(), "first")
        .filter(event::Column::At.gte(to_micros(since)))
        .into_tuple()
        .one(env.db.reader())
        .await?;
    Ok(first.flatten())
}
