//! One set of loaders for a request: edges that were not prefetched are read in batches.
//!
//! A loader answers every key, with nothing where there is nothing to see: the `dataloader` crate
//! panics on a key that its function leaves out.

use async_graphql::Context;
use dataloader::{BatchFn, cached::Loader};
use domain::actor::Actor;
use futures_util::future::BoxFuture;
use service::Env;
use std::{collections::HashMap, fmt::Debug, hash::Hash, sync::Arc};

use super::error;

/// Above the largest level of an answer, so that a level is one batch.
const LARGEST_BATCH: usize = 20_000;

type Found<V> = Result<Option<V>, Arc<service::Error>>;
type Fetch<K, V> = Arc<dyn Fn(Vec<K>) -> BoxFuture<'static, service::Result<HashMap<K, V>>> + Send + Sync>;

/// Reads what a batch of keys stands for.
struct Reading<K, V>(Fetch<K, V>);

impl<K: Clone + Eq + Hash + Send + Sync, V: Clone + Send> BatchFn<K, Found<V>> for Reading<K, V> {
    async fn load(&mut self, keys: &[K]) -> HashMap<K, Found<V>> {
        match (self.0)(keys.to_vec()).await {
            Ok(mut found) => keys.iter().map(|key| (key.clone(), Ok(found.remove(key)))).collect(),
            Err(failure) => {
                let failure = Arc::new(failure);
                keys.iter().map(|key| (key.clone(), Err(failure.clone()))).collect()
            }
        }
    }
}

/// Reads values by key: in batches, each key at most once in a request.
pub struct Batch<K: Clone + Eq + Hash, V: Clone>(Loader<K, Found<V>, Reading<K, V>>)
where
    K: Debug + Send + Sync,
    V: Send;

impl<K, V> Batch<K, V>
where
    K: Clone + Debug + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + 'static,
{
    /// Over a use case that reads a batch; keys that it leaves out have no value.
    pub fn new<F, W>(env: &Env, actor: &Option<Arc<Actor>>, fetch: W) -> Self
    where
        F: Future<Output = service::Result<HashMap<K, V>>> + Send + 'static,
        W: Fn(Env, Arc<Actor>, Vec<K>) -> F + Send + Sync + 'static,
    {
        let (env, actor) = (env.clone(), actor.clone());
        let fetch: Fetch<K, V> = Arc::new(move |keys| match &actor {
            Some(actor) => Box::pin(fetch(env.clone(), actor.clone(), keys)),
            None => Box::pin(async { Err(service::Error::Unauthenticated) }),
        });
        Self(Loader::new(Reading(fetch)).with_max_batch_size(LARGEST_BATCH))
    }

    /// The value of a key, if there is one to see.
    pub async fn find(&self, ctx: &Context<'_>, key: K) -> async_graphql::Result<Option<V>> {
        match self.0.try_load(key).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(failure)) => Err(error::shared_failure(ctx, &failure)),
            Err(cause) => Err(error::failure(ctx, service::Error::internal(cause))),
        }
    }

    /// Reads these keys now, in one statement: a parent does so for children that the document selects.
    pub async fn prefetch(&self, keys: Vec<K>) {
        // A failure is kept with each key and told where the child is resolved.
        let _ = self.0.try_load_many(keys).await;
    }
}

/// The loaders of a request.
pub struct Loaders {}

impl Loaders {
    /// For one request of an actor.
    pub fn new(_env: &Env, _actor: &Option<Arc<Actor>>) -> Self {
        Self {}
    }
}
