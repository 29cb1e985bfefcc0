//! Batched loading with the `dataloader` crate.

use crate::{context::Caller, error};
use async_graphql::Context;
use dataloader::{BatchFn, cached::Loader};
use domain::actor::Actor;
use futures_util::future::BoxFuture;
use service::{Env, db::Page};
use std::{
    collections::HashMap,
    fmt::Debug,
    hash::Hash,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{
    sync::{Notify, futures::OwnedNotified},
    task::yield_now,
};

/// More keys than one level of a response can have, so that a level is one batch.
const MAX_BATCH: usize = 20_000;
/// Number of scheduler turns without a new key after which a level is complete: all its fields have started.
const QUIET_TURNS: usize = 3;

type Found<V> = service::Result<Option<V>>;
type Fetch<K, V> = Arc<dyn Fn(Vec<K>) -> BoxFuture<'static, service::Result<HashMap<K, V>>> + Send + Sync>;

/// Fetches the values of a batch of keys.
struct Fetcher<K, V>(Fetch<K, V>);

impl<K: Clone + Eq + Hash + Send + Sync, V: Clone + Send> BatchFn<K, Found<V>> for Fetcher<K, V> {
    async fn load(&mut self, keys: &[K]) -> HashMap<K, Found<V>> {
        match (self.0)(keys.to_vec()).await {
            Ok(mut found) => keys.iter().map(|key| (key.clone(), Ok(found.remove(key)))).collect(),
            Err(failure) => keys.iter().map(|key| (key.clone(), Err(failure.clone()))).collect(),
        }
    }
}

/// Loads values by key, in batches, each key at most once in a request.
///
/// The first task that needs a missing key becomes the leader: it waits until the level has requested all its keys,
/// then fetches them. The other tasks sleep until the leader is done. With the `dataloader` crate alone, each
/// task would wait by itself: every turn would poll all of them, and they would wake one by one, which splits the next
/// level into several batches.
pub struct Batch<K, V>
where
    K: Clone + Debug + Eq + Hash + Send + Sync,
    V: Clone + Send,
{
    loader: Loader<K, Found<V>, Fetcher<K, V>>,
    state: Mutex<State<K, V>>,
}

struct State<K, V> {
    found: HashMap<K, Found<V>>,
    /// Keys of the next batch.
    asked: Vec<K>,
    /// Wakes the waiting tasks after the fetch; none while there is no leader.
    done: Option<Arc<Notify>>,
}

enum Turn<V> {
    Found(Found<V>),
    Lead,
    Sleep(OwnedNotified),
}

impl<K, V> Batch<K, V>
where
    K: Clone + Debug + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + 'static,
{
    /// Makes a loader from a use case that reads a batch. Keys missing from its result have no value.
    pub fn new<F, W>(env: &Env, caller: &Arc<Caller>, fetch: W) -> Self
    where
        F: Future<Output = service::Result<HashMap<K, V>>> + Send + 'static,
        W: Fn(Env, Arc<Actor>, Vec<K>) -> F + Send + Sync + 'static,
    {
        let (env, caller) = (env.clone(), caller.clone());
        let fetch: Fetch<K, V> = Arc::new(move |keys| match caller.actor() {
            Some(actor) => Box::pin(fetch(env.clone(), actor.clone(), keys)),
            None => Box::pin(async { Err(service::Error::Unauthenticated) }),
        });
        // `level` waits for keys, so the crate need not.
        let loader = Loader::new(Fetcher(fetch)).with_max_batch_size(MAX_BATCH).with_yield_count(0);
        let state = State { found: HashMap::new(), asked: Vec::new(), done: None };
        Self { loader, state: Mutex::new(state) }
    }

    /// Returns the value of a key; none if it does not exist or the caller can't see it.
    pub fn find<'a>(
        &'a self,
        ctx: &'a Context<'_>,
        key: K,
    ) -> BoxFuture<'a, async_graphql::Result<Option<V>>> {
        Box::pin(async move {
            loop {
                match self.turn(&key) {
                    Turn::Found(Ok(value)) => return Ok(value),
                    Turn::Found(Err(failure)) => return Err(error::to_graphql_error(ctx, failure)),
                    Turn::Sleep(done) => done.await,
                    Turn::Lead => {
                        let _leading = LeaderGuard(self);
                        self.level().await;
                        let keys = mem::take(&mut self.state().asked);
                        self.prefetch(keys).await;
                    }
                }
            }
        })
    }

    /// Fetches these keys now, in one statement. A parent calls it for the children that the document selects.
    pub fn prefetch(&self, mut keys: Vec<K>) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            keys.retain({
                let state = self.state();
                move |key| !state.found.contains_key(key)
            });
            if keys.is_empty() {
                return;
            }
            match self.loader.try_load_many(keys.clone()).await {
                Ok(found) => self.state().found.extend(found),
                Err(cause) => {
                    let failure = service::Error::internal(cause);
                    self.state().found.extend(keys.into_iter().map(|key| (key, Err(failure.clone()))));
                }
            }
        })
    }

    fn turn(&self, key: &K) -> Turn<V> {
        let mut state = self.state();
        if let Some(found) = state.found.get(key) {
            return Turn::Found(found.clone());
        }
        state.asked.push(key.clone());
        match &state.done {
            Some(done) => Turn::Sleep(done.clone().notified_owned()),
            None => {
                state.done = Some(Arc::default());
                Turn::Lead
            }
        }
    }

    /// Waits until no more keys are requested.
    async fn level(&self) {
        let (mut quiet, mut asked) = (0, 1);
        while quiet < QUIET_TURNS {
            yield_now().await;
            let now = self.state().asked.len();
            quiet = if now == asked { quiet + 1 } else { 0 };
            asked = now;
        }
    }

    fn state(&self) -> MutexGuard<'_, State<K, V>> {
        // A poisoned lock is safe to reuse: nothing panics while holding it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wakes the other tasks when the leader is done. If the leader is dropped early, one of them becomes the leader.
struct LeaderGuard<'a, K, V>(&'a Batch<K, V>)
where
    K: Clone + Debug + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + 'static;

impl<K, V> Drop for LeaderGuard<'_, K, V>
where
    K: Clone + Debug + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + 'static,
{
    fn drop(&mut self) {
        if let Some(done) = self.0.state().done.take() {
            done.notify_waiters();
        }
    }
}

impl<P, T> Batch<(P, usize), Arc<Page<T>>>
where
    P: Copy + Debug + Eq + Hash + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    /// Makes a loader from a use case that reads the first page of each parent's list. Keys with the same page size,
    /// which is usual within a level, form one batch.
    pub fn pages<F, W>(env: &Env, caller: &Arc<Caller>, fetch: W) -> Self
    where
        F: Future<Output = service::Result<HashMap<P, Page<T>>>> + Send + 'static,
        W: Fn(Env, Arc<Actor>, Vec<P>, usize) -> F + Clone + Send + Sync + 'static,
    {
        Self::new(env, caller, move |env, actor, keys: Vec<(P, usize)>| {
            let fetch = fetch.clone();
            async move {
                let mut by_size: HashMap<usize, Vec<P>> = HashMap::new();
                for (parent, size) in keys {
                    by_size.entry(size).or_default().push(parent);
                }
                let mut found = HashMap::new();
                for (size, parents) in by_size {
                    let pages = fetch(env.clone(), actor.clone(), parents, size).await?;
                    found.extend(pages.into_iter().map(|(parent, page)| ((parent, size), Arc::new(page))));
                }
                Ok(found)
            }
        })
    }
}
