//! Finds ended credentials and changed rights of open connections, for all connections at once.

use super::{Authenticated, actor, api_key as keys};
use crate::{
    db::BATCH,
    env::{Env, machine_now},
    error::{Error, Result},
    store::{
        self,
        credentials::{api_key, connected},
    },
};
use domain::{
    actor::{Actor, Coverage, Identity},
    event::EventKind,
    id::{ApiKeyId, SessionId, StaffId},
    time::{Instant, from_micros},
};
use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};
use uuid::Uuid;

/// How far back the first check of a new connection searches the journal. It is longer than the time from reading the
/// connection's rights to that check.
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
    /// It ended by logout, password change, revocation, or because the person left; or the key has expired, or the
    /// session lacks a second factor that the settings require.
    Ended,
    /// It is valid until its newest access token or the key expires; `None`: until it is revoked.
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
        for (id, until) in
            connected::living_sessions(env.db.source(), ids, env.second_factor_required).await?
        {
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

/// The keys that are neither revoked nor expired and have an owner with the right to them, each with its expiry.
async fn living_keys(env: &Env, ids: &[Uuid]) -> Result<Vec<(Uuid, Option<i64>)>> {
    let keys = api_key::living(env.db.source(), ids, machine_now()).await?;
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
        // The first check has no earlier number. If the journal has lost its last entries, their numbers are used
        // again, so the earlier number means nothing.
        _ => connected::first_since(env.db.source(), env.now() - RIGHTS_LOOKBACK)
            .await?
            .map_or(up_to, |first| first - 1),
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
    let kinds = of_people.into_iter().chain(of_the_tree);
    let people = connected::people_of(env.db.source(), kinds, (after, up_to)).await?;
    for person in people {
        match person {
            Some(person) => changes.people.extend([StaffId(person)]),
            // The entry of a unit has no person.
            None => changes.tree = true,
        }
    }
    Ok(changes)
}
