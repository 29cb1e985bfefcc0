//! Places for running operations. With them, an overloaded server refuses some requests at once instead of answering
//! all of them late. The server has not begun a refused request, so the client can send it again.
//!
//! Each class of work has its own places, so that changes never wait for reports. Requests that find no free place wait
//! in a short queue.

use service::{Error, db::Work};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Maximum number of operations of a class that run at the same time: enough to keep the cores and the connections to
/// the database busy.
const RUNNING: usize = 16;
/// Maximum number of reports that run at the same time. Fewer, because each takes long.
const REPORTS_RUNNING: usize = 4;
/// Maximum number of operations of a class that wait. Two cores finish them in about a second.
pub(super) const WAITING: usize = 64;
/// Maximum time that an operation waits for a place.
pub(super) const WAIT: Duration = Duration::from_secs(1);

/// The places of one server. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Places {
    change: Class,
    read: Class,
    report: Class,
}

#[derive(Clone, Debug)]
struct Class {
    running: Arc<Semaphore>,
    /// Has as many permits as operations may run or wait.
    present: Arc<Semaphore>,
}

/// A place that is taken until it is dropped.
#[derive(Debug)]
pub struct Place {
    _running: OwnedSemaphorePermit,
    _present: OwnedSemaphorePermit,
}

impl Default for Places {
    fn default() -> Self {
        let [change, read] = [(); 2].map(|()| Class::new(RUNNING));
        Self { change, read, report: Class::new(REPORTS_RUNNING) }
    }
}

impl Places {
    /// Takes a place for an operation, and waits for it if necessary.
    ///
    /// # Errors
    /// `Overloaded` if too many operations of the class wait, or if no place becomes free in time.
    pub(super) async fn take(&self, work: Work) -> Result<Place, Error> {
        let class = match work {
            Work::Change => &self.change,
            Work::Read => &self.read,
            Work::Report => &self.report,
        };
        let present = class.present.clone().try_acquire_owned().map_err(|_| Error::Overloaded)?;
        let running = timeout(WAIT, class.running.clone().acquire_owned()).await;
        let running = running.map_err(|_| Error::Overloaded)?.map_err(Error::internal)?;
        Ok(Place { _running: running, _present: present })
    }
}

impl Class {
    fn new(running: usize) -> Self {
        let present = Arc::new(Semaphore::new(running + WAITING));
        Self { running: Arc::new(Semaphore::new(running)), present }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{FutureExt, future::BoxFuture};
    use std::time::Instant;

    /// Polls `take` once, so that the operation joins the queue.
    fn join(places: &Places, work: Work) -> BoxFuture<'static, Result<Place, Error>> {
        let places = places.clone();
        let mut taking = async move { places.take(work).await }.boxed();
        assert!(taking.as_mut().now_or_never().is_none(), "no place is free");
        taking
    }

    async fn hold(places: &Places, work: Work, count: usize) -> Vec<Place> {
        let mut held = Vec::new();
        for _ in 0..count {
            held.push(places.take(work).await.expect("a free place"));
        }
        held
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let places = Places::default();
        let held = hold(&places, Work::Read, RUNNING).await;
        let waiting: Vec<_> = (0..WAITING).map(|_| join(&places, Work::Read)).collect();
        let refused = places.take(Work::Read).now_or_never();
        assert!(matches!(refused, Some(Err(Error::Overloaded))));
        assert!(places.take(Work::Report).await.is_ok(), "other classes have places of their own");
        drop(held);
        for taking in waiting {
            assert!(taking.await.is_ok(), "those that wait get the places that become free");
        }
    }

    #[tokio::test]
    async fn an_operation_that_waits_too_long_is_refused() {
        let places = Places::default();
        let _held = hold(&places, Work::Change, RUNNING).await;
        let begun = Instant::now();
        assert!(matches!(places.take(Work::Change).await, Err(Error::Overloaded)));
        assert!(begun.elapsed() >= WAIT);
    }

    #[tokio::test]
    async fn a_client_that_disconnects_while_it_waits_leaves_the_queue() {
        let places = Places::default();
        let _held = hold(&places, Work::Report, REPORTS_RUNNING).await;
        for _ in 0..3 {
            let waiting: Vec<_> = (0..WAITING).map(|_| join(&places, Work::Report)).collect();
            drop(waiting);
        }
        assert!(places.take(Work::Report).now_or_never().is_none(), "it waits, and is not refused");
    }
}
