//! Checks all connections at intervals, and when a token expires. Ends connections with an ended session or an expired
//! token, and updates the rights of the others. One check covers all connections, so that its cost does not grow with
//! the number of idle sockets.

use super::connections::Shared;
use domain::{
    actor::{Actor, Identity},
    time::Instant as Moment,
};
use futures_util::{StreamExt, stream};
use graphql::live::DisconnectReason;
use service::{
    Error,
    env::machine_now,
    identity::{self, RIGHTS_LOOKBACK, RightsChanges, Validity},
};
use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};
use tokio::time::Instant;

/// Number of people whose rights are read concurrently.
const AT_ONCE: usize = 4;

/// Minutes for which a connection may stay open after its own token has expired, if the session has a newer token. So
/// an app that refreshes its session on another connection keeps its streams, but a copied token can't keep a stream
/// open for days.
pub const MINUTES_PAST_TOKEN: i64 = 60;

/// Minimum time between two checks, even if many tokens expire.
const BETWEEN_CHECKS: Duration = Duration::from_millis(250);

/// Checks at intervals while anyone is connected.
pub(super) async fn keep(shared: Arc<Shared>) {
    let mut changes = RecentChanges::default();
    let mut last = Instant::now();
    loop {
        tokio::select! {
            () = tokio::time::sleep_until(next_check(&shared, last)) => {}
            () = shared.expiring.notified() => continue,
            () = shared.stopping.cancelled() => return,
        }
        last = Instant::now();
        {
            let mut connections = shared.connections();
            if connections.all.is_empty() {
                connections.keeper_runs = false;
                return;
            }
        }
        if let Err(cause) = check_credentials(&shared).await {
            tracing::warn!(%cause, "sessions can't be checked; retrying at the next interval");
        }
        end_expired(&shared, machine_now());
        if let Err(cause) = renew_rights(&shared, &mut changes).await {
            tracing::warn!(%cause, "rights can't be checked; retrying at the next interval");
        }
    }
}

/// The time of the next check: an interval after the last one, or earlier if a token expires before.
fn next_check(shared: &Shared, last: Instant) -> Instant {
    let now = machine_now();
    let connections = shared.connections();
    // Includes past times, because a token may have expired while its connection was being opened. Skips ended
    // connections, which their own tasks remove.
    let expiries = connections.all.values().filter(|entry| entry.is_open()).filter_map(|entry| entry.until);
    let next = expiries.min().map(|until| (until - now).to_std().unwrap_or_default());
    let regular = last + shared.limits.check();
    next.map_or(regular, |next| regular.min((Instant::now() + next).max(last + BETWEEN_CHECKS)))
}

/// Ends the connections of ended sessions and revoked keys, and records how long the others may stay open.
async fn check_credentials(shared: &Shared) -> Result<(), Error> {
    let credentials: HashSet<_> = shared.connections().all.values().map(|entry| entry.credential).collect();
    let credentials: Vec<_> = credentials.into_iter().collect();
    let found = identity::validity(&shared.env, &credentials).await?;
    for entry in shared.connections().all.values_mut() {
        match found.get(&entry.credential) {
            Some(Validity::Ended) => entry.end(DisconnectReason::Revoked),
            Some(Validity::Until(newest)) => entry.until = open_until(entry.expires(), *newest),
            // The connection is newer than the list of credentials.
            None => {}
        }
    }
    Ok(())
}

/// The time until which a connection may stay open: the expiry of the session's newest token, but at most an hour after
/// the expiry of the connection's own token.
fn open_until(own: Option<Moment>, newest: Option<Moment>) -> Option<Moment> {
    let own = own?;
    Some(newest.unwrap_or(own).max(own).min(own + chrono::Duration::minutes(MINUTES_PAST_TOKEN)))
}

/// Ends the connections whose time is over, even while the database can't be read. In that case a newer token counts
/// only if an earlier check has found it.
fn end_expired(shared: &Shared, now: Moment) {
    for entry in shared.connections().all.values() {
        if entry.until.is_some_and(|until| until <= now) {
            entry.end(DisconnectReason::Expired);
        }
    }
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

    /// Whether a person's rights may have changed since they were read. A new connection may have read its rights
    /// before several recent checks, so the changes of all these checks count.
    fn affect(&self, actor: &Actor, new: bool) -> bool {
        let checks = if new { self.recent.len() } else { 1 };
        self.recent.iter().rev().take(checks).any(|(_, changes)| changes.affects(actor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_outlives_its_token_by_an_hour_at_most() {
        let own: Moment = "2026-03-02T02:00:00Z".parse().expect("an instant");
        let minutes = |count| Some(own + chrono::Duration::minutes(count));
        for (newest, expected) in [
            (None, minutes(0)),
            // The session was not refreshed.
            (minutes(0), minutes(0)),
            (minutes(-5), minutes(0)),
            (minutes(10), minutes(10)),
            (minutes(60), minutes(60)),
            (minutes(61), minutes(60)),
            (minutes(600), minutes(60)),
        ] {
            assert_eq!(open_until(Some(own), newest), expected, "{newest:?}");
        }
        assert_eq!(open_until(None, None), None, "a key without an end");
    }
}
