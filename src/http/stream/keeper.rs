//! Looks after those who are connected: whose session has ended goes, whose rights have changed gets the new ones.
//! One look for all of them, so that what it costs does not grow with every idle socket.

use super::connections::Shared;
use crate::graphql::live::Over;
use domain::{
    actor::{Actor, Identity},
    time::Instant,
};
use futures_util::{StreamExt, stream};
use service::{Error, identity};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// How many people's rights are read at once.
const AT_ONCE: usize = 4;

/// Looks again and again, as long as anybody is connected.
pub(super) async fn keep(shared: Arc<Shared>) {
    let mut looked = shared.env.now();
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
        match renew_rights(&shared, looked).await {
            Ok(now) => looked = now,
            Err(cause) => tracing::warn!(%cause, "rights can't be looked at; the next look follows"),
        }
    }
}

async fn end_revoked(shared: &Shared) -> Result<(), Error> {
    let passes: Vec<_> = shared.connections().all.values().map(|entry| entry.pass).collect();
    let passes: Vec<_> = passes.into_iter().collect::<HashSet<_>>().into_iter().collect();
    let ended = identity::ended(&shared.env, &passes).await?;
    if !ended.is_empty() {
        for entry in shared.connections().all.values().filter(|entry| ended.contains(&entry.pass)) {
            entry.end(Over::Revoked);
        }
    }
    Ok(())
}

/// Reads the rights anew of those to whom something may have happened, or for whom another day has begun.
async fn renew_rights(shared: &Shared, looked: Instant) -> Result<Instant, Error> {
    let now = shared.env.now();
    let changed = identity::rights_changed(&shared.env, looked).await?;
    let mut stale: HashMap<Identity, Arc<Actor>> = HashMap::new();
    for entry in shared.connections().all.values() {
        let actor = entry.actor();
        if changed || actor.calendar.day(now) != entry.day {
            stale.insert(actor.identity, actor);
        }
    }
    let read = stream::iter(stale.into_values()).map(|actor| async move {
        let rights = identity::rights_now(&shared.env, &actor).await;
        (actor.identity, rights)
    });
    let read: HashMap<_, _> = read.buffer_unordered(AT_ONCE).collect().await;
    for entry in shared.connections().all.values_mut() {
        match read.get(&entry.actor().identity) {
            Some(Ok(rights)) => {
                entry.day = rights.calendar.day(now);
                let rights = Arc::new(rights.clone());
                entry.standing.send_modify(|standing| standing.found.actor = rights);
            }
            Some(Err(Error::Unauthenticated)) => entry.end(Over::Revoked),
            Some(Err(cause)) => tracing::warn!(%cause, "somebody's rights can't be read"),
            None => {}
        }
    }
    Ok(now)
}
