//! The current request: its id for the journal and the log, and whether it has committed a unit of work.

use std::cell::Cell;
use uuid::Uuid;

struct Request {
    id: Uuid,
    committed: Cell<bool>,
}

tokio::task_local! {
    static REQUEST: Request;
}

/// Runs a future as part of the request with this id.
pub async fn scope<F: Future>(id: Uuid, future: F) -> F::Output {
    REQUEST.scope(Request { id, committed: Cell::new(false) }, future).await
}

/// Returns the id of the current request, if there is one.
#[must_use]
pub fn current() -> Option<Uuid> {
    REQUEST.try_with(|request| request.id).ok()
}

/// Records that the request has committed a unit of work.
pub(crate) fn set_committed() {
    let _ = REQUEST.try_with(|request| request.committed.set(true));
}

/// Whether the request has committed a unit of work.
#[must_use]
pub(crate) fn has_committed() -> bool {
    REQUEST.try_with(|request| request.committed.get()).unwrap_or(false)
}
