//! Cache of recently used tokens, so that not every request queries the database.

#[cfg(test)]
mod tests;

use super::session::Authenticated;
use crate::{
    env::machine_now,
    error::{Error, Result},
    max_age::{MaxAge, ReadAt},
};
use moka::{future::Cache, policy::EvictionPolicy};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Max age of a cached token. Changed rights apply within five seconds; the difference is for requests that are still
/// running.
const MAX_AGE: Duration = Duration::from_secs(4);
/// Maximum number of cached tokens.
const MAX_TOKENS: u64 = 20_000;

/// Authenticated tokens by hash. Clones share the cache.
#[derive(Clone)]
pub(crate) struct TokenCache {
    tokens: Cache<Key, Token>,
    /// The number of times that the cache was cleared.
    era: Arc<AtomicU64>,
}

/// An era and the hash of a token. A lookup that began before the cache was cleared stores its result under the earlier
/// era, where nobody finds it.
type Key = (u64, String);

/// A successful lookup, whose result later requests can use.
#[derive(Clone)]
struct Token {
    read_at: Instant,
    found: Authenticated,
}

/// A result of a lookup that is not cached. Only requests that already waited for the lookup get it.
enum Uncached {
    /// Not cached, so that each server notices at once when a second factor is added.
    LacksSecondFactor(Authenticated),
    /// Unknown tokens are not cached: anyone can invent any number of them.
    Failed(Error),
}

impl ReadAt for Token {
    fn read_at(&self) -> Instant {
        self.read_at
    }
}

impl Default for TokenCache {
    fn default() -> Self {
        let tokens = Cache::builder()
            .max_capacity(MAX_TOKENS)
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(MaxAge(MAX_AGE))
            .build();
        Self { tokens, era: Arc::default() }
    }
}

impl TokenCache {
    /// Returns the cached result for a token hash; otherwise runs `lookup`. Concurrent requests with the same token
    /// share one lookup.
    pub(super) async fn find(
        &self,
        hash: &str,
        lookup: impl Future<Output = Result<Authenticated>>,
    ) -> Result<Authenticated> {
        match self.tokens.try_get_with(self.key(hash), read(lookup)).await {
            Ok(Token { found, .. }) if found.expires_at.is_some_and(|end| end <= machine_now()) => {
                Err(Error::Unauthenticated)
            }
            Ok(token) => Ok(token.found),
            Err(uncached) => uncached.result(),
        }
    }

    /// Runs `lookup` even if a result is cached. Later requests use the new result.
    pub(super) async fn renew(
        &self,
        hash: &str,
        lookup: impl Future<Output = Result<Authenticated>>,
    ) -> Result<Authenticated> {
        let key = self.key(hash);
        match read(lookup).await {
            Ok(token) => {
                self.tokens.insert(key, token.clone()).await;
                Ok(token.found)
            }
            Err(uncached) => {
                self.tokens.invalidate(&key).await;
                uncached.result()
            }
        }
    }

    /// Clears the cache after this server changed rights or ended sessions. Requests that already wait for a running
    /// lookup still get its result; later ones don't.
    pub(crate) fn clear(&self) {
        self.era.fetch_add(1, Ordering::SeqCst);
        self.tokens.invalidate_all();
    }

    fn key(&self, hash: &str) -> Key {
        (self.era.load(Ordering::SeqCst), hash.to_owned())
    }
}

impl Uncached {
    fn result(&self) -> Result<Authenticated> {
        match self {
            Self::LacksSecondFactor(found) => Ok(found.clone()),
            Self::Failed(error) => Err(error.clone()),
        }
    }
}

async fn read(lookup: impl Future<Output = Result<Authenticated>>) -> std::result::Result<Token, Uncached> {
    let read_at = Instant::now();
    match lookup.await {
        Ok(found) if found.lacks_second_factor => Err(Uncached::LacksSecondFactor(found)),
        Ok(found) => Ok(Token { read_at, found }),
        Err(error) => Err(Uncached::Failed(error)),
    }
}
