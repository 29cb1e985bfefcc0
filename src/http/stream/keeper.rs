//! Looks after those who are connected: whose session has ended goes, whose rights have changed gets the new ones.
//! One look for all of them, so that what it costs does not grow with every idle socket.

use super::connections::Shared;
use crate::graphql::live::DisconnectReason;
use domain::actor::{Actor, Identity};
use futures_util::{StreamExt, stream};
use service::{
    Error,
    identity::{self, RIGHTS_LOOKBACK, RightsChanges},
};
use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};
use tokio::time::Instant;

/// How many people's rights are read at once.
const AT_ONCE: usize = 4;

/// Looks again and again, as long as anybody is connected.
pub(super) async fn keep(shared: Arc<Shared>) {
    let mut known = Known::default();
    loop {
        tokio::select! {
            () = tokio::time::sleep(shared.limits.check()) => {}
            () = shared.stopping.cancelled() => return,
        }
        {
            let mut connections = shared.connections();
            if connections.all.is_empty() {
                connections.kept = false;
                return;
            }
        }
        if let Err(cause) = end_revoked(&shared).await {
            tracing::warn!(%cause, "sessions can't be looked at; the next look follows");
        }
        if let Err(cause) = renew_rights(&shared, &mut known).await {
            tracing::warn!(%cause, "rights can't be looked at; the next look follows");
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

/// Reads the rights anew of those to whom something may have happened, or for whom another day has begun.
async fn renew_rights(shared: &Shared, known: &mut Known) -> Result<(), Error> {
    let now = shared.env.now();
    known.look(identity::rights_changes(&shared.env, known.upto).await?);
    let mut stale: HashMap<Identity, Arc<Actor>> = HashMap::new();
    for entry in shared.connections().all.values_mut() {
        let actor = entry.actor();
        entry.stale |= known.concerns(&actor, !entry.seen) || actor.calendar.day(now) != entry.day;
        entry.seen = true;
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
                entry.standing.send_modify(|standing| standing.authenticated.actor = rights);
            }
            Some(Err(Error::Unauthenticated)) => entry.end(DisconnectReason::Revoked),
            Some(Err(cause)) => {
                tracing::warn!(%cause, "somebody's rights can't be read; the next look follows")
            }
            None => {}
        }
    }
    Ok(())
}

/// What the last looks have found.
#[derive(Default)]
struct Known {
    upto: Option<i64>,
    /// The newest last.
    recent: VecDeque<(Instant, RightsChanges)>,
}

impl Known {
    fn look(&mut self, changes: RightsChanges) {
        self.upto = Some(changes.up_to);
        let now = Instant::now();
        self.recent.retain(|(at, _)| now - *at < RIGHTS_LOOKBACK);
        self.recent.push_back((now, changes));
    }

    /// Whether somebody's rights may be others than are known: those of a newcomer may have been read before the
    /// last looks.
    fn concerns(&self, actor: &Actor, newcomer: bool) -> bool {
        let looks = if newcomer { self.recent.len() } else { 1 };
        self.recent.iter().rev().take(looks).any(|(_, changes)| changes.affects(actor))
    }
}
