//! Checks all connections at intervals: ends those with an ended session, and gives the others their changed rights.
//! One check covers all connections, so that its cost does not grow with idle sockets.

use super::connections::Shared;
use domain::actor::{Actor, Identity};
use futures_util::{StreamExt, stream};
use graphql::live::DisconnectReason;
use service::{
    Error,
    identity::{self, RIGHTS_LOOKBACK, RightsChanges},
};
use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};
use tokio::time::Instant;

/// How many people's rights are read concurrently.
const AT_ONCE: usize = 4;

/// Checks at intervals while anyone is connected.
pub(super) async fn keep(shared: Arc<Shared>) {
    let mut changes = RecentChanges::default();
    loop {
        tokio::select! {
            () = tokio::time::sleep(shared.limits.check()) => {}
            () = shared.stopping.cancelled() => return,
        }
        {
            let mut connections = shared.connections();
            if connections.all.is_empty() {
                connections.keeper_runs = false;
                return;
            }
        }
        if let Err(cause) = end_revoked(&shared).await {
            tracing::warn!(%cause, "sessions can't be checked; retrying at the next interval");
        }
        if let Err(cause) = renew_rights(&shared, &mut changes).await {
            tracing::warn!(%cause, "rights can't be checked; retrying at the next interval");
        }
    }
}

async fn end_revoked(shared: &Shared) -> Result<(), Error> {
    let credentials: Vec<_> = shared.connections().all.values().map(|entry| entry.credential).collect();
    let credentials: Vec<_> = credentials.into_iter().collect::<HashSet<_>>().into_iter().collect();
    let ended = identity::ended(&shared.env, &credentials).await?;
    if !ended.is_empty() {
        for entry in shared.connections().all.values().filter(|entry| ended.contains(&entry.credential)) {
            entry.end(DisconnectReason::Revoked);
        }
    }
    Ok(())
}

/// Reads the rights of people again if they may have changed, or if a new day has begun.
async fn renew_rights(shared: &Shared, changes: &mut RecentChanges) -> Result<(), Error> {
    let now = shared.env.now();
    changes.add(identity::rights_changes(&shared.env, changes.up_to).await?);
    let mut stale: HashMap<Identity, Arc<Actor>> = HashMap::new();
    for entry in shared.connections().all.values_mut() {
        let actor = entry.actor();
        entry.stale |= changes.affect(&actor, !entry.checked) || actor.calendar.day(now) != entry.day;
        entry.checked = true;
        if entry.stale {
            stale.insert(actor.identity, actor);
        }
    }
    let read = stream::iter(stale.into_values()).map(|actor| async move {
        let rights = identity::current_rights(&shared.env, &actor).await;
        (actor.identity, rights)
    });
    let read: HashMap<_, _> = read.buffer_unordered(AT_ONCE).collect().await;
    for entry in shared.connections().all.values_mut() {
        match read.get(&entry.actor().identity) {
            Some(Ok(rights)) => {
                (entry.day, entry.stale) = (rights.calendar.day(now), false);
                let rights = Arc::new(rights.clone());
                entry.state.send_modify(|state| state.authenticated.actor = rights);
            }
            Some(Err(Error::Unauthenticated)) => entry.end(DisconnectReason::Revoked),
            Some(Err(cause)) => {
                tracing::warn!(%cause, "a person's rights can't be read; retrying at the next interval")
            }
            None => {}
        }
    }
    Ok(())
}

/// Changes of rights that recent checks found.
#[derive(Default)]
struct RecentChanges {
    up_to: Option<i64>,
    /// One entry a check, the newest last.
    recent: VecDeque<(Instant, RightsChanges)>,
}

impl RecentChanges {
    fn add(&mut self, changes: RightsChanges) {
        self.up_to = Some(changes.up_to);
        let now = Instant::now();
        self.recent.retain(|(at, _)| now - *at < RIGHTS_LOOKBACK);
        self.recent.push_back((now, changes));
    }

    /// Whether a person's rights may have changed since they were read. The rights of a new connection may have been
    /// read before the last checks.
    fn affect(&self, actor: &Actor, new: bool) -> bool {
        let checks = if new { self.recent.len() } else { 1 };
        self.recent.iter().rev().take(checks).any(|(_, changes)| changes.affects(actor))
    }
}
