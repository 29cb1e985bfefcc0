//! The limits of imports and uploads on one server.

use crate::error::{Error, Result};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

const MIB: u64 = 1024 * 1024;
/// Default memory for the rows and texts of an import, in bytes.
pub const DEFAULT_MEMORY_BYTES: u64 = 64 * MIB;
/// Maximum number of unfinished runs on a server. Further runs are refused with OVERLOADED.
const PLACES: usize = 16;

/// The capacity for imports and uploads. Clones share it.
#[derive(Clone)]
pub struct Imports {
    /// Memory for the rows and texts of an import, in bytes.
    pub memory_bytes: u64,
    places: Arc<Semaphore>,
    work: Arc<Semaphore>,
    receiving: Arc<Mutex<BTreeSet<Uuid>>>,
}

impl Default for Imports {
    fn default() -> Self {
        Self {
            memory_bytes: DEFAULT_MEMORY_BYTES,
            places: Arc::new(Semaphore::new(PLACES)),
            work: Arc::new(Semaphore::new(1)),
            receiving: Arc::default(),
        }
    }
}

/// The place of a run that has not ended.
pub(crate) struct ImportPlace {
    _place: OwnedSemaphorePermit,
    work: Arc<Semaphore>,
}

impl Imports {
    /// Takes a place for a run; OVERLOADED if there is none.
    pub(crate) fn place(&self) -> Result<ImportPlace> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| Error::Overloaded)?;
        Ok(ImportPlace { _place: place, work: self.work.clone() })
    }

    /// Claims an upload for one sender; IN_PROGRESS if another one is sending.
    pub(crate) fn receive(&self, upload: Uuid) -> Result<Receiving> {
        let mut receiving = self.receiving.lock().unwrap_or_else(PoisonError::into_inner);
        if !receiving.insert(upload) {
            return Err(Error::InProgress);
        }
        Ok(Receiving { upload, all: self.receiving.clone() })
    }
}

impl ImportPlace {
    /// Waits until no other run works: one import at a time reads files and writes rows.
    pub(crate) async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        self.work.clone().acquire_owned().await.map_err(Error::internal)
    }
}

/// An upload that is being received.
pub(crate) struct Receiving {
    upload: Uuid,
    all: Arc<Mutex<BTreeSet<Uuid>>>,
}

impl Drop for Receiving {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.upload);
    }
}
