//! Who is behind the tokens that were seen in the last seconds, so that not every request asks the database.

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

/// Past this many tokens it starts anew.
const MAX_TOKENS: usize = 20_000;

/// Clones share it.
#[derive(Clone, Default)]
pub(crate) struct TokenCache(Arc<Mutex<HashMap<String, Arc<Look>>>>);

/// One look at a token. All who come with it meanwhile wait for what it finds.
struct Look {
    /// Before the database was asked.
    since: Instant,
    found: OnceCell<Authenticated>,
}

impl TokenCache {
    /// Who is behind the token of a hash, by a look that is not older than `most`.
    pub(super) async fn find(
        &self,
        hash: &str,
        most: Duration,
        look: impl Future<Output = Result<Authenticated>>,
    ) -> Result<Authenticated> {
        let current = self.current(hash, most);
        match current.found.get_or_try_init(|| look).await {
            Ok(found) if found.expires_at.is_some_and(|end| end <= machine_now()) => {
                Err(Error::Unauthenticated)
            }
            Ok(found) => Ok(found.clone()),
            // Tokens that nobody has are not kept: there is no end of them.
            Err(failure) => {
                let mut looks = self.looks();
                if looks.get(hash).is_some_and(|known| Arc::ptr_eq(known, &current)) {
                    looks.remove(hash);
                }
                Err(failure)
            }
        }
    }

    /// Forgets all: after a change of rights or an end of sessions on this server. What is being looked at now is
    /// told to those who wait for it already.
    pub(crate) fn clear(&self) {
        self.looks().clear();
    }

    fn current(&self, hash: &str, most: Duration) -> Arc<Look> {
        let now = Instant::now();
        let mut looks = self.looks();
        if let Some(look) = looks.get(hash).filter(|look| now - look.since < most) {
            return look.clone();
        }
        if looks.len() >= MAX_TOKENS {
            looks.clear();
        }
        let look = Arc::new(Look { since: now, found: OnceCell::new() });
        looks.insert(hash.to_owned(), look.clone());
        look
    }

    fn looks(&self) -> MutexGuard<'_, HashMap<String, Arc<Look>>> {
        // Nothing panics while it is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
