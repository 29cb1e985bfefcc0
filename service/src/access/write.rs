//! Writes the waiting entries of the access log, and removes old entries.

use crate::{
    env::Env,
    error::Result,
    store::lists::access_log::{self, Access, Times},
};
use chrono::Duration;
use domain::{actor::Actor, id::AgencyId};
use std::sync::atomic::Ordering;
use uuid::Uuid;

/// Entries in one statement.
const BATCH: usize = 500;
/// Old entries that are removed in one unit of work.
const REMOVED: u64 = 5_000;
/// The time between two writes.
const PAUSE: std::time::Duration = std::time::Duration::from_secs(2);

/// Writes the entries that wait, until the process ends. A failed write is tried again.
pub async fn run(env: Env) {
    loop {
        tokio::time::sleep(PAUSE).await;
        if let Err(cause) = flush(&env).await {
            tracing::warn!(%cause, "the access log could not be written; will retry");
        }
    }
}

/// Writes the entries that wait. If this fails, they continue to wait.
pub async fn flush(env: &Env) -> Result<u64> {
    let log = env.access();
    let mut waiting: Vec<(Access, Times)> = log.state().waiting.drain().collect();
    // All servers write in the same order, so that two of them never wait for each other's rows.
    waiting.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut done = 0;
    let mut failure = None;
    for batch in waiting.chunks(BATCH) {
        if failure.is_none() {
            let rows = batch.to_vec();
            match env.write(&nobody(), move |tx| async move { access_log::write(&tx, rows).await }).await {
                Ok(()) => done += batch.len() as u64,
                Err(cause) => failure = Some(cause),
            }
        }
        if failure.is_some() {
            let mut state = log.state();
            let lost = batch.iter().filter(|(access, times)| !state.add(access.clone(), *times)).count();
            log.0.lost.fetch_add(lost as u64, Ordering::Relaxed);
        }
    }
    log.0.written.fetch_add(done, Ordering::Relaxed);
    failure.map_or(Ok(done), Err)
}

fn nobody() -> Actor {
    Actor::system(AgencyId(Uuid::nil()))
}

/// Removes entries that are older than the setting allows.
pub(crate) async fn expire(env: &Env) -> Result<u64> {
    let oldest = env.now().date_naive() - Duration::days(i64::from(env.access_log_days));
    let mut removed = 0;
    loop {
        let batch = env
            .write(&nobody(), move |tx| async move { access_log::remove_before(&tx, oldest, REMOVED).await })
            .await?;
        removed += batch;
        if batch < REMOVED {
            return Ok(removed);
        }
    }
}
