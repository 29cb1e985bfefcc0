//! Cache of recently used tokens, so that not every request queries the database.

use super::session::Authenticated;
use crate::{
    env::machine_now,
    error::{Error, Result},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::OnceCell, time::Instant};

/// The cache is cleared when it reaches this size.
const MAX_TOKENS: usize = 20_000;

/// Authenticated tokens by hash. Clones share the cache.
#[derive(Clone, Default)]
pub(crate) struct TokenCache(Arc<Mutex<HashMap<String, Arc<Entry>>>>);

/// One lookup of a token. Concurrent requests with the same token wait for its result.
struct Entry {
    /// The start of the lookup.
    since: Instant,
    found: OnceCell<Authenticated>,
}

impl TokenCache {
    /// Returns the cached result for a token hash if it is at most `max_age` old; otherwise runs `lookup`.
    pub(super) async fn find(
        &self,
        hash: &str,
        max_age: Duration,
        lookup: impl Future<Output = Result<Authenticated>>,
    ) -> Result<Authenticated> {
        let current = self.current(hash, max_age);
        match current.found.get_or_try_init(|| lookup).await {
            Ok(found) if found.expires_at.is_some_and(|end| end <= machine_now()) => {
                Err(Error::Unauthenticated)
            }
            // Not cached, so that every server knows at once that a second factor was added.
            Ok(found) if found.lacks_second_factor => {
                self.forget(hash, &current);
                Ok(found.clone())
            }
            Ok(found) => Ok(found.clone()),
            // Unknown tokens are not cached: anyone can invent any number of them.
            Err(error) => {
                self.forget(hash, &current);
                Err(error)
            }
        }
    }

    fn forget(&self, hash: &str, current: &Arc<Entry>) {
        let mut entries = self.entries();
        if entries.get(hash).is_some_and(|entry| Arc::ptr_eq(entry, current)) {
            entries.remove(hash);
        }
    }

    /// Clears the cache after this server changed rights or ended sessions. Requests that already wait for a running
    /// lookup still get its result.
    pub(crate) fn clear(&self) {
        self.entries().clear();
    }

    fn current(&self, hash: &str, max_age: Duration) -> Arc<Entry> {
        let now = Instant::now();
        let mut entries = self.entries();
        if let Some(entry) = entries.get(hash).filter(|entry| now - entry.since < max_age) {
            return entry.clone();
        }
        if entries.len() >= MAX_TOKENS {
            entries.clear();
        }
        let entry = Arc::new(Entry { since: now, found: OnceCell::new() });
        entries.insert(hash.to_owned(), entry.clone());
        entry
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, Arc<Entry>>> {
        // A poisoned lock is safe to use: no code panics while it is locked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
