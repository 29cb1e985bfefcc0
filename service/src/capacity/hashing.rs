//! Runs password hashes on blocking threads, a few at once, behind a bounded queue.
//!
//! A hash takes 19 MiB and about 22 ms of a core. A request takes a place in the queue before it reads or writes
//! anything; if no place is free, it fails with OVERLOADED. The place and the permit to run belong to the hash, not to
//! the request: if the request times out, its hash continues to run and still counts.

use crate::error::{Error, Result};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Default maximum number of logins per core that wait for their hash. Together with waiting activations, the wait
/// stays under two seconds.
pub const LOGINS_WAITING: usize = 64;
/// The queue has this many times more places for logins than for activations.
const LOGINS_PER_ACTIVATION: usize = 4;

/// The purpose of a hash. Each purpose has separate places in the queue, so that neither can take those of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Logins, and changes of a password by a person who is logged in.
    Login,
    /// Activations, which need no account and no login.
    Activation,
}

/// The hashes of one server. Clones share the limits.
#[derive(Clone)]
pub(crate) struct Hashing {
    /// One permit for each core.
    running: Arc<Semaphore>,
    logins: Arc<Semaphore>,
    activations: Arc<Semaphore>,
}

/// A place in the queue. It becomes free when this value is dropped and all work that it runs has ended.
pub(crate) struct Place {
    running: Arc<Semaphore>,
    held: Arc<OwnedSemaphorePermit>,
}

impl Hashing {
    /// Runs at most `cores` hashes at once. The queue has `waiting` places for logins per core.
    pub(crate) fn new(cores: usize, waiting: usize) -> Self {
        let places = |waiting: usize| Arc::new(Semaphore::new(cores * (1 + waiting)));
        Self {
            running: Arc::new(Semaphore::new(cores)),
            logins: places(waiting),
            activations: places(waiting.div_ceil(LOGINS_PER_ACTIVATION)),
        }
    }

    /// Takes a place; OVERLOADED if all are taken. A use case calls this before it does anything else.
    pub(crate) fn place(&self, purpose: Purpose) -> Result<Place> {
        let places = match purpose {
            Purpose::Login => &self.logins,
            Purpose::Activation => &self.activations,
        };
        let held = places.clone().try_acquire_owned().map_err(|_| Error::Overloaded)?;
        Ok(Place { running: self.running.clone(), held: Arc::new(held) })
    }
}

impl Place {
    /// Runs work on a blocking thread when a core is free for it.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let running = self.running.clone().acquire_owned().await.map_err(Error::internal)?;
        let held = self.held.clone();
        let work = move || {
            let _until_done = (held, running);
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        sync::{Condvar, Mutex},
        time::Duration,
    };

    /// Work that waits until the test lets it end.
    #[derive(Clone, Default)]
    struct Gate(Arc<(Mutex<bool>, Condvar)>);

    impl Gate {
        fn wait(&self) {
            let mut open = self.0.0.lock().expect("the gate");
            while !*open {
                open = self.0.1.wait(open).expect("the gate");
            }
        }

        fn open(&self) {
            *self.0.0.lock().expect("the gate") = true;
            self.0.1.notify_all();
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn work_keeps_its_place_and_core_when_its_request_times_out() {
        let hashing = Hashing::new(1, 1);
        let gate = Gate::default();
        for _ in 0..2 {
            let (place, gate) = (hashing.place(Purpose::Login).expect("a place"), gate.clone());
            let request = async move { place.run(move || gate.wait()).await };
            assert!(tokio::time::timeout(Duration::from_millis(50), request).await.is_err(), "it times out");
        }
        // The first work still runs and keeps its core and its place; the second has left the queue.
        assert_eq!((hashing.running.available_permits(), hashing.logins.available_permits()), (0, 1));
        gate.open();
        let ended = hashing.running.acquire().await.expect("the work ends");
        assert_eq!(hashing.logins.available_permits(), 2);
        drop(ended);
    }

    #[tokio::test]
    async fn a_full_queue_is_overloaded_and_activations_take_no_places_of_logins() {
        let hashing = Hashing::new(2, 8);
        let activations: Vec<_> = (0..100).map_while(|_| hashing.place(Purpose::Activation).ok()).collect();
        assert_eq!(activations.len(), 2 * (1 + 2));
        assert!(matches!(hashing.place(Purpose::Activation), Err(Error::Overloaded)));
        let logins: Vec<_> = (0..100).map_while(|_| hashing.place(Purpose::Login).ok()).collect();
        assert_eq!(logins.len(), 2 * (1 + 8));
        drop(logins);
        hashing.place(Purpose::Login).expect("a place is free again");
    }
}
