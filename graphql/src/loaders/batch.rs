//! Batched loading with the `dataloader` crate.

use crate::{context::Caller, error};
use async_graphql::Context;
use dataloader::{BatchFn, cached::Loader};
use domain::actor::Actor;
use futures_util::{FutureExt, future::BoxFuture};
use service::{Env, db::Page};
use std::{
    collections::HashMap,
    fmt::Debug,
    hash::Hash,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::{sync::Notify, task::coop::unconstrained};

/// Maximum number of keys in a statement. The levels of usual responses need far fewer.
const MAX_KEYS: usize = 20_000;
/// Number of scheduler turns for which a batch collects keys after the first key. The fields of a level start in one
/// turn, or in a few if several loaders finish at the same time.
const TURNS: usize = 10;

type Found<V> = service::Result<Option<V>>;
type Fetch<K, V> = Arc<dyn Fn(Vec<K>) -> BoxFuture<'static, service::Result<HashMap<K, V>>> + Send + Sync>;

/// The environment and the caller, which all loaders of a request share.
pub struct Reader {
    env: Env,
    caller: Arc<Caller>,
}

impl Reader {
    /// Makes the reader of a caller's request.
    pub fn new(env: &Env, caller: &Arc<Caller>) -> Self {
        Self { env: env.clone(), caller: caller.clone() }
    }
}

/// Fetches the values of a batch of keys.
struct Fetcher<K, V>(Fetch<K, V>);

impl<K: Clone + Eq + Hash + Send + Sync, V: Clone + Send> BatchFn<K, Found<V>> for Fetcher<K, V> {
    /// Returns an entry for every key.
    async fn load(&mut self, keys: &[K]) -> HashMap<K, Found<V>> {
        let mut answers = HashMap::with_capacity(keys.len());
        for keys in keys.chunks(MAX_KEYS) {
            match (self.0)(keys.to_vec()).await {
                Ok(mut found) => answers.extend(keys.iter().map(|key| (key.clone(), Ok(found.remove(key))))),
                Err(cause) => answers.extend(keys.iter().map(|key| (key.clone(), Err(cause.clone())))),
            }
        }
        answers
    }
}

/// Loads values by key, in batches, each key at most once in a request.
///
/// The crate collects the keys of a level and fetches them. If each task waited for the crate by itself, the tasks
/// would wake one after the other, while another thread already runs the first, and the next level would be split into
/// several batches. So only the first task waits for the crate. The others only register their keys with it, and all
/// wake together.
pub struct Batch<K, V>
where
    K: Clone + Debug + Eq + Hash + Send + Sync,
    V: Clone + Send,
{
    fetch: Fetch<K, V>,
    /// Created at first use, because a document uses only few of a request's loaders.
    loader: OnceLock<Loader<K, Found<V>, Fetcher<K, V>>>,
    /// Whether a task is waiting for the next batch.
    waiting: AtomicBool,
    fetched: Notify,
}

impl<K, V> Batch<K, V>
where
    K: Clone + Debug + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + 'static,
{
    /// Makes a loader from a use case that reads a batch. Keys missing from its result have no value.
    pub fn new<F, W>(reader: &Arc<Reader>, fetch: W) -> Self
    where
        F: Future<Output = service::Result<HashMap<K, V>>> + Send + 'static,
        W: Fn(Env, Arc<Actor>, Vec<K>) -> F + Send + Sync + 'static,
    {
        let reader = reader.clone();
        Self::of(move |keys| match reader.caller.actor() {
            Some(actor) => Box::pin(fetch(reader.env.clone(), actor.clone(), keys)),
            None => Box::pin(async { Err(service::Error::Unauthenticated) }),
        })
    }

    /// Makes a loader from a function that reads a batch. Keys missing from its result have no value.
    pub fn of(
        fetch: impl Fn(Vec<K>) -> BoxFuture<'static, service::Result<HashMap<K, V>>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            fetch: Arc::new(fetch),
            loader: OnceLock::new(),
            waiting: AtomicBool::new(false),
            fetched: Notify::new(),
        }
    }

    fn loader(&self) -> &Loader<K, Found<V>, Fetcher<K, V>> {
        self.loader.get_or_init(|| {
            // The crate would begin a batch of the maximum size in the middle of a level. `Fetcher` limits statements instead.
            let loader = Loader::new(Fetcher(self.fetch.clone())).with_max_batch_size(usize::MAX);
            loader.with_yield_count(TURNS)
        })
    }

    /// Returns the value of a key; none if it does not exist or the caller can't see it.
    pub fn find<'a>(
        &'a self,
        ctx: &'a Context<'_>,
        key: K,
    ) -> BoxFuture<'a, async_graphql::Result<Option<V>>> {
        Box::pin(async move { self.load(key).await.map_err(|cause| error::to_graphql_error(ctx, cause)) })
    }

    /// Returns the value of a key; none if it does not exist or the caller can't see it.
    ///
    /// # Errors
    /// The error of the batch.
    pub async fn load(&self, key: K) -> Found<V> {
        loop {
            // The first poll returns the value or registers the key with the crate. `unconstrained` is needed because
            // tokio limits how many locks a task takes in a turn, and a level may have more keys.
            if let Some(Ok(found)) = unconstrained(self.loader().try_load(key.clone())).now_or_never() {
                return found;
            }
            let fetched = self.fetched.notified();
            if self.waiting.swap(true, Ordering::SeqCst) {
                unconstrained(fetched).await;
            } else {
                let _waiting = Waiting(self);
                // Fails if a prefetch with this key was dropped while it fetched. Then the loop registers the key
                // again.
                if let Ok(found) = self.loader().try_load(key.clone()).await {
                    return found;
                }
            }
        }
    }

    /// Fetches these keys now, in one statement. A parent calls it for the children that the document selects.
    pub fn prefetch(&self, keys: Vec<K>) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            // Fails if another task was dropped while it fetched one of these keys.
            while !keys.is_empty() && self.loader().try_load_many(keys.clone()).await.is_err() {}
        })
    }
}

/// Wakes the other tasks when their batch is fetched, or when the task that waited for it is dropped.
struct Waiting<'a, K, V>(&'a Batch<K, V>)
where
    K: Clone + Debug + Eq + Hash + Send + Sync,
    V: Clone + Send;

impl<K, V> Drop for Waiting<'_, K, V>
where
    K: Clone + Debug + Eq + Hash + Send + Sync,
    V: Clone + Send,
{
    fn drop(&mut self) {
        self.0.waiting.store(false, Ordering::SeqCst);
        self.0.fetched.notify_waiters();
    }
}

impl<P, T> Batch<(P, usize), Arc<Page<T>>>
where
    P: Copy + Debug + Eq + Hash + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    /// Makes a loader from a use case that reads the first page of each parent's list. Keys with the same page size,
    /// which is usual within a level, form one batch.
    pub fn pages<F, W>(reader: &Arc<Reader>, fetch: W) -> Self
    where
        F: Future<Output = service::Result<HashMap<P, Page<T>>>> + Send + 'static,
        W: Fn(Env, Arc<Actor>, Vec<P>, usize) -> F + Clone + Send + Sync + 'static,
    {
        Self::new(reader, move |env, actor, keys: Vec<(P, usize)>| {
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
