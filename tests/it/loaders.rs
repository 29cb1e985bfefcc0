//! Loaders: the `dataloader` crate makes one batch of each level of an answer, and a dropped task costs others nothing.

use futures_util::{
    FutureExt, StreamExt,
    future::{BoxFuture, try_join_all},
    poll,
    stream::FuturesUnordered,
};
use graphql::loaders::Batch;
use std::{
    collections::HashMap,
    future::{pending, poll_fn},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

/// The sizes of the batches that a loader has fetched.
type Batches = Arc<Mutex<Vec<usize>>>;
type Fetched = service::Result<HashMap<u32, u32>>;

/// Keys of a level, in lists of [`LIST`].
const KEYS: u32 = 2_000;
const LIST: usize = 50;

/// A loader of each key's successor; its values come from another task, as those of a database do.
fn loader() -> (Batch<u32, u32>, Batches) {
    let batches = Batches::default();
    let seen = batches.clone();
    let fetch = move |keys: Vec<u32>| -> BoxFuture<'static, Fetched> {
        seen.lock().expect("a lock").push(keys.len());
        let found = tokio::spawn(async move { keys.into_iter().map(|key| (key, key + 1)).collect() });
        found.map(|found| Ok(found.expect("a task"))).boxed()
    };
    (Batch::of(fetch), batches)
}

/// The loaders of a response, and the number of times its tasks were polled.
struct Levels {
    loaders: [(Batch<u32, u32>, Batches); 3],
    polls: AtomicUsize,
}

/// An object as the executor joins it; its second field has the levels below it.
async fn object(key: u32, levels: Arc<Levels>) -> service::Result<u32> {
    let levels = &levels;
    let mut fields: FuturesUnordered<BoxFuture<'_, service::Result<u32>>> = FuturesUnordered::new();
    fields.push(async move { Ok(key) }.boxed());
    let mut below = async move {
        let mut value = key;
        for (batch, _) in &levels.loaders {
            value = batch.load(value).await?.expect("a value");
        }
        Ok(value)
    }
    .boxed();
    let counted = poll_fn(move |context| {
        levels.polls.fetch_add(1, Ordering::SeqCst);
        below.poll_unpin(context)
    });
    fields.push(counted.boxed());
    let mut sum = 0;
    while let Some(field) = fields.next().await {
        sum += field?;
    }
    Ok(sum)
}

/// Lists of objects, as the executor joins them, in a task of a server with several threads.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_level_is_one_batch_and_its_tasks_wake_together() {
    let levels = Arc::new(Levels { loaders: [loader(), loader(), loader()], polls: AtomicUsize::new(0) });
    let keys: Vec<u32> = (0..KEYS).collect();
    let lists = keys.chunks(LIST).map(|keys| {
        let objects = keys.iter().map(|key| object(*key, levels.clone()).boxed());
        try_join_all(objects.collect::<Vec<_>>()).boxed()
    });
    let lists = tokio::spawn(try_join_all(lists.collect::<Vec<_>>())).await.expect("a task");
    let sums = lists.expect("values").into_iter().flatten();
    assert!(sums.zip(keys).all(|(sum, key)| sum == key + key + 3));
    for (_, batches) in &levels.loaders {
        assert_eq!(*batches.lock().expect("a lock"), [KEYS as usize]);
    }
    // A task starts, and wakes once at each level; only one for each batch waits for more keys.
    let polls = levels.polls.load(Ordering::SeqCst);
    assert!(polls < 4 * KEYS as usize + 100, "{polls} polls");
}

#[tokio::test]
async fn a_prefetched_key_is_not_fetched_again() {
    let (batch, batches) = loader();
    batch.prefetch(vec![1, 2, 3]).await;
    batch.prefetch(vec![2, 3, 4]).await;
    assert_eq!(batch.load(3).await.expect("a value"), Some(4));
    assert_eq!(*batches.lock().expect("a lock"), [3, 1]);
}

#[tokio::test]
async fn a_dropped_task_takes_no_keys_of_others_with_it() {
    let calls = Arc::new(Mutex::new(0));
    let seen = calls.clone();
    let batch: Batch<u32, u32> = Batch::of(move |keys| {
        let mut calls = seen.lock().expect("a lock");
        *calls += 1;
        // The first batch never ends.
        if *calls == 1 {
            pending().boxed()
        } else {
            async { Ok(keys.into_iter().map(|key| (key, key + 1)).collect()) }.boxed()
        }
    });
    let (mut first, mut second) = (batch.load(1).boxed(), batch.load(2).boxed());
    for _ in 0..100 {
        assert!(poll!(&mut first).is_pending() && poll!(&mut second).is_pending());
    }
    assert_eq!(*calls.lock().expect("a lock"), 1, "the first task fetches both keys");
    drop(first);
    assert_eq!(second.await.expect("a value"), Some(3));
    assert_eq!(*calls.lock().expect("a lock"), 2);
}
